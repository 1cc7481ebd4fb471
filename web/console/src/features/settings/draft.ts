/** A draft beside the stored document: what differs, how it is saved, and what if someone was faster. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import type { NounPath } from "./catalogue";
import type { Problems } from "./check";

/** Values as JSON, so that the order of keys does not matter. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => a.localeCompare(b)).map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** Only the fields of the body: what the server puts around it stays out. */
export function bodyOf<Body extends object>(stored: object, fresh: Body): Body {
  const known = stored as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(fresh).map(([field, value]) => [
      field,
      known[field] === undefined ? value : known[field], // null is a value: "off", "none"
    ]),
  ) as Body;
}

/** Fields in which two bodies differ. */
export function differences(one: object, other: object): string[] {
  const [a, b] = [one as Record<string, unknown>, other as Record<string, unknown>];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (field) => !same(a[field], b[field]),
  );
}

interface Options<Body> {
  path: NounPath | "settings";
  /** Undefined: a new one. */
  stored: (Body & { id: string; version: number }) | undefined;
  fresh: Body;
  check: (body: Body) => Problems;
  onSaved?: (saved: Saved) => void;
}

export interface Draft<Body> {
  body: Body;
  set: (changes: Partial<Body>) => void;
  /** Of the fields that were touched, or of all once saving was tried. */
  problems: Problems;
  /** How many fields are wrong, shown or not. */
  wrong: number;
  tried: boolean;
  error: unknown;
  dirty: boolean;
  saving: boolean;
  /** What someone else saved while this was edited. */
  theirs: Body | null;
  takeTheirs: () => void;
  overwrite: () => void;
  save: () => void;
  discard: () => void;
  undo: (() => void) | null;
  savedAt: number | null;
}

interface Saved {
  id: string;
  version: number;
}

interface Base<Body> {
  body: Body;
  version: number;
}

export function useDraft<Body extends object>(options: Options<Body>): Draft<Body> {
  const { path, stored, fresh, check, onSaved } = options;
  const client = useQueryClient();
  const read = stored ? bodyOf(stored, fresh) : fresh;
  const [base, setBase] = useState<Base<Body>>({ body: read, version: stored?.version ?? 0 });
  const [body, setBody] = useState<Body>(read);
  const [previous, setPrevious] = useState<Body | null>(null);
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const dirty = !same(body, base.body);
  const newer = stored !== undefined && stored.version > base.version;

  // Someone else saved: without changes of our own there is nothing to ask.
  useEffect(() => {
    if (!newer || dirty || !stored) return;
    const theirs = bodyOf(stored, fresh);
    setBase({ body: theirs, version: stored.version });
    setBody(theirs);
    setPrevious(null);
  }, [newer, dirty, stored, fresh]);

  const mutation = useMutation({
    mutationFn: ({ sent, version }: { sent: Body; version: number }) => {
      if (!stored) return api.post<Saved>(`/${path}`, sent);
      const place = stored.id ? `/${path}/${stored.id}` : `/${path}`; // the company is one of its kind
      return api.put<Saved>(place, { ...sent, version });
    },
    onSuccess: async (saved, { sent }) => {
      setPrevious(stored ? base.body : null);
      setBase({ body: sent, version: saved.version });
      setBody(sent);
      setSavedAt(Date.now());
      setTried(false);
      await client.invalidateQueries({ queryKey: [path] }); // a new one is in its list before it opens
      onSaved?.(saved);
    },
    onError: () => client.invalidateQueries({ queryKey: [path] }),
  });

  const send = (sent: Body, version: number) => mutation.mutate({ sent, version });
  const problems = { ...serverProblems(mutation.error), ...check(body) };
  const wrong = Object.keys(problems).length;
  return {
    body,
    set: (changes) => {
      if (mutation.isError) mutation.reset();
      setTouched((before) => new Set([...before, ...Object.keys(changes)]));
      setBody((now) => ({ ...now, ...changes }));
    },
    problems: tried ? problems : ofFields(problems, touched),
    wrong,
    tried,
    error: mutation.error,
    dirty,
    saving: mutation.isPending,
    theirs: newer && dirty && stored && !mutation.isPending ? bodyOf(stored, fresh) : null,
    takeTheirs: () => {
      mutation.reset();
      setBody(base.body);
    },
    overwrite: () => stored && send(body, stored.version),
    save: () => {
      setTried(true);
      if (wrong === 0) send(body, base.version);
    },
    discard: () => {
      mutation.reset();
      setTried(false);
      setTouched(new Set());
      setBody(base.body);
    },
    undo: previous && !dirty ? () => send(previous, base.version) : null,
    savedAt,
  };
}

/** `names.zh-CN` belongs to the field `names`. */
function ofFields(problems: Problems, fields: ReadonlySet<string>): Problems {
  return Object.fromEntries(
    Object.entries(problems).filter(([path]) => fields.has(path.split(".")[0] ?? path)),
  );
}

/** The server's field errors in the words of this screen; a field that is right again is dropped by `set`. */
function serverProblems(error: unknown): Problems {
  if (!(error instanceof Problem)) return {};
  return Object.fromEntries(error.errors.map(({ field, code }) => [field, code]));
}
