import { describe, expect, it } from "vitest";
import type { JournalRow, Ticket, TicketComment } from "../../api/types";
import { commonSteps } from "./BulkBar";
import { stream } from "./stream";
import { queryOf, viewOf } from "./views";

const NOW = Date.parse("2025-07-01T08:00:42Z");

describe("the views", () => {
  it("ask the server for what their name says", () => {
    expect(queryOf({ view: "mine" }, "agt_1", NOW)).toMatchObject({
      status: ["open", "in_progress"],
      assignee: "agt_1",
    });
    expect(queryOf({ view: "unassigned", assignee: "agt_2" }, "agt_1", NOW)).toMatchObject({
      unassigned: true,
      assignee: undefined,
    });
    expect(queryOf({ view: "resolved" }, "agt_1", NOW).status).toEqual(["resolved", "closed"]);
    expect(queryOf({ view: "all", queue: "q" }, "agt_1", NOW)).toEqual({ queue: "q" });
  });

  it("of the overdue is the same question for a whole minute", () => {
    const one = queryOf({ view: "overdue" }, "agt_1", NOW);
    expect(one.due_before).toBe("2025-07-01T08:00:00.000Z");
    expect(queryOf({ view: "overdue" }, "agt_1", NOW + 10_000)).toEqual(one);
  });

  it("an unknown one is the open ones", () => {
    expect(viewOf({ view: "nonsense" })).toBe("open");
    expect(viewOf({})).toBe("open");
  });
});

describe("many tickets at once", () => {
  const ticket = (status: string, next: string[]) =>
    ({ status, next_statuses: next }) as unknown as Ticket;

  it("may take the steps that all of them may take", () => {
    const open = ticket("open", ["in_progress", "resolved", "closed"]);
    const closed = ticket("closed", ["in_progress"]);
    expect(commonSteps([open])).toEqual(["open", "in_progress", "resolved", "closed"]);
    expect(commonSteps([open, closed])).toEqual(["in_progress", "closed"]);
  });
});

describe("the activity", () => {
  const comment = (id: string, at: string): TicketComment => ({
    id,
    ticket_id: "tkt_1",
    at,
    by: "agt_1",
    by_name: "林晓",
    text: "…",
    internal: true,
  });
  const event = (seq: number, kind: string, at: string, changes = {}): JournalRow => ({
    seq,
    at,
    kind,
    event: { changes },
    names: { agents: {}, queues: {} },
  });

  it("is one order of comments and changes, each told once", () => {
    const entries = stream(
      [comment("cmt_1", "2025-07-01T08:02:00Z")],
      [
        event(1, "TicketOpened", "2025-07-01T08:00:00Z"),
        event(2, "TicketCommented", "2025-07-01T08:02:00Z"),
        event(3, "TicketChanged", "2025-07-01T08:01:00Z", { status: "resolved" }),
      ],
    );
    expect(entries.map((entry) => entry.key)).toEqual(["event-1", "event-3", "cmt_1"]);
    expect(entries[1]?.changes).toEqual([["status", "resolved"]]);
  });
});
