// One visitor's chat: joins the state with the line, the server and the page it is a guest on.

import { chime, showCount } from "./host/attention";
import { PageWatch } from "./host/page";
import type { Storage } from "./host/storage";
import type { Language } from "./i18n/words";
import { Outbox } from "./model/outbox";
import {
  type ChatState,
  EMPTY,
  lastOfAgent,
  lastSeq,
  type News,
  reduce,
  underWay,
  unread,
} from "./model/state";
import type { Frame, Pending, Session } from "./model/types";
import { Client, Problem } from "./net/client";
import { Line, type Socket } from "./net/line";
import { Uploads } from "./uploads";

export interface Options {
  base: string; // origin of the server
  entry: string;
  language: Language;
  script: HTMLElement | null;
  storage: Storage;
  identity?: string | null;
  connect?: (url: string) => Socket;
}

const TYPING_EVERY_MS = 2_000;
const RESEND_MS = 3_000; // when the server says "later" without saying when
const SESSION_AGAIN_MS = 5_000;
const NOBODY = "new"; // whose messages are kept before there is a session
const REST_MS = 60_000; // a closed panel without a conversation keeps its line so long

export class Chat {
  state: ChatState = EMPTY;
  readonly uploads: Uploads;
  private readonly client: Client;
  private readonly line: Line;
  private readonly pages: PageWatch;
  private readonly listeners = new Set<() => void>();
  private outbox: Outbox;
  private visitorId: string | null = null;
  private identity: string | null;
  private starting: Promise<void> | null = null;
  private readonly inFlight = new Set<string>();
  private typedAt = 0;
  private readonly reported = { delivered: "", read: "" };
  private resend: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private typingEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly options: Options) {
    this.identity = options.identity ?? null;
    this.client = new Client(options.base);
    this.outbox = new Outbox(options.storage, NOBODY);
    this.uploads = new Uploads(this.client, this);
    this.pages = new PageWatch(options.script, (page) => this.line.send({ type: "page", page }));
    this.line = new Line(
      this.client.liveUrl(),
      {
        hello: () => this.hello(),
        frame: (frame) => this.hear(frame),
        status: (status) => {
          this.inFlight.clear();
          this.dispatch({ kind: "line", line: status });
        },
        refused: (code) => void this.refused(code),
      },
      options.connect,
    );
    document.addEventListener("visibilitychange", () => this.reportSeen());
    addEventListener("focus", () => this.reportSeen());
  }

  // --- state ---------------------------------------------------------------------------------

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispatch(news: News): void {
    const before = this.state;
    this.state = reduce(before, news);
    if (this.state === before) return;
    if (unread(this.state) !== unread(before)) showCount(unread(this.state));
    for (const listener of this.listeners) listener();
  }

  // --- beginning -----------------------------------------------------------------------------

  /** Show the button; a returning visitor's conversation goes on at once. Raises Problem. */
  async begin(): Promise<void> {
    const entry = await this.client.entry(this.options.entry, this.options.language);
    this.dispatch({ kind: "entry", entry });
    this.dispatch({ kind: "seen", seq: Number(this.options.storage.get("seen") ?? 0) });
    this.pages.start();
    if (this.options.storage.get("token") || this.identity) await this.session();
    if (underWay(this.state)) this.line.start();
  }

  open(): void {
    if (this.state.open) return;
    clearTimeout(this.rest);
    this.dispatch({ kind: "open", open: true });
    void this.connect();
    this.reportSeen();
  }

  close(): void {
    this.dispatch({ kind: "open", open: false });
    this.restSoon();
  }

  identify(token: string | null): void {
    this.identity = token;
    if (token === null) this.forget();
    else if (this.state.entry) void this.session(true).then(() => this.afterSession());
  }

  setContext(context: Record<string, unknown> | null): void {
    this.pages.setContext(context);
  }

  /** A session and a line, whichever is missing. */
  private async connect(): Promise<void> {
    clearTimeout(this.again);
    if (!this.state.started) await this.session();
    if (this.state.started) this.line.start();
    else this.again = setTimeout(() => void this.connect(), SESSION_AGAIN_MS);
  }

  private session(again = false): Promise<void> {
    if (again) this.starting = null;
    this.starting ??= this.newSession().finally(() => {
      this.starting = null;
    });
    return this.starting;
  }

  private async newSession(): Promise<void> {
    const body = {
      entry: this.options.entry,
      token: this.options.storage.get("token"),
      identity: this.identity,
      language: this.options.language,
      page: this.pages.current(),
    };
    try {
      this.take(await this.client.session(body));
    } catch (error) {
      const refused = error instanceof Problem && error.code.startsWith("identity_");
      if (!refused || !this.identity) return this.complain(error);
      console.warn(`Parley: the identity was refused (${error.code}).`);
      this.identity = null;
      await this.newSession(); // as a visitor like any other
    }
  }

  private take(session: Session): void {
    const other = this.visitorId !== null && this.visitorId !== session.visitor_id;
    this.client.token = session.token;
    this.options.storage.set("token", session.token);
    if (other) this.dispatch({ kind: "forgotten" });
    this.adopt(session.visitor_id);
    this.dispatch({ kind: "session", session, other });
    this.dispatch({ kind: "restored", pending: this.outbox.all(Date.now()) });
    for (const message of session.messages) this.settled(message.client_id);
    if (other) this.line.restart();
  }

  /** What was written before there was a session belongs to the visitor it made. */
  private adopt(visitorId: string): void {
    if (this.visitorId === visitorId) return;
    const before = this.visitorId === null ? new Outbox(this.options.storage, NOBODY) : null;
    this.outbox = new Outbox(this.options.storage, visitorId);
    this.visitorId = visitorId;
    for (const pending of before?.all(Date.now()) ?? []) {
      this.outbox.put(pending);
      before?.remove(pending.clientId);
    }
  }

  private afterSession(): void {
    if (this.state.open || underWay(this.state)) this.line.start();
  }

  /** Signed out on the host site: the next person at this browser sees nothing. */
  private forget(): void {
    this.options.storage.remove("token");
    this.client.token = null;
    this.visitorId = null;
    this.outbox = new Outbox(this.options.storage, NOBODY);
    this.line.stop();
    this.dispatch({ kind: "forgotten" });
    if (this.state.open) void this.connect();
  }

  private async refused(code: number): Promise<void> {
    this.dispatch({ kind: "line", line: "off" });
    if (code === 4401) {
      await this.session(true);
      if (this.state.started) setTimeout(() => this.line.start(), RESEND_MS);
    } else {
      this.dispatch({ kind: "notice", notice: { code: "origin_refused", values: {} } });
    }
  }

  // --- the line ------------------------------------------------------------------------------

  private hello(): Record<string, unknown> {
    return {
      token: this.client.token,
      after_seq: lastSeq(this.state),
      language: this.options.language,
      page: this.pages.current(),
    };
  }

  private hear(frame: Frame): void {
    const calls = frame.type === "message" && frame.message.sender === "agent";
    const before = unread(this.state);
    this.dispatch({ kind: "frame", frame, now: Date.now() });
    if (frame.type === "ready") this.flush();
    if (frame.type === "ack") this.settled(frame.client_id);
    if (frame.type === "message") this.settled(frame.message.client_id);
    if (frame.type === "ready")
      for (const message of frame.messages) this.settled(message.client_id);
    if (frame.type === "error") this.refusedFrame(frame);
    if (frame.type === "typing") this.typingEndsLater();
    if (frame.type === "ready" || frame.type === "message") this.reportSeen();
    if (calls && unread(this.state) > before && this.soundOn()) chime();
    if (frame.type === "state" && !this.state.open) this.restSoon();
  }

  private settled(clientId: string): void {
    this.inFlight.delete(clientId);
    this.outbox.remove(clientId);
  }

  private refusedFrame(frame: Extract<Frame, { type: "error" }>): void {
    const clientId = frame.client_id;
    if (!clientId) return;
    this.inFlight.delete(clientId);
    if (!frame.retry) return;
    clearTimeout(this.resend);
    const wait = Number(frame.values.retry_after_s ?? 0) * 1_000;
    this.resend = setTimeout(() => this.flush(), Math.max(wait, RESEND_MS));
  }

  private typingEndsLater(): void {
    clearTimeout(this.typingEnds);
    const wait = this.state.typingUntil - Date.now();
    this.typingEnds = setTimeout(() => this.dispatch({ kind: "typingEnded" }), wait);
  }

  /** An idle visitor's closed panel needs no line; the server's sockets are for conversations. */
  private restSoon(): void {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      if (this.state.open || underWay(this.state)) return;
      this.line.stop();
      this.dispatch({ kind: "line", line: "off" });
    }, REST_MS);
  }

  // --- what the visitor does -----------------------------------------------------------------

  send(text: string, topic: string | null = null): void {
    const files = this.uploads.take();
    if (!text.trim() && files.length === 0) return;
    const pending: Pending = {
      clientId: newId(),
      text: text.trim(),
      files,
      topic,
      at: new Date().toISOString(),
      tried: false,
      acked: false,
      failed: null,
    };
    this.outbox.put(pending);
    this.dispatch({ kind: "queued", pending });
    this.dispatch({ kind: "notice", notice: null });
    void this.connect();
    this.flush();
  }

  /** Everything unconfirmed, in order; the server stores each once however often it comes. */
  flush(): void {
    if (this.state.line !== "on") return;
    for (const pending of this.state.pending) {
      if (pending.acked || pending.failed !== null || this.inFlight.has(pending.clientId)) continue;
      this.inFlight.add(pending.clientId);
      this.dispatch({ kind: "tried", clientId: pending.clientId });
      const sent = this.line.send({
        type: "send",
        client_id: pending.clientId,
        text: pending.text,
        attachments: pending.files.map((file) => file.id),
        topic: pending.topic,
        retry: pending.tried,
      });
      if (!sent) this.inFlight.delete(pending.clientId);
    }
  }

  tryAgain(clientId: string): void {
    this.dispatch({ kind: "retried", clientId });
    this.flush();
  }

  discard(clientId: string): void {
    this.settled(clientId);
    this.dispatch({ kind: "dropped", clientId });
  }

  typing(text: string): void {
    const now = Date.now();
    if (this.state.visitor.phase === "idle" || now - this.typedAt < TYPING_EVERY_MS) return;
    this.typedAt = now;
    this.line.send({ type: "typing", text: text.slice(0, 500) });
  }

  /** False if it could not be said now: the form stays open. */
  leaveMessage(clientId: string, text: string, phone: string, at: string | null): boolean {
    const frame = { type: "leave_message", client_id: clientId, text, phone: phone || null };
    return this.line.send({ ...frame, callback_at: at });
  }

  rate(score: number, comment: string): boolean {
    const interactionId = this.state.rate;
    if (!interactionId) return true;
    return this.line.send({ type: "rate", interaction_id: interactionId, score, comment });
  }

  end(): void {
    this.line.send({ type: "end" });
  }

  async earlier(): Promise<void> {
    const before = this.state.historyBefore;
    if (before === null) return;
    try {
      const page = await this.client.history(before);
      this.dispatch({ kind: "history", messages: page.messages, before: page.history_before });
    } catch (error) {
      this.complain(error);
    }
  }

  async transcript(): Promise<void> {
    const interactionId =
      this.state.visitor.interaction_id ?? this.state.messages.at(-1)?.interaction_id;
    if (!interactionId) return;
    try {
      save(await this.client.transcript(interactionId, this.options.language), "chat.txt");
    } catch (error) {
      this.complain(error);
    }
  }

  fileUrl(path: string): string {
    return new URL(path, this.options.base).href;
  }

  complain(error: unknown): void {
    const problem = error instanceof Problem ? error : new Problem("unavailable", 0);
    if (!(error instanceof Problem)) console.error("Parley:", error);
    this.dispatch({ kind: "notice", notice: { code: problem.code, values: problem.values } });
  }

  // --- reading -------------------------------------------------------------------------------

  soundOn(): boolean {
    return this.options.storage.get("sound") === "on";
  }

  setSound(on: boolean): void {
    this.options.storage.set("sound", on ? "on" : "off");
    if (on) chime();
  }

  /** Tell the agent what arrived here and what was really looked at. */
  private reportSeen(): void {
    const last = lastOfAgent(this.state);
    if (!last) return;
    const looking = this.state.open && !document.hidden && document.hasFocus();
    if (looking) {
      this.dispatch({ kind: "seen", seq: lastSeq(this.state) });
      this.options.storage.set("seen", String(this.state.seenSeq));
    }
    const kind = looking ? "read" : "delivered";
    if (this.reported[kind] === last.id || this.reported.read === last.id) return;
    if (this.line.send({ type: kind, message_id: last.id })) this.reported[kind] = last.id;
  }
}

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `c_${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
