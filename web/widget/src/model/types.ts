// What the server says over HTTP and the live line; see docs/reference/widget.md.

export type Texts = Record<string, string>;
export type Values = Record<string, string | number>;

export interface Topic {
  key: string;
  names: Texts;
}

export interface Entry {
  names: Texts;
  texts: { greeting?: Texts };
  topics: Topic[];
  colour: string;
  accent: string;
  logo: string | null;
  open: boolean;
  opens_at: string | null;
  usual_reply_s: number | null;
  limits: { text_chars: number; file_bytes: number; file_types: string[] };
}

export interface FileInfo {
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
  client_id: string;
  at: string;
  sender: "customer" | "agent" | "system";
  agent_name: string | null;
  text: string;
  key?: string | null;
  values?: Values | null;
  attachments: FileInfo[];
}

export interface VisitorState {
  phase: "idle" | "away" | "queued" | "offered" | "connected" | "ended";
  interaction_id: string | null;
  agent: { name: string } | null;
  position: number | null;
  estimated_wait_s: number | null;
  can_leave_message: boolean;
  away_reason: string | null;
  rate?: { interaction_id: string } | null;
}

export interface Session {
  token: string;
  visitor_id: string;
  state: VisitorState;
  messages: Message[];
  history_before: number | null;
}

export interface Page {
  url: string;
  title: string;
  context: Record<string, unknown>;
}

export type Frame =
  | { type: "ready"; state: VisitorState; messages: Message[]; seq: number }
  | { type: "ack"; client_id: string; message_id: string; seq: number | null }
  | { type: "message"; message: Message }
  | { type: "state"; state: VisitorState }
  | { type: "typing" }
  | { type: "read"; message_id: string }
  | { type: "delivered"; message_id: string }
  | { type: "rated"; interaction_id: string }
  | { type: "error"; code: string; client_id?: string | null; values: Values; retry: boolean }
  | { type: "beat" };

/** A message that the server has not confirmed yet; survives a reload. */
export interface Pending {
  clientId: string;
  text: string;
  files: FileInfo[];
  topic: string | null;
  at: string;
  tried: boolean; // it may have arrived: the server is told to look before it stores
  acked: boolean; // stored; its place in the conversation is still on its way
  failed: string | null; // the server's reason not to take it
}
