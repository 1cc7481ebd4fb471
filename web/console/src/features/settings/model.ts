/** The configuration documents as screens edit them: one body per noun, with the product's defaults. */
import type { Channel, Texts } from "../../api/types";

/** A stored document: its body with id, version and time of the last save. */
export type Stored<Body> = Body & { id: string; version: number; updated_at: string };

export type Span = [number, number]; // minutes since midnight, from ≤ to ≤ 1440

export interface SkillBody {
  names: Texts;
}

export interface QueueBody {
  names: Texts;
  needs: Record<string, number>; // skill -> least level 1..10
  priority: number;
  order: "arrival" | "priority" | "credit";
  agent_order: "longest_idle" | "least_occupied" | "highest_level" | "lowest_sufficient";
  hours_id: string | null;
  ring_s: number;
  decline_pause_s: number;
  wrap_up: "none" | "optional" | "mandatory" | "timed";
  wrap_up_s: number;
  dispositions: string[];
  disposition_required: boolean;
  max_waiting: number | null;
  max_wait_s: number | null;
  overflow_queue: string | null;
  last_agent_within_s: number;
  last_agent_wait_s: number;
  reply_timeout_s: number | null;
  inactivity_s: number | null;
  away_grace_s: number;
  pull: boolean;
  service_level_s: number;
  short_abandon_s: number;
  record: boolean;
  announce_s: number | null;
  choices: Record<string, "callback" | "voicemail">; // key a waiting caller presses
  callback_first: "agent" | "customer";
  callback_attempts: number;
  callback_retry_s: number;
  callback_amd: boolean;
}

export interface HoursBody {
  name: string;
  zone: string;
  week: Span[][]; // [0] is Monday
  holidays: Record<string, Span[]>; // ISO date -> spans; none: closed all day
  override: "open" | "closed" | null;
}

export interface DispositionBody {
  names: Texts;
  group: string;
  resolved: boolean | null; // what wrap-up proposes
  active: boolean;
}

export interface ReasonBody {
  names: Texts;
  active: boolean;
}

export interface CannedReplyBody {
  shortcut: string;
  names: Texts;
  texts: Texts;
  group: string;
  queues: string[]; // none: all
}

export interface Topic {
  key: string;
  names: Texts;
  queue: string | null; // null: the entry point's
}

export interface EntryPointBody {
  channel: Channel;
  name: string;
  queue: string;
  by_language: Record<string, string>;
  topics: Topic[];
  origins: string[]; // none: any site
  colour: string;
  accent: string | null; // of the visitor's messages; none: the colour
  logo_url: string;
  greeting: Texts;
  file_types: string[];
  max_file_bytes: number;
  enabled: boolean;
  names: Texts;
  country: string | null;
  blocked_networks: string[];
  numbers: string[]; // voice: who is called
  flow: string | null; // voice: none greets and queues
  language: string; // voice: callers are spoken to in
}

/** One step of a flow; which fields it has depends on its kind. */
export interface FlowNode {
  kind: NodeKind;
  say?: string[];
  next?: string | null;
  keys?: Record<string, string>;
  tags?: Record<string, string>;
  into?: string;
  digits?: number | null;
  secret?: boolean;
  timeout_s?: number;
  repeats?: number;
  otherwise?: string | null;
  when?: Record<string, unknown>;
  yes?: string | null;
  no?: string | null;
  values?: Record<string, string>;
  add_tags?: string[];
  queue?: string | null;
  number?: string;
  max_s?: number;
}

