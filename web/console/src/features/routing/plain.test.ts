import { describe, expect, it } from "vitest";
import i18next from "../../i18n";
import { figureText, ordered, signedText, verdict } from "./figures";
import { moved, newQueuePolicy, newRule, type Policy, type Rule } from "./model";
import { ruleText, type Wording } from "./plain";
import { applied, TEMPLATES } from "./templates";

function words(language: string): Wording {
  return {
    t: i18next.getFixedT(language),
    queue: (id) => id.toUpperCase(),
    skill: (id) => id,
    value: (_, value) => String(value),
  };
}

const rule: Rule = {
  ...newRule("vip"),
  when: {
    all: [
      { fact: "customer.tier", is: "=", value: "VIP" },
      {
        any: [
          { fact: "hour", is: "between", value: [9, 18] },
          { fact: "channel", is: "in", value: ["voice", "chat"] },
        ],
      },
    ],
  },
  queue: "sales",
  needs: { calm: 8, repair: 0 },
  priority: 10,
  hard: true,
  stop: true,
};

describe("a rule in one sentence", () => {
  it("reads in both languages", () => {
    expect(ruleText(rule, words("zh-CN"))).toBe(
      "如果客户等级是 VIP，且（钟点（0–24）介于 9 到 18，或渠道是其中之一 voice、chat）：" +
        "进入“SALES”；要求 calm ≥ 8、repair 不再要求；优先级 +10；计为高压；到此为止",
    );
    expect(ruleText(rule, words("en-US"))).toBe(
      "If Customer tier is VIP and (Hour (0–24) is between 9 and 18 or Channel is one of voice, " +
        "chat): goes to “SALES”; needs calm ≥ 8, repair no longer asked; priority +10; " +
        "counts as demanding; stops here",
    );
  });

  it("says when it always holds and when it changes nothing", () => {
    expect(ruleText(newRule("r"), words("zh-CN"))).toBe("所有联络：不做任何改变");
    const not: Rule = { ...rule, when: { not: { fact: "customer.new", is: "=", value: true } } };
    expect(ruleText(not, words("en-US"))).toContain("If not (New customer: yes): ");
  });
});

describe("templates", () => {
  const empty: Policy = {
    rules: [],
    queues: {},
    fairness: { run: null, share: null, window: 20, recovery_s: 600 },
    picks: "turn",
  };
  const queue = (id: string, skill: string) =>
    ({ id, names: { "en-US": id }, needs: { [skill]: 5 } }) as never;
  const around = { queues: [queue("sales", "product"), queue("english", "english")], skills: [] };

  it.each(TEMPLATES)("%s adds to a policy without touching it, twice if asked", (template) => {
    const once = applied(template, empty, around);
    expect(once).not.toBeNull();
    expect(empty.rules).toEqual([]);
    const twice = applied(template, once as Policy, around) as Policy;
    const ids = twice.rules.map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("are not offered where nothing fits", () => {
    expect(applied("english", empty, { queues: [], skills: [] })).toBeNull();
    expect(applied("newcomers", empty, { queues: [], skills: [] })).toBeNull();
  });

  it("keep what a queue's policy already says", () => {
    const own = { ...newQueuePolicy, preferred_wait_s: 7 };
    const before: Policy = { ...empty, queues: { english: own } };
    expect(applied("english", before, around)?.queues.english?.preferred_wait_s).toBe(7);
  });
});

describe("figures of a trial", () => {
  it("are told in their own unit", () => {
    expect(figureText("service_level", 0.8123)).toBe("81.2%");
    expect(figureText("asa_s", 12.34)).toBe("12.3 s");
    expect(figureText("vip_wait_s", 75)).toBe("1:15");
    expect(figureText("asa_s", null)).toBe("–");
    expect(signedText("service_level", -0.02)).toBe("−2.0%");
  });

  it("are better or worse only beyond chance", () => {
    expect(verdict("service_level", 0.03, 0.01)).toBe("better");
    expect(verdict("asa_s", 3, 1)).toBe("worse");
    expect(verdict("asa_s", 3, 4)).toBe("same");
    expect(verdict("occupancy", 0.3, 0.01)).toBe("same");
  });

  it("come in the order in which one asks for them", () => {
    expect(ordered(["offered", "occupancy", "asa_s", "service_level"])).toEqual([
      "service_level",
      "asa_s",
      "occupancy",
      "offered",
    ]);
  });
});

it("a rule is moved to its new place", () => {
  expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
});
