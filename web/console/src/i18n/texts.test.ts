import { describe, expect, it } from "vitest";
import { texts } from ".";

type Tree = { [key: string]: string | Tree };

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Keys as code writes them: plural forms are one key. */
function keys(tree: Tree, path = ""): Map<string, string> {
  const all = new Map<string, string>();
  for (const [name, value] of Object.entries(tree)) {
    const key = path ? `${path}.${name}` : name;
    if (typeof value === "string") all.set(key.replace(PLURAL, ""), value);
    else for (const [inner, text] of keys(value, key)) all.set(inner, text);
  }
  return all;
}

const zh = keys(texts("zh-CN"));
const en = keys(texts("en-US"));
const variables = (text: string) => new Set(text.match(/\{\{\w+/g) ?? []);

describe("both languages", () => {
  it("have the same keys", () => {
    expect([...zh.keys()].filter((key) => !en.has(key))).toEqual([]);
    expect([...en.keys()].filter((key) => !zh.has(key))).toEqual([]);
  });

  it("fill in the same values", () => {
    const differing = [...zh].filter(([key, text]) => {
      const other = variables(en.get(key) ?? "");
      return [...variables(text)].some((each) => !other.has(each));
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  it("leave no text empty", () => {
    expect([...zh, ...en].filter(([, text]) => !text.trim()).map(([key]) => key)).toEqual([]);
  });
});

const sources = import.meta.glob<string>("../**/*.{ts,tsx}", {
  eager: true,
  query: "?raw",
  import: "default",
});

describe("every text that code names", () => {
  it("exists", () => {
    const missing: string[] = [];
    for (const [path, source] of Object.entries(sources)) {
      if (path.includes(".test.")) continue;
      for (const [, key] of source.matchAll(/\bt\(\s*"([a-z0-9_]+(?:\.[a-zA-Z0-9_-]+)+)"/g)) {
        if (key && !zh.has(key)) missing.push(`${path}: ${key}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
