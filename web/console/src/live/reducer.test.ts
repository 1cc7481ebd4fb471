import { describe, expect, it } from "vitest";
import type { Message, Notice } from "../api/types";
import type { AgentRow, AlertRow, DeedRow, Frame, Work } from "./protocol";
import { addMessages, HINT_LIFE_MS, initial, type LiveState, present, reduce } from "./reducer";

const NOW = Date.parse("2026-11-22T04:00:00Z");
const AT = "2026-11-22T04:00:02Z";

const me = { id: "agt_1", name: "Lin", status: "ready" } as AgentRow;
const work = (id: string, unread = 0) => ({ id, unread, role: "owner" }) as Work;
const message = (seq: number, text = ""): Message =>
  ({ id: `msg_${seq}`, seq, interaction_id: "int_1", text }) as Message;
const snapshot = (rows: Work[] = []): Frame => ({
  type: "snapshot",
  seq: 7,
  at: AT,
  me,
  work: rows,
  queues: [],
  agents: null,
  totals: null,
  unread_notices: 2,
});
const fold = (frames: Frame[], from: LiveState = initial) =>
  frames.reduce((state, frame) => reduce(state, frame, NOW), from);
const texts = (state: LiveState) =>
  state.conversations.int_1?.messages.map((each) => each.id) ?? [];

describe("a snapshot", () => {
  it("replaces what was there, and tells how far our clock is off", () => {
    const state = fold([snapshot([work("int_1")]), snapshot([work("int_2")])]);
    expect(Object.keys(state.work)).toEqual(["int_2"]);
    expect(state.skewMs).toBe(2_000);
    expect(state.synced).toBe(true);
  });

  it("keeps the messages already read", () => {
    const read = addMessages(initial, "int_1", [message(3)], true);
    expect(texts(fold([snapshot()], read))).toEqual(["msg_3"]);
  });
});

describe("rows", () => {
  it("of alerts, lines and deeds are put and taken like all others, and go with a new snapshot", () => {
    const trend = { id: "q", offered: [1], waiting: [0] };
    const alert = { id: "q:oldest_wait" } as AlertRow;
    const rows: Frame = {
      type: "rows",
      seq: 8,
      alerts: { [alert.id]: alert },
      trends: { q: trend },
      deeds: { a: { id: "a" } as DeedRow },
    };
    const state = fold([snapshot(), rows]);
    expect(state.alerts).toEqual({ [alert.id]: alert });
    expect(state.trends.q).toBe(trend);
    expect(Object.keys(state.deeds)).toEqual(["a"]);
    expect(fold([{ type: "rows", seq: 9, alerts: { [alert.id]: null } }], state).alerts).toEqual(
      {},
    );
    expect(fold([snapshot()], state)).toMatchObject({ alerts: {}, trends: {}, deeds: {} });
  });

  it("add, replace and remove by id and leave the others alone", () => {
    const state = fold([
      snapshot([work("int_1"), work("int_2")]),
      {
        type: "rows",
        seq: 8,
        work: { int_1: work("int_1", 4), int_2: null, int_3: work("int_3") },
      },
    ]);
    expect(Object.keys(state.work)).toEqual(["int_1", "int_3"]);
    expect(state.work.int_1?.unread).toBe(4);
    expect(state.me).toBe(me);
  });

  it("that go take the conversation with them: it is read on should it come back", () => {
    const read = addMessages(fold([snapshot([work("int_1")])]), "int_1", [message(3)], true);
    const gone = fold([{ type: "rows", seq: 8, work: { int_1: null } }], read);
    expect(gone.conversations.int_1).toMatchObject({ loaded: false, lastSeq: 3 });
    expect(texts(gone)).toEqual(["msg_3"]);
  });

  it("that come again change nothing", () => {
    const rows: Frame = { type: "rows", seq: 8, work: { int_1: work("int_1", 1) } };
    expect(fold([snapshot(), rows, rows])).toEqual(fold([snapshot(), rows]));
  });
});

describe("messages", () => {
  it("stand in the order of their seq, each once, however they arrive", () => {
    const frames: Frame[] = [5, 3, 5, 4, 3].map((seq) => ({
      type: "message",
      seq,
      message: message(seq),
    }));
    expect(texts(fold([snapshot(), ...frames]))).toEqual(["msg_3", "msg_4", "msg_5"]);
  });

  it("take the place of an older version of themselves", () => {
    const state = addMessages(addMessages(initial, "int_1", [message(1, "a")]), "int_1", [
      message(1, "b"),
    ]);
    expect(state.conversations.int_1?.messages.map((each) => each.text)).toEqual(["b"]);
  });

  it("pushed after a lost line do not hide the gap below them", () => {
    const before = addMessages(initial, "int_1", [message(1), message(2)], true);
    const pushed = reduce(before, { type: "message", seq: 9, message: message(9) }, NOW);
    expect(pushed.conversations.int_1?.lastSeq).toBe(2);
    const repaired = addMessages(pushed, "int_1", [message(7), message(8), message(9)], true);
    expect(texts(repaired)).toEqual(["msg_1", "msg_2", "msg_7", "msg_8", "msg_9"]);
    expect(repaired.conversations.int_1?.lastSeq).toBe(9);
  });
});

describe("hints", () => {
  const typing: Frame = {
    type: "hint",
    interaction_id: "int_1",
    hint: "typing",
    who: { kind: "customer" },
    text: "one mo",
  };

  it("show who types and what, and fade when they are not repeated", () => {
    const state = fold([snapshot(), typing]);
    expect(present(state, "int_1", NOW)[0]?.preview).toBe("one mo");
    const [later] = present(state, "int_1", NOW + HINT_LIFE_MS + 1);
    expect(later?.typingUntil).toBeLessThan(NOW + HINT_LIFE_MS + 1);
  });

  it("end with the message that was typed", () => {
    const sent = { ...message(3), sender: "customer" } as Message;
    const state = fold([snapshot(), typing, { type: "message", seq: 3, message: sent }]);
    expect(state.around.int_1?.customer?.typingUntil).toBe(0);
  });

  it("never show me to myself, and end when somebody goes", () => {
    const who = { kind: "agent", id: "agt_2", name: "Chen" } as const;
    const view: Frame = { type: "hint", interaction_id: "int_1", hint: "viewing", who };
    const mine: Frame = { ...view, who: { kind: "agent", id: "agt_1", name: "Lin" } };
    const state = fold([snapshot(), view, mine]);
    expect(present(state, "int_1", NOW).map((each) => each.who.id)).toEqual(["agt_2"]);
    expect(present(fold([{ ...view, hint: "gone" }], state), "int_1", NOW)).toEqual([]);
  });
});

describe("notices", () => {
  it("count once even when they come twice", () => {
    const notice = { id: "ntc_1", read: false } as Notice;
    const frame: Frame = { type: "notice", notice };
    expect(fold([snapshot(), frame, frame]).unreadNotices).toBe(3);
  });
});
