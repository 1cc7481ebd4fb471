import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { JournalRow } from "../../api/types";
import en from "./i18n.en-US.json";
import zh from "./i18n.zh-CN.json";
import { type Pen, sentence } from "./sentences";

const CORE = `${import.meta.dirname}/../../../../../parley/core/events.py`;
const KINDS = [...readFileSync(CORE, "utf8").matchAll(/^class (\w+)\(Event\)/gm)].map(
  ([, kind]) => kind ?? "",
);

const pen: Pen = {
  duration: (seconds) => `${seconds}s`,
  time: (iso) => iso,
  text: (texts) => (texts as Record<string, string>)?.["en-US"] ?? "",
  reason: (id) => id,
  disposition: (id) => id,
  skill: (id) => id,
  rule: (_, id) => id,
  leg: (id) => id,
  place: (place) => place,
  nodeKind: (kind) => kind,
  thisOne: "this one",
  unknown: "?",
};

const CATALOGUES = { "zh-CN": zh.events, "en-US": en.events } as unknown as Record<
  string,
  Record<string, Record<string, string>>
>;

function row(kind: string, event: Record<string, unknown> = {}): JournalRow {
  const names = { agents: { agt_1: "林晓", agt_2: "陈伟" }, queues: { q: { "en-US": "Sales" } } };
  return { seq: 1, at: "2025-07-01T08:00:00Z", kind, event, names };
}

