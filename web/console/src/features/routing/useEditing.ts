/** The draft being edited: what differs from the stored one, steps back, saving, who was faster. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api } from "../../api/client";
import { same } from "../settings/draft";
import {
  type Guards,
  noGuards,
  POLICIES,
  type Policy,
  type PolicyState,
  type StoredDraft,
} from "./model";

export interface Edited {
  policy: Policy;
  guards: Guards;
}

export interface Editing extends Edited {
  /** Of the stored draft; 0: there is none. */
  version: number;
  dirty: boolean;
  saving: boolean;
  error: unknown;
  /** Changes whenever the content was replaced from outside: editors with a state of their own start anew. */
  round: number;
  change: (changes: Partial<Policy>) => void;
  setGuards: (guards: Guards) => void;
  stepBack: (() => void) | null;
  save: () => void;
  revert: () => void;
  /** What somebody else stored meanwhile. */
  theirs: Edited | null;
  takeTheirs: () => void;
  keepMine: () => void;
}

const STEPS = 100; // that can be taken back
const ONE_STEP_MS = 800; // changes closer together are one step: a word, not a letter

function storedOf(state: PolicyState): Edited & { version: number } {
  const { draft, published } = state;
  if (draft) return { policy: draft.policy, guards: draft.guards, version: draft.version };
  return { policy: published.policy, guards: noGuards, version: 0 };
}

export function useEditing(state: PolicyState): Editing {
  const client = useQueryClient();
  const stored = storedOf(state);
  const [base, setBase] = useState(stored);
  const [now, setNow] = useState<Edited>(stored);
  const [past, setPast] = useState<Edited[]>([]);
  const [round, setRound] = useState(0);
  const steppedAt = useRef(0);
  const dirty = !same(now.policy, base.policy) || !same(now.guards, base.guards);
  const moved =
    stored.version !== base.version || (stored.version === 0 && !same(stored.policy, base.policy)); // published over our heads

  const mutation = useMutation({
    mutationFn: ({ sent, version }: { sent: Edited; version: number }) =>
      api.put<StoredDraft>("/policy/draft", { ...sent, version }),
    onSuccess: (draft, { sent }) => {
      setBase({ ...sent, version: draft.version });
      client.setQueryData<PolicyState>([POLICIES], (before) => before && { ...before, draft });
    },
    onError: () => client.invalidateQueries({ queryKey: [POLICIES] }),
  });
  const behind = moved && !mutation.isPending;

  // Somebody else saved, published or discarded: without changes of our own there is nothing to ask.
  useEffect(() => {
    if (!behind || dirty) return;
    replace(stored, stored);
  });

  function replace(next: Edited, at: Edited & { version: number }) {
    setBase(at);
    setNow({ policy: next.policy, guards: next.guards });
    setPast([]);
    setRound((before) => before + 1);
    mutation.reset();
  }

  function edit(next: Edited) {
    const apart = Date.now() - steppedAt.current > ONE_STEP_MS;
    steppedAt.current = Date.now();
    if (apart || past.length === 0) setPast((before) => [...before.slice(-STEPS), now]);
    setNow(next);
    if (mutation.isError) mutation.reset();
  }

  function stepBack() {
    const last = past.at(-1);
    if (!last) return;
    steppedAt.current = 0;
    setPast((before) => before.slice(0, -1));
    setNow(last);
    setRound((before) => before + 1);
  }

  return {
    ...now,
    version: base.version,
    dirty,
    saving: mutation.isPending,
    error: mutation.error,
    round,
    change: (changes) => edit({ ...now, policy: { ...now.policy, ...changes } }),
    setGuards: (guards) => edit({ ...now, guards }),
    stepBack: past.length > 0 ? stepBack : null,
    save: () => mutation.mutate({ sent: now, version: base.version }),
    revert: () => replace(base, base),
    theirs: behind && dirty ? stored : null,
    takeTheirs: () => replace(stored, stored),
    keepMine: () => mutation.mutate({ sent: now, version: stored.version }),
  };
}
