/** The receipt of an offer in a few words for its card. Pure. Source: core/center/receipt.py. */
import type { TFunction } from "i18next";
import type { Why } from "../live/protocol";
import { clock } from "../ui/format";

interface Around {
  t: TFunction;
  now: number; // ms
  rule: (version: number, id: string) => string;
  skill: (id: string) => string;
}

const figure = (value: unknown): number => (typeof value === "number" ? value : 0);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function offerParts(why: Why, { t, now, rule, skill }: Around): string[] {
  const version = figure(why.version);
  const rules = list(why.rules).map((id) => t("common.quote", { text: rule(version, String(id)) }));
  const needs = Object.entries((why.needs ?? {}) as Record<string, number>)
    .filter(([, level]) => level > 0)
    .map(([id, level]) => `${skill(id)} ≥ ${level}`);
  const since = typeof why.idle_since === "string" ? Date.parse(why.idle_since) : Number.NaN;
  const freed = why.by === "freed";
  return [
    rules.length > 0 && t("offer.rules", { version, list: rules.join("") }),
    isKept(why) && t("offer.kept"),
    needs.join(" "),
    figure(why.level) > 0 && t("offer.level", { level: figure(why.level) }),
    priorityOf(why) > 0 && t("offer.priority", { priority: priorityOf(why) }),
    freed && figure(why.waiting) > 1 && t("offer.turn", { count: figure(why.waiting) }),
    !freed &&
      figure(why.candidates) > 0 &&
      t("offer.candidates", { count: figure(why.candidates) }),
    !Number.isNaN(since) && t("offer.idle", { time: clock((now - since) / 1000) }),
  ].filter((part): part is string => Boolean(part));
}

function isKept(why: Why): boolean {
  const policy = typeof why.policy === "string" ? why.policy : ""; // journals before policies
  return Boolean(why.kept) || policy.startsWith("kept for them");
}

function priorityOf(why: Why): number {
  const [first] = list(why.turn);
  return typeof first === "number" ? -first : figure(why.priority);
}
