import { describe, expect, it } from "vitest";
import type { FlowBody, FlowNode } from "../model";
import { FlowTextError, placeOfStep, readFlow, written } from "./flowYaml";

const SAYS = ["welcome", "{order}"];

const HOTLINE: FlowBody = {
  name: "热线 · Hotline",
  start: "greet",
  nodes: {
    greet: { next: "menu", say: SAYS, kind: "play" },
    menu: {
      kind: "menu",
      say: SAYS, // the same list: no reference is written
      keys: { "0": "ask", "1": "if", "*": "set", "#": "bye" },
      tags: { "*": "投诉" },
      timeout_s: 5.5,
      repeats: 0,
      otherwise: null,
    },
    ask: { kind: "collect", say: [], into: "n", digits: null, secret: true, next: "if" },
    if: {
      kind: "condition",
      when: {
        all: [
          { fact: "dnis", is: "starts", value: "+86755" },
          { fact: "hour", is: "between", value: [9, 18.5] },
          { fact: "var.code", is: "in", value: ["007", "1e3", "true", "null", ""] },
          { fact: "customer.new", is: "=", value: true },
        ],
      },
      yes: "set",
      no: null,
    },
    set: { kind: "set", values: {}, add_tags: ["on", "no", "007", "2025-01-02"], next: "bye" },
    bye: { kind: "hang_up", say: [] },
  },
  order: [],
};

const setting = (values: Record<string, string>): FlowBody => ({
  name: "1",
  start: "1",
  nodes: { "1": { kind: "set", values } },
  order: [],
});

const step = (yaml: string) =>
  readFlow(`start: a\nnodes:\n  a:\n    kind: set\n${yaml.replace(/^/gm, "    ")}`).nodes.a;

function wrong(text: string): FlowTextError {
  try {
    readFlow(text);
  } catch (error) {
    if (error instanceof FlowTextError) return error;
  }
  throw new Error(`this was read: ${text}`);
}

describe("a flow as YAML", () => {
  it("is written step by step as callers come to them, what a step is first", () => {
    expect(written(HOTLINE)).toMatch(
      [
        "name: 热线 · Hotline",
        "start: greet",
        "nodes:",
        "  greet:",
        "    kind: play",
        "    say:",
        "      - welcome",
        '      - "{order}"',
        "    next: menu",
        "  menu:",
        "    kind: menu",
      ].join("\n"),
    );
    expect(written(HOTLINE)).toContain('      "1": if\n      "*": set\n      "#": bye\n');
  });

  it("is read back the same, and as JSON too", () => {
    const { order: _, ...document } = HOTLINE;
    expect(readFlow(written(HOTLINE))).toEqual(HOTLINE);
    expect(readFlow(JSON.stringify(document))).toEqual(HOTLINE);
    expect(readFlow(JSON.stringify(document, null, "\t"))).toEqual(HOTLINE);
  });

  it("keeps the order that somebody gave its steps", () => {
    const order = ["bye", "greet", "menu", "set", "if", "ask"];
    expect(readFlow(written({ ...HOTLINE, order })).order).toEqual(order);
  });

  it.each(
    // biome-ignore format: a list of words
    [
      "1", "on", "no", "y", "~", "null", "true", "", "007", "0x1f", "0o17", "1_000", "1e3", ".5", ".inf",
      "12:30", "2025-01-02", "2025-01-02T03:04:05Z", "+8613800138000", "{order}", "*", "#", "# 1", "a #b",
      "&a", "!x", "%", "@", "`", "- a", "? a", "a: b", "a:", "<<", "=", "'", '"', "\\n", "中文：“好”", "😀",
      " a ", "a\nb", "a\n\n  b\n", "\n", "\ta", "a\r\nb", "---", "...", "\u0000\u2028", "长".repeat(300),
    ],
  )("keeps the text %j, as a value, a tag and a variable", (text) => {
    const body = setting({ [text]: text });
    body.nodes["1"] = { ...body.nodes["1"], kind: "set", add_tags: [text] };
    expect(readFlow(written(body))).toEqual(body);
  });

  it("reads what needs no quotes without them", () => {
    expect(step("keys: {1: b, 0: 007}\nvalues:\n  a: on\n  b: 007\n  c: 2025-01-02\n  d:")).toEqual(
      {
        kind: "set",
        keys: { "1": "b", "0": "007" },
        values: { a: "on", b: "007", c: "2025-01-02", d: "" },
      },
    );
    expect(step("number: +8613800138000\nsay: [{order}, 1]\nadd_tags: [no, null]")).toEqual({
      kind: "set",
      number: "+8613800138000",
      say: ["{order}", "1"],
      add_tags: ["no", "null"],
    });
    expect(step("when: {fact: hour, is: in, value: [9, 007, true, on, ~]}")).toHaveProperty(
      "when.value",
      [9, "007", true, "on", null],
    );
    expect(step("digits: 4\nsecret: true\nnext: ~\nyes:\nsay:\nkeys:\nwhen:")).toEqual({
      kind: "set",
      digits: 4,
      secret: true,
      next: null,
      yes: null,
      say: [],
      keys: {},
      when: {},
    } satisfies FlowNode);
  });

  it("has the name it is given, or none", () => {
    expect(readFlow("name: 24\nstart: a\nnodes: {}").name).toBe("24");
    expect(readFlow("name:\nstart: a\nnodes: {}").name).toBe("");
    expect(readFlow("start: a\nnodes: {}")).not.toHaveProperty("name");
  });

  it("tells where a step is written", () => {
    const text = "start: a\nnodes:\n  b: {kind: hang_up, say: [a]}\n  'a': {kind: play}";
    expect(text.slice(...(placeOfStep(text, "a") ?? []))).toBe("'a'");
    expect(placeOfStep(text, "gone")).toBeUndefined();
    expect(placeOfStep("nodes: [", "gone")).toBeUndefined();
  });
});

