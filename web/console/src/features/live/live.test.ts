import { beforeEach, describe, expect, it } from "vitest";
import type { AgentRow, BusyWith, QueueRow, Totals } from "../../live/protocol";
import { grouped, groupOf, sinceOf } from "./grouping";
import { take, useHistory } from "./history";
import { filterOf } from "./links";
import { ages, oldestS, shareStanding, tightestTarget, waitStanding } from "./targets";

const NOW = Date.parse("2025-07-01T08:00:00Z");
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

function busy(role: string, since = ago(10)): BusyWith {
  return {
    interaction_id: `int_${role}`,
    channel: "chat",
    phase: "connected",
    customer_name: "王",
    since,
    role,
  };
}

function agent(name: string, more: Partial<AgentRow> = {}): AgentRow {
  return {
    id: name,
    name,
    role: "agent",
    status: "ready",
    reason: null,
    since: ago(100),
    online: true,
    busy: [],
    capacity: {},
    queues: [],
    ...more,
  };
}

describe("a wait beside its target", () => {
  it("is good, then near from half of it, then late", () => {
    expect([0, 14, 15, 29, 30, 300].map((waited) => waitStanding(waited, 30))).toEqual([
      "good",
      "good",
      "near",
      "near",
      "late",
      "late",
    ]);
  });

  it("is counted by age for the bar", () => {
    expect(ages([ago(1), ago(20), ago(31), ago(90)], 30, NOW)).toEqual({
      good: 1,
      near: 1,
      late: 2,
    });
  });

  it("has no age while nobody waits", () => {
    expect(oldestS({ oldest_at: null }, NOW)).toBeNull();
    expect(oldestS({ oldest_at: ago(42) }, NOW)).toBe(42);
  });

  it("is held to the strictest queue that somebody waits in", () => {
    const queue = (waiting: number, service_level_s: number) =>
      ({ waiting, service_level_s }) as QueueRow;
    expect(tightestTarget([queue(0, 10), queue(2, 30), queue(1, 20)])).toBe(20);
    expect(tightestTarget([queue(0, 10), queue(0, 30)])).toBe(10);
  });
});

describe("a share beside its target", () => {
  it("stands by how far it is on the wrong side", () => {
    expect(shareStanding(0.8, 0.8, "higher")).toBe("good");
    expect(shareStanding(0.75, 0.8, "higher")).toBe("near");
    expect(shareStanding(0.4, 0.8, "higher")).toBe("late");
    expect(shareStanding(0.05, 0.05, "lower")).toBe("good");
    expect(shareStanding(0.3, 0.05, "lower")).toBe("late");
    expect(shareStanding(null, 0.8, "higher")).toBeNull();
  });
});

describe("agents by what they are doing", () => {
  it("are told apart from their presence", () => {
    expect(groupOf(agent("a"))).toBe("free");
    expect(groupOf(agent("a", { status: "not_ready" }))).toBe("not_ready");
    expect(groupOf(agent("a", { status: "offline" }))).toBe("offline");
    expect(groupOf(agent("a", { busy: [busy("offer")] }))).toBe("ringing");
    expect(groupOf(agent("a", { busy: [busy("wrap_up")] }))).toBe("wrap_up");
    expect(groupOf(agent("a", { status: "not_ready", busy: [busy("owner")] }))).toBe("serving");
  });

  it("who only read along are still free", () => {
    expect(groupOf(agent("a", { busy: [busy("monitor")] }))).toBe("free");
  });

  it("count their time from the oldest conversation, else from their presence", () => {
    const serving = agent("a", { busy: [busy("owner", ago(5)), busy("owner", ago(50))] });
    expect(sinceOf(serving)).toBe(ago(50));
    expect(sinceOf(agent("a"))).toBe(ago(100));
  });

  it("keep their place inside a group whatever order they came in", () => {
    const names = (agents: AgentRow[]) => grouped(agents).free.map((each) => each.name);
    expect(names([agent("c"), agent("a"), agent("b")])).toEqual(["a", "b", "c"]);
  });
});

describe("a number's link", () => {
  it("names exactly what the board counts", () => {
    const today = "2025-06-30T16:00:00.000Z";
    expect(filterOf("waiting", today, "q")).toEqual({ queue: "q", phase: "queued,offered" });
    expect(filterOf("abandoned", today, "q")).toEqual({
      queue: "q",
      queued_from: today,
      outcome: "abandoned",
      short_abandon: "false",
    });
    expect(filterOf("answered_in_target", today)).toMatchObject({
      answered: "true",
      in_service_level: "true",
    });
  });
});

describe("the last half hour", () => {
  beforeEach(() => useHistory.setState({ samples: [], takenAt: 0 }));
  const totals = { waiting: 3, oldest_at: ago(5) } as Totals;

  it("takes a sample at most every ten seconds", () => {
    take(totals, NOW);
    take(totals, NOW + 5_000);
    take(totals, NOW + 10_000);
    expect(useHistory.getState().samples).toHaveLength(2);
  });

  it("forgets what is older", () => {
    for (let at = 0; at < 200; at++) take({ ...totals, waiting: at }, NOW + at * 10_000);
    const { samples } = useHistory.getState();
    expect(samples).toHaveLength(180);
    expect(samples.at(-1)?.waiting).toBe(199);
  });
});
