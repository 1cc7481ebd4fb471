/** The nouns of the REST API, from its generated schema. Times are RFC 3339 UTC strings. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Language = "zh-CN" | "en-US";
/** A text per language tag. */
export type Texts = Record<string, string>;

export type Channel = Schemas["Channel"];
export type PresenceStatus = Schemas["PresenceStatus"];
export type Phase = Schemas["Phase"];
export type Outcome = Schemas["Outcome"];
export type AccountRole = Schemas["AccountRole"];
export type TicketStatus = Schemas["TicketStatus"];
export type TicketPriority = Schemas["TicketPriority"];

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total?: number | null;
}

/** A whole list at once. */
export interface Listed<T> {
  items: T[];
}

export type Me = Schemas["Me"];
export type Account = Me["account"];
export type Reason = Schemas["PresenceReason"];
/** A colleague, for the pickers of transfer, consult and assignment. */
export type Colleague = Schemas["Agent"];
export type CustomerRef = Schemas["CustomerShort"];
export type InteractionRow = Schemas["InteractionRow"];
export type Attachment = Schemas["Attachment"];
export type Message = Schemas["Message"];
/** One journalled event; `event` has the fields of its kind, `names` resolves the ids in it. */
export type JournalRow = Schemas["TimelineEvent"];
export type Customer = Schemas["Customer"];
export type CustomerDetail = Schemas["CustomerDetail"];
export type Order = Schemas["Order"];
export type Ticket = Schemas["Ticket"];
export type TicketComment = Schemas["TicketComment"];
export type TimelineItem = Schemas["TimelineItem"];
export type Notice = Schemas["Notice"];
export type SearchResult = Schemas["SearchResult"];
export type Disposition = Schemas["Disposition"];
export type CannedReply = Schemas["CannedReply"];
/** A canned reply with its variables filled for one interaction. */
export type RenderedReply = Schemas["FilledReply"];
/** A callback that can still be cancelled. */
export type PromisedCall = Schemas["PromisedCall"];
export type NewCallback = Schemas["CallbackBook"];
export type Callback = Schemas["CallbackBooking"];
export type NewTicket = Schemas["TicketCreate"];
export type WrapUp = Schemas["WrapUp"];

/** The page a visitor is on, as the host site told it. */
export interface VisitedPage {
  url: string;
  title: string;
  context: Record<string, string>;
}

/** A configuration document as lists give it: its body with id, version and time. */
export type Configured<Body> = Body & { id: string; version: number; updated_at: string };
