/** Every number of the board is a link to the interactions that it counts: the same words, the same sum. */
import type { AlertRow } from "../../live/protocol";
import type { Filters } from "../../ui/useFilters";

export type Figure =
  | "waiting"
  | "in_service"
  | "offered"
  | "answered"
  | "abandoned"
  | "answered_in_target"
  | "rated";

/** `today`: when the company's day began; `queue` undefined: all that one may see. */
export function filterOf(figure: Figure, today: string, queue?: string): Filters {
  const since: Filters = { queue, queued_from: today };
  switch (figure) {
    case "waiting":
      return { queue, phase: "queued,offered" };
    case "in_service":
      return { queue, phase: "connected" };
    case "offered":
      return since;
    case "answered":
      return { ...since, answered: "true" };
    case "answered_in_target":
      return { ...since, answered: "true", in_service_level: "true" };
    case "abandoned":
      return { ...since, outcome: "abandoned", short_abandon: "false" };
    case "rated":
      return { ...since, rated: "true" };
  }
}

/** The interactions that an alert is about. */
export function behind(alert: AlertRow): Filters {
  const hour: Filters = { queue: alert.queue, queued_from: alert.queued_from ?? undefined };
  switch (alert.kind) {
    case "oldest_wait":
    case "nobody_ready":
      return { queue: alert.queue, phase: "queued,offered" };
    case "service_level": {
      const judged = { phase: "connected,wrap_up,ended", short_abandon: "false" };
      return { ...hour, ...judged, in_service_level: "false" };
    }
    case "abandonment":
      return { ...hour, outcome: "abandoned", short_abandon: "false" };
  }
}
