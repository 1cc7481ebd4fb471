/** Keeps the phone alive while pages change, and opens the desk when a call is answered. Draws nothing. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useMeRow } from "../../live/hooks";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { readAgain } from "../../session/session";
import { useVoice } from "./api";
import { ConsentOutcome } from "./Consent";
import { useHasPhone, useOutsidePhone } from "./hooks";
import { startPhone, tell, usePhone } from "./softphone";
import { holdPhone, onWish } from "./tabs";

/** A leg whose work is gone is given this long to be ended by the other side. */
const STALE_MS = 4_000;

export default function PhoneHost() {
  const outside = useOutsidePhone();
  return (
    <>
      <ConsentOutcome />
      {outside ? <OutsideHost /> : <Softphone />}
    </>
  );
}

/** A phone that isn't the browser's: the desk opens when it is picked up. */
function OutsideHost() {
  const navigate = useNavigate();
  const work = useLive((state) => state.work);
  const synced = useLive((state) => state.synced);
  const reachable = useMeRow()?.phone;
  const before = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    if (!synced) return;
    const talking = Object.values(work).filter(pickedUp);
    const fresh = before.current && talking.find(({ id }) => !before.current?.has(id));
    before.current = new Set(talking.map(({ id }) => id));
    if (fresh) void navigate({ to: "/desk", search: { open: fresh.id } });
  }, [work, synced, navigate]);
  const known = useRef(reachable);
  useEffect(() => {
    if (known.current !== reachable) void readAgain(); // perhaps it is another kind of phone now
    known.current = reachable;
  }, [reachable]);
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && void readAgain();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return null;
}

function pickedUp({ role, call }: Work): boolean {
  const mine = call?.legs.find((leg) => leg.id === call.my_leg);
  return mine?.state === "up" && (role === "owner" || role === "consult");
}

function Softphone() {
  const has = useHasPhone();
  const voice = useVoice(false, has).data;
  const wanted = has && voice?.state === "on";
  useEffect(startPhone, []);
  useEffect(() => {
    if (!wanted) {
      tell({ type: "wanted", on: false });
      return;
    }
    const hold = holdPhone(
      () => {
        tell({ type: "wanted", on: true });
        tell({ type: "free" });
      },
      () => tell({ type: "elsewhere" }),
    );
    return hold.release;
  }, [wanted]);
  useEffect(() => onWish((interaction) => tell({ type: "accept", interaction })), []);
  const other = usePhone((state) => state.cause === "phone_not_browser");
  useEffect(() => {
    if (other) void readAgain(); // an administrator gave us another phone
  }, [other]);
  useOpening();
  useStale();
  useMuteInStep();
  return null;
}

/** An answered call is what one looks at; who supervises stays where they are. */
function useOpening(): void {
  const navigate = useNavigate();
  const calls = usePhone((state) => state.calls);
  const seen = useRef(new Set<string>());
  useEffect(() => {
    for (const call of Object.values(calls)) {
      if (call.state !== "up" || seen.current.has(call.id)) continue;
      seen.current.add(call.id);
      if (!call.interaction || call.purpose === "supervise") continue;
      void navigate({ to: "/desk", search: { open: call.interaction } });
    }
  }, [calls, navigate]);
}

/** Audio that outlived its work, since the end could not reach us, is ended here. */
function useStale(): void {
  const calls = usePhone((state) => state.calls);
  const work = useLive((state) => state.work);
  const synced = useLive((state) => state.synced && state.line !== "lost");
  const early = usePhone((state) => state.early);
  useEffect(() => {
    if (!synced) return;
    if (early && !(early in work)) tell({ type: "gone", interaction: early });
    const stale = Object.values(calls).filter(
      ({ interaction }) => interaction !== null && !isTalking(work[interaction]),
    );
    if (stale.length === 0) return;
    const timer = setTimeout(() => {
      for (const { id } of stale) tell({ type: "stale", id });
    }, STALE_MS);
    return () => clearTimeout(timer);
  }, [calls, work, synced, early]);
}

function isTalking(row: { role: string; call?: unknown } | undefined): boolean {
  return row !== undefined && row.role !== "wrap_up";
}

/** What the call says about my microphone holds here too, e.g. after a reload. */
function useMuteInStep(): void {
  const calls = usePhone((state) => state.calls);
  const work = useLive((state) => state.work);
  const before = useRef(new Map<string, boolean>());
  useEffect(() => {
    for (const call of Object.values(calls)) {
      const told = call.interaction ? work[call.interaction]?.call?.muted : undefined;
      if (told === undefined || before.current.get(call.id) === told) continue;
      before.current.set(call.id, told);
      if (call.state === "up" && call.muted !== told)
        tell({ type: "muted", id: call.id, on: told });
    }
  }, [calls, work]);
}
