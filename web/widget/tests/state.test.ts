import { describe, expect, it } from "vitest";
import { type ChatState, EMPTY, IDLE, type News, reduce } from "../src/model/state";
import type { Message, Pending, VisitorState } from "../src/model/types";

function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `msg_${seq}`,
    seq,
    interaction_id: "int_1",
    client_id: `c${seq}`,
    at: "2026-11-22T05:00:00.000Z",
    sender: "agent",
    agent_name: "林晓",
    text: `${seq}`,
    attachments: [],
    ...more,
  };
}

function pending(clientId: string): Pending {
  return {
    clientId,
    text: clientId,
    files: [],
    topic: null,
    at: "2026-11-22T05:00:00.000Z",
    tried: true,
    acked: false,
    failed: null,
  };
}

function fold(...all: News[]): ChatState {
  return all.reduce(reduce, EMPTY);
}

const got = (frame: Extract<News, { kind: "frame" }>["frame"]): News => ({
  kind: "frame",
  frame,
  now: 1_000,
});
const told = (state: Partial<VisitorState>): News =>
  got({ type: "state", state: { ...IDLE, ...state } });

describe("messages", () => {
  it("come in the server's order, each once, however they arrive", () => {
    const state = fold(
      got({ type: "message", message: message(3) }),
      got({ type: "ready", state: IDLE, messages: [message(1), message(2), message(3)], seq: 3 }),
      got({ type: "message", message: message(2) }),
    );
    expect(state.messages.map((m) => m.seq)).toEqual([1, 2, 3]);
  });

  it("take the place of what waited to be confirmed, by client id", () => {
    const state = fold(
      { kind: "queued", pending: pending("c7") },
      got({ type: "ack", client_id: "c7", message_id: "msg_7", seq: null }),
      got({ type: "message", message: message(7, { sender: "customer" }) }),
    );
    expect(state.pending).toEqual([]);
  });

  it("confirmed again although long shown leave nothing waiting", () => {
    const state = fold(
      got({ type: "message", message: message(9) }),
      { kind: "queued", pending: pending("c1") },
      got({ type: "ack", client_id: "c1", message_id: "msg_1", seq: 1 }),
    );
    expect(state.pending).toEqual([]);
  });

  it("that are restored but stored already are not shown twice", () => {
    const state = fold(got({ type: "message", message: message(1) }), {
      kind: "restored",
      pending: [pending("c1"), pending("c2")],
    });
    expect(state.pending.map((p) => p.clientId)).toEqual(["c2"]);
  });

  it("are read once the agent says so or answers", () => {
    const mine = message(1, { sender: "customer" });
    const read = fold(
      got({ type: "message", message: mine }),
      got({ type: "read", message_id: "msg_1" }),
    );
    expect(read.readTo).toBe(1);
    const answered = fold(
      got({ type: "message", message: mine }),
      got({ type: "message", message: message(2) }),
    );
    expect(answered.readTo).toBe(2);
  });
});

describe("rating", () => {
  it("is asked for when a served conversation ends, with or without a wrap-up", () => {
    const connected = told({ phase: "connected", interaction_id: "int_1" });
    expect(fold(connected, told({ phase: "ended", interaction_id: "int_1" })).rate).toBe("int_1");
    expect(fold(connected, told({ phase: "idle" })).rate).toBe("int_1");
  });

  it("is not asked for when nobody served", () => {
    expect(fold(told({ phase: "queued", interaction_id: "int_1" }), told({})).rate).toBeNull();
  });

  it("follows the server's word, and is given or declined once", () => {
    const rate = { interaction_id: "int_1" };
    const asked = told({ phase: "idle", rate });
    expect(fold(asked).rate).toBe("int_1");
    expect(fold(asked, { kind: "skipRating" }, told({ phase: "idle", rate })).rate).toBeNull();
    const rated = fold(asked, got({ type: "rated", interaction_id: "int_1" }));
    expect([rated.rate, rated.thanks]).toEqual([null, true]);
    const again = fold(
      asked,
      got({ type: "error", code: "already_rated", values: {}, retry: false }),
    );
    expect(again.rate).toBeNull();
  });
});

describe("typing", () => {
  it("ends with the message, with its time, or with the conversation", () => {
    const typing = [told({ phase: "connected" }), got({ type: "typing" })] as const;
    expect(fold(...typing).typingUntil).toBeGreaterThan(1_000);
    expect(fold(...typing, got({ type: "message", message: message(1) })).typingUntil).toBe(0);
    expect(fold(...typing, { kind: "typingEnded" }).typingUntil).toBe(0);
    expect(fold(...typing, told({ phase: "ended" })).typingUntil).toBe(0);
  });
});
