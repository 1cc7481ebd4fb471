/** Frames folded into what screens show. Pure: the clock is an argument, no rule of the center here. */
import type { Message, Notice } from "../api/types";
import type {
  AgentRow,
  AlertRow,
  DeedRow,
  Frame,
  Hint,
  QueueRow,
  Rows,
  Snapshot,
  Totals,
  TrendRow,
  Who,
  Work,
} from "./protocol";

/** A typing or viewing hint lives this long unless repeated. */
export const HINT_LIFE_MS = 6_000;
export const VIEWING_LIFE_MS = 45_000;
const MAX_NOTICES = 50;

export interface Presence {
  who: Who;
  typingUntil: number;
  viewingUntil: number;
  preview: string;
}

export interface Conversation {
  messages: Message[];
  loaded: boolean;
  /** Everything up to this seq has been read. */
  lastSeq: number;
}

export interface LiveState {
  seq: number;
  /** Server clock minus ours, ms. */
  skewMs: number;
  synced: boolean;
  me: AgentRow | null;
  work: Record<string, Work>;
  queues: Record<string, QueueRow>;
  agents: Record<string, AgentRow> | null;
  totals: Totals | null;
  alerts: Record<string, AlertRow>;
  trends: Record<string, TrendRow>;
  deeds: Record<string, DeedRow>;
  unreadNotices: number;
  notices: Notice[];
  conversations: Record<string, Conversation>;
  /** interaction → who → what they do there. */
  around: Record<string, Record<string, Presence>>;
}

export const initial: LiveState = {
  seq: 0,
  skewMs: 0,
  synced: false,
  me: null,
  work: {},
  queues: {},
  agents: null,
  totals: null,
  alerts: {},
  trends: {},
  deeds: {},
  unreadNotices: 0,
  notices: [],
  conversations: {},
  around: {},
};

const NONE: Conversation = { messages: [], loaded: false, lastSeq: 0 };

/** The state after `frame`, received at `now` (ms of our clock). Repeated frames change nothing. */
export function reduce(state: LiveState, frame: Frame, now: number): LiveState {
  switch (frame.type) {
    case "snapshot":
      return takeSnapshot(state, frame, now);
    case "rows":
      return takeRows(state, frame);
    case "message":
      return {
        ...addMessages(state, frame.message.interaction_id, [frame.message]),
        around: stopTyping(state.around, frame.message),
        seq: Math.max(state.seq, frame.seq),
      };
    case "hint":
      return takeHint(state, frame, now);
    case "notice":
      return takeNotice(state, frame.notice);
    case "beat":
      return { ...state, seq: Math.max(state.seq, frame.seq), skewMs: skew(frame.at, now) };
    case "changed":
      return state;
  }
}

/** Messages read from the API, or pushed: kept once each, in the order of their seq. */
export function addMessages(
  state: LiveState,
  interactionId: string,
  messages: Message[],
  loaded = false,
): LiveState {
  const before = state.conversations[interactionId] ?? NONE;
  const known = new Map(before.messages.map((message) => [message.id, message]));
  for (const message of messages) known.set(message.id, message);
  const all = [...known.values()].sort((a, b) => a.seq - b.seq);
  // Only reads move `lastSeq`: what was pushed after a lost line may have a gap below it.
  const lastSeq = messages.reduce((top, each) => Math.max(top, each.seq), before.lastSeq);
  const conversation = {
    messages: all,
    loaded: before.loaded || loaded,
    lastSeq: loaded ? lastSeq : before.lastSeq,
  };
  return { ...state, conversations: { ...state.conversations, [interactionId]: conversation } };
}

/** Whoever is at this interaction now, apart from us. */
export function present(state: LiveState, interactionId: string, now: number): Presence[] {
  return Object.values(state.around[interactionId] ?? {}).filter(
    (each) => each.who.id !== state.me?.id && Math.max(each.typingUntil, each.viewingUntil) > now,
  );
}

function takeSnapshot(state: LiveState, frame: Snapshot, now: number): LiveState {
  return {
    ...state,
    seq: frame.seq,
    skewMs: skew(frame.at, now),
    synced: true,
    me: frame.me,
    work: byId(frame.work),
    queues: byId(frame.queues),
    agents: frame.agents && byId(frame.agents),
    totals: frame.totals,
    alerts: byId(frame.alerts ?? []),
    trends: byId(frame.trends ?? []),
    deeds: byId(frame.deeds ?? []),
    unreadNotices: frame.unread_notices,
    around: {},
  };
}

function takeRows(state: LiveState, frame: Rows): LiveState {
  return {
    ...state,
    seq: Math.max(state.seq, frame.seq),
    me: frame.me ?? state.me,
    work: merge(state.work, frame.work),
    conversations: passedOn(state.conversations, frame.work),
    queues: merge(state.queues, frame.queues),
    agents: frame.agents ? merge(state.agents ?? {}, frame.agents) : state.agents,
    totals: frame.totals ?? state.totals,
    alerts: merge(state.alerts, frame.alerts),
    trends: merge(state.trends, frame.trends),
    deeds: merge(state.deeds, frame.deeds),
  };
}

/** What is no longer mine goes on without me: should it come back, it is read on from the last read. */
function passedOn(
  conversations: LiveState["conversations"],
  work?: Record<string, Work | null>,
): LiveState["conversations"] {
  const gone = Object.keys(work ?? {}).filter((id) => work?.[id] === null && conversations[id]);
  if (gone.length === 0) return conversations;
  const kept = gone.map((id) => [id, { ...(conversations[id] ?? NONE), loaded: false }]);
  return { ...conversations, ...Object.fromEntries(kept) };
}

function takeHint(state: LiveState, frame: Hint, now: number): LiveState {
  const key = frame.who.kind === "customer" ? "customer" : (frame.who.id ?? "agent");
  const here = { ...state.around[frame.interaction_id] };
  if (frame.hint === "gone") {
    delete here[key];
  } else {
    const typing = frame.hint === "typing";
    here[key] = {
      who: frame.who,
      typingUntil: typing ? now + HINT_LIFE_MS : 0,
      viewingUntil: now + VIEWING_LIFE_MS,
      preview: typing ? (frame.text ?? "") : "",
    };
  }
  return { ...state, around: { ...state.around, [frame.interaction_id]: here } };
}

/** Whoever's message is here no longer types it. */
function stopTyping(around: LiveState["around"], message: Message): LiveState["around"] {
  const key = message.sender === "customer" ? "customer" : (message.agent_id ?? "");
  const presence = around[message.interaction_id]?.[key];
  if (!presence) return around;
  const here = { ...around[message.interaction_id], [key]: { ...presence, typingUntil: 0 } };
  return { ...around, [message.interaction_id]: here };
}

function takeNotice(state: LiveState, notice: Notice): LiveState {
  if (state.notices.some((each) => each.id === notice.id)) return state;
  return {
    ...state,
    notices: [notice, ...state.notices].slice(0, MAX_NOTICES),
    unreadNotices: state.unreadNotices + (notice.read ? 0 : 1),
  };
}

function skew(at: string, now: number): number {
  const server = Date.parse(at);
  return Number.isNaN(server) ? 0 : server - now;
}

function byId<Row extends { id: string }>(rows: Row[]): Record<string, Row> {
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

function merge<Row>(rows: Record<string, Row>, changes?: Record<string, Row | null>) {
  if (!changes) return rows;
  const merged = { ...rows };
  for (const [id, row] of Object.entries(changes)) {
    if (row === null) delete merged[id];
    else merged[id] = row;
  }
  return merged;
}
