/** Legs of a call as events tell them: whose each is. Pure. */
import type { JournalRow } from "../../api/types";
import { phone } from "../../ui/format";

/** A name for each leg: the customer's, an agent's, or the number that was called. */
export function legNames(
  events: readonly JournalRow[],
  customer: string,
  unknown: string,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const { kind, event, names: known } of events) {
    if (kind !== "LegStarted" || typeof event.leg_id !== "string") continue;
    const agent = typeof event.agent_id === "string" ? event.agent_id : "";
    const number = typeof event.number === "string" ? event.number : "";
    const name = event.role === "customer" ? customer : (known.agents[agent] ?? phone(number));
    names.set(event.leg_id, name || unknown);
  }
  return names;
}
