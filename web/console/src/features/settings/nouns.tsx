/** The nouns of the configuration, each with its form, its check and its place in the list. */
import { Badge } from "antd";
import type { TFunction } from "i18next";
import i18next from "../../i18n";
import { BuiltInPrompts } from "./BuiltInPrompts";
import type { NounPath } from "./catalogue";
import {
  checkCannedReply,
  checkEntryPoint,
  checkFlow,
  checkHours,
  checkNames,
  checkPrompt,
  checkQueue,
  checkTrunk,
} from "./check";
import { CannedReplyForm } from "./forms/CannedReplyForm";
import { EntryPointForm } from "./forms/EntryPointForm";
import { FlowForm } from "./forms/FlowForm";
import { HoursForm } from "./forms/HoursForm";
import { PromptForm } from "./forms/PromptForm";
import { QueueForm } from "./forms/QueueForm";
import { DispositionForm, ReasonForm, SkillForm } from "./forms/SmallForms";
import { TrunkForm } from "./forms/TrunkForm";
import {
  type CannedReplyBody,
  type DispositionBody,
  type EntryPointBody,
  type FlowBody,
  type HoursBody,
  newCannedReply,
  newDisposition,
  newEntryPoint,
  newFlow,
  newHours,
  newPrompt,
  newQueue,
  newReason,
  newTrunk,
  type PromptBody,
  type QueueBody,
  type ReasonBody,
  type SkillBody,
  type TrunkBody,
} from "./model";
import type { Noun } from "./NounPage";

const t: TFunction = ((key: string, values?: Record<string, unknown>) =>
  i18next.t(key, values)) as TFunction;

export const queueNoun: Noun<QueueBody> = {
  path: "queues",
  word: "queue",
  permission: "settings.write",
  fresh: newQueue,
  rows: (all) => all.queues,
  name: (body) => body.names,
  line: (body, all) => {
    const hours = all.hours.find((each) => each.id === body.hours_id);
    const target = t("settings.queue.target", { seconds: body.service_level_s });
    return `${hours?.name ?? t("settings.queue.always_open")} · ${target}`;
  },
  check: checkQueue,
  Form: QueueForm,
};

export const skillNoun: Noun<SkillBody> = {
  path: "skills",
  word: "skill",
  permission: "settings.write",
  fresh: { names: {} },
  rows: (all) => all.skills,
  name: (body) => body.names,
  line: (row, all) => {
    const count = all.people.filter((person) => row.id in person.skills).length;
    return t("settings.skill.people_count", { count });
  },
  check: checkNames,
  Form: SkillForm,
};

export const hoursNoun: Noun<HoursBody> = {
  path: "hours",
  word: "hours",
  permission: "settings.write",
  fresh: newHours,
  rows: (all) => all.hours,
  name: (body) => body.name,
  line: (body) =>
    body.override ? (
      <Badge status="warning" text={t(`settings.hours.override_${body.override}`)} />
    ) : (
      body.zone
    ),
  check: checkHours,
  Form: HoursForm,
};

const inactive = (active: boolean) => (active ? "" : t("settings.inactive"));

export const dispositionNoun: Noun<DispositionBody> = {
  path: "dispositions",
  word: "disposition",
  permission: "settings.write",
  fresh: newDisposition,
  rows: (all) => all.dispositions,
  name: (body) => body.names,
  line: (body) => [body.group, inactive(body.active)].filter(Boolean).join(" · "),
  check: checkNames,
  Form: DispositionForm,
};

export const reasonNoun: Noun<ReasonBody> = {
  path: "reasons",
  word: "reason",
  permission: "settings.write",
  fresh: newReason,
  rows: (all) => all.reasons,
  name: (body) => body.names,
  line: (body) => inactive(body.active),
  check: checkNames,
  Form: ReasonForm,
};

export const cannedReplyNoun: Noun<CannedReplyBody> = {
  path: "canned-replies",
  word: "canned_reply",
  permission: "canned_replies.write",
  fresh: newCannedReply,
  rows: (all) => all.cannedReplies,
  name: (body) => body.names,
  line: (body) => `/${body.shortcut}${body.group ? ` · ${body.group}` : ""}`,
  check: (body, all, id) =>
    checkCannedReply(
      body,
      all.cannedReplies.filter((other) => other.id !== id).map((other) => other.shortcut),
    ),
  Form: CannedReplyForm,
};

export const entryPointNoun: Noun<EntryPointBody> = {
  path: "entry-points",
  word: "entry_point",
  permission: "settings.write",
  fresh: newEntryPoint,
  rows: (all) => all.entryPoints,
  name: (body) => body.name,
  line: (body) =>
    body.enabled
      ? [t(`channel.${body.channel}`), ...body.numbers].join(" · ")
      : t("settings.entry_point.switched_off"),
  check: checkEntryPoint,
  Form: EntryPointForm,
};

export const flowNoun: Noun<FlowBody> = {
  path: "flows",
  word: "flow",
  permission: "settings.write",
  fresh: newFlow,
  rows: (all) => all.flows,
  name: (body) => body.name,
  line: (body) => t("settings.flow.node_count", { count: Object.keys(body.nodes).length }),
  check: checkFlow,
  Form: FlowForm,
};

export const promptNoun: Noun<PromptBody> = {
  path: "prompts",
  word: "prompt",
  permission: "settings.write",
  fresh: newPrompt,
  rows: (all) => all.prompts,
  name: (body) => body.names,
  line: (body) => body.texts["zh-CN"] || body.texts["en-US"] || t("settings.prompt.uploaded"),
  check: checkPrompt,
  Form: PromptForm,
  BuiltIn: BuiltInPrompts,
};

export const trunkNoun: Noun<TrunkBody> = {
  path: "trunks",
  word: "trunk",
  permission: "settings.write",
  fresh: newTrunk,
  rows: (all) => all.trunks,
  name: (body) => body.name,
  line: (body) => (body.enabled ? `${body.host}:${body.port}` : t("settings.inactive")),
  check: checkTrunk,
  Form: TrunkForm,
};

/** Each knows its own body; pages only need what all have in common. */
export const NOUNS = {
  queues: queueNoun,
  skills: skillNoun,
  hours: hoursNoun,
  dispositions: dispositionNoun,
  reasons: reasonNoun,
  "canned-replies": cannedReplyNoun,
  "entry-points": entryPointNoun,
  flows: flowNoun,
  prompts: promptNoun,
  trunks: trunkNoun,
} satisfies Partial<Record<NounPath, unknown>>;

export type NounName = keyof typeof NOUNS;
