/** Every event of the journal as one plain sentence: which words to use and what fills them. Pure. */
import type { JournalRow } from "../../api/types";
import { phone } from "../../ui/format";
import { type Receipt, receiptOf } from "./receipt";

type Names = JournalRow["names"];

export type Tone = "neutral" | "good" | "warn" | "bad";

/** `events.<kind>.<variant>` in the catalogue, its values, and what is shown below it. */
export interface Sentence {
  kind: string;
  variant: string;
  values: Record<string, string | number>;
  tone: Tone;
  detail: string;
  why: Receipt | null;
}

/** How durations, times and texts in languages are written: given, since they depend on the language. */
export interface Pen {
  duration: (seconds: number) => string;
  time: (iso: string) => string;
  text: (texts: unknown) => string;
  reason: (id: string) => string;
  disposition: (id: string) => string;
  skill: (id: string) => string;
  /** A rule's name in that version of the policy. */
  rule: (version: number, id: string) => string;
  /** Whose leg of the call it is. */
  leg: (id: string) => string;
  place: (place: string) => string;
  nodeKind: (kind: string) => string;
  /** What the interaction itself is called among others. */
  thisOne: string;
  unknown: string;
}

type Fields = Record<string, unknown>;

const SYSTEM = "system";

const word = (value: unknown): string => (typeof value === "string" ? value : "");
const figure = (value: unknown): number => (typeof value === "number" ? value : 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Which of a kind's sentences tells it; `plain` is every kind's last resort. */
const VARIANTS: Record<string, (event: Fields) => string> = {
  PresenceChanged: (e) => {
    const status = word(e.status);
    if (e.by === SYSTEM) return `${status}_system`;
    if (word(e.by)) return `${status}_by`;
    return status;
  },
  Arrived: (e) => {
    if (e.channel === "voice") return e.direction === "out" ? "call_out" : "call";
    if (word(e.ticket_id)) return "task";
    return word((e.page as Fields)?.title) ? "page" : "plain";
  },
  Classified: (e) => (list(e.rules).length ? "rules" : "plain"),
  FactsChanged: (e) => (word(e.by) ? "by" : "plain"),
  Queued: (e) => (word(e.only_agent) ? "held" : word(e.reason)),
  WentAway: (e) => word(e.reason),
  OfferEnded: (e) => word(e.reason),
  Connected: (e) => word(e.how),
  Released: (e) => {
    if (e.reason !== "transfer") return word(e.reason);
    return word(e.to_agent) ? "transfer_agent" : "transfer_queue";
  },
  InvitationEnded: (e) => word(e.reason),
  Joined: (e) => word(e.role),
  Parted: (e) => word(e.role),
  ConsentAsked: (e) => word(e.role),
  ConsentEnded: (e) => word(e.answer),
  PriorityRaised: (e) => (word(e.by) ? "by" : "plain"),
  ConversationEnded: (e) => word(e.by),
  WrapUpStarted: (e) => (word(e.until) ? "timed" : "plain"),
  WrapUpEnded: (e) => {
    if (e.timed_out) return "timed_out";
    return word(e.disposition) ? "disposition" : "plain";
  },
  MessageLeft: (e) => (word(e.recording_id) ? "spoken" : word(e.phone) ? "callback" : "plain"),
  Ended: (e) => word(e.outcome),
  MessageAdded: (e) => (e.visibility === "internal" ? "internal" : word(e.sender)),
  DeliveryChanged: (e) => `${word(e.delivery)}_${word(e.side)}`,
  PageChanged: (e) => (word((e.page as Fields)?.title) ? "title" : "plain"),
  Rated: (e) => (word(e.comment) ? "comment" : "plain"),
  TicketChanged: (e) => (word(e.by) ? "by" : "plain"),
  TicketCommented: (e) => (e.internal === false ? "public" : "internal"),
  RecordChanged: (e) => word(e.action),
  SignInFailed: (e) => (e.locked ? "locked" : "plain"),
  CallOpened: (e) => (word(e.number) ? word(e.direction) : "withheld"),
  LegStarted: (e) => (e.role === "customer" ? `customer_${word(e.direction)}` : word(e.role)),
  LegDropped: (e) => word(e.reason),
  LegOver: (e) => word(e.cause),
  LegMuted: (e) => (e.on ? "on" : "off"),
  RecordingChanged: (e) => {
    const reason = word(e.reason);
    if (reason) return NOT_RECORDED.has(reason) ? `failed_${reason}` : "failed";
    return word(e.by) && e.state !== "off" ? `${word(e.state)}_by` : word(e.state);
  },
  FlowEntered: (e) => (word(e.flow).startsWith("system:") ? "system" : "plain"),
  KeyPressed: (e) => (e.choice ? "choice" : "plain"),
  FlowLeft: (e) => word(e.reason),
  CallbackPlanned: (e) => {
    if (!e.at_time) return "plain";
    if (word(e.by)) return "booked";
    return figure(e.attempt) > 0 ? "again_at" : "at";
  },
  RecordingStored: (e) => word(e.kind),
};

const REFUSED = new Set(["refused", "no_answer"]);

/** Reasons that have a sentence of their own. */
const NOT_RECORDED = new Set([
  "disk_full",
  "not_paused",
  "not_resumed",
  "nothing_recorded",
  "notice_failed",
  "manager_off",
]);

const ENDINGS: Record<string, Tone> = {
  abandoned: "bad",
  unreached: "warn",
  callback_cancelled: "neutral",
};

const TONES: Record<string, (event: Fields) => Tone> = {
  WentAway: () => "warn",
  ConsentEnded: (e) => (REFUSED.has(word(e.answer)) ? "warn" : "neutral"),
  OfferEnded: (e) => (e.reason === "no_answer" ? "bad" : "warn"),
  Connected: () => "good",
  Released: (e) => (e.reason === "transfer" ? "neutral" : "warn"),
  Ended: (e) => ENDINGS[word(e.outcome)] ?? "good",
  DeliveryChanged: (e) => (e.delivery === "failed" ? "bad" : "neutral"),
  Rated: (e) => (figure(e.score) >= 4 ? "good" : figure(e.score) <= 2 ? "bad" : "warn"),
  CustomerAway: () => "warn",
  ScreenLost: () => "warn",
  SignInFailed: () => "bad",
  PhoneLost: () => "warn",
  LegOver: (e) => (e.cause === "normal" ? "neutral" : e.cause === "lost" ? "bad" : "warn"),
  RecordingChanged: (e) => (word(e.reason) ? "bad" : "neutral"),
};

function agentName(names: Names, id: unknown, pen: Pen): string {
  return word(id) ? (names.agents[word(id)] ?? word(id)) : pen.unknown;
}

function queueName(names: Names, id: unknown, pen: Pen): string {
  if (!word(id)) return pen.unknown;
  const named = names.queues[word(id)];
  return pen.text(named) || word(id);
}

function detailOf(kind: string, event: Fields): string {
  switch (kind) {
    case "MessageAdded":
    case "MessageLeft":
    case "TicketCommented":
      return word(event.text);
    case "Rated":
      return word(event.comment);
    case "DeliveryChanged":
      return event.delivery === "failed" ? word(event.reason) : "";
    default:
      return word(event.note);
  }
}

/** Nouns a `Configured` event carries, counted: "2 queues, 1 agent" is said by the screen. */
function configuredCount(event: Fields): number {
  const nouns = ["skills", "hours", "queues", "agents", "entry_points"];
  const removed = Object.values((event.removed as Fields) ?? {});
  const changed = nouns.reduce((sum, noun) => sum + list(event[noun]).length, 0);
  return changed + removed.reduce<number>((sum, ids) => sum + list(ids).length, 0);
}

function valuesOf({ kind, event, names }: JournalRow, pen: Pen): Record<string, string | number> {
  const page = (event.page ?? {}) as Fields;
  const customer = (event.customer ?? {}) as Fields;
  return {
    agent: agentName(names, event.agent_id, pen),
    by: agentName(names, event.by, pen),
    queue: queueName(names, event.queue, pen),
    to_agent: agentName(names, event.to_agent, pen),
    to_queue: queueName(names, event.to_queue, pen),
    only_agent: agentName(names, event.only_agent, pen),
    customer: word(customer.name) || pen.unknown,
    page: word(page.title) || word(page.url),
    reason: word(event.reason) ? pen.reason(word(event.reason)) : "",
    disposition: word(event.disposition) ? pen.disposition(word(event.disposition)) : "",
    priority: figure(event.priority),
    waited: pen.duration(figure(event.waited_s)),
    until: momentOf(event.until, pen),
    ring: word(event.ring_until) ? pen.time(word(event.ring_until)) : "",
    phone: phone(word(event.phone)),
    score: figure(event.score),
    number: typeof event.number === "string" ? phone(event.number) : figure(event.number),
    subject: word(event.subject),
    fields:
      list(event.fields).join(", ") || Object.keys((event.changes as Fields) ?? {}).join(", "),
    rules: list(event.rules)
      .map((id) => pen.rule(figure(event.version), word(id)))
      .join(", "),
    tags: list(event.tags).join(", "),
    known: Object.entries(((event.known ?? event.values) as Fields) ?? {})
      .map(([name, value]) => `${name} = ${value}`)
      .join(", "),
    stage: figure(event.stage) + 1,
    record: word(event.kind),
    id: word(event.id),
    ip: word(event.ip),
    email: word(event.email),
    files: list(event.attachments).length,
    count: kind === "Configured" ? configuredCount(event) : 0,
    ...callValues(event, pen),
  };
}

/** What sentences of calls name. */
function callValues(event: Fields, pen: Pen): Record<string, string | number> {
  const plans = list(event.legs) as Fields[];
  const parts = list(event.parts) as Fields[];
  return {
    dnis: phone(word(event.dnis)),
    leg: word(event.leg_id) ? pen.leg(word(event.leg_id)) : pen.unknown,
    plan: plans
      .map((plan) => `${pen.leg(word(plan.leg_id))} = ${pen.place(word(plan.place))}`)
      .join(", "),
    parts: parts.map((part) => word(part.value)).join(" "),
    flow: word(event.flow).replace(/^system:/, ""),
    node: word(event.node),
    node_kind: pen.nodeKind(word(event.kind)),
    key: word(event.key),
    digits: word(event.digits),
    into: word(event.into),
    reason_code: word(event.reason),
    length: pen.duration(figure(event.duration_s)),
    attempt: figure(event.attempt),
    at_time: momentOf(event.at_time, pen),
  };
}

/** RFC 3339, or unix seconds as older journals have it. */
function momentOf(value: unknown, pen: Pen): string {
  if (typeof value === "number") return pen.time(new Date(value * 1000).toISOString());
  return word(value) ? pen.time(word(value)) : "";
}

export function sentence(recorded: JournalRow, pen: Pen): Sentence {
  const { kind, event } = recorded;
  return {
    kind,
    variant: VARIANTS[kind]?.(event) || "plain",
    values: valuesOf(recorded, pen),
    tone: TONES[kind]?.(event) ?? "neutral",
    detail: detailOf(kind, event),
    why: kind === "Offered" ? receiptOf(recorded, pen) : null,
  };
}
