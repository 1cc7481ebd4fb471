/** The frames of GET /api/v1/live, both ways. Times are RFC 3339 UTC strings. */
import type {
  AccountRole,
  Channel,
  CustomerRef,
  Message,
  Notice,
  Phase,
  PresenceStatus,
  Texts,
  VisitedPage,
} from "../api/types";

export type WorkRole =
  | "offer"
  | "invited"
  | "owner"
  | "wrap_up"
  | "consult"
  | "monitor"
  | "whisper"
  | "barge"
  | "conference";

/** Where a leg of a call stands; what it hears follows from that. */
export type Place = "alone" | "music" | "talk" | "aside" | "listen" | "whisper";

export interface CallLeg {
  id: string;
  role: "customer" | "agent" | "party";
  agent_id: string | null;
  name: string;
  number: string | null;
  state: "dialling" | "ringing" | "up";
  place: Place | null;
  muted: boolean;
  since: string;
}

export interface CallRow {
  direction: "in" | "out";
  /** Of the customer, E.164; empty if withheld. */
  number: string;
  dnis: string;
  trunk: string | null;
  held: boolean;
  muted: boolean;
  consulting: boolean;
  conference: boolean;
  recording: "off" | "on" | "paused";
  my_leg: string | null;
  legs: CallLeg[];
  callback: { number: string; attempt: number; at?: string | null } | null;
  keys: string[];
  variables: Record<string, string>;
  flow: string | null;
  /** My phone was lost on this call, and it waits for me. */
  rejoining: boolean;
}

export interface BusyWith {
  interaction_id: string;
  channel: Channel;
  phase: Phase;
  customer_name: string;
  since: string;
  role: string;
  unanswered_since?: string | null;
  call?: CallBrief | null;
}

/** A call in short, for an agent's cell. */
export interface CallBrief {
  direction: "in" | "out";
  number: string;
  state: "flow" | "waiting" | "ringing" | "talking" | "held" | "aside" | "callback" | "over";
}

/** A supervisor wants to listen in, and I am asked. */
export interface Asks {
  agent_id: string;
  name: string;
  role: "monitor" | "whisper" | "barge";
  until: string;
  answer_s: number;
}

/** My last question to listen in. */
export interface Asked {
  interaction_id: string;
  agent_name: string;
  role: "monitor" | "whisper" | "barge";
  until: string;
  /** Null: no answer yet. */
  answer:
    | "allowed"
    | "refused"
    | "no_answer"
    | "withdrawn"
    | "call_over"
    | "agent_gone"
    | "supervisor_gone"
    | "no_room"
    | null;
}

export interface AgentRow {
  id: string;
  name: string;
  role: AccountRole;
  status: PresenceStatus;
  reason: string | null;
  since: string;
  online: boolean;
  /** What rings when they are called can be rung. */
  phone?: boolean;
  busy: BusyWith[];
  capacity: Partial<Record<Channel, number>>;
  skills?: Record<string, number>;
  queues: string[];
  free?: boolean;
  asked?: Asked | null;
}

export interface QueueRow {
  id: string;
  names: Texts;
  waiting: number;
  oldest_at: string | null;
  /** When each that waits began to, oldest first. */
  waiting_since?: string[];
  in_service: number;
  agents: { ready: number; free: number; busy: number; not_ready: number; offline?: number };
  open: boolean;
  /** Agents may pick from it. */
  pull?: boolean;
  max_waiting?: number | null;
  today: {
    offered: number;
    answered: number;
    abandoned: number;
    short_abandoned: number;
    messages_left: number;
    answered_in_target: number;
    service_level: number | null;
    asa_s: number | null;
    aht_s: number | null;
    csat: number | null;
    rated?: number;
    abandonment?: number | null;
  };
  estimated_wait_s: number | null;
  service_level_s: number;
  /** Of its agents since they signed in, and between the busiest and the least busy: shares of 1. */
  occupancy?: number | null;
  occupancy_spread?: number | null;
}

/** Shares of 1: at least, at most, at least. */
export interface Targets {
  service_level: number;
  abandonment: number;
  csat: number;
}

export interface Totals {
  targets?: Targets;
  waiting: number;
  oldest_at: string | null;
  in_service: number;
  offered: number;
  answered: number;
  abandoned: number;
  service_level: number | null;
  asa_s: number | null;
  abandonment: number | null;
  csat: number | null;
  agents: { ready: number; not_ready: number; offline: number; busy: number };
}

