import { describe, expect, it } from "vitest";
import type { Catalogue } from "./catalogue";
import {
  checkCannedReply,
  checkEntryPoint,
  checkFlow,
  checkHours,
  checkNames,
  checkPerson,
  checkQueue,
  inOrder,
  unknownVariables,
} from "./check";
import { clockOf, minutesOf, nextSpan, spansProblem } from "./clock";
import { contrast, isColour, READABLE } from "./contrast";
import { bodyOf, differences, same } from "./draft";
import { embedCode } from "./forms/Embed";
import {
  type FlowBody,
  newCannedReply,
  newEntryPoint,
  newHours,
  newPerson,
  newQueue,
  type Span,
} from "./model";
import { usesOf } from "./uses";

describe("times of day", () => {
  it("are read as people write them, and written back", () => {
    expect([minutesOf("9:05"), minutesOf("24:00"), minutesOf(" 00：30 ")]).toEqual([545, 1440, 30]);
    expect(["24:01", "9:60", "9", "", "abc"].map(minutesOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    for (const minutes of [0, 545, 1440]) expect(minutesOf(clockOf(minutes))).toBe(minutes);
  });

  it("of one day neither overlap nor end before they begin", () => {
    expect(
      spansProblem([
        [540, 720],
        [780, 1080],
      ]),
    ).toBeNull();
    expect(
      spansProblem([
        [540, 800],
        [780, 1080],
      ]),
    ).toBe("span_overlap");
    expect(spansProblem([[600, 600]])).toBe("span_empty");
  });

  it("the next span offered never overlaps, until the day is full", () => {
    let spans: Span[] = [];
    for (let next = nextSpan(spans); next; next = nextSpan(spans)) {
      spans = [...spans, next];
      expect(spansProblem(spans)).toBeNull();
    }
    expect(spans.at(-1)?.[1]).toBe(1440);
  });
});

describe("contrast", () => {
  it("is that of WCAG", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrast("#ffffff", "#ffffff")).toBeCloseTo(1);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrast("#767676", "#ffffff")).toBeGreaterThan(READABLE);
    expect(isColour("#1f6feb") && !isColour("1f6feb") && !isColour("#fff")).toBe(true);
  });
});

describe("what is told while typing", () => {
  it("a name in one language is enough", () => {
    expect(checkNames({ names: { "en-US": "Sales" } })).toEqual({});
    expect(checkNames({ names: { "zh-CN": "  " } })).toEqual({ "names.zh-CN": "required" });
  });

  it("the defaults of each noun lack only what nobody can guess", () => {
    expect(Object.keys(checkQueue(newQueue))).toEqual(["names.zh-CN"]);
    expect(Object.keys(checkHours(newHours))).toEqual(["name"]);
    expect(Object.keys(checkEntryPoint(newEntryPoint))).toEqual(["name", "queue"]);
    expect(Object.keys(checkPerson(newPerson, []))).toEqual(["name", "email", "queues"]);
  });

  it("a shortcut is one word and nobody else's", () => {
    const reply = { ...newCannedReply, names: { "zh-CN": "好" }, texts: { "zh-CN": "好" } };
    expect(checkCannedReply({ ...reply, shortcut: "hi" }, [])).toEqual({});
    expect(checkCannedReply({ ...reply, shortcut: "hi" }, ["hi"]).shortcut).toBe("taken");
    expect(checkCannedReply({ ...reply, shortcut: "a b" }, []).shortcut).toBe("shortcut_format");
  });

  it("variables that nobody fills are named", () => {
    expect(unknownVariables("{{customer.name}} {{ order.id }} {{cusomer.name}}")).toEqual([
      "cusomer.name",
    ]);
  });

  it("an origin has no path and a topic key is for programs", () => {
    const entry = { ...newEntryPoint, name: "shop", queue: "q" };
    expect(checkEntryPoint({ ...entry, origins: ["https://a.example"] })).toEqual({});
    expect(checkEntryPoint({ ...entry, accent: "red" }).accent).toBe("colour_format");
    expect(checkEntryPoint({ ...entry, country: "C" }).country).toBe("country_format");
    const blocked_networks = ["203.0.113.0/24", "2001:db8::/32"];
    expect(
      checkEntryPoint({ ...entry, accent: "#ff0000", country: "CN", blocked_networks }),
    ).toEqual({});
    expect(checkEntryPoint({ ...entry, blocked_networks: ["everybody"] }).blocked_networks).toBe(
      "network_format",
    );
    expect(checkEntryPoint({ ...entry, origins: ["https://a.example/x"] }).origins).toBe(
      "origin_format",
    );
    const topic = { key: "售前", names: { "zh-CN": "售前" }, queue: null };
    expect(checkEntryPoint({ ...entry, topics: [topic] })["topics.0.key"]).toBe("key_format");
    const twice = { ...topic, key: "sales" };
    expect(checkEntryPoint({ ...entry, topics: [twice, twice] })["topics.1.key"]).toBe("taken");
  });

  it("an e-mail belongs to one person, whatever its case", () => {
    const lin = { ...newPerson, name: "林晓", email: "Lin@demo.parley", queues: { q: 1 } };
    expect(checkPerson(lin, [])).toEqual({});
    expect(checkPerson(lin, ["lin@demo.parley"]).email).toBe("taken");
  });
});

