/** The nouns of the REST API as screens use them. Times are RFC 3339 UTC strings. */

export type Language = "zh-CN" | "en-US";
export type Texts = Record<string, string>;
export type Channel = "voice" | "chat" | "email" | "sms" | "social" | "form" | "task";
export type PresenceStatus = "ready" | "not_ready" | "offline";
export type Phase = "away" | "queued" | "offered" | "connected" | "wrap_up" | "ended";
export type Outcome = "served" | "abandoned" | "message_left" | "callback_booked";
export type AccountRole = "agent" | "supervisor" | "administrator";
export type TicketStatus = "open" | "in_progress" | "resolved" | "closed";
export type TicketPriority = "low" | "normal" | "high" | "urgent";

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total?: number | null;
}

/** A whole list at once. */
export interface Listed<T> {
  items: T[];
}

export interface Account {
  id: string;
  name: string;
  email: string;
  role: AccountRole;
  language: Language;
  must_change_password: boolean;
}

export interface Me {
  account: Account;
  tenant: { id: string; names: Texts; zone: string; languages: Language[] };
  permissions: string[];
  csrf: string;
}

export interface Reason {
  id: string;
  names: Texts;
}

/** A colleague, for the pickers of transfer, consult and assignment. */
export interface Colleague {
  id: string;
  name: string;
  role: AccountRole;
  status: PresenceStatus;
  reason: string | null;
  since: string | null;
  online: boolean;
  busy: Partial<Record<Channel, number>>;
  capacity: Partial<Record<Channel, number>>;
  queues: string[];
  skills: Record<string, number>;
  languages: string[];
  free: boolean;
}

export interface CustomerRef {
  id: string;
  name: string;
  tier: string | null;
}

export interface VisitedPage {
  url: string;
  title: string;
  context: Record<string, string>;
}

export interface InteractionRow {
  id: string;
  channel: Channel;
  address: string;
  entry_point: string | null;
  customer: CustomerRef;
  language: string;
  arrived_at: string;
  phase: Phase;
  topic: string | null;
  subject: string;
  page_url: string;
  page_title: string;
  queue: string | null;
  queue_names: Texts;
  queued_at: string | null;
  priority: number;
  agent_id: string | null;
  agent_name: string | null;
  agents: string[];
  connected_at: string | null;
  waited_s: number | null;
  first_reply_at: string | null;
  conversation_ended_at: string | null;
  ended_by: string | null;
  ended_at: string | null;
  outcome: Outcome | null;
  offers: number;
  transfers: number;
  messages_in: number;
  messages_out: number;
  last_message: string;
  last_message_at: string | null;
  disposition: string | null;
  wrap_up_note: string;
  resolved: boolean | null;
  ticket_id: string | null;
  rating: number | null;
  rating_comment: string;
}

export interface Attachment {
  id: string;
  name: string;
  media_type: string;
  size: number;
  url: string;
}

export interface Message {
  id: string;
  seq: number;
  interaction_id: string;
  at: string;
  sender: "customer" | "agent" | "system";
  visibility: "public" | "internal";
  text: string;
  /** A system message's text, translated by each screen. */
  key: string | null;
  values: Record<string, string>;
  client_id: string;
  agent_id: string | null;
  agent_name: string | null;
  attachments: Attachment[];
  mentions: string[];
  language: string | null;
  failed: string | null;
}

/** One journalled event; `event` has the fields of its kind, `names` of the ids in it. */
export interface JournalRow {
  seq: number;
  at: string;
  kind: string;
  event: Record<string, unknown>;
  names: { agents: Record<string, string>; queues: Record<string, Texts> };
}

export interface Customer {
  id: string;
  name: string;
  tier: string | null;
  priority: number;
  phone: string | null;
  email: string | null;
  city: string | null;
  language: string;
  member_since: string | null;
  tags: string[];
  fields: Record<string, string>;
  note: string;
  created_at: string;
  updated_at: string;
  version: number;
}

export interface Order {
  id: string;
  customer_id: string;
  placed_at: string;
  status: "paid" | "shipped" | "delivered" | "returned" | "cancelled" | string;
  amount: string;
  currency: string;
  items: Record<string, string>[];
  logistics: Record<string, string>[];
  carrier: string | null;
  waybill: string | null;
}

export interface Ticket {
  id: string;
  number: number;
  kind: string;
  subject: string;
  description: string;
  status: TicketStatus;
  /** What `status` may become. */
  next_statuses: TicketStatus[];
  priority: TicketPriority;
  customer_id: string | null;
  customer_name: string | null;
  interaction_id: string | null;
  queue: string | null;
  queue_names: Texts;
  assignee: string | null;
  assignee_name: string | null;
  phone: string | null;
  callback_at: string | null;
  due_at: string | null;
  fields: Record<string, string>;
  created_at: string;
  updated_at: string;
  resolved_at: string | null;
  created_by: string | null;
  created_by_name: string | null;
  version: number;
}

export interface TicketComment {
  id: string;
  ticket_id: string;
  at: string;
  by: string | null;
  by_name: string | null;
  text: string;
  internal: boolean;
}

export type TimelineItem =
  | { kind: "interaction"; at: string; interaction: InteractionRow; ticket?: null }
  | { kind: "ticket"; at: string; ticket: Ticket; interaction?: null };

export interface Notice {
  id: string;
  at: string;
  kind: string;
  interaction_id: string | null;
  ticket_id: string | null;
  by: string | null;
  by_name: string | null;
  text: string;
  read: boolean;
}

export interface SearchResult {
  customers: Customer[];
  interactions: InteractionRow[];
  tickets: Ticket[];
}

/** A configuration document as lists give it: its body with id, version and time. */
export type Configured<Body> = Body & { id: string; version: number; updated_at: string };

export type Disposition = Configured<{
  names: Texts;
  group: string;
  /** What wrap-up proposes. */
  resolved: boolean | null;
  active: boolean;
}>;

export type CannedReply = Configured<{
  shortcut: string;
  names: Texts;
  texts: Texts;
  group: string;
  queues: string[];
}>;

/** A canned reply with its variables filled for one interaction. */
export interface RenderedReply {
  id: string;
  shortcut: string;
  names: Texts;
  group: string;
  texts: Texts;
}
