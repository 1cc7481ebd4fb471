/** Spans of a day as people write them: `09:00–18:00`, minutes since midnight inside. Pure. */
import type { Span } from "./model";

export const DAY_MIN = 1440;
const CLOCK = /^(\d{1,2})[:：](\d{2})$/;

/** Minutes since midnight of `9:05` or `24:00`; null if it is no time of day. */
export function minutesOf(text: string): number | null {
  const found = CLOCK.exec(text.trim());
  if (!found) return null;
  const minutes = Number(found[1]) * 60 + Number(found[2]);
  return Number(found[2]) < 60 && minutes <= DAY_MIN ? minutes : null;
}

export function clockOf(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return `${String(hours).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

export type SpanProblem = "span_empty" | "span_overlap";

/** The first thing wrong with the spans of one day. */
export function spansProblem(spans: readonly Span[]): SpanProblem | null {
  if (spans.some(([from, to]) => from >= to)) return "span_empty";
  const sorted = [...spans].sort((a, b) => a[0] - b[0]);
  const overlaps = sorted.some((span, at) => at > 0 && span[0] < (sorted[at - 1]?.[1] ?? 0));
  return overlaps ? "span_overlap" : null;
}

/** A span to add after the others: the next free hours, at least one; null when the day is full. */
export function nextSpan(spans: readonly Span[]): Span | null {
  const end = spans.reduce((latest, [, to]) => Math.max(latest, to), 0);
  if (spans.length === 0) return [540, 1080];
  if (end >= DAY_MIN) return null;
  const from = Math.min(end + 60, DAY_MIN - 15);
  return [from, Math.min(from + 240, DAY_MIN)];
}
