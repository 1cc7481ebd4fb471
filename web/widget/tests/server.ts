// A server in memory that keeps the promises of docs/reference/widget.md: each client id is stored
// once, and a line that says hello gets everything after the seq it names. Lines drop when told to.

import { IDLE } from "../src/model/state";
import type { Frame, Message, VisitorState } from "../src/model/types";
import type { Socket } from "../src/net/line";

export const ENTRY = {
  names: { "zh-CN": "明远家电", "en-US": "Mingyuan Home" },
  texts: { greeting: { "zh-CN": "您好" } },
  topics: [],
  colour: "#1668dc",
  accent: "#1668dc",
  logo: null,
  open: true,
  opens_at: null,
  usual_reply_s: 12,
  limits: { text_chars: 4000, file_bytes: 1000, file_types: ["image/png"] },
};

export class Server {
  messages: Message[] = [];
  state: VisitorState = { ...IDLE };
  lines: FakeSocket[] = [];
  got: Record<string, unknown>[] = []; // frames, in order
  reachable = true;
  refuse: Partial<Record<string, Frame>> = {}; // by type of frame
  sessions = 0;
  loseAnswer = false; // the next message is stored, but the line drops before anybody is told
  private seq = 0;

  connect = (): Socket => {
    const socket = new FakeSocket(this);
    this.lines.push(socket);
    queueMicrotask(() => (this.reachable ? socket.opened() : socket.dropped(1006)));
    return socket;
  };

  fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const path = new URL(String(url)).pathname;
    if (!this.reachable) throw new TypeError("offline");
    if (path.startsWith("/chat/v1/entry/")) return Response.json(ENTRY);
    if (path === "/chat/v1/session") return Response.json(this.session(String(init.body)));
    return Response.json({ code: "not_found" }, { status: 404 });
  };

  session(body: string): unknown {
    this.sessions += 1;
    const { identity } = JSON.parse(body) as { identity: string | null };
    const visitor = identity ? `vis_${identity}` : "vis_1";
    return {
      token: `token-${visitor}`,
      visitor_id: visitor,
      state: this.state,
      messages: visitor === "vis_1" ? this.messages : [],
      history_before: null,
    };
  }

  agentSays(text: string): Message {
    return this.store({ sender: "agent", text, client_id: `a${this.seq}`, agent_name: "林晓" });
  }

  setState(state: Partial<VisitorState>): void {
    this.state = { ...this.state, ...state };
    this.tell({ type: "state", state: this.state });
  }

  tell(frame: Frame): void {
    for (const line of this.lines) line.hears(frame);
  }

  drop(code = 1006): void {
    for (const line of [...this.lines]) line.dropped(code);
  }

  receive(line: FakeSocket, frame: Record<string, unknown>): void {
    this.got.push(frame);
    const refusal = this.refuse[String(frame.type)];
    if (refusal) {
      line.hears({ ...refusal, client_id: frame.client_id } as Frame);
      return;
    }
    if (frame.type === "hello") {
      const mine = frame.token === "token-vis_1" ? this.messages : [];
      const messages = mine.filter((m) => m.seq > Number(frame.after_seq));
      line.live = true;
      line.hears({ type: "ready", state: this.state, messages, seq: this.seq });
    }
    if (frame.type === "send") this.send(line, String(frame.client_id), String(frame.text));
  }

  private send(line: FakeSocket, clientId: string, text: string): void {
    if (this.loseAnswer) {
      this.loseAnswer = false;
      this.drop();
    }
    const known = this.messages.find((message) => message.client_id === clientId);
    const message = known ?? this.store({ sender: "customer", text, client_id: clientId });
    line.hears({
      type: "ack",
      client_id: clientId,
      message_id: message.id,
      seq: known?.seq ?? null,
    });
  }

  private store(message: Partial<Message>): Message {
    this.seq += 1;
    const stored = {
      id: `msg_${this.seq}`,
      seq: this.seq,
      interaction_id: "int_1",
      at: new Date(Date.now() + this.seq).toISOString(),
      agent_name: null,
      attachments: [],
      ...message,
    } as Message;
    this.messages.push(stored);
    this.tell({ type: "message", message: stored });
    return stored;
  }
}

export class FakeSocket implements Socket {
  readyState = 0;
  live = false; // has said hello
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(private readonly server: Server) {}

  opened(): void {
    if (this.readyState !== 0) return;
    this.readyState = 1;
    this.onopen?.();
  }

  send(text: string): void {
    if (this.readyState === 1) this.server.receive(this, JSON.parse(text));
  }

  hears(frame: Frame): void {
    if (this.readyState === 1 && this.live) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  close(code = 1005): void {
    this.dropped(code);
  }

  dropped(code: number): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.server.lines = this.server.lines.filter((line) => line !== this);
    this.onclose?.({ code });
  }
}
