/** A leg's record, and the filter of their list: the words of the address are those of the API. Pure. */
import type { Query } from "../../api/client";
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
