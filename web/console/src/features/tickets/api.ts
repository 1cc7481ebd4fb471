/** Reads and changes of tickets. A change names the version it was made on. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { api, type Query } from "../../api/client";
import { Problem, problemText } from "../../api/problem";
import type {
  JournalRow,
  Page,
  Ticket,
  TicketComment,
  TicketPriority,
  TicketStatus,
} from "../../api/types";

const PAGE_ROWS = 50;

export interface TicketChanges {
  status?: TicketStatus;
  priority?: TicketPriority;
  assignee?: string | null;
  queue?: string | null;
  kind?: string;
  subject?: string;
  description?: string;
  due_at?: string | null;
  phone?: string | null;
  callback_at?: string | null;
}

export function useTickets(query: Query) {
  return useInfiniteQuery({
    queryKey: ["tickets", "list", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Ticket>>("/tickets", { ...query, cursor: pageParam, limit: PAGE_ROWS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useTicket(id: string) {
  return useQuery({
    queryKey: ["tickets", id],
    queryFn: ({ signal }) => api.get<Ticket>(`/tickets/${id}`, undefined, signal),
  });
}

export function useComments(id: string) {
  return useQuery({
    queryKey: ["tickets", id, "comments"],
    queryFn: async ({ signal }) =>
      (await api.get<Page<TicketComment>>(`/tickets/${id}/comments`, undefined, signal)).items,
  });
}

export function useTicketEvents(id: string) {
  return useQuery({
    queryKey: ["tickets", id, "events"],
    queryFn: async ({ signal }) =>
      (await api.get<Page<JournalRow>>(`/tickets/${id}/events`, undefined, signal)).items,
  });
}

export interface BulkResult {
  saved: number;
  failed: number;
}

/** Change one, or many one after the other; lists and pages read again what became of it. */
export function useTicketChange() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const patch = (ticket: Ticket, changes: TicketChanges) =>
    api.patch<Ticket>(`/tickets/${ticket.id}`, { ...changes, version: ticket.version });
  const refresh = () => client.invalidateQueries({ queryKey: ["tickets"] });

  async function one(ticket: Ticket, changes: TicketChanges): Promise<void> {
    try {
      const saved = await patch(ticket, changes);
      client.setQueryData(["tickets", ticket.id], saved);
    } catch (error) {
      const faster = error instanceof Problem && error.status === 409;
      message.error(faster ? t("tickets.faster") : problemText(t, error));
    }
    await refresh();
  }

  async function many(tickets: Ticket[], changes: TicketChanges): Promise<BulkResult> {
    const result: BulkResult = { saved: 0, failed: 0 };
    for (const ticket of tickets) {
      try {
        await patch(ticket, changes);
        result.saved += 1;
      } catch {
        result.failed += 1;
      }
    }
    await refresh();
    return result;
  }

  return { one, many };
}