/** A queue is off target; the server says which and since when. */
export interface AlertRow {
  id: string;
  queue: string;
  kind: "oldest_wait" | "nobody_ready" | "service_level" | "abandonment";
  /** Null: for the whole last hour. */
  since: string | null;
  /** Share of the last hour; null of a wait, which goes on counting. */
  value: number | null;
  /** Seconds of a wait, else a share. */
  target: number | null;
  /** Interactions of the last hour that made it so. */
  counted: number | null;
  queued_from: string | null;
}

/** A queue's last 60 full minutes, oldest first. */
export interface TrendRow {
  id: string;
  offered: number[];
  waiting: number[];
}

/** What a supervisor did. */
export interface DeedRow {
  id: string;
  at: string;
  deed: "presence" | "assigned" | "took_over" | "priority" | "monitor" | "whisper" | "barge";
  by: string | null;
  agent_id: string | null;
  agent_name: string | null;
  /** Presence: the state; priority: the number. */
  detail: string;
  reason: string | null;
  interaction_id: string | null;
  customer_name: string;
}

/** Why this agent, in short: the receipt of an offer. */
export type Why = Record<string, unknown>;

export interface Work {
  id: string;
  channel: Channel;
  phase: Phase;
  role: WorkRole;
  queue: string | null;
  customer: CustomerRef;
  language: string;
  topic: string | null;
  page: VisitedPage;
  subject: string;
  ticket_id: string | null;
  arrived_at: string;
  queued_at: string | null;
  connected_at: string | null;
  offer: { ring_until: string; ring_s: number; why: Why } | null;
  /** A colleague asks me for help here. */
  invitation?: { by: string; note: string; until: string; answer_s: number } | null;
  /** Whom the owner asked: no answer yet, or why they do not come. */
  invited?: {
    agent_id: string;
    name: string;
    answer: "declined" | "no_answer" | "withdrawn" | null;
  }[];
  asks?: Asks[];
  wrap_up: {
    since: string;
    until: string | null;
    blocking: boolean;
    disposition_required: boolean;
    /** Ids of the queue's; empty: all. */
    dispositions: string[];
  } | null;
  owner: string | null;
  participants: { agent_id: string; role: string }[];
  last_message: { text: string; sender: "customer" | "agent" | "system"; at: string } | null;
  unread: number;
  unanswered_since: string | null;
  customer_online: boolean;
  customer_delivered_to: string | null;
  customer_read_to: string | null;
  note: string;
  priority: number;
  conversation_ended: boolean;
  ended_by: string | null;
  call?: CallRow | null;
}

export interface Who {
  kind: "customer" | "agent";
  id?: string;
  name?: string;
}

export interface Snapshot {
  type: "snapshot";
  seq: number;
  at: string;
  me: AgentRow;
  work: Work[];
  queues: QueueRow[];
  agents: AgentRow[] | null;
  totals: Totals | null;
  /** These three for those who see people. */
  alerts?: AlertRow[];
  trends?: TrendRow[];
  deeds?: DeedRow[];
  unread_notices: number;
}

export interface Rows {
  type: "rows";
  seq: number;
  me?: AgentRow;
  work?: Record<string, Work | null>;
  queues?: Record<string, QueueRow | null>;
  agents?: Record<string, AgentRow | null>;
  totals?: Totals;
  alerts?: Record<string, AlertRow | null>;
  trends?: Record<string, TrendRow | null>;
  deeds?: Record<string, DeedRow | null>;
}

export interface Hint {
  type: "hint";
  interaction_id: string;
  hint: "typing" | "viewing" | "gone";
  who: Who;
  text?: string;
}

export interface Changed {
  type: "changed";
  kind: string;
  id: string;
  customer_id?: string | null;
}

export type Frame =
  | Snapshot
  | Rows
  | { type: "message"; seq: number; message: Message }
  | Hint
  | { type: "notice"; notice: Notice }
  | Changed
  | { type: "beat"; seq: number; at: string };

export type ClientFrame =
  | { type: "typing"; interaction_id: string }
  | { type: "viewing"; interaction_id: string | null }
  | { type: "beat" };

export const SIGNED_OUT = 4401;
export const TOO_SLOW = 4408;
export const NOT_LEADING = 4503;
