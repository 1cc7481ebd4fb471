/** Messages on their way: shown at once, kept with their client id until the server has them. */
import { create } from "zustand";
import { Problem } from "../../api/problem";
import type { Attachment, Message } from "../../api/types";
import { useLive } from "../../live/store";
import { desk } from "./api";

export interface Outgoing {
  client_id: string;
  interaction_id: string;
  text: string;
  internal: boolean;
  mentions: string[];
  attachments: Attachment[];
  at: string;
  state: "sending" | "failed" | "sent";
  failure: unknown;
}

interface State {
  byInteraction: Record<string, Outgoing[]>;
}

export const useOutgoing = create<State>(() => ({ byInteraction: {} }));

export type Draft = Pick<
  Outgoing,
  "interaction_id" | "text" | "internal" | "mentions" | "attachments"
>;

export function send(draft: Draft): void {
  const outgoing: Outgoing = {
    ...draft,
    client_id: crypto.randomUUID?.() ?? fallbackId(),
    at: new Date(Date.now() + useLive.getState().skewMs).toISOString(),
    state: "sending",
    failure: null,
  };
  change(draft.interaction_id, (all) => [...all, outgoing]);
  void post(outgoing);
}

/** Try again with the same client id: if the first try did arrive, the server keeps one. */
export function retry(outgoing: Outgoing): void {
  patch(outgoing, { state: "sending", failure: null });
  void post(outgoing);
}

export function discard(outgoing: Outgoing): void {
  change(outgoing.interaction_id, (all) =>
    all.filter((each) => each.client_id !== outgoing.client_id),
  );
}

/** The line is back: everything that failed for want of it goes out again. */
export function retryAll(): void {
  for (const all of Object.values(useOutgoing.getState().byInteraction)) {
    for (const each of all) {
      if (each.state === "failed" && each.failure instanceof Problem && each.failure.retry)
        retry(each);
    }
  }
}

/** Those the server has not told us of yet. */
export function stillOut(outgoing: Outgoing[], messages: Message[]): Outgoing[] {
  if (outgoing.length === 0) return outgoing;
  const arrived = new Set(messages.map((message) => message.client_id));
  return outgoing.filter((each) => !arrived.has(each.client_id));
}

async function post(outgoing: Outgoing): Promise<void> {
  try {
    await desk.send(outgoing.interaction_id, {
      client_id: outgoing.client_id,
      text: outgoing.text,
      internal: outgoing.internal,
      mentions: outgoing.mentions,
      attachments: outgoing.attachments.map((each) => each.id),
    });
    patch(outgoing, { state: "sent" });
  } catch (failure) {
    patch(outgoing, { state: "failed", failure });
  }
}

function patch(outgoing: Outgoing, changes: Partial<Outgoing>): void {
  change(outgoing.interaction_id, (all) =>
    all.map((each) => (each.client_id === outgoing.client_id ? { ...each, ...changes } : each)),
  );
}

function change(interactionId: string, next: (all: Outgoing[]) => Outgoing[]): void {
  useOutgoing.setState(({ byInteraction }) => {
    const known = useLive.getState().conversations[interactionId]?.messages ?? [];
    const all = stillOut(next(byInteraction[interactionId] ?? []), known);
    return { byInteraction: { ...byInteraction, [interactionId]: all } };
  });
}

function fallbackId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
