/** Agents by what they are doing, in an order that never changes; names keep their place inside. Pure. */
import type { AgentRow } from "../../live/protocol";

export const GROUPS = ["serving", "ringing", "free", "wrap_up", "not_ready", "offline"] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(agent: AgentRow): Group {
  const owned = agent.busy.filter((each) => each.role !== "monitor" && each.role !== "consult");
  if (owned.some((each) => each.role === "owner")) return "serving";
  if (owned.some((each) => each.role === "offer")) return "ringing";
  if (owned.some((each) => each.role === "wrap_up")) return "wrap_up";
  if (agent.status === "offline") return "offline";
  return agent.status === "ready" ? "free" : "not_ready";
}

/** Since when the agent is in that group. */
export function sinceOf(agent: AgentRow): string {
  const group = groupOf(agent);
  const role = { serving: "owner", ringing: "offer", wrap_up: "wrap_up" }[group as string];
  const times = agent.busy.filter((each) => each.role === role).map((each) => each.since);
  return times.sort()[0] ?? agent.since;
}

export function grouped(agents: readonly AgentRow[]): Record<Group, AgentRow[]> {
  const groups = Object.fromEntries(GROUPS.map((group) => [group, []])) as unknown as Record<
    Group,
    AgentRow[]
  >;
  for (const agent of agents) groups[groupOf(agent)].push(agent);
  for (const group of GROUPS) groups[group].sort((a, b) => a.name.localeCompare(b.name));
  return groups;
}
