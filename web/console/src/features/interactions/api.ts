/** Reads and actions on interactions. Reads become fresh again when the live rows say that it moved. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, type Query } from "../../api/client";
import type { InteractionRow, JournalRow, Message, Page } from "../../api/types";
import { useLive } from "../../live/store";

const PAGE_ROWS = 50;
const MESSAGE_PAGE = 200; // messages the server gives at once

export interface Participant {
  agent_id: string;
  name: string;
  role: string;
}

export interface InteractionDetail extends InteractionRow {
  participants: Participant[];
}

export function useInteractions(query: Query) {
  return useInfiniteQuery({
    queryKey: ["interactions", "list", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<InteractionRow>>(
        "/interactions",
        { ...query, cursor: pageParam, limit: PAGE_ROWS },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function useInteraction(id: string) {
  return useQuery({
    queryKey: ["interactions", id],
    queryFn: ({ signal }) => api.get<InteractionDetail>(`/interactions/${id}`, undefined, signal),
  });
}

function items<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

export function useEvents(id: string) {
  return useQuery({
    queryKey: ["interactions", id, "events"],
    queryFn: async ({ signal }) =>
      items(
        await api.get<{ items: JournalRow[] }>(`/interactions/${id}/events`, undefined, signal),
      ),
  });
}

export function useStoredMessages(id: string) {
  return useQuery({
    queryKey: ["interactions", id, "messages"],
    queryFn: ({ signal }) => allMessages(id, signal),
  });
}

/** Every message of an interaction, page by page. */
export async function allMessages(id: string, signal?: AbortSignal): Promise<Message[]> {
  const all: Message[] = [];
  for (;;) {
    const page = items(
      await api.get<{ items: Message[] }>(
        `/interactions/${id}/messages`,
        { after_seq: all.at(-1)?.seq },
        signal,
      ),
    );
    all.push(...page);
    if (page.length < MESSAGE_PAGE) return all;
  }
}

/** Reads the interaction again whenever a live row that speaks of it has changed. */
export function useFreshen(id: string, queue: string | null): void {
  const client = useQueryClient();
  const mark = useLive((state) => {
    const agents = Object.values(state.agents ?? {});
    const busy = agents.flatMap((agent) => agent.busy.filter((each) => each.interaction_id === id));
    return JSON.stringify([
      state.work[id],
      state.conversations[id]?.messages.length,
      busy,
      queue && state.queues[queue]?.waiting,
    ]);
  });
  const before = useRef(mark);
  useEffect(() => {
    if (before.current === mark) return;
    before.current = mark;
    void client.invalidateQueries({ queryKey: ["interactions", id] });
  }, [mark, id, client]);
}

export const act = {
  monitor: (id: string) => api.post(`/interactions/${id}/monitor`),
  leave: (id: string) => api.post(`/interactions/${id}/leave`),
  takeOver: (id: string) => api.post(`/interactions/${id}/take-over`),
  cancelCallback: (id: string) => api.post(`/interactions/${id}/cancel-callback`),
  assign: (id: string, agent_id: string) => api.post(`/interactions/${id}/assign`, { agent_id }),
  whisper: (id: string, text: string) =>
    api.post(`/interactions/${id}/messages`, {
      client_id: crypto.randomUUID(),
      text,
      internal: true,
    }),
};
