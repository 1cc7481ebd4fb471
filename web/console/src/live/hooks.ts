/** What screens ask of the live state. Each hook renders again only when its part changes. */
import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import type { AgentRow, AlertRow, DeedRow, QueueRow, Totals, TrendRow, Work } from "./protocol";
import { useLive } from "./store";

export function useMeRow(): AgentRow | null {
  return useLive((state) => state.me);
}

/** My work: offers first, then mine in the order I got them, then where I only join. */
export function useWork(): Work[] {
  const work = useLive((state) => state.work);
  return useMemo(() => Object.values(work).sort(byUrgency), [work]);
}

/** Offered to me, or a colleague asks: rings until I answer, and is not mine yet. */
export function rings(work: Work): boolean {
  return work.role === "offer" || work.role === "invited";
}

export function useWorkItem(id: string | null): Work | null {
  return useLive((state) => (id ? (state.work[id] ?? null) : null));
}

export function useQueues(): QueueRow[] {
  return useLive(useShallow((state) => Object.values(state.queues)));
}

export function useAgents(): AgentRow[] | null {
  const agents = useLive((state) => state.agents);
  return useMemo(() => agents && Object.values(agents), [agents]);
}

export function useTotals(): Totals | null {
  return useLive((state) => state.totals);
}

/** What is off target now, in no order. */
export function useAlerts(): AlertRow[] {
  const alerts = useLive((state) => state.alerts);
  return useMemo(() => Object.values(alerts), [alerts]);
}

export function useTrend(queueId: string): TrendRow | undefined {
  return useLive((state) => state.trends[queueId]);
}

/** What supervisors did, the newest first. */
export function useDeeds(): DeedRow[] {
  const deeds = useLive((state) => state.deeds);
  return useMemo(() => Object.values(deeds).sort((a, b) => b.at.localeCompare(a.at)), [deeds]);
}

export function useLine() {
  return useLive(useShallow(({ line, lostAt, retryAt }) => ({ line, lostAt, retryAt })));
}

const RANK: Record<string, number> = { offer: 0, invited: 0, owner: 1, wrap_up: 1 };

function byUrgency(a: Work, b: Work): number {
  const rank = (RANK[a.role] ?? 2) - (RANK[b.role] ?? 2);
  if (rank !== 0) return rank;
  // The place of a conversation never moves while it is served: lists keep the row under the cursor.
  return (a.connected_at ?? a.arrived_at).localeCompare(b.connected_at ?? b.arrived_at);
}
