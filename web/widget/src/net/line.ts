// The live line: one WebSocket that comes back by itself, each time from the last message seen.

import type { Frame } from "../model/types";

export interface Socket {
  readyState: number;
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface LineEvents {
  hello(): Record<string, unknown>; // asked for each new connection
  frame(frame: Frame): void;
  status(status: "connecting" | "lost"): void;
  refused(code: number): void; // 4401: the token is no longer good; 4403: not for this site
}

const BEAT_MS = 20_000;
const SILENT_MS = 50_000; // the server speaks at least every 15 s
const STEADY_MS = 10_000; // a line that lived so long starts its waits anew
const WAITS_MS = [300, 1_000, 2_000, 4_000, 10_000, 20_000];
const WATCHED_STEPS = 4; // while somebody looks, the waits grow no longer than the fourth
const FLOODED_MS = 30_000;
const OPEN = 1;

export class Line {
  private socket: Socket | null = null;
  private wanted = false;
  private attempt = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pulse: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private openedAt = 0;

  constructor(
    private readonly url: string,
    private readonly events: LineEvents,
    private readonly connect: (url: string) => Socket = (url) =>
      new WebSocket(url) as unknown as Socket,
    private readonly chance: () => number = Math.random,
  ) {
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.socket?.close());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  /** Keep a line open from now on. */
  start(): void {
    this.wanted = true;
    if (!this.socket && !this.retry) this.dial();
  }

  stop(): void {
    this.wanted = false;
    this.forget();
  }

  /** Begin again at once, e.g. as another visitor. */
  restart(): void {
    this.forget();
    this.start();
  }

  /** False if there is no line: the caller keeps what it wanted to say. */
  send(frame: Record<string, unknown>): boolean {
    if (this.socket?.readyState !== OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private forget(): void {
    clearTimeout(this.retry);
    clearInterval(this.pulse);
    this.retry = undefined;
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  private dial(): void {
    this.events.status("connecting");
    let socket: Socket;
    try {
      socket = this.connect(this.url);
    } catch {
      this.again(0); // a content policy of the page may forbid it
      return;
    }
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.openedAt = this.heardAt = Date.now();
      this.send({ type: "hello", ...this.events.hello() });
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.hear(String(event.data));
    };
    socket.onclose = (event) => {
      if (this.socket === socket) this.lost(event.code);
    };
    clearInterval(this.pulse);
    this.pulse = setInterval(() => this.beat(), BEAT_MS);
  }

  private hear(text: string): void {
    this.heardAt = Date.now();
    try {
      this.events.frame(JSON.parse(text) as Frame);
    } catch (error) {
      console.error("Parley:", error);
    }
  }

  private beat(): void {
    if (Date.now() - this.heardAt > SILENT_MS) this.socket && this.lost(0);
    else this.send({ type: "beat" });
  }

  private lost(code: number): void {
    const lived = this.openedAt > 0 && Date.now() - this.openedAt > STEADY_MS;
    this.openedAt = 0;
    if (lived) this.attempt = 0;
    this.forget();
    if (!this.wanted) return;
    if (code === 4401 || code === 4403) {
      this.wanted = false;
      this.events.refused(code);
      return;
    }
    this.events.status("lost");
    this.again(code === 4429 ? FLOODED_MS : 0);
  }

  private again(atLeastMs: number): void {
    const steps = document.hidden ? WAITS_MS.length : WATCHED_STEPS;
    const step = WAITS_MS[Math.min(this.attempt, steps - 1)] ?? 0;
    this.attempt += 1;
    const wait = Math.max(atLeastMs, step * (0.5 + this.chance())); // not all visitors at once
    this.retry = setTimeout(() => {
      this.retry = undefined;
      if (this.wanted) this.dial();
    }, wait);
  }

  /** The network or the visitor is back: do not sit out the wait. */
  private hurry(): void {
    if (!this.wanted) return;
    this.attempt = 0;
    if (this.retry) {
      clearTimeout(this.retry);
      this.retry = undefined;
      this.dial();
    } else if (this.socket && Date.now() - this.heardAt > SILENT_MS) {
      this.lost(0);
    }
  }
}
