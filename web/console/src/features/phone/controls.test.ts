import { describe, expect, it } from "vitest";
import type { CallLeg, CallRow } from "../../live/protocol";
import { aside, controls } from "./controls";

const leg = (id: string, changes: Partial<CallLeg>): CallLeg => ({
  id,
  role: "agent",
  agent_id: null,
  name: id,
  number: null,
  state: "up",
  place: "talk",
  muted: false,
  since: "2026-11-27T08:00:00Z",
  ...changes,
});

const call = (changes: Partial<CallRow> = {}): CallRow => ({
  direction: "in",
  number: "+8613800138000",
  dnis: "",
  trunk: null,
  held: false,
  muted: false,
  consulting: false,
  conference: false,
  recording: "on",
  my_leg: "me",
  legs: [leg("cust", { role: "customer" }), leg("me", { agent_id: "agt_1" })],
  callback: null,
  keys: [],
  variables: {},
  flow: null,
  rejoining: false,
  ...changes,
});

describe("what can be done with a call", () => {
  it("is everything but merging while one talks with the customer", () => {
    const can = controls(call());
    expect(Object.entries(can).filter(([, why]) => why)).toEqual([["merge", "nobody_aside"]]);
  });

  it("waits for the customer on a call that goes out", () => {
    const legs = [leg("me", {}), leg("cust", { role: "customer", state: "ringing", place: null })];
    const can = controls(call({ direction: "out", legs, recording: "off" }));
    expect(can).toMatchObject({ mute: null, hold: "only_connected", transfer: "only_connected" });
    expect(can.record).toBe("not_recorded");
  });

  it("is to merge or go back while somebody is consulted", () => {
    const party = leg("party", { role: "party", place: "aside" });
    const consulting = call({
      consulting: true,
      legs: [leg("cust", { role: "customer", place: "music" }), leg("me", {}), party],
    });
    expect(aside(consulting)?.id).toBe("party");
    expect(controls(consulting)).toMatchObject({
      merge: null,
      hold: "in_consult",
      consult: "in_consult",
      keypad: null,
    });
  });

  it("merges only with who has answered", () => {
    const party = leg("party", { role: "party", state: "ringing", place: null });
    const ringing = call({ consulting: true, legs: [...call().legs, party] });
    expect([aside(ringing)?.id, controls(ringing).merge]).toEqual(["party", "nobody_aside"]);
  });
});
