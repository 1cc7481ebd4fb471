/** Figures of a trial as text. Pure. */
import { clock, percent } from "../../ui/format";

/** In the order they are shown; others follow. `better` is the direction of good. */
export const FIGURES: Record<string, { better: "up" | "down" | "none"; share: boolean }> = {
  service_level: { better: "up", share: true },
  asa_s: { better: "down", share: false },
  p_abandon: { better: "down", share: true },
  abandonment: { better: "down", share: true },
  vip_wait_s: { better: "down", share: false },
  wait_p95_s: { better: "down", share: false },
  occupancy: { better: "none", share: true },
  occupancy_spread: { better: "down", share: true },
};

const SECONDS_FROM = 60; // shorter waits are told to a tenth of a second

export function isShare(figure: string): boolean {
  return FIGURES[figure]?.share ?? false;
}

export function ordered(figures: readonly string[]): string[] {
  const known = Object.keys(FIGURES);
  const place = (name: string) => (known.indexOf(name) + known.length + 1) % (known.length + 1);
  return [...figures].sort((a, b) => place(a) - place(b));
}

export function figureText(figure: string, value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (isShare(figure)) return percent(value, 1);
  if (!figure.endsWith("_s")) return String(Math.round(value * 10) / 10);
  return Math.abs(value) < SECONDS_FROM ? `${value.toFixed(1)} s` : clock(value);
}

/** `+1.2%`, `−3.0 s`. */
export function signedText(figure: string, value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = figureText(figure, Math.abs(value));
  return value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
}

export type Verdict = "better" | "worse" | "same";

/** Whether a change is more than chance: its confidence interval leaves zero out. */
export function verdict(figure: string, delta: number | null, halfWidth: number | null): Verdict {
  const better = FIGURES[figure]?.better ?? "none";
  if (delta === null || better === "none" || Math.abs(delta) <= (halfWidth ?? 0)) return "same";
  return delta > 0 === (better === "up") ? "better" : "worse";
}
