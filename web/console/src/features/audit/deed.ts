/** An entry of the audit, the filter of their list, and what somebody did in one word. Pure. */
import type { Query } from "../../api/client";
import type { Texts } from "../../api/types";
import type { Filters } from "../../ui/useFilters";

export interface AuditRow {
  seq: number;
  at: string;
  by: string | null;
  by_name: string | null;
  ip: string;
  action: string;
  kind: string;
  record_id: string;
  record_names: Texts;
  fields: string[];
  customer_id: string | null;
  interaction_id: string | null;
}

export const ACTIONS = ["read", "exported", "created", "changed", "removed", "lost"] as const;

export const KINDS = [
  "recording",
  "call_record",
  "customer",
  "account",
  "agent",
  "queue",
  "skill",
  "hours",
  "disposition",
  "reason",
  "canned_reply",
  "entry_point",
  "flow",
  "prompt",
  "trunk",
  "policy",
  "tenant",
  "center",
] as const;

const NAMES = ["from", "to", "kind", "action", "by", "interaction_id"] as const;

export function queryOf(filters: Filters): Query {
  const query: Query = {};
  for (const name of NAMES) if (filters[name]) query[name] = filters[name];
  return query;
}

/** The key of the word for it: a recording is listened to or taken away, others are read. */
export function deedOf({ kind, action, fields }: AuditRow): string {
  if (kind !== "recording" || action !== "read") return action;
  return fields.includes("file") ? "downloaded" : "listened";
}
