/** Comments and events of a ticket in one order; a comment's own event is told by the comment. Pure. */
import type { JournalRow, TicketComment } from "../../api/types";

export type Entry = {
  key: string;
  at: string;
  changes: [string, string | null][];
} & ({ comment: TicketComment; row?: undefined } | { comment?: undefined; row: JournalRow });

export function stream(comments: readonly TicketComment[], events: readonly JournalRow[]): Entry[] {
  const said: Entry[] = comments.map((comment) => ({
    key: comment.id,
    at: comment.at,
    changes: [],
    comment,
  }));
  const done: Entry[] = events
    .filter((row) => row.kind === "TicketOpened" || row.kind === "TicketChanged")
    .map((row) => ({
      key: `event-${row.seq}`,
      at: row.at,
      changes: Object.entries((row.event.changes ?? {}) as Record<string, string | null>),
      row,
    }));
  return [...said, ...done].sort((a, b) => a.at.localeCompare(b.at));
}
