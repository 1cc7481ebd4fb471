import { describe, expect, it } from "vitest";
import type { JournalRow } from "../../api/types";
import { chart, type Lane } from "./lanes";

const START = Date.parse("2025-07-01T08:00:00Z");

function story(...steps: [number, string, Record<string, unknown>?][]): JournalRow[] {
  return steps.map(([seconds, kind, event = {}], seq) => ({
    seq,
    at: new Date(START + seconds * 1000).toISOString(),
    kind,
    event,
    names: { agents: {}, queues: {} },
  }));
}

/** `lin: offered 5–8, connected 8–60`: a lane as text, in seconds from the start. */
function told(lane: Lane): string {
  const spans = lane.segments.map(({ state, from, to }) => {
    const end = to === null ? "…" : (to - START) / 1000;
    return `${state} ${(from - START) / 1000}–${end}`;
  });
  return `${lane.id}: ${spans.join(", ")}`;
}

const lanes = (...steps: Parameters<typeof story>) => chart(story(...steps))?.lanes.map(told);

describe("the swim-lane", () => {
  it("of a served chat: waiting, offered, served, wrap-up", () => {
    expect(
      lanes(
        [0, "Arrived"],
        [0, "Queued", { queue: "sales" }],
        [5, "Offered", { agent_id: "lin" }],
        [8, "Connected", { agent_id: "lin" }],
        [60, "ConversationEnded", { by: "agent" }],
        [60, "WrapUpStarted", { agent_id: "lin" }],
        [90, "WrapUpEnded", { agent_id: "lin" }],
        [90, "Ended", { outcome: "served" }],
      ),
    ).toEqual(["sales: queued 0–8", "lin: offered 5–8, connected 8–60, wrap_up 60–90"]);
  });

  it("of a transfer: the first agent's lane ends where the queue's begins", () => {
    expect(
      lanes(
        [0, "Arrived"],
        [0, "Connected", { agent_id: "lin" }],
        [30, "Released", { agent_id: "lin", reason: "transfer" }],
        [30, "Queued", { queue: "repair", reason: "transfer" }],
        [40, "Connected", { agent_id: "chen" }],
      ),
    ).toEqual(["lin: connected 0–30", "repair: queued 30–40", "chen: connected 40–…"]);
  });

  it("shows who helped and who read along beside the owner", () => {
    expect(
      lanes(
        [0, "Connected", { agent_id: "lin" }],
        [10, "Joined", { agent_id: "zhou", role: "monitor" }],
        [20, "Joined", { agent_id: "chen", role: "consult" }],
        [30, "Parted", { agent_id: "zhou", role: "monitor" }],
        [40, "Ended", { outcome: "served" }],
      ),
    ).toEqual(["lin: connected 0–40", "zhou: monitor 10–30", "chen: consult 20–40"]);
  });

  it("is not squeezed by a rating that came a day later", () => {
    const drawn = chart(
      story([0, "Arrived"], [60, "Ended", { outcome: "served" }], [86_400, "Rated", { score: 5 }]),
    );
    expect(drawn?.to).toBe(START + 60_000);
    expect(drawn?.marks).toEqual([{ at: START + 60_000, kind: "rated" }]);
  });

  it("is live until it ended, and nothing without events", () => {
    expect(chart(story([0, "Arrived"]))?.live).toBe(true);
    expect(chart(story([0, "Arrived"], [1, "Ended", {}]))?.live).toBe(false);
    expect(chart([])).toBeNull();
  });

  it("of a call: the flow, its legs, the customer on hold, what was recorded", () => {
    const at = (leg_id: string, place: string) => ({ leg_id, place });
    expect(
      lanes(
        [0, "Arrived"],
        [0, "LegStarted", { leg_id: "c", role: "customer" }],
        [1, "LegUp", { leg_id: "c" }],
        [1, "FlowEntered", { flow: "f" }],
        [5, "FlowLeft", { reason: "queued" }],
        [5, "Queued", { queue: "sales" }],
        [5, "Arranged", { legs: [at("c", "music")] }],
        [6, "LegStarted", { leg_id: "a", role: "agent", agent_id: "lin" }],
        [9, "LegUp", { leg_id: "a" }],
        [
          9,
          "Arranged",
          { legs: [at("c", "talk"), at("a", "talk")], recording: "on", recording_id: "r" },
        ],
        [20, "CustomerHeld", { agent_id: "lin" }],
        [
          20,
          "Arranged",
          { legs: [at("c", "music"), at("a", "alone")], recording: "on", recording_id: "r" },
        ],
        [30, "LegOver", { leg_id: "c", cause: "normal" }],
        [30, "Arranged", { legs: [] }],
        [31, "LegOver", { leg_id: "a", cause: "normal" }],
      ),
    ).toEqual([
      "c: dialling 0–1, alone 1–5, music 5–9, talk 9–20, held 20–30",
      "menu: flow 1–5",
      "sales: queued 5–…",
      "a: dialling 6–9, alone 9–9, talk 9–20, alone 20–31",
      "r: recorded 9–30",
    ]);
  });
});