/** Every closed set of values a kind's sentence depends on. Source: core/events.py, core/model.py. */
const CASES: [string, Record<string, unknown>][] = [
  ...["ready", "not_ready", "offline"].flatMap((status): [string, Record<string, unknown>][] => [
    ["PresenceChanged", { status, agent_id: "agt_1" }],
    ["PresenceChanged", { status, agent_id: "agt_1", by: "system" }],
    ["PresenceChanged", { status, agent_id: "agt_1", by: "agt_2" }],
  ]),
  ["Arrived", { page: { title: "KFR-35" } }],
  ["Arrived", { ticket_id: "tkt_1" }],
  ["Classified", { rules: ["vip"] }],
  ["FactsChanged", { by: "agt_1", known: { model: "KFR" } }],
  ...[
    "arrived",
    "overflow",
    "declined",
    "no_answer",
    "agent_lost",
    "reply_timeout",
    "wrote_again",
    "transfer",
    "assigned",
  ].map((reason): [string, Record<string, unknown>] => ["Queued", { reason, queue: "q" }]),
  ["Queued", { reason: "arrived", queue: "q", only_agent: "agt_1" }],
  ...["closed", "full", "too_long"].map((reason): [string, Record<string, unknown>] => [
    "WentAway",
    { reason, queue: "q" },
  ]),
  ...["declined", "no_answer", "withdrawn"].map((reason): [string, Record<string, unknown>] => [
    "OfferEnded",
    { reason, agent_id: "agt_1" },
  ]),
  ...["declined", "no_answer", "withdrawn"].map((reason): [string, Record<string, unknown>] => [
    "InvitationEnded",
    { reason, agent_id: "agt_1" },
  ]),
  ...["offer", "pull", "take_over", "transfer", "resume"].map(
    (how): [string, Record<string, unknown>] => ["Connected", { how, agent_id: "agt_1" }],
  ),
  ["Released", { reason: "transfer", to_agent: "agt_2" }],
  ["Released", { reason: "transfer", to_queue: "q" }],
  ...[
    "take_over",
    "agent_lost",
    "reply_timeout",
    "wrote_again",
    "passed_on",
    "transfer_failed",
  ].map((reason): [string, Record<string, unknown>] => ["Released", { reason, agent_id: "agt_1" }]),
  ...["consult", "monitor"].flatMap((role): [string, Record<string, unknown>][] => [
    ["Joined", { role, agent_id: "agt_1", by: "agt_2" }],
    ["Parted", { role, agent_id: "agt_1" }],
  ]),
  ...["monitor", "whisper", "barge"].map((role): [string, Record<string, unknown>] => [
    "ConsentAsked",
    { role, agent_id: "agt_1", to_agent: "agt_2" },
  ]),
  ...[
    "allowed",
    "refused",
    "no_answer",
    "withdrawn",
    "call_over",
    "agent_gone",
    "supervisor_gone",
    "no_room",
  ].map((answer): [string, Record<string, unknown>] => [
    "ConsentEnded",
    { answer, role: "monitor", agent_id: "agt_1", to_agent: "agt_2" },
  ]),
  ["PriorityRaised", { by: "agt_1", priority: 5 }],
  ...["agent", "customer", "inactivity", "system"].map((by): [string, Record<string, unknown>] => [
    "ConversationEnded",
    { by },
  ]),
  ["WrapUpStarted", { until: "2025-07-01T08:02:00Z" }],
  ["WrapUpEnded", { disposition: "repair" }],
  ["WrapUpEnded", { timed_out: true }],
  ["MessageLeft", { phone: "+8613800138000" }],
  ...["served", "abandoned", "message_left", "callback_booked"].map(
    (outcome): [string, Record<string, unknown>] => ["Ended", { outcome }],
  ),
  ...["customer", "agent", "system"].map((sender): [string, Record<string, unknown>] => [
    "MessageAdded",
    { sender, visibility: "public" },
  ]),
  ["MessageAdded", { sender: "agent", visibility: "internal" }],
  ...["sent", "delivered", "read", "failed"].flatMap(
    (delivery): [string, Record<string, unknown>][] => [
      ["DeliveryChanged", { delivery, side: "agent" }],
      ["DeliveryChanged", { delivery, side: "customer" }],
    ],
  ),
  ["PageChanged", { page: { title: "KFR-35" } }],
  ["Rated", { score: 4, comment: "好" }],
  ["TicketChanged", { by: "agt_1", changes: { status: "resolved" } }],
  ["TicketCommented", { internal: false }],
  ["TicketCommented", { internal: true }],
  ...["created", "changed", "removed", "read"].map((action): [string, Record<string, unknown>] => [
    "RecordChanged",
    { action },
  ]),
  ["SignInFailed", { locked: true }],
  ["Arrived", { channel: "voice", direction: "in" }],
  ["Arrived", { channel: "voice", direction: "out" }],
  ...["callback", "opened", "reclassified", "novice_timeout", "transfer_failed"].map(
    (reason): [string, Record<string, unknown>] => ["Queued", { reason, queue: "q" }],
  ),
  ["WentAway", { reason: "by_choice", queue: "q" }],
  ["OfferEnded", { reason: "phone_unreachable", agent_id: "agt_1" }],
  ["Connected", { how: "dial", agent_id: "agt_1" }],
  ...["callback_unreached", "novice_timeout"].map((reason): [string, Record<string, unknown>] => [
    "Released",
    { reason, agent_id: "agt_1" },
  ]),
  ...["whisper", "barge", "conference"].flatMap((role): [string, Record<string, unknown>][] => [
    ["Joined", { role, agent_id: "agt_1", by: "agt_2" }],
    ["Parted", { role, agent_id: "agt_1" }],
  ]),
  ["MessageLeft", { recording_id: "rec_1", phone: "+8613800138000" }],
  ["Ended", { outcome: "self_served" }],
  ["Ended", { outcome: "unreached" }],
  ["Ended", { outcome: "callback_cancelled" }],
  ["CallOpened", { direction: "in", number: "+8613800138000" }],
  ["CallOpened", { direction: "out", number: "+8613800138000" }],
  ["CallOpened", { direction: "in", number: "" }],
  ["LegStarted", { role: "customer", direction: "in" }],
  ["LegStarted", { role: "customer", direction: "out", number: "+8613800138000" }],
  ["LegStarted", { role: "agent", direction: "out", agent_id: "agt_1" }],
  ["LegStarted", { role: "party", direction: "out", number: "+8613800138000" }],
  ...["dropped", "phone_lost", "not_needed", "over"].map(
    (reason): [string, Record<string, unknown>] => ["LegDropped", { leg_id: "l", reason }],
  ),
  ...["normal", "busy", "no_answer", "rejected", "unreachable", "failed", "lost", "machine"].map(
    (cause): [string, Record<string, unknown>] => ["LegOver", { leg_id: "l", cause }],
  ),
  ["LegMuted", { leg_id: "l", on: true }],
  ["LegMuted", { leg_id: "l", on: false }],
  ...["on", "paused"].flatMap((state): [string, Record<string, unknown>][] => [
    ["RecordingChanged", { state }],
    ["RecordingChanged", { state, by: "agt_1" }],
  ]),
  ["RecordingChanged", { state: "off" }],
  ["RecordingChanged", { state: "off", reason: "disk_full" }],
  ["FlowEntered", { flow: "system:greet" }],
  ["KeyPressed", { key: "1", node: "menu", choice: true }],
  ...[
    "queued",
    "connected",
    "callback",
    "transferred",
    "transfer_failed",
    "no_key",
    "done",
    "failed",
  ].map((reason): [string, Record<string, unknown>] => ["FlowLeft", { reason }]),
  ["CallbackPlanned", { number: "+8613800138000", at_time: 1_784_000_000 }],
  ["CallbackPlanned", { number: "+8613800138000", at_time: 1_784_000_000, by: "agt_1" }],
  ["CallbackPlanned", { number: "+8613800138000", at_time: 1_784_000_000, attempt: 2 }],
  ["RecordingStored", { kind: "call", duration_s: 61 }],
  ["RecordingStored", { kind: "voicemail", duration_s: 12 }],
];

