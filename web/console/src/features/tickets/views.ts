/** The views of the list: what each asks the server for. Pure. */
import type { Query } from "../../api/client";
import type { Filters } from "../../ui/useFilters";

export const VIEWS = ["mine", "unassigned", "open", "overdue", "resolved", "all"] as const;
export type View = (typeof VIEWS)[number];

const ACTIVE = ["open", "in_progress"];

export function viewOf(filters: Filters): View {
  const view = filters.view as View;
  return VIEWS.includes(view) ? view : "open";
}

/** `now` is only looked at by the overdue view: rounded to the minute, so that its key is stable. */
export function queryOf(filters: Filters, me: string, now: number): Query {
  const { text, queue, assignee, customer_id, interaction_id } = filters;
  const shared: Query = { text, queue, assignee, customer_id, interaction_id };
  switch (viewOf(filters)) {
    case "mine":
      return { ...shared, status: ACTIVE, assignee: me };
    case "unassigned":
      return { ...shared, status: ACTIVE, assignee: undefined, unassigned: true };
    case "open":
      return { ...shared, status: ACTIVE };
    case "overdue": {
      const minute = new Date(Math.floor(now / 60_000) * 60_000).toISOString();
      return { ...shared, status: ACTIVE, due_before: minute };
    }
    case "resolved":
      return { ...shared, status: ["resolved", "closed"] };
    case "all":
      return shared;
  }
}
