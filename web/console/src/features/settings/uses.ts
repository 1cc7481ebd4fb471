/** Where a document is used: shown beside it, and the reason why it cannot be removed. Pure. */
import type { Catalogue } from "./catalogue";

export interface Use {
  page: string; // of the settings
  id: string;
  name: unknown; // a text, or texts in languages
  how: string; // key of `settings.use.<how>`
}

export type Kind = "queues" | "skills" | "hours" | "dispositions" | "reasons";

export function usesOf(kind: string, id: string, all: Catalogue): Use[] {
  switch (kind) {
    case "skills":
      return [...skillInQueues(id, all), ...people(all, (person) => id in person.skills, "level")];
    case "hours":
      return queues(all, (queue) => queue.hours_id === id, "hours");
    case "dispositions":
      return queues(all, (queue) => queue.dispositions.includes(id), "disposition");
    case "queues":
      return queueUses(id, all);
    case "flows":
      return all.entryPoints
        .filter((entry) => entry.flow === id)
        .map((entry) => ({ page: "entry-points", id: entry.id, name: entry.name, how: "answers" }));
    case "prompts":
      return all.flows
        .filter((flow) => Object.values(flow.nodes).some((node) => node.say?.includes(id)))
        .map((flow) => ({ page: "flows", id: flow.id, name: flow.name, how: "says" }));
    default:
      return [];
  }
}

function skillInQueues(id: string, all: Catalogue): Use[] {
  return queues(all, (queue) => id in queue.needs, "need");
}

function queueUses(id: string, all: Catalogue): Use[] {
  return [
    ...all.entryPoints
      .filter(
        (entry) =>
          entry.queue === id ||
          Object.values(entry.by_language).includes(id) ||
          entry.topics.some((topic) => topic.queue === id),
      )
      .map((entry) => ({
        page: "entry-points",
        id: entry.id,
        name: entry.name,
        how: "receives",
      })),
    ...queues(all, (queue) => queue.overflow_queue === id, "overflow"),
    ...all.flows
      .filter((flow) => Object.values(flow.nodes).some((node) => node.queue === id))
      .map((flow) => ({ page: "flows", id: flow.id, name: flow.name, how: "leads" })),
    ...people(all, (person) => id in person.queues, "member"),
    ...all.cannedReplies
      .filter((reply) => reply.queues.includes(id))
      .map((reply) => ({
        page: "canned-replies",
        id: reply.id,
        name: reply.names,
        how: "reply",
      })),
  ];
}

function queues(
  all: Catalogue,
  uses: (queue: Catalogue["queues"][number]) => boolean,
  how: string,
): Use[] {
  return all.queues
    .filter(uses)
    .map((queue) => ({ page: "queues", id: queue.id, name: queue.names, how }));
}

function people(
  all: Catalogue,
  uses: (person: Catalogue["people"][number]) => boolean,
  how: string,
): Use[] {
  return all.people
    .filter(uses)
    .map((person) => ({ page: "people", id: person.id, name: person.name, how }));
}
