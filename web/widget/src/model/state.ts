// The conversation as the visitor sees it: one value, changed only by `reduce`.

import type { Entry, Frame, Message, Pending, Session, Values, VisitorState } from "./types";

export type LineStatus = "off" | "connecting" | "on" | "lost";

export interface Upload {
  id: string; // local
  name: string;
  size: number;
  progress: number; // 0..1
  file: import("./types").FileInfo | null; // once stored
  failed: { code: string; values: Values } | null;
}

export interface ChatState {
  entry: Entry | null;
  open: boolean;
  started: boolean; // a session exists
  line: LineStatus;
  visitor: VisitorState;
  messages: Message[]; // by seq, each once
  historyBefore: number | null;
  pending: Pending[];
  draft: string; // what is written and not sent; a closed panel keeps it
  uploads: Upload[];
  readTo: number; // the agent has read our messages up to this seq
  deliveredTo: number;
  seenSeq: number; // the visitor has seen messages up to this seq
  typingUntil: number; // the agent is typing (unix ms)
  rate: string | null; // interaction to rate
  skipped: string | null; // interaction the visitor does not want to rate
  thanks: boolean; // a rating was just given
  notice: { code: string; values: Values } | null;
}

export const IDLE: VisitorState = {
  phase: "idle",
  interaction_id: null,
  agent: null,
  position: null,
  estimated_wait_s: null,
  can_leave_message: false,
  away_reason: null,
};

export const EMPTY: ChatState = {
  entry: null,
  open: false,
  started: false,
  line: "off",
  visitor: IDLE,
  messages: [],
  historyBefore: null,
  pending: [],
  draft: "",
  uploads: [],
  readTo: 0,
  deliveredTo: 0,
  seenSeq: 0,
  typingUntil: 0,
  rate: null,
  skipped: null,
  thanks: false,
  notice: null,
};

export const TYPING_MS = 6_000; // how long "is typing" lasts without news

export type News =
  | { kind: "entry"; entry: Entry }
  | { kind: "open"; open: boolean }
  | { kind: "line"; line: LineStatus }
  | { kind: "session"; session: Session; other: boolean } // other: another visitor than before
  | { kind: "frame"; frame: Frame; now: number }
  | { kind: "history"; messages: Message[]; before: number | null }
  | { kind: "queued"; pending: Pending }
  | { kind: "restored"; pending: Pending[] }
  | { kind: "tried"; clientId: string }
  | { kind: "dropped"; clientId: string }
  | { kind: "retried"; clientId: string }
  | { kind: "seen"; seq: number }
  | { kind: "upload"; upload: Upload }
  | { kind: "uploads"; keep: (upload: Upload) => boolean }
  | { kind: "notice"; notice: ChatState["notice"] }
  | { kind: "skipRating" }
  | { kind: "typingEnded" }
  | { kind: "draft"; text: string }
  | { kind: "forgotten" };

export function reduce(state: ChatState, news: News): ChatState {
  switch (news.kind) {
    case "entry":
      return { ...state, entry: news.entry };
    case "open":
      return { ...state, open: news.open };
    case "line":
      return { ...state, line: news.line };
    case "draft":
      return { ...state, draft: news.text };
    case "session":
      return withSession(state, news.session, news.other);
    case "frame":
      return withFrame(state, news.frame, news.now);
    case "history":
      return { ...withMessages(state, news.messages), historyBefore: news.before };
    case "queued":
      return { ...state, pending: [...state.pending, news.pending], thanks: false };
    case "restored":
      return { ...state, pending: merged(news.pending, state.pending, state.messages) };
    case "tried":
      return withPending(state, news.clientId, { tried: true, failed: null });
    case "retried":
      return withPending(state, news.clientId, { failed: null });
    case "dropped":
      return { ...state, pending: state.pending.filter((p) => p.clientId !== news.clientId) };
    case "seen":
      return { ...state, seenSeq: Math.max(state.seenSeq, news.seq) };
    case "upload":
      return { ...state, uploads: replaced(state.uploads, news.upload) };
    case "uploads":
      return { ...state, uploads: state.uploads.filter(news.keep) };
    case "notice":
      return { ...state, notice: news.notice };
    case "skipRating":
      return { ...state, rate: null, skipped: state.rate };
    case "typingEnded":
      return { ...state, typingUntil: 0 };
    case "forgotten":
      return { ...EMPTY, entry: state.entry, open: state.open };
  }
}

function withSession(state: ChatState, session: Session, other: boolean): ChatState {
  const base: ChatState = other ? { ...state, messages: [], readTo: 0, rate: null } : state;
  const next = withMessages(withVisitor(base, session.state), session.messages);
  return { ...next, started: true, historyBefore: session.history_before };
}

