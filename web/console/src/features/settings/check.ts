/** What can be told to be wrong while typing. The server decides; this only tells sooner. Pure. */
import type { Texts } from "../../api/types";
import { spansProblem } from "./clock";
import { isColour } from "./contrast";
import {
  type CannedReplyBody,
  type EntryPointBody,
  type HoursBody,
  LANGUAGES,
  type PersonBody,
  type QueueBody,
} from "./model";

/** Field (dotted path) → code of `settings.problem.<code>`. */
export type Problems = Record<string, string>;

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const ORIGIN = /^https?:\/\/[A-Za-z0-9.*_-]+(:\d{1,5})?$/;
const SHORTCUT = /^[^\s/]{1,40}$/;
const TOPIC_KEY = /^[a-z0-9_-]{1,40}$/;
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
  if (!isColour(body.colour)) problems.colour = "colour_format";
  if (body.logo_url && !/^(https?:\/\/|\/)/.test(body.logo_url)) problems.logo_url = "url_format";
  if (body.origins.some((origin) => !ORIGIN.test(origin))) problems.origins = "origin_format";
  const keys = body.topics.map((topic) => topic.key);
  body.topics.forEach((topic, at) => {
    if (!TOPIC_KEY.test(topic.key)) problems[`topics.${at}.key`] = "key_format";
    else if (keys.indexOf(topic.key) !== at) problems[`topics.${at}.key`] = "taken";
    if (Object.keys(named(topic.names)).length) problems[`topics.${at}.names`] = "required";
  });
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
  return problems;
}
