/** A conversation as it is read: days, and runs of one sender within a few minutes. Pure. */
import type { Message } from "../../api/types";
import type { Outgoing } from "./outgoing";

const RUN_MS = 3 * 60_000;

export type Item =
  | { kind: "message"; message: Message; at: string }
  | { kind: "outgoing"; outgoing: Outgoing; at: string };

export interface Run {
  key: string;
  /** customer, system, note, or the agent's id. */
  who: string;
  day: string | null;
  items: Item[];
}

export function runs(messages: Message[], outgoing: Outgoing[], me: string): Run[] {
  const items: Item[] = [
    ...messages.map((message): Item => ({ kind: "message", message, at: message.at })),
    ...outgoing.map((each): Item => ({ kind: "outgoing", outgoing: each, at: each.at })),
  ];
  const all: Run[] = [];
  let day = "";
  for (const item of items) {
    const who = whoOf(item, me);
    const itemDay = new Date(item.at).toDateString();
    const last = all.at(-1);
    const previous = last?.items.at(-1);
    const near = previous && Date.parse(item.at) - Date.parse(previous.at) < RUN_MS;
    if (last && near && last.who === who && itemDay === day) last.items.push(item);
    else {
      const key =
        item.kind === "message"
          ? item.message.client_id || item.message.id
          : item.outgoing.client_id;
      all.push({ key, who, day: itemDay === day ? null : item.at, items: [item] });
    }
    day = itemDay;
  }
  return all;
}

function whoOf(item: Item, me: string): string {
  if (item.kind === "outgoing") return item.outgoing.internal ? `note:${me}` : me;
  const { message } = item;
  if (message.sender !== "agent") return message.sender;
  return message.visibility === "internal"
    ? `note:${message.agent_id}`
    : (message.agent_id ?? "agent");
}

/** How far a mark (delivered, read) reaches: the seq of the message it names, else 0. */
export function reach(messages: Message[], messageId: string | null): number {
  if (!messageId) return 0;
  return messages.find((message) => message.id === messageId)?.seq ?? 0;
}
