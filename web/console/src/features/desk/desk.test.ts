import { describe, expect, it } from "vitest";
import type { Message, RenderedReply } from "../../api/types";
import { reach, runs } from "./grouping";
import { mentionAt, mentioned } from "./MentionPicker";
import { type Outgoing, stillOut } from "./outgoing";
import { initials, matches } from "./pinyin";
import { found, slashAt } from "./ReplyPicker";

const at = (minute: number) => new Date(2026, 10, 22, 9, minute).toISOString();
const message = (id: string, more: Partial<Message>): Message =>
  ({
    id,
    seq: 1,
    client_id: id,
    sender: "customer",
    visibility: "public",
    at: at(0),
    ...more,
  }) as Message;
const outgoing = (client_id: string, more: Partial<Outgoing> = {}): Outgoing =>
  ({ client_id, internal: false, at: at(9), state: "sending", ...more }) as Outgoing;

describe("a conversation is grouped", () => {
  const mine = { sender: "agent", agent_id: "agt_1" } as const;

  it("by who speaks, within a few minutes", () => {
    const groups = runs(
      [
        message("a", {}),
        message("b", { at: at(1) }),
        message("c", { at: at(8) }),
        message("d", { ...mine, at: at(8) }),
      ],
      [],
      "agt_1",
    );
    expect(groups.map((each) => each.items.length)).toEqual([2, 1, 1]);
  });

  it("so that a note never stands in a run of replies", () => {
    const groups = runs(
      [message("a", mine), message("b", { ...mine, visibility: "internal" }), message("c", mine)],
      [],
      "agt_1",
    );
    expect(groups.map((each) => each.who)).toEqual(["agt_1", "note:agt_1", "agt_1"]);
  });

  it("by day, named once", () => {
    const yesterday = new Date(2026, 10, 21, 9).toISOString();
    const groups = runs(
      [message("a", { at: yesterday }), message("b", {}), message("c", {})],
      [],
      "x",
    );
    expect(groups.map((each) => each.day !== null)).toEqual([true, true]);
  });

  it("with what is still on its way at the end", () => {
    const groups = runs([message("a", { ...mine, at: at(9) })], [outgoing("b")], "agt_1");
    expect(groups[0]?.items.map((each) => each.kind)).toEqual(["message", "outgoing"]);
  });
});

describe("a message on its way", () => {
  it("is no longer shown once the server has it, known by its client id", () => {
    const all = [outgoing("a"), outgoing("b")];
    const arrived = [message("msg_1", { client_id: "a" })];
    expect(stillOut(all, arrived).map((each) => each.client_id)).toEqual(["b"]);
  });
});

describe("delivery marks", () => {
  it("reach up to the message they name and no further if it is unknown", () => {
    const all = [message("a", { seq: 3 }), message("b", { seq: 5 })];
    expect([reach(all, "a"), reach(all, "z"), reach(all, null)]).toEqual([3, 0, 0]);
  });
});

describe("typing a few letters finds", () => {
  it("Chinese by its first pinyin letters", () => {
    expect(initials("退换货")).toBe("thh");
    expect(matches("物流查询", "wl")).toBe(true);
    expect(matches("物流查询", "tk")).toBe(false);
  });

  it("English by words, by what they start with, and anything when nothing is typed", () => {
    expect(matches("Where is my order", "order")).toBe(true);
    expect(matches("Where is my order", "wim")).toBe(true);
    expect(matches("anything", " ")).toBe(true);
  });
});

describe("a slash", () => {
  it("opens canned replies at the start of a word, with what follows up to the caret", () => {
    expect(slashAt("/th", 3)).toEqual({ typed: "th", from: 0 });
    expect(slashAt("您好，/th 再见", 6)).toEqual({ typed: "th", from: 3 });
    expect(slashAt("thanks /", 8)).toEqual({ typed: "", from: 7 });
    expect(slashAt("1/2", 3)).toBeNull();
    expect(slashAt("/th is", 6)).toBeNull();
    expect(slashAt("https://", 8)).toBeNull();
  });

  it("puts those found by shortcut before those found by title or words", () => {
    const reply = (shortcut: string, zh: string, text: string): RenderedReply => ({
      id: shortcut,
      shortcut,
      names: { "zh-CN": zh },
      group: "",
      language: "zh-CN",
      text,
      missing: [],
    });
    const all = [reply("a", "结束语", "wl"), reply("b", "物流", "…"), reply("wl", "问候", "…")];
    expect(found(all, "wl", "zh-CN").map((each) => each.id)).toEqual(["wl", "b", "a"]);
  });
});

describe("an @", () => {
  it("asks for a colleague at the caret, but not inside an address", () => {
    expect(mentionAt("请 @陈", 4)).toEqual({ typed: "陈", from: 2 });
    expect(mentionAt("a@b", 3)).toBeNull();
    expect(mentionAt("@陈静 好", 5)).toBeNull();
  });

  it("counts only as long as the name stands in the text", () => {
    expect(mentioned("@陈静 看看", { 陈静: "agt_2", 王磊: "agt_3" })).toEqual(["agt_2"]);
  });
});
