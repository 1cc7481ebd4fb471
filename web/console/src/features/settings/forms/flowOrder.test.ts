import { describe, expect, it } from "vitest";
import type { FlowBody } from "../model";
import { listed, moved } from "./flowOrder";

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
