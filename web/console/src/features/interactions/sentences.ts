/** Every event of the journal as one plain sentence: which words to use and what fills them. Pure. */
import type { JournalRow } from "../../api/types";
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
  Arrived: (e) => (word(e.ticket_id) ? "task" : word((e.page as Fields)?.title) ? "page" : "plain"),
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
  Joined: (e) => word(e.role),
  Parted: (e) => word(e.role),
  PriorityRaised: (e) => (word(e.by) ? "by" : "plain"),
  ConversationEnded: (e) => word(e.by),
  WrapUpStarted: (e) => (word(e.until) ? "timed" : "plain"),
  WrapUpEnded: (e) => {
    if (e.timed_out) return "timed_out";
    return word(e.disposition) ? "disposition" : "plain";
  },
  MessageLeft: (e) => (word(e.phone) ? "callback" : "plain"),
  Ended: (e) => word(e.outcome),
  MessageAdded: (e) => (e.visibility === "internal" ? "internal" : word(e.sender)),
  DeliveryChanged: (e) => `${word(e.delivery)}_${word(e.side)}`,
  PageChanged: (e) => (word((e.page as Fields)?.title) ? "title" : "plain"),
  Rated: (e) => (word(e.comment) ? "comment" : "plain"),
  TicketChanged: (e) => (word(e.by) ? "by" : "plain"),
  TicketCommented: (e) => (e.internal === false ? "public" : "internal"),
  RecordChanged: (e) => word(e.action),
  SignInFailed: (e) => (e.locked ? "locked" : "plain"),
};

const TONES: Record<string, (event: Fields) => Tone> = {
  WentAway: () => "warn",
  OfferEnded: (e) => (e.reason === "no_answer" ? "bad" : "warn"),
  Connected: () => "good",
  Released: (e) => (e.reason === "transfer" ? "neutral" : "warn"),
  Ended: (e) => (e.outcome === "abandoned" ? "bad" : "good"),
  DeliveryChanged: (e) => (e.delivery === "failed" ? "bad" : "neutral"),
  Rated: (e) => (figure(e.score) >= 4 ? "good" : figure(e.score) <= 2 ? "bad" : "warn"),
  CustomerAway: () => "warn",
  ScreenLost: () => "warn",
  SignInFailed: () => "bad",
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
    until: word(event.until) ? pen.time(word(event.until)) : "",
    ring: word(event.ring_until) ? pen.time(word(event.ring_until)) : "",
    phone: word(event.phone),
    score: figure(event.score),
    number: figure(event.number),
    subject: word(event.subject),
    fields:
      list(event.fields).join(", ") || Object.keys((event.changes as Fields) ?? {}).join(", "),
    rules: list(event.rules)
      .map((id) => pen.rule(figure(event.version), word(id)))
      .join(", "),
    tags: list(event.tags).join(", "),
    known: Object.entries((event.known as Fields) ?? {})
      .map(([name, value]) => `${name} = ${value}`)
      .join(", "),
    stage: figure(event.stage) + 1,
    record: word(event.kind),
    id: word(event.id),
    ip: word(event.ip),
    email: word(event.email),
    files: list(event.attachments).length,
    count: kind === "Configured" ? configuredCount(event) : 0,
  };
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
