import { describe, expect, it } from "vitest";
import type { FlowBody } from "../model";
import { listed, moved, placeOf, readFlow, written } from "./flowOrder";

const flow = (order: string[] = []): FlowBody => ({
  name: "Hotline",
  start: "greet",
  nodes: {
    bye: { kind: "hang_up", say: [] },
    greet: { kind: "play", say: ["welcome"], next: "wait" },
    lost: { kind: "play", say: [], next: "bye" },
    wait: { kind: "queue", say: [], otherwise: "bye" },
  },
  order,
});

describe("the order of a flow's steps", () => {
  it("is as callers come to them, then those nobody comes to", () => {
    expect(listed(flow())).toEqual(["greet", "wait", "bye", "lost"]);
  });

  it("is as somebody put it; what was forgotten or is gone does no harm", () => {
    expect(listed(flow(["lost", "gone", "bye"]))).toEqual(["lost", "bye", "greet", "wait"]);
  });

  it("changes by one place, and not beyond the ends", () => {
    expect(moved(flow(), "wait", -1)).toEqual(["wait", "greet", "bye", "lost"]);
    expect(moved(flow(), "wait", 1)).toEqual(["greet", "bye", "wait", "lost"]);
    expect(moved(flow(), "greet", -1)).toEqual(listed(flow()));
    expect(moved(flow(), "lost", 1)).toEqual(listed(flow()));
  });
});

describe("a flow as text", () => {
  it("is written as it is listed, and read back the same", () => {
    const body = flow(["lost", "bye", "greet", "wait"]);
    expect(readFlow(written(body))).toEqual({
      start: "greet",
      nodes: body.nodes,
      order: body.order,
    });
    expect(readFlow(written(flow()))?.order).toEqual([]);
  });

  it.each([
    "null",
    "[]",
    '{"start": "a"}',
    '{"start": "a", "nodes": []}',
    '{"start": "a", "nodes": {"a": 1}}',
  ])("that is no flow is not taken for one: %s", (text) => {
    expect(readFlow(text)).toBeNull();
  });

  it.each([
    ['{\n  "start": "a",\n  "nodes": }\n}', 3, 12],
    ['{"a": 1,}', 1, 9],
    ['{"a" 1}', 1, 6],
    ['["a" "b"]', 1, 6],
    ['{"a": [1, 2', 1, 12],
    ['{"a": "open}', 1, 7],
    ["{a: 1}", 1, 2],
    ["{} {}", 1, 4],
    ["", 1, 1],
  ])("that is no JSON is told by line and column: %s", (text, line, column) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(placeOf(text)).toEqual({ line, column });
  });
});
