import { describe, expect, it } from "vitest";
import { queryOf, viewOf } from "./filter";

describe("the filter of call records", () => {
  it("passes on what the API knows and nothing else", () => {
    expect(queryOf({ number: "138", role: "agent", from: "", foreign: "x" })).toEqual({
      number: "138",
      role: "agent",
    });
  });

  it("shows whole calls unless legs are asked for", () => {
    expect([{}, { view: "legs" }, { view: "x" }].map(viewOf)).toEqual(["calls", "legs", "calls"]);
  });
});
