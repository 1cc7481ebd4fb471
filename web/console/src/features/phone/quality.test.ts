import { describe, expect, it } from "vitest";
import { qualityOf, type Reading, readingOf } from "./quality";

const at = (changes: Partial<Reading> = {}): Reading => ({
  at: 0,
  received: 0,
  lost: 0,
  jitter_ms: 5,
  rtt_ms: 40,
  ...changes,
});

describe("the quality of a line", () => {
  it("is read from the statistics of the browser", () => {
    const stats = [
      { type: "inbound-rtp", kind: "audio", packetsReceived: 500, packetsLost: 3, jitter: 0.004 },
      { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.02 },
      { type: "remote-inbound-rtp", roundTripTime: 0.05 },
    ];
    expect(readingOf(stats, 7)).toEqual({
      at: 7,
      received: 500,
      lost: 3,
      jitter_ms: 4,
      rtt_ms: 50,
    });
    expect(readingOf([], 7)).toBeNull();
  });

  it.each([
    ["good", at({ received: 100 })],
    ["fair", at({ received: 97, lost: 3 })],
    ["poor", at({ received: 90, lost: 10 })],
    ["fair", at({ received: 100, jitter_ms: 45 })],
    ["poor", at({ received: 100, rtt_ms: 700 })],
    ["good", at({ received: 100, rtt_ms: null })],
  ])("is %s for %j", (grade, now) => {
    expect(qualityOf(at(), now).grade).toBe(grade);
  });

  it("counts what was lost since the reading before, not since the start", () => {
    const before = at({ received: 900, lost: 100 });
    expect(qualityOf(before, at({ received: 1000, lost: 100 })).grade).toBe("good");
  });
});
