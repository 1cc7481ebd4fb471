/** What was typed but not sent, per conversation; survives a reload. */
import { create } from "zustand";

export type Mode = "reply" | "note";

export interface Draft {
  mode: Mode;
  reply: string;
  note: string;
  /** Colleagues named in the note: id by the name as written. */
  mentions: Record<string, string>;
}

const KEY = "parley.drafts";
export const EMPTY: Draft = { mode: "reply", reply: "", note: "", mentions: {} };

function stored(): Record<string, Draft> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, Draft>;
  } catch {
    return {};
  }
}

const useDrafts = create<Record<string, Draft>>(() => stored());

function keep(drafts: Record<string, Draft>): void {
  useDrafts.setState(drafts, true);
  localStorage.setItem(KEY, JSON.stringify(drafts));
}

export function useDraft(interactionId: string): [Draft, (changes: Partial<Draft>) => void] {
  const draft = useDrafts((drafts) => drafts[interactionId]) ?? EMPTY;
  return [draft, (changes) => setDraft(interactionId, changes)];
}

export function setDraft(interactionId: string, changes: Partial<Draft>): void {
  const drafts = useDrafts.getState();
  keep({ ...drafts, [interactionId]: { ...(drafts[interactionId] ?? EMPTY), ...changes } });
}

export function hasDraft(draft: Draft | undefined): boolean {
  return draft !== undefined && (draft.reply.trim() !== "" || draft.note.trim() !== "");
}

export function useHasDraft(interactionId: string): boolean {
  return useDrafts((drafts) => hasDraft(drafts[interactionId]));
}

/** Forget the drafts of conversations that are no longer mine. */
export function pruneDrafts(mine: (interactionId: string) => boolean): void {
  const drafts = useDrafts.getState();
  const kept = Object.entries(drafts).filter(([id]) => mine(id));
  if (kept.length < Object.keys(drafts).length) keep(Object.fromEntries(kept));
}
