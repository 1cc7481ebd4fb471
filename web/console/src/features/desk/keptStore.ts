/** A store that survives a reload and belongs to whoever is signed in. */
import { create } from "zustand";
import { read, write } from "../../session/kept";
import { useSession } from "../../session/session";

interface Form<State> {
  empty: State;
  /** What of the state is kept. */
  pack?: (state: State) => State;
  /** The state again, from what was kept. */
  unpack?: (kept: State) => State;
}

export function keptStore<State extends object>(name: string, form: Form<State>) {
  const { empty, pack = (state) => state, unpack = (kept) => kept } = form;
  let account: string | null = null;
  const store = create<State>(() => empty);

  function belongTo(next: string | null) {
    if (next === account) return;
    account = null; // so that nobody's is written over by another's
    const kept = next === null ? null : read<State>(next, name);
    store.setState(kept ? unpack(kept) : empty, true);
    account = next;
  }

  belongTo(useSession.getState().me?.account.id ?? null);
  useSession.subscribe(({ me }) => belongTo(me?.account.id ?? null));
  store.subscribe((state) => {
    if (account !== null) write(account, name, pack(state));
  });
  return store;
}