describe("every event of the core", () => {
  it("is found", () => {
    expect(KINDS.length).toBeGreaterThan(30);
  });

  it.each(KINDS)("%s has a sentence in both languages", (kind) => {
    for (const catalogue of Object.values(CATALOGUES)) {
      expect(catalogue[kind]?.plain).toBeTruthy();
    }
  });

  it.each(CASES)("%s %j is told by its own sentence", (kind, event) => {
    const { variant } = sentence(row(kind, event), pen);
    expect(variant).not.toBe("plain");
    for (const catalogue of Object.values(CATALOGUES)) {
      expect(catalogue[kind]?.[variant]).toBeTruthy();
    }
  });

  it("fills every value that a sentence names", () => {
    const { values } = sentence(row("MessageAdded"), pen);
    const known = new Set([...Object.keys(values), "kind"]);
    for (const catalogue of Object.values(CATALOGUES)) {
      for (const [kind, variants] of Object.entries(catalogue)) {
        const texts = typeof variants === "string" ? [variants] : Object.values(variants);
        for (const [, name] of texts.join(" ").matchAll(/\{\{(\w+)\}\}/g)) {
          expect(known, `${kind}: ${name}`).toContain(name);
        }
      }
    }
  });

  it("resolves ids to names and keeps an id nobody can name", () => {
    const told = sentence(
      row("Released", { reason: "transfer", agent_id: "agt_1", to_agent: "agt_9" }),
      pen,
    );
    expect(told.values.agent).toBe("林晓");
    expect(told.values.to_agent).toBe("agt_9");
  });
});

describe("a receipt", () => {
  it("belongs to an offer, and is absent when nothing was recorded", () => {
    const why = { by: "arrival", candidates: 3 };
    expect(sentence(row("Offered", { why }), pen).why?.candidates).toBe(3);
    expect(sentence(row("Offered", { why: {} }), pen).why).toBeNull();
    expect(sentence(row("Queued", { why }), pen).why).toBeNull();
  });
});
