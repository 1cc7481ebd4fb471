/** Where a figure stands beside its target. Only for colour, icon and word; the figures are the server's. */
import type { QueueRow, Targets, Totals } from "../../live/protocol";
import { useLive } from "../../live/store";

export type Standing = "good" | "near" | "late";

/** What the company aims at, as its settings say. Before the first snapshot: what is usual. */
export function useTargets(): Targets {
  return useLive((state) => state.totals?.targets) ?? USUAL;
}

const USUAL: Targets = { service_level: 0.8, abandonment: 0.05, csat: 0.85 };

const NEAR_SHARE = 0.5; // a wait past this share of the target is near it
const NEAR_MARGIN = 0.1; // so much worse than the target is near, beyond it late

export function waitStanding(waitedS: number, targetS: number): Standing {
  if (waitedS >= targetS) return "late";
  return waitedS >= targetS * NEAR_SHARE ? "near" : "good";
}

export function shareStanding(
  value: number | null,
  target: number,
  better: "higher" | "lower",
): Standing | null {
  if (value === null) return null;
  const short = better === "higher" ? target - value : value - target;
  if (short <= 0) return "good";
  return short <= NEAR_MARGIN ? "near" : "late";
}

export interface Ages {
  good: number;
  near: number;
  late: number;
}

/** How many wait for how long beside the queue's target; `now` in ms. */
export function ages(since: readonly string[], targetS: number, now: number): Ages {
  const counts: Ages = { good: 0, near: 0, late: 0 };
  for (const at of since) counts[waitStanding((now - Date.parse(at)) / 1000, targetS)] += 1;
  return counts;
}

/** Seconds the longest waiting has waited; null while nobody waits. */
export function oldestS(totals: Pick<Totals, "oldest_at">, now: number): number | null {
  return totals.oldest_at ? Math.max(0, (now - Date.parse(totals.oldest_at)) / 1000) : null;
}

/** The strictest target of the queues somebody waits in, else of all: what "oldest wait" is held to. */
export function tightestTarget(queues: readonly QueueRow[]): number {
  const waiting = queues.filter((queue) => queue.waiting > 0);
  const from = waiting.length ? waiting : queues;
  return from.reduce((least, queue) => Math.min(least, queue.service_level_s), 3_600);
}
