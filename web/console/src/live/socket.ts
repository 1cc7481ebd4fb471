/** The one WebSocket to the server: opens, listens for its beat, comes back with backoff and jitter. */
import { whenSignedOutNow } from "../session/session";
import { type Frame, SIGNED_OUT } from "./protocol";
import { receive, setTransmit, useLive } from "./store";

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
const JITTER = 0.4;
const OUR_BEAT_MS = 10_000;
/** The server beats every 10 s: silence for longer is a dead line. */
const SILENCE_MS = 25_000;
const RECOVERED_SHOWN_MS = 3_000;

/** Wait before try `n` (0, 1, …), ms; `chance` in 0..1 spreads clients that lost the same server. */
export function backoff(n: number, chance: number): number {
  const base = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** n);
  return Math.round(base * (1 - JITTER / 2 + JITTER * chance));
}

/** Opens the line and keeps it; the result closes it for good. */
export function connect(address = liveAddress()): () => void {
  let socket: WebSocket | null = null;
  let tries = 0;
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let beat: ReturnType<typeof setInterval> | undefined;

  function open(): void {
    if (closed) return;
    clearTimeout(retry);
    useLive.setState({ retryAt: null });
    const line = new WebSocket(address);
    socket = line;
    heard(line);
    line.onmessage = (event) => {
      if (line !== socket) return;
      heard(line);
      const frame = JSON.parse(String(event.data)) as Frame;
      if (frame.type === "snapshot") opened();
      receive(frame);
    };
    line.onclose = (event) => {
      if (line === socket) lost(event.code);
    };
  }

  function opened(): void {
    tries = 0;
    const wasLost = useLive.getState().line === "lost";
    useLive.setState({ line: wasLost ? "recovered" : "open", lostAt: null });
    if (wasLost) {
      setTimeout(() => {
        if (useLive.getState().line === "recovered") useLive.setState({ line: "open" });
      }, RECOVERED_SHOWN_MS);
    }
    clearInterval(beat);
    beat = setInterval(() => transmit({ type: "beat" }), OUR_BEAT_MS);
  }

  function heard(line: WebSocket): void {
    clearTimeout(silence);
    silence = setTimeout(() => {
      if (line !== socket) return;
      line.close();
      lost(0);
    }, SILENCE_MS);
  }

  function lost(code: number): void {
    socket = null;
    clearTimeout(silence);
    clearInterval(beat);
    if (closed) return;
    if (code === SIGNED_OUT) {
      whenSignedOutNow();
      return;
    }
    const wait = backoff(tries++, Math.random());
    useLive.setState((state) => ({
      line: "lost",
      lostAt: state.lostAt ?? Date.now(),
      retryAt: Date.now() + wait,
    }));
    retry = setTimeout(open, wait);
  }

  function transmit(frame: object): boolean {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  function soon(): void {
    if (socket === null && !closed) open();
  }

  setTransmit(transmit);
  window.addEventListener("online", soon);
  open();
  return () => {
    closed = true;
    window.removeEventListener("online", soon);
    clearTimeout(retry);
    clearTimeout(silence);
    clearInterval(beat);
    setTransmit(() => false);
    socket?.close();
    socket = null;
  };
}

function liveAddress(): string {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${window.location.host}/api/v1/live`;
}
