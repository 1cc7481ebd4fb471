/** Who is signed in. `me` undefined: not known yet; null: nobody. */
import { create } from "zustand";
import { api, setCsrf, whenSignedOut } from "../api/client";
import { Problem } from "../api/problem";
import { queryClient } from "../api/query";
import type { Language, Me } from "../api/types";
import { asLanguage, setLanguage } from "../i18n";
import { setZone } from "../ui/zone";
import { forget } from "./kept";

interface Session {
  me: Me | null | undefined;
  /** Why the session could not be read at start, if so. */
  failure: unknown;
}

export const useSession = create<Session>(() => ({ me: undefined, failure: null }));

/** The signed-in person; only for screens behind the sign-in. */
export function useMe(): Me {
  const me = useSession((state) => state.me);
  if (!me) throw new Error("useMe outside the sign-in");
  return me;
}

export function useCan(permission: string): boolean {
  return useSession((state) => state.me?.permissions.includes(permission) ?? false);
}

export function can(me: Me, permission: string): boolean {
  return me.permissions.includes(permission);
}

export function isSupervisor(me: Me): boolean {
  return me.account.role !== "agent";
}

export async function restore(): Promise<void> {
  useSession.setState({ failure: null });
  try {
    enter(await api.get<Me>("/session"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) useSession.setState({ me: null });
    else useSession.setState({ failure: error });
  }
}

/** As somebody may have changed it meanwhile; a failure leaves what is known. */
export async function readAgain(): Promise<void> {
  try {
    enter(await api.get<Me>("/session"));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  enter(await api.post<Me>("/session", { email, password }));
}

/** By their own will: what they left unfinished goes too; a session that ended by itself keeps it. */
export async function signOut(): Promise<void> {
  const me = useSession.getState().me;
  await api.delete("/session");
  whenSignedOutNow();
  if (me) forget(me.account.id);
}

export async function changePassword(current: string, next: string): Promise<void> {
  enter(await api.put<Me>("/session/password", { current, new: next }));
}

export async function chooseLanguage(language: Language): Promise<void> {
  setLanguage(language);
  if (useSession.getState().me) await api.put("/session/language", { language });
}

export function whenSignedOutNow(): void {
  setCsrf("");
  queryClient.clear();
  useSession.setState({ me: null });
}

function enter(me: Me): void {
  setCsrf(me.csrf);
  setLanguage(asLanguage(me.account.language));
  setZone(me.tenant.zone);
  useSession.setState({ me, failure: null });
}

whenSignedOut(whenSignedOutNow);