describe("a draft", () => {
  it("differs by value, not by the order of keys", () => {
    expect(same({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toBe(true);
    expect(same({ a: [1, 2] }, { a: [2, 1] })).toBe(false);
    expect(differences({ a: 1, b: 2 }, { a: 1, b: 3, c: 4 })).toEqual(["b", "c"]);
  });

  it("sends only the fields of the body", () => {
    const stored = { names: { "zh-CN": "礼" }, id: "skl_1", version: 3, updated_at: "…" };
    expect(bodyOf(stored, { names: {} })).toEqual({ names: { "zh-CN": "礼" } });
  });

  it("keeps what is switched off, and fills in what an older document lacks", () => {
    const fresh = { announce_s: 30 as number | null, record: false };
    expect(bodyOf({ announce_s: null }, fresh)).toEqual({ announce_s: null, record: false });
  });
});

describe("a flow", () => {
  const flow: FlowBody = {
    name: "Hotline",
    start: "menu",
    nodes: {
      late: { kind: "hang_up", say: [] },
      sales: { kind: "queue", queue: "sales", otherwise: "late" },
      menu: { kind: "menu", say: ["menu_demo"], keys: { "1": "sales" }, otherwise: "late" },
      lost: { kind: "play", say: ["welcome"], next: "nowhere" },
    },
    order: [],
  };

  it("is listed in the order callers come to its steps, those they never reach last", () => {
    expect(inOrder(flow)).toEqual(["menu", "late", "sales", "lost"]);
  });

  it("names ways that lead nowhere and what is missing", () => {
    expect(checkFlow(flow)).toEqual({ "nodes.lost.next": "unknown_node" });
    const bare: FlowBody = {
      name: "",
      start: "x",
      nodes: { a: { kind: "menu", keys: {} }, b: { kind: "collect", into: "Order No" } },
      order: [],
    };
    expect(checkFlow(bare)).toEqual({
      name: "required",
      start: "unknown_node",
      "nodes.a.keys": "required",
      "nodes.b.into": "variable_format",
    });
  });
});

describe("where something is used", () => {
  const stored = { version: 1, updated_at: "" };
  const all = {
    queues: [
      {
        ...newQueue,
        ...stored,
        id: "sales",
        needs: { calm: 5 },
        hours_id: "office",
        dispositions: ["done"],
      },
      { ...newQueue, ...stored, id: "repair", overflow_queue: "sales" },
    ],
    entryPoints: [
      { ...newEntryPoint, ...stored, id: "shop", queue: "repair", by_language: { en: "sales" } },
    ],
    people: [{ ...newPerson, id: "lin", skills: { calm: 8 }, queues: { sales: 1 } }],
    cannedReplies: [{ ...newCannedReply, ...stored, id: "hi", queues: ["sales"] }],
    flows: [
      {
        ...stored,
        id: "hotline",
        name: "Hotline",
        start: "q",
        nodes: { q: { kind: "queue", queue: "sales", say: ["pmt_1"] } },
      },
    ],
  } as unknown as Catalogue;
  const told = (kind: string, id: string) =>
    usesOf(kind, id, all).map((use) => `${use.page}/${use.id}: ${use.how}`);

  it("is found over all nouns that refer to it", () => {
    expect(told("skills", "calm")).toEqual(["queues/sales: need", "people/lin: level"]);
    expect(told("hours", "office")).toEqual(["queues/sales: hours"]);
    expect(told("dispositions", "done")).toEqual(["queues/sales: disposition"]);
    expect(told("queues", "sales")).toEqual([
      "entry-points/shop: receives",
      "queues/repair: overflow",
      "flows/hotline: leads",
      "people/lin: member",
      "canned-replies/hi: reply",
    ]);
    expect(told("skills", "unknown")).toEqual([]);
    expect(told("prompts", "pmt_1")).toEqual(["flows/hotline: says"]);
  });
});

it("the embed code is the one line a site needs", () => {
  expect(embedCode("https://help.example", "demo-shop")).toBe(
    '<script src="https://help.example/widget.js" data-entry="demo-shop" async></script>',
  );
});
