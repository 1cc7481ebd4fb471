/** The live state of this browser: one zustand store, changed only by frames and reads. */
import { create } from "zustand";
import { api } from "../api/client";
import { Problem } from "../api/problem";
import { queryClient } from "../api/query";
import type { Listed, Message } from "../api/types";
import type { Changed, ClientFrame, Frame } from "./protocol";
import { addMessages, initial, type LiveState, reduce } from "./reducer";

/** `recovered` is shown for a moment after a lost line came back. */
export type Line = "connecting" | "open" | "lost" | "recovered";

interface Live extends LiveState {
  line: Line;
  /** Our clock, ms: when the line was lost. */
  lostAt: number | null;
  /** When the next try is due, ms of our clock. */
  retryAt: number | null;
}

export const useLive = create<Live>(() => ({
  ...initial,
  line: "connecting",
  lostAt: null,
  retryAt: null,
}));

const PAGE = 200; // messages the server gives at once
const AGAIN_MS = 1_000;

let transmit: (frame: ClientFrame) => boolean = () => false;

export function setTransmit(send: (frame: ClientFrame) => boolean): void {
  transmit = send;
}

/** Send a hint to the server; false if the line is down (hints are never queued). */
export function sendFrame(frame: ClientFrame): boolean {
  return transmit(frame);
}

export function receive(frame: Frame): void {
  useLive.setState((state) => reduce(state, frame, Date.now()));
  if (frame.type === "snapshot") void resync();
  if (frame.type === "changed") invalidate(frame);
}

/** Read a conversation's messages, page by page: all the first time, later those after the last read. */
export async function readConversation(interactionId: string): Promise<void> {
  for (;;) {
    const after = useLive.getState().conversations[interactionId]?.lastSeq ?? 0;
    const { items } = await api.get<Listed<Message>>(`/interactions/${interactionId}/messages`, {
      after_seq: after || undefined,
    });
    useLive.setState((state) => addMessages(state, interactionId, items, true));
    if (items.length < PAGE) return;
  }
}

export function resetLive(): void {
  useLive.setState({ ...initial, line: "connecting", lostAt: null, retryAt: null });
}

/** After a lost line: what was written meanwhile in conversations that are open here. */
async function resync(): Promise<void> {
  const open = Object.entries(useLive.getState().conversations);
  const loaded = open.filter(([, conversation]) => conversation.loaded).map(([id]) => id);
  const read = await Promise.allSettled(loaded.map(readConversation));
  if (read.some(mayWorkSoon)) setTimeout(resyncIfOpen, AGAIN_MS);
  // Records may have changed unseen.
  await queryClient.invalidateQueries();
}

/** A new line reads again by itself. */
function resyncIfOpen(): void {
  if (useLive.getState().line !== "lost") void resync();
}

function mayWorkSoon(result: PromiseSettledResult<void>): boolean {
  return result.status === "rejected" && result.reason instanceof Problem && result.reason.retry;
}

/** Query keys start with the plural noun: ["tickets", …]; ids follow where they matter. */
const PLURALS: Record<string, string> = {
  hours: "hours",
  canned_reply: "canned-replies",
  entry_point: "entry-points",
  people: "people",
  agent: "people",
  policy: "policies",
};

export function plural(kind: string): string {
  return PLURALS[kind] ?? `${kind}s`;
}

function invalidate(change: Changed): void {
  void queryClient.invalidateQueries({ queryKey: [plural(change.kind)] });
  if (change.customer_id) {
    void queryClient.invalidateQueries({ queryKey: ["customers", change.customer_id] });
  }
}
