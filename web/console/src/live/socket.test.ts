import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SIGNED_OUT } from "./protocol";
import { backoff, connect } from "./socket";
import { resetLive, useLive } from "./store";

class Line {
  static all: Line[] = [];
  static readonly OPEN = 1;
  readyState = 1;
  sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly address: string) {
    Line.all.push(this);
  }
  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  hear(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const snapshot = {
  type: "snapshot",
  seq: 1,
  at: "2026-11-22T04:00:00Z",
  me: { id: "agt_1" },
  work: [],
  queues: [],
  agents: null,
  totals: null,
  unread_notices: 0,
};
const latest = () => Line.all.at(-1) as Line;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Line);
  Line.all = [];
  resetLive();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("backoff", () => {
  it("doubles up to a limit, and spreads by chance", () => {
    expect([0, 1, 2, 9, 30].map((n) => backoff(n, 0.5))).toEqual([500, 1000, 2000, 15000, 15000]);
    expect(backoff(3, 0)).toBeLessThan(backoff(3, 1));
  });
});

describe("the line", () => {
  it("is open with the first snapshot, and says so", () => {
    const close = connect("ws://test");
    expect(useLive.getState().line).toBe("connecting");
    latest().hear(snapshot);
    expect(useLive.getState()).toMatchObject({ line: "open", synced: true });
    close();
  });

  it("comes back by itself after it was lost, and tells that it did", () => {
    const close = connect("ws://test");
    latest().hear(snapshot);
    latest().onclose?.({ code: 1006 });
    expect(useLive.getState().line).toBe("lost");
    vi.advanceTimersByTime(1_000);
    expect(Line.all).toHaveLength(2);
    latest().hear(snapshot);
    expect(useLive.getState().line).toBe("recovered");
    vi.advanceTimersByTime(5_000);
    expect(useLive.getState().line).toBe("open");
    close();
  });

  it("counts a silent server as lost", () => {
    const close = connect("ws://test");
    latest().hear(snapshot);
    vi.advanceTimersByTime(26_000);
    expect(useLive.getState().line).toBe("lost");
    close();
  });

  it("stays open while beats are heard", () => {
    const close = connect("ws://test");
    latest().hear(snapshot);
    for (let n = 0; n < 6; n += 1) {
      vi.advanceTimersByTime(10_000);
      latest().hear({ type: "beat", seq: 1, at: "2026-11-22T04:00:10Z" });
    }
    expect(useLive.getState().line).toBe("open");
    expect(latest().sent.length).toBeGreaterThan(3);
    close();
  });

  it("is not tried again once the session is over or the page left", () => {
    const close = connect("ws://test");
    latest().onclose?.({ code: SIGNED_OUT });
    vi.advanceTimersByTime(60_000);
    expect(Line.all).toHaveLength(1);
    close();
    const again = connect("ws://test");
    again();
    latest().onclose?.({ code: 1006 });
    vi.advanceTimersByTime(60_000);
    expect(Line.all).toHaveLength(2);
  });
});
