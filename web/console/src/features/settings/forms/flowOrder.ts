/** In what order a flow's steps are listed: as somebody put them, the others as callers come to them. Pure. */
import { inOrder } from "../check";
import type { FlowBody } from "../model";

export function listed(body: FlowBody): string[] {
  const put = body.order.filter((id) => id in body.nodes);
  return [...put, ...inOrder(body).filter((id) => !put.includes(id))];
}

/** One place up (-1) or down (1); as it was at either end. */
export function moved(body: FlowBody, id: string, by: -1 | 1): string[] {
  const ids = listed(body);
  const at = ids.indexOf(id);
  const other = ids[at + by];
  if (at < 0 || other === undefined) return ids;
  return ids.map((each) => (each === id ? other : each === other ? id : each));
}

/** The flow as it is written: its steps in the order in which they are listed. */
export function written(body: FlowBody): string {
  const nodes = Object.fromEntries(listed(body).map((id) => [id, body.nodes[id]]));
  return JSON.stringify({ start: body.start, nodes }, null, 2);
}

/** Raises SyntaxError; null: it is JSON, but no flow. The order it is written in counts if it is another one. */
export function readFlow(text: string): Pick<FlowBody, "start" | "nodes" | "order"> | null {
  const read = JSON.parse(text) as Partial<FlowBody> | null;
  const { start, nodes } = read ?? {};
  if (typeof start !== "string" || typeof nodes !== "object" || !nodes || Array.isArray(nodes)) {
    return null;
  }
  const kinds = Object.values(nodes).every((node) => typeof node?.kind === "string");
  if (!kinds) return null;
  const order = Object.keys(nodes);
  const usual = inOrder({ name: "", start, nodes, order: [] });
  return { start, nodes, order: order.join() === usual.join() ? [] : order };
}

/** Line and column, from 1, where a text that is no JSON breaks off. */
export function placeOf(text: string): { line: number; column: number } {
  const before = text.slice(0, brokenAt(text)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

const TOKEN = /([{}[\],:])|("(?:[^"\\\n]|\\.)*")|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

type Next = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/** Browsers tell the place each in their own words, or not at all; so the text is walked. */
function brokenAt(text: string): number {
  const open: string[] = [];
  let next: Next = "value";
  for (let at = 0; ; ) {
    at += /^\s*/.exec(text.slice(at))?.[0].length ?? 0;
    TOKEN.lastIndex = at;
    const [token, mark, quoted] = TOKEN.exec(text) ?? [];
    if (token === undefined) return at;
    const after = step(next, mark ?? (quoted ? "string" : "literal"), open);
    if (after === null) return at;
    next = after;
    at += token.length;
  }
}

/** What may come then; null: this may not come now. */
function step(next: Next, token: string, open: string[]): Next | null {
  const ends = next.endsWith("or end") && token === (open.at(-1) === "{" ? "}" : "]");
  if (ends) {
    open.pop();
    return open.length ? "comma or end" : "nothing";
  }
  if (next.startsWith("key")) return token === "string" ? "colon" : null;
  if (next === "colon") return token === ":" ? "value" : null;
  if (next.startsWith("comma")) {
    return token === "," ? (open.at(-1) === "{" ? "key" : "value") : null;
  }
  if (!next.startsWith("value")) return null;
  if (token === "{" || token === "[") {
    open.push(token);
    return token === "{" ? "key or end" : "value or end";
  }
  if (token !== "string" && token !== "literal") return null;
  return open.length ? "comma or end" : "nothing";
}
