import { describe, expect, it } from "vitest";
import type { JournalRow } from "../../api/types";
import i18next from "../../i18n";
import { receiptOf, receiptTexts } from "./receipt";
import type { Pen } from "./sentences";

const AT = Date.parse("2025-07-01T08:00:00Z") / 1000;
const NAMES: Record<string, string> = { vip: "贵宾", product: "产品知识", calm: "安抚" };

const pen: Pen = {
  duration: (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`,
  time: (iso) => iso,
  text: () => "",
  reason: (id) => id,
  disposition: (id) => id,
  skill: (id) => NAMES[id] ?? id,
  rule: (version, id) => (version === 3 ? (NAMES[id] ?? id) : id),
  leg: (id) => id,
  place: (place) => place,
  nodeKind: (kind) => kind,
  thisOne: "本联络",
  unknown: "?",
};

function offered(why: Record<string, unknown>): JournalRow {
  const names = { agents: { agt_1: "林晓", agt_2: "陈伟", agt_3: "王芳" }, queues: {} };
  const event = { agent_id: "agt_1", interaction_id: "int_000001", queue: "q", why };
  return { seq: 1, at: "2025-07-01T08:00:00Z", kind: "Offered", event, names };
}

function told(why: Record<string, unknown>, language: string): string {
  const receipt = receiptOf(offered(why), pen);
  return receipt ? receiptTexts(receipt, i18next.getFixedT(language)).join(" ") : "";
}

const ARRIVAL = {
  version: 3,
  rules: ["vip"],
  queue: "q",
  stage: 0,
  needs: { product: 5, calm: 0 },
  hard: false,
  turn: [-10, AT - 3],
  idle_since: AT - 252,
  carrying: 0,
  by: "arrival",
  order: "highest_level",
  best: [
    [1, -8, 0, AT - 252, "agt_1"],
    [1, -8, 1, AT - 900, "agt_2"],
    [2, -9, 0, AT - 10, "agt_3"],
  ],
  candidates: 3,
  not: { busy: 2, not_ready: 3, level: 4, offline: 0 },
  waiting: 1,
  level: 8,
  tier: 1,
};

const FREED = {
  ...ARRIVAL,
  by: "freed",
  best: undefined,
  waiting: 5,
  next: [
    [0, -10, AT - 65, "int_000001"],
    [0, 0, AT - 300, "int_000002"],
  ],
};

describe("a receipt in words", () => {
  it("says policy, rules, needs, choice, standing and who was not asked", () => {
    expect(told(ARRIVAL, "zh-CN")).toBe(
      "策略第 3 版，规则“贵宾”。 要求 产品知识 ≥ 5。 可选 3 人，按“级别最高”选中 林晓。 " +
        "层级 1，级别 8，手上 0 个会话，已空闲 4:12。 未选：通话中 2，未就绪 3，级别不足 4。",
    );
    expect(told(ARRIVAL, "en-US")).toBe(
      "Policy version 3, rules “贵宾”. Needs 产品知识 ≥ 5. 3 could be asked; 林晓 came first by " +
        "“highest level”. Tier 1, level 8, carrying 0, idle for 4:12. " +
        "Not asked: busy 2, not ready 3, level too low 4.",
    );
  });

  it("says that an agent became free and whose turn it was", () => {
    expect(told(FREED, "zh-CN")).toContain("林晓 刚有空，5 位等待的客户中轮到这一位。");
    expect(told(FREED, "en-US")).toContain("of 5 customers waiting it was this one's turn");
  });

  it("says why it was kept, and compares nothing", () => {
    const kept = { version: 0, rules: [], needs: {}, stage: 0, kept: "transfer", carrying: 1 };
    expect(told(kept, "zh-CN")).toBe("按队列设置。 转接时指定了 林晓。");
    expect(told(kept, "en-US")).toBe("By the queue's settings. The transfer named 林晓.");
    expect(receiptOf(offered(kept), pen)?.comparison).toBeNull();
  });

  it("says that the needs were relaxed while waiting", () => {
    expect(told({ ...ARRIVAL, stage: 1 }, "zh-CN")).toContain("已放宽到第 2 步");
  });

  it("still tells journals from before there were policies", () => {
    const old = { policy: "skills+level", candidates: 2, level: 8, tier: 1, idle_since: AT - 60 };
    expect(told(old, "zh-CN")).toBe(
      "可选 2 人，按“空闲最久”选中 林晓。 层级 1，级别 8，已空闲 1:00。",
    );
    expect(told({ policy: "kept for them", candidates: 1 }, "en-US")).toBe("It was kept for 林晓.");
  });
});

describe("the comparison", () => {
  const compare = (why: Record<string, unknown>) => receiptOf(offered(why), pen)?.comparison;

  it("names the terms by the order of agents and what decided", () => {
    const found = compare(ARRIVAL);
    expect(found?.terms).toEqual(["tier", "level", "carrying", "idle"]);
    expect(found?.rows.map((row) => row.cells)).toEqual([
      ["1", "8", "0", "4:12"],
      ["1", "8", "1", "15:00"],
      ["2", "9", "0", "0:10"],
    ]);
    expect(found?.decided).toBe("carrying");
    expect(found?.rows[0]).toMatchObject({ name: "林晓", chosen: true });
  });

  it.each([
    ["longest_idle", ["tier", "carrying", "idle"]],
    ["least_occupied", ["tier", "busy", "carrying", "idle"]],
    ["lowest_sufficient", ["tier", "level", "carrying", "idle"]],
  ])("%s has its own terms", (order, terms) => {
    expect(compare({ ...ARRIVAL, order })?.terms).toEqual(terms);
  });

  it("of a freed agent is between interactions, and levels show only where they count", () => {
    expect(compare(FREED)).toMatchObject({
      of: "interactions",
      terms: ["priority", "turn"],
      decided: "priority",
      rows: [
        { name: "本联络", cells: ["10", "1:05"], chosen: true },
        { name: "000002", cells: ["0", "5:00"] },
      ],
    });
    const byLevel = { ...FREED, next: [[-9, 0, AT - 5, "int_000001"]] };
    expect(compare(byLevel)?.terms).toEqual(["level", "priority", "turn"]);
  });
});
