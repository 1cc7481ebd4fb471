/**
 * A decision receipt in plain words: why this agent, what was compared, who could not be asked. Pure.
 * Source: core/center/receipt.py. Journals from before policies lack some keys: what is not known is
 * left out.
 */
import type { TFunction } from "i18next";
import type { JournalRow } from "../../api/types";
import type { Pen } from "./sentences";

type Fields = Record<string, unknown>;

export const ORDERS = [
  "longest_idle",
  "least_occupied",
  "highest_level",
  "lowest_sufficient",
] as const;
type Order = (typeof ORDERS)[number];

/** What one column of the comparison tells. */
export type Term =
  | "tier"
  | "carrying"
  | "busy"
  | "level"
  | "idle"
  | "agent"
  | "priority"
  | "turn"
  | "interaction";

export interface Row {
  id: string;
  name: string;
  /** One text for each term of the comparison. */
  cells: string[];
  chosen: boolean;
}

export interface Comparison {
  of: "agents" | "interactions";
  terms: Term[];
  rows: Row[];
  /** The term in which the first was ahead of the second; null: alone, or equal in all. */
  decided: Term | null;
}

export interface Receipt {
  /** `arrival`: an agent was chosen; `freed`: an interaction was chosen; `kept`: nothing was. */
  variant: "arrival" | "freed" | "kept";
  agent: string;
  /** Of the policy; 0: the queues' settings; null: from before there were policies. */
  version: number | null;
  rules: string[];
  stage: number;
  needs: { skill: string; level: number }[];
  hard: boolean;
  kept: string;
  order: Order;
  candidates: number | null;
  waiting: number | null;
  tier: number | null;
  level: number | null;
  carrying: number | null;
  idle: string | null;
  /** Members who could not be asked, by reason. */
  others: { reason: string; count: number }[];
  comparison: Comparison | null;
}

/** The middle terms of a rank, by the order of agents; `null` is never shown. */
const TERMS: Record<Order, [Term, Term | null]> = {
  longest_idle: ["carrying", null],
  least_occupied: ["busy", "carrying"],
  highest_level: ["level", "carrying"],
  lowest_sufficient: ["level", "carrying"],
};

const word = (value: unknown): string => (typeof value === "string" ? value : "");
const figure = (value: unknown): number => (typeof value === "number" ? value : 0);
const maybe = (value: unknown): number | null => (typeof value === "number" ? value : null);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function counted(value: unknown): [string, number][] {
  const entries = Object.entries((value ?? {}) as Fields);
  return entries.map(([key, count]) => [key, figure(count)]);
}

export function orderOf(why: Fields): Order {
  const order = word(why.order) as Order;
  return ORDERS.includes(order) ? order : "longest_idle";
}

export function receiptOf({ at, event, names }: JournalRow, pen: Pen): Receipt | null {
  const why = (event.why ?? {}) as Fields;
  if (Object.keys(why).length === 0) return null;
  const now = Date.parse(at) / 1000;
  const kept = word(why.kept) || (word(why.policy).startsWith("kept") ? "kept" : "");
  const variant = kept ? "kept" : why.by === "freed" ? "freed" : "arrival";
  const idle = figure(why.idle_since);
  const version = maybe(why.version);
  const agent = (id: unknown) => names.agents[word(id)] ?? (word(id) || pen.unknown);
  return {
    variant,
    agent: agent(event.agent_id),
    version,
    rules: list(why.rules).map((id) => pen.rule(version ?? 0, word(id))),
    stage: figure(why.stage),
    needs: counted(why.needs)
      .filter(([, level]) => level > 0)
      .map(([skill, level]) => ({ skill: pen.skill(skill), level })),
    hard: why.hard === true,
    kept,
    order: orderOf(why),
    candidates: maybe(why.candidates),
    waiting: maybe(why.waiting),
    tier: maybe(why.tier),
    level: maybe(why.level),
    carrying: maybe(why.carrying),
    idle: idle > 0 ? pen.duration(now - idle) : null,
    others: counted(why.not)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => ({ reason, count })),
    comparison:
      variant === "arrival"
        ? agentsCompared(why, now, agent, pen)
        : interactionsCompared(why, now, word(event.interaction_id), pen),
  };
}

function agentsCompared(
  why: Fields,
  now: number,
  name: (id: unknown) => string,
  pen: Pen,
): Comparison | null {
  const ranks = list(why.best).map(list);
  const [first, second] = TERMS[orderOf(why)];
  const columns: [Term, number][] = [
    ["tier", 0],
    [first, 1],
  ];
  if (second) columns.push([second, 2]);
  columns.push(["idle", 3]);
  return compared(
    "agents",
    ranks,
    columns,
    (rank, term, at) => {
      const value = figure(rank[at]);
      if (term === "idle") return value > 0 ? pen.duration(now - value) : "–";
      if (term === "busy") return pen.duration(value);
      return String(term === "level" ? Math.abs(value) : value);
    },
    (rank) => name(rank.at(-1)),
  );
}