describe("a text that is no flow", () => {
  const KEYS = "start: a\nnodes:\n  a:\n    kind: menu\n    keys:\n";
  const BOMB = `a: &a [x, x]\n${[..."bcdefghi"].map((key, at) => `${key}: &${key} [*${"abcdefgh"[at]}, *${"abcdefgh"[at]}]`).join("\n")}`;

  it.each([
    ['{"start": "greet",\n"nodes": }}', "broken", 2, 11],
    ["start: a\nnodes: [", "broken", 2, 9],
    ["start: a\nname: @b", "broken", 2, 7],
    ["start: a\n---\nstart: b", "broken", 2, 1],
    ["start: !!js/function a", "broken", 1, 8],
    ["start: a\nstart: b", "twice", 2, 1],
    [`${KEYS}      1: a\n      "1": b`, "twice", 7, 7],
    ["start: a\nnodes:\n\ta:", "tab", 3, 1],
    [`${KEYS}      *: a`, "quotes", 6, 7],
    [`${KEYS}      1: a\n      #: b`, "quotes", 7, 7],
    ["start: &x a\nname: *x", "quotes", 2, 7],
    ["a: &a {b: c}\nd:\n  <<: *a", "quotes", 3, 7],
    [BOMB, "quotes", 2, 8],
    [`${KEYS}      - a`, "field", 5, 5],
    [`${KEYS}      1: {a: b}`, "field", 5, 5],
    [`${KEYS}    repeats: two`, "field", 6, 5],
    [`${KEYS}    secret: yes`, "field", 6, 5],
    [`${KEYS}    next: [a]`, "field", 6, 5],
    ["start: a\nnodes:\n  a:\n", "kind", 3, 3],
    ["", "shape", 1, 1],
    ["[]", "shape", 1, 1],
    ["start: a", "shape", 1, 1],
    ["start: a\nnodes: []", "shape", 1, 1],
    ["start: a\nname: []\nnodes: {}", "shape", 1, 1],
  ])("is told by line and column: %s", (text, why, line, column) => {
    expect(wrong(text)).toMatchObject({ why, at: { line, column } });
  });

  it.each([
    ["too long", "#".repeat(200_001)],
    ["nested too deep", "[".repeat(100_000)],
  ])("is not read at all where it is %s", (_, text) => {
    expect(wrong(text).why).toBe("large");
  });

  it("is told by its step and field, where it has them", () => {
    expect(wrong(`${KEYS}      - a`).at).toMatchObject({ step: "a", field: "keys" });
  });

  it("is a comment only where # begins one", () => {
    expect(readFlow("# all\nstart: a # here\nnodes: {} # b").start).toBe("a");
    expect(step("values:\n  a: |\n    #: b")).toHaveProperty("values.a", "#: b\n");
  });
});
