// What the widget remembers on the host's own origin; in memory where the browser forbids it.

export interface Storage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export function hostStorage(prefix: string): Storage {
  const kept = usable();
  const memory = new Map<string, string>();
  return {
    get: (key) => memory.get(key) ?? kept?.getItem(prefix + key) ?? null,
    set(key, value) {
      try {
        if (!kept) throw new Error("no storage");
        kept.setItem(prefix + key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value); // full or forbidden: good until the page is left
      }
    },
    remove(key) {
      memory.delete(key);
      kept?.removeItem(prefix + key);
    },
    keys(start) {
      const full = prefix + start;
      const stored = Object.keys(kept ?? {}).filter((key) => key.startsWith(full));
      const here = [...memory.keys()].filter((key) => key.startsWith(start));
      return [...new Set([...stored.map((key) => key.slice(prefix.length)), ...here])];
    },
  };
}

function usable(): globalThis.Storage | null {
  try {
    const storage = window.localStorage;
    const probe = "parley.probe";
    storage.setItem(probe, "1");
    storage.removeItem(probe);
    return storage;
  } catch {
    return null;
  }
}