function withFrame(state: ChatState, frame: Frame, now: number): ChatState {
  switch (frame.type) {
    case "ready":
      return withMessages(withVisitor({ ...state, line: "on" }, frame.state), frame.messages);
    case "message":
      return withMessages(state, [frame.message]);
    case "state":
      return withVisitor(state, frame.state);
    case "ack":
      return acknowledged(state, frame.client_id, frame.seq);
    case "typing":
      return { ...state, typingUntil: now + TYPING_MS };
    case "read":
      return { ...state, readTo: Math.max(state.readTo, seqOf(state, frame.message_id)) };
    case "delivered":
      return { ...state, deliveredTo: Math.max(state.deliveredTo, seqOf(state, frame.message_id)) };
    case "rated":
      return { ...state, rate: null, thanks: true, notice: null };
    case "error":
      return withError(state, frame.client_id ?? null, frame);
    case "beat":
      return state;
  }
}

/** Upserts by id: what comes twice (live and by catching up) is shown once, in the server's order. */
function withMessages(state: ChatState, news: Message[]): ChatState {
  if (news.length === 0) return state;
  const byId = new Map(state.messages.map((message) => [message.id, message]));
  for (const message of news) byId.set(message.id, message);
  const messages = [...byId.values()].sort((a, b) => a.seq - b.seq);
  const fromAgent = news.filter((message) => message.sender === "agent");
  return {
    ...state,
    messages,
    pending: notIn(state.pending, messages),
    typingUntil: fromAgent.length > 0 ? 0 : state.typingUntil,
    // who answers has read what was said before
    readTo: Math.max(state.readTo, ...fromAgent.map((message) => message.seq)),
  };
}

function withVisitor(state: ChatState, visitor: VisitorState): ChatState {
  const served = state.visitor.phase === "connected" ? state.visitor.interaction_id : null;
  const over = visitor.phase === "idle" || visitor.phase === "ended";
  let rate = over ? (state.rate ?? served) : null;
  if (visitor.rate !== undefined) rate = visitor.rate?.interaction_id ?? null;
  if (rate === state.skipped) rate = null;
  const typingUntil = visitor.phase === "connected" ? state.typingUntil : 0;
  return { ...state, visitor, rate, typingUntil, thanks: over && state.thanks };
}

function acknowledged(state: ChatState, clientId: string, seq: number | null): ChatState {
  const known = seq !== null && seq <= lastSeq(state);
  if (known) return { ...state, pending: state.pending.filter((p) => p.clientId !== clientId) };
  return withPending(state, clientId, { acked: true, failed: null });
}

function withError(
  state: ChatState,
  clientId: string | null,
  error: { code: string; values: Values; retry: boolean },
): ChatState {
  const notice = { code: error.code, values: error.values };
  const settled = error.code === "already_rated" || error.code === "too_late_to_rate";
  const next = settled ? { ...state, rate: null } : state;
  if (clientId === null) return { ...next, notice };
  if (error.retry) return next; // sent again by itself
  return withPending({ ...next, notice }, clientId, { failed: error.code });
}

function withPending(state: ChatState, clientId: string, change: Partial<Pending>): ChatState {
  const pending = state.pending.map((p) => (p.clientId === clientId ? { ...p, ...change } : p));
  return { ...state, pending };
}

function merged(restored: Pending[], pending: Pending[], messages: Message[]): Pending[] {
  const known = new Set(pending.map((p) => p.clientId));
  const all = [...restored.filter((p) => !known.has(p.clientId)), ...pending];
  return notIn(all, messages).sort((a, b) => a.at.localeCompare(b.at));
}

function notIn(pending: Pending[], messages: Message[]): Pending[] {
  const stored = new Set(messages.map((message) => message.client_id));
  return pending.filter((p) => !stored.has(p.clientId));
}

function replaced(uploads: Upload[], upload: Upload): Upload[] {
  const found = uploads.some((each) => each.id === upload.id);
  return found
    ? uploads.map((each) => (each.id === upload.id ? upload : each))
    : [...uploads, upload];
}

function seqOf(state: ChatState, messageId: string): number {
  return state.messages.find((message) => message.id === messageId)?.seq ?? 0;
}

// --- what follows from it ------------------------------------------------------------------------

export function lastSeq(state: ChatState): number {
  return state.messages[state.messages.length - 1]?.seq ?? 0;
}

export function unread(state: ChatState): number {
  return state.messages.filter((m) => m.sender === "agent" && m.seq > state.seenSeq).length;
}

export function lastOfAgent(state: ChatState): Message | undefined {
  return state.messages.filter((message) => message.sender === "agent").at(-1);
}

/** Whether a conversation is under way, so that the line must stay open. */
export function underWay(state: ChatState): boolean {
  return state.visitor.phase !== "idle" || state.pending.some((p) => p.failed === null);
}
