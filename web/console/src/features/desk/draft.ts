/** What was typed but not sent, per conversation; survives a reload. */
import { useLive } from "../../live/store";
import { keptStore } from "./keptStore";

export type Mode = "reply" | "note";
export type Resolved = "yes" | "no" | "unknown";

export interface Draft {
  /** The customer's name. */
  to: string;
  mode: Mode;
  reply: string;
  note: string;
  /** Colleagues named in the note: id by the name as written. */
  mentions: Record<string, string>;
  /** Wrap-up. */
  disposition: string | null;
  solution: string;
  resolved: Resolved;
  /** The conversation is no longer mine; its wrap-up is kept, since it may come back. */
  left?: boolean;
}

/** Wrap-ups that are kept for conversations which may come back, the newest. */
const MAX_LEFT = 20;

export const EMPTY: Draft = {
  to: "",
  mode: "reply",
  reply: "",
  note: "",
  mentions: {},
  disposition: null,
  solution: "",
  resolved: "unknown",
};

const useDrafts = keptStore<Record<string, Draft>>("drafts", { empty: {} });

export function useDraft(interactionId: string): [Draft, (changes: Partial<Draft>) => void] {
  const draft = useDrafts((drafts) => drafts[interactionId]) ?? EMPTY;
  return [draft, (changes) => setDraft(interactionId, changes)];
}

export function setDraft(interactionId: string, changes: Partial<Draft>): void {
  const before = useDrafts.getState()[interactionId] ?? EMPTY;
  const to = useLive.getState().work[interactionId]?.customer.name ?? before.to;
  useDrafts.setState({ [interactionId]: { ...before, to, ...changes } });
}

export function hasDraft(draft: Draft | undefined): boolean {
  return draft !== undefined && (draft.reply.trim() !== "" || draft.note.trim() !== "");
}

export function useHasDraft(interactionId: string): boolean {
  return useDrafts((drafts) => hasDraft(drafts[interactionId]));
}

export function dropDraft(interactionId: string): void {
  const all = Object.entries(useDrafts.getState());
  useDrafts.setState(Object.fromEntries(all.filter(([id]) => id !== interactionId)), true);
}

/**
 * Those of conversations that went away, as they were. Of each only the wrap-up stays: a call whose
 * transfer failed comes back to whoever wraps it up.
 */
export function leaveDrafts(mine: (interactionId: string) => boolean): [string, Draft][] {
  const all = Object.entries(useDrafts.getState());
  const gone = all.filter(([id, draft]) => !mine(id) && !draft.left);
  if (gone.length === 0) return gone;
  const left = [...all.filter(([id, draft]) => !mine(id) && draft.left), ...gone.flatMap(wrapUpOf)];
  const here = all.filter(([id]) => mine(id));
  useDrafts.setState(Object.fromEntries([...here, ...left.slice(-MAX_LEFT)]), true);
  return gone;
}

/** Those whose conversations came back. */
export function returnDrafts(mine: (interactionId: string) => boolean): [string, Draft][] {
  const all = Object.entries(useDrafts.getState());
  const back = all.filter(([id, draft]) => mine(id) && draft.left);
  for (const [id] of back) setDraft(id, { left: false });
  return back;
}

function wrapUpOf([id, draft]: [string, Draft]): [string, Draft][] {
  const { to, disposition, solution, resolved } = draft;
  const begun = disposition !== null || solution.trim() !== "" || resolved !== "unknown";
  return begun ? [[id, { ...EMPTY, to, disposition, solution, resolved, left: true }]] : [];
}
