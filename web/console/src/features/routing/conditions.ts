/**
 * Conditions between the server's tree and the query builder's groups. Pure.
 * Source: core/center/conditions.py: {"all": […]}, {"any": […]}, {"not": c}, {"fact", "is", "value"}.
 */
import type { RuleGroupType, RuleType } from "react-querybuilder";
import type { Condition, Fact, Value } from "./model";

export const LISTS = new Set(["in", "has_any"]); // operators that take several values
const PAIR = "between";

type Part = RuleGroupType | RuleType;

/** The builder's whole query: its root is always a group. */
export function toQuery(condition: Condition): RuleGroupType {
  const part = toPart(condition);
  return "rules" in part ? part : { combinator: "and", rules: [part] };
}

function toPart(condition: Condition): Part {
  if ("all" in condition) return { combinator: "and", rules: condition.all.map(toPart) };
  if ("any" in condition) return { combinator: "or", rules: condition.any.map(toPart) };
  if ("not" in condition) {
    const inner = toPart(condition.not);
    // The builder negates groups only, and each at most once.
    if ("rules" in inner && !inner.not) return { ...inner, not: true };
    return { combinator: "and", not: true, rules: [inner] };
  }
  if ("fact" in condition) {
    return { field: condition.fact, operator: condition.is, value: condition.value };
  }
  return { combinator: "and", rules: [] };
}

/** Groups with nothing in them ask nothing and are left out; a group of one is that one. */
export function fromQuery(query: RuleGroupType, facts: readonly Fact[]): Condition {
  const parts = query.rules.flatMap((part) => {
    const condition = "rules" in part ? fromQuery(part, facts) : fromRule(part, facts);
    return isEmpty(condition) ? [] : [condition];
  });
  const joined = join(parts, query.combinator === "or");
  return query.not && !isEmpty(joined) ? { not: joined } : joined;
}

function join(parts: Condition[], any: boolean): Condition {
  const [only] = parts;
  if (only === undefined) return {};
  if (parts.length === 1) return only;
  return any ? { any: parts } : { all: parts };
}

function fromRule({ field, operator, value }: RuleType, facts: readonly Fact[]): Condition {
  const type = facts.find((fact) => fact.name === field)?.type;
  return { fact: field, is: operator, value: fitted((value ?? null) as Value, type, operator) };
}

export function isEmpty(condition: Condition): condition is Record<string, never> {
  return Object.keys(condition).length === 0;
}

/** What a test starts with when its fact or operator is chosen. */
export function startValue(type: Fact["type"] | undefined, operator: string): Value {
  if (operator === PAIR) return [null, null];
  if (LISTS.has(operator)) return [];
  if (type === "flag") return true;
  return type === "number" ? null : "";
}

/** A value in the shape another operator takes, keeping what was typed where it can be kept. */
export function fitted(value: Value, type: Fact["type"] | undefined, operator: string): Value {
  const start = startValue(type, operator);
  const first = Array.isArray(value) ? value[0] : value;
  if (first === undefined || first === null || first === "") return start;
  if (operator === PAIR) return Array.isArray(value) ? value.slice(0, 2) : [Number(value), null];
  if (LISTS.has(operator)) return Array.isArray(value) ? value : [String(value)];
  return first;
}

/** Whether every test has the value it needs: otherwise the server would refuse it. */
export function isFinished(condition: Condition, facts: readonly Fact[]): boolean {
  if ("all" in condition) return condition.all.every((part) => isFinished(part, facts));
  if ("any" in condition) return condition.any.every((part) => isFinished(part, facts));
  if ("not" in condition) return isFinished(condition.not, facts);
  if (!("fact" in condition)) return true;
  const fact = facts.find((each) => each.name === condition.fact);
  if (!fact?.operators.includes(condition.is)) return false;
  return fits(condition.value, fact.type, condition.is);
}

function fits(value: Value, type: Fact["type"], operator: string): boolean {
  if (operator === PAIR) {
    return Array.isArray(value) && value.length === 2 && value.every(isNumber);
  }
  if (LISTS.has(operator)) return Array.isArray(value) && value.length > 0;
  if (type === "number") return isNumber(value);
  if (type === "flag") return typeof value === "boolean";
  return typeof value === "string" && value !== "";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
