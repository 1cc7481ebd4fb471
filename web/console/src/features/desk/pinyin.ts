/** First pinyin letters of Chinese text, so that "th" finds 退换. Pure; by the browser's collation.

The first letter of a character is that of the last boundary character not sorted after it. */

const BOUNDARIES = [..."阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥仨他屲夕丫帀"];
const LETTERS = "abcdefghjklmnopqrstwxyz";
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin").compare;

export function initials(text: string): string {
  return [...text].map(initial).join("").toLowerCase();
}

function initial(character: string): string {
  if (!/[\u4e00-\u9fff]/.test(character)) return /[a-z0-9]/i.test(character) ? character : "";
  let found = "";
  BOUNDARIES.forEach((boundary, index) => {
    if (order(character, boundary) >= 0) found = LETTERS[index] ?? found;
  });
  return found;
}

/** Whether `text` is found by what was typed: as written, by word starts, or by first letters. */
export function matches(text: string, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return true;
  const lower = text.toLowerCase();
  if (lower.includes(wanted) || initials(text).includes(wanted)) return true;
  const starts = lower
    .split(/[^a-z0-9]+/)
    .map((word) => word[0] ?? "")
    .join("");
  return starts.includes(wanted);
}
