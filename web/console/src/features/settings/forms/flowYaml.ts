/**
 * A flow as YAML, and back; JSON is YAML, too. Pure.
 *
 * What is a text in a flow is read as one, quoted or not: `007`, `on`, `+8613800138000`, the key `1`.
 * References (`*`) are refused: a flow has no use for them, and a few of them can stand for gigabytes.
 */
import {
  type Document,
  type ErrorCode,
  isMap,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  type Pair,
  parseDocument,
  Scalar,
  stringify,
  visit,
  YAMLMap,
  YAMLSeq,
} from "yaml";
import { inOrder } from "../check";
import type { FlowBody, FlowNode } from "../model";
import { listed } from "./flowOrder";

type Shape = "list" | "texts" | "literals" | "number" | "flag" | "text";

/** In the order in which they are written; a field that is not here may be anything: the server knows it. */
const FIELDS: Record<keyof FlowNode, Shape> = {
  kind: "text",
  say: "list",
  when: "literals",
  keys: "texts",
  tags: "texts",
  values: "texts",
  add_tags: "list",
  into: "text",
  digits: "number",
  secret: "flag",
  queue: "text",
  number: "text",
  max_s: "number",
  timeout_s: "number",
  repeats: "number",
  next: "text",
  yes: "text",
  no: "text",
  otherwise: "text",
};
const ORDER = Object.keys(FIELDS);

