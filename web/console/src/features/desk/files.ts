/** Files chosen for a message, per conversation: they go on rising while another one is open. */
import { create } from "zustand";
import { upload } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Attachment } from "../../api/types";
import { useSession } from "../../session/session";

const MAX_FILES = 10;
/** The server's limit; it checks again. */
const MAX_BYTES = 20 * 1024 * 1024;

export interface Rising {
  key: string;
  file: File;
  preview: string | null;
  share: number;
  state: "rising" | "there" | "failed";
  failure: unknown;
  result: Attachment | null;
  abort: AbortController;
}

const NONE: Rising[] = [];
const useRising = create<Record<string, Rising[]>>(() => ({}));

export function useFilesOf(interactionId: string): Rising[] {
  return useRising((all) => all[interactionId]) ?? NONE;
}

export function addFiles(interactionId: string, files: Iterable<File>): void {
  const room = MAX_FILES - of(interactionId).length;
  const fresh = [...files].slice(0, Math.max(0, room)).map(rising);
  change(interactionId, (all) => [...all, ...fresh]);
  for (const each of fresh) start(interactionId, each);
}

export function removeFile(interactionId: string, key: string): void {
  const gone = of(interactionId).find((each) => each.key === key);
  if (gone) forget(gone);
  change(interactionId, (all) => all.filter((each) => each.key !== key));
}

export function tryAgain(interactionId: string, key: string): void {
  const failed = of(interactionId).find((each) => each.key === key);
  if (!failed) return;
  patch(interactionId, key, { state: "rising", share: 0, failure: null });
  start(interactionId, failed);
}

/** None are chosen there any more. The result: those that had arrived. */
export function takeFiles(interactionId: string): Attachment[] {
  const all = of(interactionId);
  for (const each of all) forget(each);
  if (all.length > 0) change(interactionId, () => []);
  return arrived(all);
}

/** Conversations for which files are chosen. */
export function withFiles(): string[] {
  return Object.entries(useRising.getState()).flatMap(([id, all]) => (all.length > 0 ? [id] : []));
}

export function arrived(all: Rising[]): Attachment[] {
  return all.flatMap((each) => (each.result ? [each.result] : []));
}

useSession.subscribe(({ me }) => {
  if (!me) for (const id of withFiles()) takeFiles(id);
});

function of(interactionId: string): Rising[] {
  return useRising.getState()[interactionId] ?? NONE;
}

function change(interactionId: string, next: (all: Rising[]) => Rising[]): void {
  useRising.setState({ [interactionId]: next(of(interactionId)) });
}

function patch(interactionId: string, key: string, changes: Partial<Rising>): void {
  change(interactionId, (all) =>
    all.map((each) => (each.key === key ? { ...each, ...changes } : each)),
  );
}

function start(interactionId: string, { key, file, abort }: Rising): void {
  const become = (changes: Partial<Rising>) => patch(interactionId, key, changes);
  if (file.size > MAX_BYTES) {
    const limit_mb = MAX_BYTES / 1024 / 1024;
    become({ state: "failed", failure: new Problem(413, "file_too_large", { limit_mb }) });
    return;
  }
  upload<Attachment>("/attachments", file, (share) => become({ share }), abort.signal)
    .then((result) => become({ state: "there", share: 1, result }))
    .catch((failure) => become({ state: "failed", failure }));
}

let count = 0;

function rising(file: File): Rising {
  const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
  count += 1;
  return {
    key: `file-${count}`,
    file,
    preview,
    share: 0,
    state: "rising",
    failure: null,
    result: null,
    abort: new AbortController(),
  };
}

function forget(file: Rising): void {
  file.abort.abort();
  if (file.preview) URL.revokeObjectURL(file.preview);
}
