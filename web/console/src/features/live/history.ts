/** The last half hour of the totals, kept while this tab is open, for the small lines. */
import { useEffect } from "react";
import { create } from "zustand";
import type { Totals } from "../../live/protocol";
import { useLive } from "../../live/store";
import { oldestS } from "./targets";

const EVERY_MS = 10_000;
const LEAST_MS = 9_000; // timers are not exact
const KEPT = 180; // half an hour

export interface Sample {
  waiting: number;
  oldest: number | null;
  service_level: number | null;
  asa_s: number | null;
  abandonment: number | null;
  csat: number | null;
}

interface History {
  samples: Sample[];
  takenAt: number;
}

const PLACE = "parley.history";

/** What this tab had before a reload, unless it is older than what is kept. */
function kept(): History {
  const none = { samples: [], takenAt: 0 };
  try {
    const found = JSON.parse(sessionStorage.getItem(PLACE) ?? "null") as History | null;
    return found && Date.now() - found.takenAt < KEPT * EVERY_MS ? found : none;
  } catch {
    return none;
  }
}

export const useHistory = create<History>(kept);
useHistory.subscribe((history) => sessionStorage.setItem(PLACE, JSON.stringify(history)));

export function sampleOf(totals: Totals, now: number): Sample {
  const { waiting, service_level, asa_s, abandonment, csat } = totals;
  return { waiting, oldest: oldestS(totals, now), service_level, asa_s, abandonment, csat };
}

/** One sample at most every ten seconds; the oldest is dropped. */
export function take(totals: Totals, now: number): void {
  useHistory.setState((history) => {
    if (now - history.takenAt < LEAST_MS) return history;
    const samples = [...history.samples, sampleOf(totals, now)].slice(-KEPT);
    return { samples, takenAt: now };
  });
}

/** Samples while a board is on screen. */
export function useSampling(): void {
  useEffect(() => {
    const sample = () => {
      const { totals, skewMs } = useLive.getState();
      if (totals) take(totals, Date.now() + skewMs);
    };
    sample();
    const timer = setInterval(sample, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
