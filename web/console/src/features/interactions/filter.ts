/** The filter of the list: the words of the address are those of the API, so links can be shared. Pure. */
import type { Query } from "../../api/client";
import type { Filters } from "../../ui/useFilters";

/** What the list understands; all else in the address is ignored. */
export const NAMES = [
  "queue",
  "agent_id",
  "customer_id",
  "channel",
  "phase",
  "outcome",
  "answered",
  "in_service_level",
  "short_abandon",
  "rated",
  "queued_from",
  "queued_to",
  "arrived_from",
  "arrived_to",
  "text",
] as const;

/** Those without an input of their own: shown as tags that can be taken away. */
export const TAGGED = [
  "customer_id",
  "answered",
  "in_service_level",
  "short_abandon",
  "rated",
  "queued_from",
  "queued_to",
] as const;

/** `phase=queued,offered` in the address is a repeated parameter of the API. */
export function queryOf(filters: Filters): Query {
  const query: Query = {};
  for (const name of NAMES) {
    const value = filters[name];
    if (value) query[name] = name === "phase" ? value.split(",") : value;
  }
  return query;
}

/** Milliseconds that `zone` is ahead of UTC at `at`. */
function offsetMs(zone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return local - Math.floor(at.getTime() / 1000) * 1000;
}

const DAY_MS = 86_400_000;

/** The instant at which the day of `now` began in the company's zone: since then the board counts. */
export function dayStart(zone: string, now: number): string {
  const ahead = offsetMs(zone, new Date(now));
  const midnight = Math.floor((now + ahead) / DAY_MS) * DAY_MS;
  // the offset may have changed since midnight
  return new Date(midnight - offsetMs(zone, new Date(midnight - ahead))).toISOString();
}
