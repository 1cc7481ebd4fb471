/** A rule in one sentence of the reader's language. Pure: words and names are given. */
import type { TFunction } from "i18next";
import { isEmpty } from "./conditions";
import type { Condition, Rule, Value } from "./model";

/** Names of what conditions and effects refer to. */
export interface Wording {
  t: TFunction;
  queue: (id: string) => string;
  skill: (id: string) => string;
  /** A value of a fact, e.g. a channel or an entry point by its name. */
  value: (fact: string, value: string | number | boolean) => string;
}

/** `客户等级 是 VIP 且 渠道 是 电话`; "" for a condition that always holds. */
export function conditionText(condition: Condition, words: Wording, inner = false): string {
  const { t } = words;
  if (isEmpty(condition)) return "";
  if ("fact" in condition) return testText(condition, words);
  if ("not" in condition) {
    const text = conditionText(condition.not, words);
    return t("routing.plain.not", { condition: text });
  }
  const all = "all" in condition;
  const parts = (all ? condition.all : (condition as { any: Condition[] }).any).filter(
    (part) => !isEmpty(part),
  );
  const joined = parts
    .map((part) => conditionText(part, words, parts.length > 1))
    .join(t(all ? "routing.plain.and" : "routing.plain.or"));
  return inner && parts.length > 1 ? t("routing.plain.group", { condition: joined }) : joined;
}

function testText(test: { fact: string; is: string; value: Value }, words: Wording): string {
  const { t } = words;
  const fact = t(`routing.fact.${test.fact.replace(".", "_")}`, { defaultValue: test.fact });
  if (typeof test.value === "boolean") {
    return t(test.value ? "routing.plain.flag" : "routing.plain.no_flag", { fact });
  }
  const operator = t(`routing.operator.${OPERATOR[test.is] ?? test.is}`, {
    defaultValue: test.is,
  });
  return t("routing.plain.test", { fact, operator, value: valueText(test, words) });
}

function valueText(
  { fact, is, value }: { fact: string; is: string; value: Value },
  words: Wording,
): string {
  const { t } = words;
  const one = (each: string | number | boolean | null) =>
    each === null || each === "" ? t("routing.plain.open") : words.value(fact, each);
  if (!Array.isArray(value)) return one(value);
  if (is === "between") {
    return t("routing.plain.between", { low: one(value[0] ?? null), high: one(value[1] ?? null) });
  }
  return value.length ? value.map(one).join(t("routing.plain.comma")) : t("routing.plain.open");
}

/** Operators as keys of the catalogue. */
export const OPERATOR: Record<string, string> = {
  "=": "eq",
  "!=": "ne",
  ">=": "ge",
  "<": "lt",
};

function effectTexts(rule: Rule, words: Wording): string[] {
  const { t } = words;
  const needs = Object.entries(rule.needs)
    .map(([skill, level]) => needText(skill, level, words))
    .join(t("routing.plain.comma"));
  return [
    rule.queue && t("routing.plain.to_queue", { queue: words.queue(rule.queue) }),
    needs && t("routing.plain.needs", { list: needs }),
    rule.priority > 0 && t("routing.plain.raise", { priority: rule.priority }),
    rule.priority < 0 && t("routing.plain.lower", { priority: -rule.priority }),
    rule.hard && t("routing.plain.hard"),
    rule.tags.length > 0 && t("routing.plain.tags", { list: rule.tags.join(" ") }),
    rule.stop && t("routing.plain.stop"),
  ].filter((text): text is string => Boolean(text));
}

export function needText(skill: string, level: number, { t, skill: name }: Wording): string {
  if (level === 0) return t("routing.plain.need_none", { skill: name(skill) });
  return t("routing.plain.need", { skill: name(skill), level });
}

/** `如果 客户等级 是 VIP:优先级 +5;不再看后面的规则`. */
export function ruleText(rule: Rule, words: Wording): string {
  const { t } = words;
  const condition = conditionText(rule.when, words);
  const effects = effectTexts(rule, words);
  return t(condition ? "routing.plain.rule" : "routing.plain.always", {
    condition,
    effects: effects.length ? effects.join(t("routing.plain.then")) : t("routing.plain.nothing"),
  });
}
