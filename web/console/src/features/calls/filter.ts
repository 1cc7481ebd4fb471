/** A leg's record, and the filter of their list: the words of the address are those of the API. Pure. */
import type { Query } from "../../api/client";
import type { Texts } from "../../api/types";
import type { Filters } from "../../ui/useFilters";

export interface LegRecord {
  id: string;
  interaction_id: string;
  role: "customer" | "agent" | "party";
  direction: "in" | "out";
  agent_id: string | null;
  agent_name: string | null;
  number: string | null;
  trunk: string | null;
  trunk_name: string | null;
  started_at: string;
  rang_at: string | null;
  answered_at: string | null;
  ended_at: string | null;
  talk_s: number | null;
  cause: string | null;
  code: number | null;
}

export interface CallRecord {
  interaction_id: string;
  direction: "in" | "out";
  caller: string | null;
  called: string | null;
  entry_point_name: string | null;
  queue_names: Texts;
  trunk_name: string | null;
  agent_names: string[];
  started_at: string;
  wait_s: number | null;
  talk_s: number;
  hold_s: number;
  outcome: string | null;
  cause: string | null;
  code: number | null;
}

export type View = "calls" | "legs";

export function viewOf(filters: Filters): View {
  return filters.view === "legs" ? "legs" : "calls";
}

export const ROLES = ["customer", "agent", "party"] as const;

const NAMES = [
  "from",
  "to",
  "number",
  "agent_id",
  "role",
  "direction",
  "trunk",
  "interaction_id",
] as const;

export function queryOf(filters: Filters): Query {
  const query: Query = {};
  for (const name of NAMES) if (filters[name]) query[name] = filters[name];
  return query;
}
