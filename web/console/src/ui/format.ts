/** Numbers and times as text, times in the company's zone; `t` and language come from the caller. */
import { dayOf, timeZone } from "./zone";

const MINUTE = 60;
const HOUR = 3_600;

/** `m:ss`, or `h:mm:ss` from one hour on; never negative. */
export function clock(totalSeconds: number): string {
  const all = Math.max(0, Math.floor(totalSeconds));
  const s = String(all % MINUTE).padStart(2, "0");
  const minutes = Math.floor(all / MINUTE);
  if (all < HOUR) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

export function percent(share: number | null | undefined, digits = 0): string {
  return share === null || share === undefined ? "–" : `${(share * 100).toFixed(digits)}%`;
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${Math.round(size / 1024)} kB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

export function money(amount: string, currency: string, language: string): string {
  const value = Number(amount);
  if (Number.isNaN(value)) return amount;
  const style = { style: "currency", currency, currencyDisplay: "narrowSymbol" } as const;
  return new Intl.NumberFormat(language, style).format(value);
}

/** A phone number in groups as people read it: +86 138 0013 8000. */
export function phone(e164: string): string {
  const mainland = /^\+86(1\d{2})(\d{4})(\d{4})$/.exec(e164);
  return mainland ? `+86 ${mainland[1]} ${mainland[2]} ${mainland[3]}` : e164;
}

/** Full date and time, for hovers and old things. */
export function fullTime(iso: string, language: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? ""
    : new Intl.DateTimeFormat(language, {
        dateStyle: "medium",
        timeStyle: "medium",
        timeZone: timeZone(),
      }).format(at);
}

/** Absolute, as short as it can be: time today, day and month this year, else with the year. */
export function shortTime(iso: string, now: number, language: string): string {
  const at = new Date(iso);
  const zone = { timeZone: timeZone() };
  if (Number.isNaN(at.getTime())) return "";
  const time = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const day = { month: "short", day: "numeric" } as const;
  if (dayOf(at) === dayOf(now)) {
    return new Intl.DateTimeFormat(language, { ...time, ...zone }).format(at);
  }
  const sameYear = dayOf(at).slice(0, 4) === dayOf(now).slice(0, 4);
  const format = sameYear ? { ...day, ...time } : { ...day, year: "numeric" as const };
  return new Intl.DateTimeFormat(language, { ...format, ...zone }).format(at);
}
