// Readable on every brand colour: contrast as WCAG 2.2 defines it (1.4.3).

const LEAST_CONTRAST = 4.5;
const WHITE = "#ffffff";
const INK = "#050505"; // dark enough that one of the two always reaches 4.5

export function onColour(background: string): string {
  return contrast(WHITE, background) >= contrast(INK, background) ? WHITE : INK;
}

/** The colour itself if it can be read on white, else as much darker as it takes. */
export function readableOn(paper: string, colour: string): string {
  const toward = luminance(paper) > 0.5 ? 0 : 255;
  let [r, g, b] = parts(colour);
  for (let step = 0; step < 20; step += 1) {
    const tried = hex(r, g, b);
    if (contrast(tried, paper) >= LEAST_CONTRAST) return tried;
    [r, g, b] = [r, g, b].map((part) => part + (toward - part) * 0.12) as [number, number, number];
  }
  return toward ? WHITE : INK;
}

export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = parts(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parts(colour: string): [number, number, number] {
  const value = /^#[0-9a-f]{6}$/i.test(colour) ? Number.parseInt(colour.slice(1), 16) : 0x1f5eff;
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hex(...values: number[]): string {
  return `#${values.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}
