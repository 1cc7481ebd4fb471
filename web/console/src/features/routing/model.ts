/** The routing policy as the server keeps it, and what an empty one holds. */
import type { components } from "../../api/schema";

type Schemas = components["schemas"];

export type Policy = Schemas["PolicyBody"];
export type QueuePolicy = Schemas["QueuePolicyBody"];
export type Fairness = Schemas["FairnessBody"];
export type Stage = Schemas["StageBody"];
export type Guards = Schemas["GuardsBody"];
export type PolicyState = Schemas["PolicyState"];
export type Published = Schemas["Published"];
export type StoredDraft = Schemas["Draft"];
export type Finding = Schemas["FindingRow"];
export type Vocabulary = Schemas["Vocabulary"];
export type Fact = Schemas["FactRow"];
export type Trial = Schemas["Trial"];
export type Compared = Schemas["Compared"];

/** A test of one fact, or tests joined; an empty object always holds. */
export type Condition =
  | { fact: string; is: string; value: Value }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | Record<string, never>;

export type Value = string | number | boolean | null | (string | number | null)[];

export type Rule = Omit<Schemas["RuleBody"], "when"> & { when: Condition };

export const POLICIES = "policies"; // the query key: the plural of the server's noun

export const noGuards: Guards = { service_level_drop: null, vip_wait_rise_s: null };

/** What a queue starts with when it gets a policy of its own: the server's defaults. */
export const newQueuePolicy: QueuePolicy = {
  order: "priority",
  credit_s: 0,
  agent_order: "longest_idle",
  stages: [],
  preferred_wait_s: 20,
  novice_below: null,
  novice_after_s: 300,
  novice_queue: null,
};

export function newRule(id: string): Rule {
  return {
    id,
    names: {},
    when: {},
    queue: null,
    needs: {},
    priority: 0,
    hard: false,
    tags: [],
    stop: false,
  };
}

/** `rule_1`, `rule_2`, …: the first that is free. */
export function freeId(rules: readonly { id: string }[], stem = "rule"): string {
  const taken = new Set(rules.map((rule) => rule.id));
  if (stem !== "rule" && !taken.has(stem)) return stem;
  let number = rules.length + 1;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

/** The same list with one entry at another place. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.filter((_, at) => at !== from);
  const entry = list[from];
  return entry === undefined ? rest : [...rest.slice(0, to), entry, ...rest.slice(to)];
}
