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
}

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
  takeDrafts((id) => id === interactionId);
}

/** Those of such conversations; they are drafts no longer. */
export function takeDrafts(which: (interactionId: string) => boolean): [string, Draft][] {
  const all = Object.entries(useDrafts.getState());
  const taken = all.filter(([id]) => which(id));
  if (taken.length > 0) {
    useDrafts.setState(Object.fromEntries(all.filter(([id]) => !which(id))), true);
  }
  return taken;
}
