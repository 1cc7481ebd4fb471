/**
 * Messages on their way: shown at once, kept with their client id until the server has them. What the
 * server refused for good stays until somebody read it: nothing typed is lost silently.
 */
import { OFFLINE, Problem } from "../../api/problem";
import type { Attachment, Message } from "../../api/types";
import { useLive } from "../../live/store";
import { desk } from "./api";
import { EMPTY, leaveDrafts, returnDrafts, type Draft as Typed } from "./draft";
import { takeFiles, withFiles } from "./files";
import { keptStore } from "./keptStore";

/** Unsent messages that survive a reload, the newest. */
const MAX_KEPT = 50;

export interface Outgoing {
  client_id: string;
  interaction_id: string;
  /** The customer's name. */
  to: string;
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

export const useOutgoing = keptStore<State>("outgoing", {
  empty: { byInteraction: {} },
  pack: ({ byInteraction }) => ({
    byInteraction: grouped(
      flat(byInteraction)
        .filter((each) => each.state !== "sent")
        .slice(-MAX_KEPT),
    ),
  }),
  unpack: ({ byInteraction }) => ({ byInteraction: grouped(flat(byInteraction).map(revived)) }),
});

export type Draft = Pick<
  Outgoing,
  "interaction_id" | "text" | "internal" | "mentions" | "attachments"
>;

export function send(draft: Draft): void {
  const outgoing = { ...fresh(draft), to: nameOf(draft.interaction_id) };
  change(draft.interaction_id, (all) => [...all, outgoing]);
  void post(outgoing);
}

/** Try again with the same client id: if the first try did arrive, the server keeps one. */
export function retry(outgoing: Outgoing): Promise<void> {
  patch(outgoing, { state: "sending", failure: null });
  return post(outgoing);
}

export function discard(outgoing: Outgoing): void {
  change(outgoing.interaction_id, (all) =>
    all.filter((each) => each.client_id !== outgoing.client_id),
  );
}

/** The line is back: everything that failed for want of it goes out again, in its order. */
export function retryAll(): void {
  for (const all of Object.values(useOutgoing.getState().byInteraction)) void retryInOrder(all);
}

async function retryInOrder(all: Outgoing[]): Promise<void> {
  for (const each of all) if (each.state === "failed" && mayRetry(each)) await retry(each);
}

function mayRetry(outgoing: Outgoing): boolean {
  return outgoing.failure instanceof Problem && outgoing.failure.retry;
}

/** What was begun for conversations that are no longer mine: not sent, and its writer should know. */
export function giveUpDrafts(mine: (interactionId: string) => boolean): void {
  for (const [id, { solution }] of returnDrafts(mine)) {
    change(id, (all) => all.filter((each) => each.text !== solution.trim())); // it is in the form again
  }
  const gone = new Map(leaveDrafts(mine));
  for (const id of withFiles()) if (!mine(id) && !gone.has(id)) gone.set(id, EMPTY);
  for (const [id, draft] of gone) {
    for (const piece of piecesOf(draft, takeFiles(id))) {
      const failure = new Problem(409, "not_yours");
      const begun = fresh({ interaction_id: id, mentions: [], ...piece });
      change(id, (all) => [...all, { ...begun, to: draft.to, state: "failed", failure }]);
    }
  }
}

function piecesOf(draft: Typed, files: Attachment[]) {
  return [
    { text: draft.reply.trim(), internal: false, attachments: files },
    { text: draft.note.trim(), internal: true, attachments: [] },
    { text: draft.solution.trim(), internal: true, attachments: [] },
  ].filter(({ text, attachments }) => text !== "" || attachments.length > 0);
}

/** What will not go out any more, in the order it was written. */
export function unsent(
  byInteraction: State["byInteraction"],
  mine: (interactionId: string) => boolean,
): Outgoing[] {
  return flat(byInteraction).filter(
    (each) => each.state === "failed" && (!mayRetry(each) || !mine(each.interaction_id)),
  );
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

function fresh(draft: Draft): Omit<Outgoing, "to"> {
  return {
    ...draft,
    client_id: newClientId(),
    at: new Date(Date.now() + useLive.getState().skewMs).toISOString(),
    state: "sending",
    failure: null,
  };
}

function nameOf(interactionId: string): string {
  return useLive.getState().work[interactionId]?.customer.name ?? "";
}

function flat(byInteraction: State["byInteraction"]): Outgoing[] {
  return Object.values(byInteraction)
    .flat()
    .sort((a, b) => a.at.localeCompare(b.at));
}

function grouped(all: Outgoing[]): State["byInteraction"] {
  const groups: State["byInteraction"] = {};
  for (const each of all) {
    groups[each.interaction_id] = [...(groups[each.interaction_id] ?? []), each];
  }
  return groups;
}

/** After a reload nobody knows whether it arrived: it goes out again, under the same client id. */
function revived(kept: Outgoing): Outgoing {
  const told = kept.failure as Problem | null;
  const failure = told?.code
    ? new Problem(told.status, told.code, told.values, told.retry)
    : new Problem(0, OFFLINE, {}, true);
  return { ...kept, state: "failed", failure };
}

/** Our own id of what is sent: the server takes the same one once. */
export function newClientId(): string {
  return crypto.randomUUID?.() ?? fallbackId();
}

function fallbackId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