/** Its steps in the order in which they are listed; quoted is also what only YAML 1.1 takes for no text. */
export function written(body: FlowBody): string {
  const nodes = listed(body).map((id) => [id, fieldsInOrder(body.nodes[id])]);
  return stringify(
    { name: body.name, start: body.start, nodes: Object.fromEntries(nodes) },
    { schema: "yaml-1.1", lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function fieldsInOrder(node: FlowNode | undefined): object {
  const rank = (field: string) => (field in FIELDS ? ORDER.indexOf(field) : ORDER.length);
  return Object.fromEntries(Object.entries(node ?? {}).sort(([a], [b]) => rank(a) - rank(b)));
}

const MOST_CHARACTERS = 200_000;
const DEEPEST = 50; // brackets in brackets: a parser that calls itself would run out of memory

export type Why = "large" | "broken" | "twice" | "tab" | "quotes" | "field" | "kind" | "shape";

/** A text that is no flow; line and column count from 1. */
export class FlowTextError extends Error {
  constructor(
    readonly why: Why,
    readonly at: { line: number; column: number; step?: string; field?: string },
  ) {
    super(`${why} at ${at.line}:${at.column}`);
  }
}

const WHY: Partial<Record<ErrorCode, Why>> = {
  BAD_ALIAS: "quotes",
  DUPLICATE_KEY: "twice",
  TAB_AS_INDENT: "tab",
};

export type WrittenFlow = Pick<FlowBody, "start" | "nodes" | "order"> & { name?: string };

/** Raises FlowTextError. The order it is written in counts if it is another one than callers'. */
export function readFlow(text: string): WrittenFlow {
  const lines = new LineCounter();
  const fail = (why: Why, offset = 0, where = {}): never => {
    const { line, col } = lines.linePos(offset);
    throw new FlowTextError(why, { line: Math.max(line, 1), column: Math.max(col, 1), ...where });
  };
  if (text.length > MOST_CHARACTERS || depth(text) > DEEPEST) fail("large");
  const doc = parse(text, lines);
  if ([...new Lexer().lex(text)].some((token) => /^#:\s/.test(token))) {
    fail("quotes", text.search(/#:\s/)); // the key #, which is a comment to YAML
  }
  visit(doc, { Alias: (_, alias) => fail("quotes", alias.range?.[0]) });
  const [error] = [...doc.errors, ...doc.warnings];
  if (error) fail(WHY[error.code] ?? "broken", error.pos[0]);
  settle(doc);
  const { name, start, nodes } = record(doc.toJS({ maxAliasCount: 0 })) ?? {};
  const steps = record(nodes);
  if (typeof (name ?? "") !== "string" || typeof start !== "string" || !steps) {
    return fail("shape");
  }
  for (const [step, node] of Object.entries(steps)) {
    const fields = record(node);
    if (typeof fields?.kind !== "string") fail("kind", placeOf(doc, "nodes", step)?.[0], { step });
    for (const [field, value] of Object.entries(fields ?? {})) {
      if (fits(value, shapeOf(["nodes", step, field]))) continue;
      fail("field", placeOf(doc, "nodes", step, field)?.[0], { step, field });
    }
  }
  const read = { start, nodes: steps as FlowBody["nodes"] };
  const order = Object.keys(steps);
  const usual = inOrder({ ...read, name: "", order: [] });
  return {
    ...read,
    ...(name !== undefined && { name: String(name ?? "") }),
    order: order.join() === usual.join() ? [] : order,
  };
}

/** Where a step's name is written: its first character and the one after its last. */
export function placeOfStep(text: string, step: string): [number, number] | undefined {
  return placeOf(parse(text), "nodes", step);
}

/** Of open brackets, strings included: an upper bound. */
function depth(text: string): number {
  let [now, most] = [0, 0];
  for (const each of text) {
    if (each === "[" || each === "{") most = Math.max(most, ++now);
    else if (each === "]" || each === "}") now = Math.max(0, now - 1);
  }
  return most;
}

function parse(text: string, lineCounter?: LineCounter): Document {
  return parseDocument(text, {
    schema: "failsafe", // all is text; `settle` says what is more
    stringKeys: true,
    prettyErrors: false,
    ...(lineCounter && { lineCounter }),
  });
}

function placeOf(doc: Document, ...path: string[]): [number, number] | undefined {
  const map = doc.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return undefined;
  const key = map.items.map((pair) => pair.key).find((each) => scalarOf(each) === path.at(-1));
  return isScalar(key) && key.range ? [key.range[0], key.range[1]] : undefined;
}

const scalarOf = (node: unknown): unknown => (isScalar(node) ? node.value : node);

const NOTHING = /^(|~|null)$/i;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i; // as JSON has it: 007 and +86… are texts

/** Numbers, flags and nothing, where a flow has them; and `{order}` without quotes is what is said. */
function settle(doc: Document): void {
  visit(doc, {
    Scalar: (key, node, path) => {
      if (key === "key" || node.type !== Scalar.PLAIN || node.tag) return undefined;
      const keys = keysOf(path);
      const shape = shapeOf(keys);
      const whole = key === "value" && keys.length === 3;
      const source = String(node.value);
      if (whole && NOTHING.test(source) && shape === "list") return new YAMLSeq();
      if (whole && NOTHING.test(source) && isMapping(shape)) return new YAMLMap();
      node.value = literal(source, shape);
      return undefined;
    },
    Map: (_, node, path) => {
      const [only, ...more] = node.items;
      const said = keysOf(path)[2] === "say" && only && !only.value && more.length === 0;
      return said ? new Scalar(`{${scalarOf(only.key)}}`) : undefined;
    },
  });
}

function keysOf(path: readonly unknown[]): unknown[] {
  return path.filter((each): each is Pair => isPair(each)).map(({ key }) => scalarOf(key));
}

function shapeOf([nodes, , field]: unknown[]): Shape | undefined {
  return nodes === "nodes" ? (FIELDS as Record<string, Shape>)[String(field)] : undefined;
}

const isMapping = (shape: Shape | undefined) => shape === "texts" || shape === "literals";

function literal(source: string, shape: Shape | undefined): unknown {
  const may = (each: Shape) => shape === each || shape === "literals";
  if (shape === "list" || shape === "texts") return source;
  if (NOTHING.test(source)) return null;
  if (may("number") && NUMBER.test(source)) return Number(source);
  if (may("flag") && /^(true|false)$/i.test(source)) return source.toLowerCase() === "true";
  return source;
}

function record(value: unknown): Record<string, unknown> | undefined {
  const is = typeof value === "object" && value !== null && !Array.isArray(value);
  return is ? (value as Record<string, unknown>) : undefined;
}

function fits(value: unknown, shape: Shape | undefined): boolean {
  const isText = (each: unknown) => typeof each === "string";
  switch (shape) {
    case "list":
      return Array.isArray(value) && value.every(isText);
    case "texts":
      return Object.values(record(value) ?? [null]).every(isText);
    case "literals":
      return record(value) !== undefined;
    case "number":
      return value === null || typeof value === "number";
    case "flag":
      return typeof value === "boolean";
    case "text":
      return value === null || isText(value);
    default:
      return true;
  }
}
