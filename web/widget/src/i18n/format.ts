// Times and durations as people of each language say them.

import { fill, type Language, WORDS } from "./words";

export function duration(seconds: number, language: Language): string {
  const words = WORDS[language];
  if (seconds < 55) return fill(words.seconds, { n: Math.max(5, Math.ceil(seconds / 5) * 5) });
  if (seconds < 3_600) return fill(words.minutes, { n: Math.max(1, Math.round(seconds / 60)) });
  return fill(words.hours, { n: Math.round(seconds / 360) / 10 });
}

export function clock(at: Date, language: Language): string {
  return at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hour12: false });
}

/** "今天 14:05", "Yesterday 09:30", "11月20日 14:05". */
export function moment(at: Date, now: Date, language: Language): string {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days === 0) return clock(at, language);
  const words = WORDS[language];
  const day =
    days === 1
      ? words.yesterday
      : at.toLocaleDateString(language, { month: "short", day: "numeric" });
  return `${day} ${clock(at, language)}`;
}

/** When service begins again: weekday within a week, else the date. */
export function opening(at: Date, now: Date, language: Language): string {
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  if (days <= 0) return clock(at, language);
  const how: Intl.DateTimeFormatOptions =
    days < 7 ? { weekday: "long" } : { month: "short", day: "numeric" };
  return `${at.toLocaleDateString(language, how)} ${clock(at, language)}`;
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
