/** The alerts in the order one asks for; what stands longest is on top of equals. Pure. */
import type { AlertRow } from "../../live/protocol";

export type By = "queue" | "kind" | "since";

export interface Order {
  by: By;
  down: boolean;
}

/** The same column again turns it round. */
export function turned(order: Order, by: By): Order {
  return { by, down: order.by === by && !order.down };
}

export function ordered(
  alerts: readonly AlertRow[],
  { by, down }: Order,
  nameOf: (queueId: string) => string,
  language?: string,
): AlertRow[] {
  const key = (alert: AlertRow) => (by === "queue" ? nameOf(alert.queue) : alert[by]);
  const compare = (a: AlertRow, b: AlertRow) =>
    by === "since" ? earlier(a, b) : String(key(a)).localeCompare(String(key(b)), language);
  return [...alerts].sort(
    (a, b) => (down ? -1 : 1) * compare(a, b) || earlier(a, b) || a.id.localeCompare(b.id),
  );
}

/** Without a beginning: it is before all others. */
function earlier(a: AlertRow, b: AlertRow): number {
  return (a.since ?? "").localeCompare(b.since ?? "");
}
