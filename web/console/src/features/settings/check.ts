/** What can be told to be wrong while typing. The server decides; this only tells sooner. Pure. */
import type { Texts } from "../../api/types";
import { spansProblem } from "./clock";
import { isColour } from "./contrast";
import {
  type CannedReplyBody,
  type EntryPointBody,
  type FlowBody,
  type FlowNode,
  type HoursBody,
  LANGUAGES,
  type PersonBody,
  type PromptBody,
  type QueueBody,
  type TrunkBody,
} from "./model";

/** Field (dotted path) → code of `settings.problem.<code>`. */
export type Problems = Record<string, string>;

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const ORIGIN = /^https?:\/\/[A-Za-z0-9.*_-]+(:\d{1,5})?$/;
const NETWORK = /^[0-9a-fA-F:.]{2,45}(\/\d{1,3})?$/;
const COUNTRY = /^[A-Z]{2}$/;
const SHORTCUT = /^[^\s/]{1,40}$/;
const TOPIC_KEY = /^[a-z0-9_-]{1,40}$/;
const RECEIVED = /^\+?[0-9*#]{2,20}$/;
const E164 = /^\+[1-9][0-9]{3,14}$/;
const NODE_ID = /^[A-Za-z0-9_-]{1,40}$/;
const VARIABLE_NAME = /^[a-z][a-z0-9_]{0,31}$/;
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$/;
const VARIABLE = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** What `GET /canned-replies/render` can fill in. */
export const VARIABLES = [
  "customer.name",
  "customer.tier",
  "customer.city",
  "customer.phone",
  "customer.email",
  "agent.name",
  "queue.name",
  "order.id",
  "order.status",
  "page.title",
] as const;

/** A text in one language is enough: the others fall back to it. */
function named(names: Texts): Problems {
  const told = LANGUAGES.some((language) => names[language]?.trim());
  return told ? {} : { [`names.${LANGUAGES[0]}`]: "required" };
}

export function checkNames(body: { names: Texts }): Problems {
  return named(body.names);
}

export function checkQueue(body: QueueBody): Problems {
  const problems = named(body.names);
  if (body.ring_s < 5) problems.ring_s = "ring_short";
  if (body.service_level_s < 1) problems.service_level_s = "required";
  if (body.wrap_up === "timed" && body.wrap_up_s < 1) problems.wrap_up_s = "required";
  if (body.inactivity_s !== null && body.inactivity_s < 1) problems.inactivity_s = "required";
  return problems;
}

export function checkHours(body: HoursBody): Problems {
  const problems: Problems = {};
  if (!body.name.trim()) problems.name = "required";
  body.week.forEach((spans, day) => {
    const wrong = spansProblem(spans);
    if (wrong) problems[`week.${day}`] = wrong;
  });
  for (const [date, spans] of Object.entries(body.holidays)) {
    const wrong = spansProblem(spans);
    if (wrong) problems[`holidays.${date}`] = wrong;
  }
  return problems;
}

/** Variables in a reply that nobody will fill. */
export function unknownVariables(text: string): string[] {
  const used = [...text.matchAll(VARIABLE)].map((found) => found[1] ?? "");
  return used.filter((name) => !(VARIABLES as readonly string[]).includes(name));
}

export function checkCannedReply(body: CannedReplyBody, others: readonly string[]): Problems {
  const problems = named(body.names);
  if (!body.shortcut.trim()) problems.shortcut = "required";
  else if (!SHORTCUT.test(body.shortcut)) problems.shortcut = "shortcut_format";
  else if (others.includes(body.shortcut)) problems.shortcut = "taken";
  if (!LANGUAGES.some((language) => body.texts[language]?.trim())) {
    problems["texts.zh-CN"] = "required";
  }
  return problems;
}

export function checkEntryPoint(body: EntryPointBody): Problems {
  const problems: Problems = {};
  if (!body.name.trim()) problems.name = "required";
  if (!body.queue) problems.queue = "required";
  if (body.channel === "voice") return { ...problems, ...checkNumbers(body.numbers) };
  if (!isColour(body.colour)) problems.colour = "colour_format";
  if (body.logo_url && !/^(https?:\/\/|\/)/.test(body.logo_url)) problems.logo_url = "url_format";
  if (body.origins.some((origin) => !ORIGIN.test(origin))) problems.origins = "origin_format";
  if (body.accent !== null && !isColour(body.accent)) problems.accent = "colour_format";
  if (body.country !== null && !COUNTRY.test(body.country)) problems.country = "country_format";
  if (!body.blocked_networks.every((each) => NETWORK.test(each)))
    problems.blocked_networks = "network_format";
  const keys = body.topics.map((topic) => topic.key);
  body.topics.forEach((topic, at) => {
    if (!TOPIC_KEY.test(topic.key)) problems[`topics.${at}.key`] = "key_format";
    else if (keys.indexOf(topic.key) !== at) problems[`topics.${at}.key`] = "taken";
    if (Object.keys(named(topic.names)).length) problems[`topics.${at}.names`] = "required";
  });
  return problems;
}

function checkNumbers(numbers: readonly string[]): Problems {
  if (numbers.length === 0) return { numbers: "required" };
  return numbers.every((number) => RECEIVED.test(number)) ? {} : { numbers: "number_format" };
}

/** Where a node leads: the field it is in, and the node's id. */
export function waysOf(node: FlowNode): [field: string, id: string][] {
  const single = (["next", "otherwise", "yes", "no"] as const).flatMap(
    (field): [string, string][] => {
      const id = node[field];
      return id ? [[field, id]] : [];
    },
  );
  const keys = Object.entries(node.keys ?? {}).map(([key, id]): [string, string] => [
    `keys.${key}`,
    id,
  ]);
  return [...single, ...keys];
}

/** Ids in the order a caller can come to them; those nobody comes to last. */
export function inOrder(flow: FlowBody): string[] {
  const found: string[] = [];
  const open = [flow.start];
  while (open.length > 0) {
    const id = open.shift() ?? "";
    const node = flow.nodes[id];
    if (!node || found.includes(id)) continue;
    found.push(id);
    open.push(...waysOf(node).map(([, target]) => target));
  }
  return [...found, ...Object.keys(flow.nodes).filter((id) => !found.includes(id))];
}

export function checkFlow(body: FlowBody): Problems {
  const problems: Problems = {};
  if (!body.name.trim()) problems.name = "required";
  if (!(body.start in body.nodes)) problems.start = "unknown_node";
  for (const [id, node] of Object.entries(body.nodes)) {
    if (!NODE_ID.test(id)) problems[`nodes.${id}`] = "key_format";
    for (const [field, target] of waysOf(node)) {
      if (!(target in body.nodes)) problems[`nodes.${id}.${field}`] = "unknown_node";
    }
    if (node.kind === "menu" && Object.keys(node.keys ?? {}).length === 0) {
      problems[`nodes.${id}.keys`] = "required";
    }
    if (node.kind === "collect" && !VARIABLE_NAME.test(node.into ?? "")) {
      problems[`nodes.${id}.into`] = "variable_format";
    }
    if (node.kind === "transfer" && !node.number?.trim()) {
      problems[`nodes.${id}.number`] = "required";
    }
  }
  return problems;
}

export function checkTrunk(body: TrunkBody): Problems {
  const problems: Problems = {};
  if (!body.name.trim()) problems.name = "required";
  if (!HOST.test(body.host)) problems.host = body.host ? "host_format" : "required";
  if (body.register && !body.username) problems.username = "register_needs_user";
  else if (body.secret && !body.username) problems.username = "secret_needs_user";
  if (body.codecs.length === 0) problems.codecs = "required";
  if (!body.numbers.every((number) => RECEIVED.test(number))) problems.numbers = "number_format";
  return problems;
}

export function checkPrompt(body: PromptBody): Problems {
  const problems = named(body.names);
  const told = (language: string) => body.texts[language]?.trim() || body.audio[language];
  for (const language of LANGUAGES) {
    if (!told(language)) problems[`texts.${language}`] = "prompt_language";
  }
  return problems;
}

export function checkPerson(body: PersonBody, otherEmails: readonly string[]): Problems {
  const problems: Problems = {};
  if (!body.name.trim()) problems.name = "required";
  const email = body.email.trim().toLowerCase();
  if (!email) problems.email = "required";
  else if (!EMAIL.test(email)) problems.email = "email_format";
  else if (otherEmails.includes(email)) problems.email = "taken";
  if (body.role === "agent" && Object.keys(body.queues).length === 0) problems.queues = "no_queue";
  if (body.phone.kind === "number" && !E164.test(body.phone.number ?? "")) {
    problems["phone.number"] = "e164_format";
  }
  return problems;
}

export function isE164(text: string): boolean {
  return E164.test(text);
}
