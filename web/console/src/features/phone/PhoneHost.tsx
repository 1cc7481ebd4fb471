/** Keeps the phone alive while pages change, and opens the desk when a call is answered. Draws nothing. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useLive } from "../../live/store";
import { useVoice } from "./api";
import { useHasPhone } from "./hooks";
import { startPhone, tell, usePhone } from "./softphone";
import { holdPhone, onWish } from "./tabs";

/** A leg whose work is gone is given this long to be ended by the other side. */
const STALE_MS = 4_000;

export default function PhoneHost() {
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
