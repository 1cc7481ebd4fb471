/** Policies to start from. Each fits the company's own queues and skills, or is not offered. */
import type { Queue, Skill } from "../settings/model";
import { freeId, newQueuePolicy, newRule, type Policy, type Rule } from "./model";

export const TEMPLATES = ["vip_first", "angry_to_seniors", "newcomers", "english"] as const;
export type Template = (typeof TEMPLATES)[number];

export interface Around {
  queues: readonly Queue[];
  skills: readonly Skill[];
}

const VIP_PRIORITY = 10;
const ANGRY_PRIORITY = 5;
const SENIOR_LEVEL = 8;
const RELAXED_LEVEL = 5;
const RELAX_AFTER_S = 20;
const NEWCOMER_BELOW = 5;
const FALL_BACK_AFTER_S = 60;
const RUN_OF_DEMANDING = 3;

/** The policy with the template's rules and stages added; null: nothing here for it to work on. */
export function applied(template: Template, policy: Policy, around: Around): Policy | null {
  return MAKERS[template](policy, around);
}

const MAKERS: Record<Template, (policy: Policy, around: Around) => Policy | null> = {
  vip_first: (policy) =>
    withRule(policy, {
      ...newRule(freeId(policy.rules, "vip")),
      names: { "zh-CN": "贵宾优先", "en-US": "VIP first" },
      when: { fact: "customer.tier", is: "=", value: "VIP" },
      priority: VIP_PRIORITY,
    }),
  angry_to_seniors: (policy, { queues }) => {
    const queue = queues.find((each) => /complain|投诉/i.test(spoken(each))) ?? queues[0];
    const skill = Object.keys(queue?.needs ?? {})[0];
    if (!queue || !skill) return null;
    const needs = (level: number) => ({ [skill]: level });
    const changed = withRule(policy, {
      ...newRule(freeId(policy.rules, "angry")),
      names: { "zh-CN": "愤怒客户给资深坐席", "en-US": "Angry to seniors" },
      when: { fact: "emotion", is: "=", value: "angry" },
      queue: queue.id,
      needs: needs(SENIOR_LEVEL),
      priority: ANGRY_PRIORITY,
      hard: true,
    });
    const relaxed = { after_s: RELAX_AFTER_S, needs: needs(RELAXED_LEVEL), queues: [] };
    return {
      ...withQueue(changed, queue.id, { agent_order: "highest_level", stages: [relaxed] }),
      fairness: { ...policy.fairness, run: policy.fairness.run ?? RUN_OF_DEMANDING },
    };
  },
  newcomers: (policy, { queues }) => {
    const queue = queues.find((each) => Object.keys(each.needs).length > 0);
    if (!queue) return null;
    return withQueue(policy, queue.id, {
      agent_order: "lowest_sufficient",
      novice_below: NEWCOMER_BELOW,
    });
  },
  english: (policy, { queues }) => {
    const queue = queues.find((each) => /english|英语|英文/i.test(spoken(each)));
    const skill = Object.keys(queue?.needs ?? {})[0];
    const helpers = queues.filter((each) => each.id !== queue?.id).slice(0, 1);
    if (!queue || !skill) return null;
    const changed = withRule(policy, {
      ...newRule(freeId(policy.rules, "english")),
      names: { "zh-CN": "英语客户", "en-US": "English speakers" },
      when: { fact: "language", is: "starts", value: "en" },
      queue: queue.id,
    });
    const back = { after_s: FALL_BACK_AFTER_S, needs: { [skill]: 0 } };
    const stage = { ...back, queues: helpers.map((each) => each.id) };
    return withQueue(changed, queue.id, { stages: [stage] });
  },
};

function spoken(queue: Queue): string {
  return [queue.id, ...Object.values(queue.names)].join(" ");
}

function withRule(policy: Policy, rule: Rule): Policy {
  return { ...policy, rules: [...policy.rules, rule] };
}

function withQueue(policy: Policy, id: string, changes: object): Policy {
  const before = policy.queues[id] ?? newQueuePolicy;
  return { ...policy, queues: { ...policy.queues, [id]: { ...before, ...changes } } };
}