export const NODE_KINDS = [
  "play",
  "menu",
  "collect",
  "condition",
  "set",
  "queue",
  "voicemail",
  "callback",
  "transfer",
  "hang_up",
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

export interface FlowBody {
  name: string;
  start: string;
  nodes: Record<string, FlowNode>;
  /** How the steps are listed here; empty: as callers come to them. */
  order: string[];
}

export interface TrunkBody {
  name: string;
  host: string;
  port: number;
  transport: "udp" | "tcp" | "tls";
  username: string | null;
  /** Undefined: as before; empty: removed. Never read. */
  secret?: string;
  register: boolean;
  numbers: string[];
  codecs: string[];
  verify: boolean;
  srtp: boolean;
  limit: number | null;
  priority: number;
  from_hosts: string[];
  prefix: string | null;
  enabled: boolean;
}

export interface PromptBody {
  names: Texts;
  texts: Texts;
  audio: Record<string, string>; // language -> file
}

export interface PhoneBody {
  kind: "browser" | "sip" | "number";
  number: string | null;
}

export const MONITOR_NOTICES = ["silent", "told", "asked"] as const;
export type MonitorNotice = (typeof MONITOR_NOTICES)[number];

export interface CenterBody {
  names: Texts;
  zone: string;
  languages: string[];
  interrupts: Partial<Record<Channel, Channel[]>>;
  targets: { service_level: number; abandonment: number; csat: number };
  screen_grace_s: number;
  phone_grace_s: number;
  recording_notice: boolean;
  monitor_notice: MonitorNotice;
  caller_id: string | null;
  country: string;
  recording_days: number | null;
}

export type Role = "agent" | "supervisor" | "administrator";

export interface PersonBody {
  email: string;
  name: string;
  role: Role;
  queues: Record<string, number>; // queue -> tier
  skills: Record<string, number>; // skill -> level 1..10
  language: string; // of the console
  capacity: Partial<Record<Channel, number>>;
  languages: string[]; // spoken
  phone: PhoneBody;
}

export type Skill = Stored<SkillBody>;
export type Queue = Stored<QueueBody>;
export type Hours = Stored<HoursBody>;
export type Disposition = Stored<DispositionBody>;
export type Reason = Stored<ReasonBody>;
export type CannedReply = Stored<CannedReplyBody>;
export type EntryPoint = Stored<EntryPointBody>;
export type Flow = Stored<FlowBody>;
export type Trunk = Stored<TrunkBody> & { secret_set: boolean };
export type Prompt = Stored<PromptBody>;

export interface Person extends PersonBody {
  id: string;
  version: number;
  active: boolean;
  must_change_password: boolean;
  locked_until: string | null;
}

export const LANGUAGES = ["zh-CN", "en-US"] as const;
export const LEVELS = 10; // skills are graded 1..10
export const FILE_TYPES: readonly [mediaType: string, name: string][] = [
  ["image/png", "PNG"],
  ["image/jpeg", "JPEG"],
  ["image/gif", "GIF"],
  ["image/webp", "WEBP"],
  ["application/pdf", "PDF"],
  ["text/plain", "TXT"],
  ["text/csv", "CSV"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"],
  ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"],
  ["application/zip", "ZIP"],
  ["audio/mpeg", "MP3"],
  ["audio/wav", "WAV"],
  ["video/mp4", "MP4"],
];

const WORKDAY: Span[] = [[540, 1080]]; // 09:00–18:00

export const newQueue: QueueBody = {
  names: {},
  needs: {},
  priority: 0,
  order: "priority",
  agent_order: "longest_idle",
  hours_id: null,
  ring_s: 30,
  decline_pause_s: 30,
  wrap_up: "timed",
  wrap_up_s: 120,
  dispositions: [],
  disposition_required: true,
  max_waiting: null,
  max_wait_s: null,
  overflow_queue: null,
  last_agent_within_s: 0,
  last_agent_wait_s: 10,
  reply_timeout_s: null,
  inactivity_s: 900,
  away_grace_s: 120,
  pull: false,
  service_level_s: 30,
  short_abandon_s: 5,
  record: false,
  announce_s: 30,
  choices: {},
  callback_first: "agent",
  callback_attempts: 3,
  callback_retry_s: 600,
  callback_amd: false,
};

export const newHours: HoursBody = {
  name: "",
  zone: "Asia/Shanghai",
  week: [WORKDAY, WORKDAY, WORKDAY, WORKDAY, WORKDAY, [], []],
  holidays: {},
  override: null,
};

export const newEntryPoint: EntryPointBody = {
  channel: "chat",
  name: "",
  queue: "",
  by_language: {},
  topics: [],
  origins: [],
  colour: "#1f6feb",
  accent: null,
  logo_url: "",
  greeting: {},
  file_types: ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"],
  max_file_bytes: 10 * 1024 * 1024,
  enabled: true,
  names: {},
  country: null,
  blocked_networks: [],
  numbers: [],
  flow: null,
  language: "zh-CN",
};

export const newFlow: FlowBody = {
  name: "",
  start: "greet",
  nodes: {
    greet: { kind: "play", say: ["welcome"], next: "queue" },
    queue: { kind: "queue", say: [], queue: null, next: null, otherwise: null },
  },
  order: [],
};

export const newTrunk: TrunkBody = {
  name: "",
  host: "",
  port: 5060,
  transport: "udp",
  username: null,
  register: false,
  numbers: [],
  codecs: ["alaw", "ulaw"],
  verify: true,
  srtp: false,
  limit: null,
  priority: 10,
  from_hosts: [],
  prefix: null,
  enabled: true,
};

export const newPrompt: PromptBody = { names: {}, texts: {}, audio: {} };

export const newDisposition: DispositionBody = {
  names: {},
  group: "",
  resolved: null,
  active: true,
};

export const newReason: ReasonBody = { names: {}, active: true };

export const newCannedReply: CannedReplyBody = {
  shortcut: "",
  names: {},
  texts: {},
  group: "",
  queues: [],
};

export const newPerson: PersonBody = {
  email: "",
  name: "",
  role: "agent",
  language: "zh-CN",
  queues: {},
  skills: {},
  capacity: { chat: 3, task: 1, voice: 1 },
  languages: ["zh-CN"],
  phone: { kind: "browser", number: null },
};
