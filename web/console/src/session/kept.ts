/** What one account left unfinished in this browser: read by nobody else, forgotten on sign-out. */
const PREFIX = "parley.kept.";

export function read<T>(account: string, name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(account, name)) ?? "null") as T | null;
  } catch {
    return null;
  }
}

export function write(account: string, name: string, what: unknown): void {
  try {
    localStorage.setItem(keyOf(account, name), JSON.stringify(what));
  } catch {
    // The browser's room is full: it lives on in memory until the page is left.
  }
}

export function forget(account: string): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(keyOf(account, ""))) localStorage.removeItem(key);
  }
}

function keyOf(account: string, name: string): string {
  return `${PREFIX}${account}.${name}`;
}
