import { describe, expect, it } from "vitest";
import { fitted, fromQuery, isFinished, startValue, toQuery } from "./conditions";
import type { Condition, Fact, Value } from "./model";

const FACTS: Fact[] = [
  { name: "customer.tier", type: "text", operators: ["=", "!=", "in", "starts", "contains"] },
  { name: "customer.tags", type: "list", operators: ["has", "has_any", "has_not"] },
  { name: "customer.new", type: "flag", operators: ["="] },
  { name: "hour", type: "number", operators: ["=", ">=", "<", "between"] },
];

const vip: Condition = { fact: "customer.tier", is: "=", value: "VIP" };
const gold: Condition = { fact: "customer.tier", is: "in", value: ["VIP", "gold"] };
const day: Condition = { fact: "hour", is: "between", value: [9, 18] };
const fresh: Condition = { fact: "customer.new", is: "=", value: true };
const tags: Condition = { fact: "customer.tags", is: "has_any", value: ["a", "b"] };

const TREES: [string, Condition][] = [
  ["nothing", {}],
  ["a single test", vip],
  ["a list", gold],
  ["a pair", day],
  ["a flag", fresh],
  ["all of several", { all: [vip, day] }],
  ["any of several", { any: [vip, tags, fresh] }],
  ["groups in groups", { all: [vip, { any: [day, { all: [gold, fresh] }] }] }],
  ["a negated test", { not: vip }],
  ["a negated group", { not: { any: [vip, day] } }],
  ["a negation inside", { all: [vip, { not: tags }] }],
];

describe("a condition", () => {
  it.each(TREES)("%s comes back as it was", (_, condition) => {
    expect(fromQuery(toQuery(condition), FACTS)).toEqual(condition);
  });

  it("negated twice stays negated twice", () => {
    const twice: Condition = { not: { not: vip } };
    expect(fromQuery(toQuery(twice), FACTS)).toEqual(twice);
  });

  it("leaves out groups that ask nothing", () => {
    const query = toQuery({ all: [vip, { any: [] }] });
    expect(fromQuery(query, FACTS)).toEqual(vip);
    expect(fromQuery({ combinator: "and", not: true, rules: [] }, FACTS)).toEqual({});
  });

  it("gives a value the shape that its operator takes", () => {
    const query = (operator: string, value: Value) => ({
      combinator: "and",
      rules: [{ field: operator === "between" ? "hour" : "customer.tier", operator, value }],
    });
    expect(fromQuery(query("in", "VIP"), FACTS)).toMatchObject({ value: ["VIP"] });
    expect(fromQuery(query("=", ["VIP", "gold"]), FACTS)).toMatchObject({ value: "VIP" });
    expect(fromQuery(query("between", 9), FACTS)).toMatchObject({ value: [9, null] });
  });
});

describe("a value", () => {
  it("starts as its type needs", () => {
    expect(startValue("flag", "=")).toBe(true);
    expect(startValue("number", "=")).toBeNull();
    expect(startValue("text", "in")).toEqual([]);
    expect(fitted(null, "number", "between")).toEqual([null, null]);
  });

  it.each<[Condition, boolean]>([
    [{}, true],
    [vip, true],
    [{ fact: "customer.tier", is: "=", value: "" }, false],
    [{ fact: "customer.tier", is: "in", value: [] }, false],
    [{ fact: "hour", is: "between", value: [9, null] }, false],
    [{ fact: "hour", is: ">=", value: null }, false],
    [{ fact: "hour", is: ">=", value: 0 }, true],
    [{ fact: "unheard.of", is: "=", value: "x" }, false],
    [{ fact: "customer.new", is: "has", value: true }, false],
    [{ all: [vip, { not: { fact: "hour", is: "<", value: null } }] }, false],
    [{ any: [gold, day, fresh, tags] }, true],
  ])("%j is finished: %s", (condition, finished) => {
    expect(isFinished(condition, FACTS)).toBe(finished);
  });
});
