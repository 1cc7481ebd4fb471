/** The company's time zone: all times on the screens are in it, wherever the browser is. */
import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezone);

let zone: string | undefined;

/** Set once signed in; undefined: the browser's own. */
export function setZone(name: string | undefined): void {
  zone = name;
}

export function timeZone(): string | undefined {
  return zone;
}

/** A date picker's value in the company's zone; now without an argument. */
export function zoned(at?: string): Dayjs {
  return zone ? dayjs(at).tz(zone) : dayjs(at);
}

/** `2026-11-22`, to compare days. */
export function dayOf(at: Date | number): string {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: zone }).format(at);
}