function interactionsCompared(why: Fields, now: number, own: string, pen: Pen): Comparison | null {
  const turns = list(why.next).map(list);
  const columns: [Term, number][] = [
    ["priority", 1],
    ["turn", 2],
  ];
  if (turns.some((turn) => figure(turn[0]) !== 0)) columns.unshift(["level", 0]);
  return compared(
    "interactions",
    turns,
    columns,
    (turn, term, at) => {
      const value = figure(turn[at]);
      return term === "turn" ? pen.duration(now - value) : String(value === 0 ? 0 : -value);
    },
    (turn) => (turn.at(-1) === own ? pen.thisOne : word(turn.at(-1)).slice(-6)),
  );
}

function compared(
  of: Comparison["of"],
  ranks: unknown[][],
  columns: [Term, number][],
  cell: (rank: unknown[], term: Term, at: number) => string,
  name: (rank: unknown[]) => string,
): Comparison | null {
  if (ranks.length === 0) return null;
  const [best, next] = ranks;
  const ahead = columns.find(([, at]) => next && best?.[at] !== next[at]);
  return {
    of,
    terms: columns.map(([term]) => term),
    rows: ranks.map((rank, place) => ({
      id: word(rank.at(-1)),
      name: name(rank),
      cells: columns.map(([term, at]) => cell(rank, term, at)),
      chosen: place === 0,
    })),
    decided: ahead?.[0] ?? null,
  };
}

/** The receipt as sentences of the reader's language, to stand one after another. */
export function receiptTexts(receipt: Receipt, t: TFunction): string[] {
  const { variant } = receipt;
  return [
    policyText(receipt, t),
    needsText(receipt, t),
    variant === "kept" ? keptText(receipt, t) : chosenText(receipt, t),
    variant === "kept" ? "" : standingText(receipt, t),
    othersText(receipt, t),
  ].filter(Boolean);
}

const W = "interactions.why";

function policyText({ version, rules, hard }: Receipt, t: TFunction): string {
  if (version === null) return "";
  const parts = [
    version === 0 ? t(`${W}.settings`) : t(`${W}.version`, { version }),
    rules.length > 0 &&
      t(`${W}.rules`, { list: rules.map((name) => t("common.quote", { text: name })).join("") }),
    hard && t(`${W}.hard`),
  ].filter(Boolean);
  return t(`${W}.sentence`, { text: parts.join(t(`${W}.comma`)) });
}

function needsText({ needs, stage }: Receipt, t: TFunction): string {
  const asked = needs.map(({ skill, level }) => `${skill} ≥ ${level}`).join(t(`${W}.between`));
  if (!asked && stage === 0) return "";
  const list = asked || t(`${W}.no_needs`);
  return stage > 0 ? t(`${W}.needs_stage`, { list, stage: stage + 1 }) : t(`${W}.needs`, { list });
}

function keptText({ kept, agent }: Receipt, t: TFunction): string {
  return t([`${W}.kept_because.${kept}`, `${W}.kept`], { agent });
}

function chosenText(receipt: Receipt, t: TFunction): string {
  const { variant, agent, candidates, waiting, order } = receipt;
  if (variant === "freed") {
    return waiting === null
      ? t(`${W}.freed_plain`, { agent })
      : t(`${W}.freed`, { agent, count: waiting });
  }
  if (candidates === null) return "";
  return t(`${W}.arrival`, { count: candidates, agent, order: t(`${W}.order.${order}`) });
}

function standingText({ tier, level, carrying, idle }: Receipt, t: TFunction): string {
  const parts = [
    tier !== null && tier > 0 && t(`${W}.tier`, { tier }),
    level !== null && level > 0 && t(`${W}.level`, { level }),
    carrying !== null && t(`${W}.carrying`, { count: carrying }),
    idle !== null && t(`${W}.idle`, { time: idle }),
  ].filter(Boolean);
  return parts.length ? t(`${W}.sentence`, { text: parts.join(t(`${W}.comma`)) }) : "";
}

function othersText({ others }: Receipt, t: TFunction): string {
  if (others.length === 0) return "";
  const list = others
    .map(({ reason, count }) => `${t(`${W}.not.${reason}`, { defaultValue: reason })} ${count}`)
    .join(t(`${W}.comma`));
  return t(`${W}.others`, { list });
}
