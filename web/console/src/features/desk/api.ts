/** What the desk asks of the server. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type {
  Callback,
  Colleague,
  CustomerDetail,
  Disposition,
  InteractionRow,
  Listed,
  NewCallback,
  NewTicket,
  Order,
  Page,
  RenderedReply,
  Ticket,
  WrapUp,
} from "../../api/types";

const CALM_MS = 5 * 60_000;
const BRISK_MS = 5_000;

export interface Sent {
  message_id: string;
}

export interface NewMessage {
  client_id: string;
  text: string;
  internal: boolean;
  mentions: string[];
  attachments: string[];
  language?: string;
}

type Target = { note: string } & (
  | { to_queue: string }
  | { to_agent: string }
  | { to_number: string }
);

const at = (id: string, verb: string) => `/interactions/${id}/${verb}`;

export const desk = {
  accept: (id: string) => api.post(at(id, "accept")),
  decline: (id: string) => api.post(at(id, "decline")),
  pull: (id: string) => api.post(at(id, "pull")),
  close: (id: string) => api.post(at(id, "close")),
  resume: (id: string) => api.post(at(id, "resume")),
  leave: (id: string) => api.post(at(id, "leave")),
  takeOver: (id: string) => api.post(at(id, "take-over")),
  read: (id: string, message_id: string) => api.post(at(id, "read"), { message_id }),
  send: (id: string, message: NewMessage) => api.post<Sent>(at(id, "messages"), message),
  transfer: (id: string, target: Target) => api.post(at(id, "transfer"), target),
  consult: (id: string, body: { agent_id: string; note: string }) =>
    api.post(at(id, "consult"), body),
  wrapUp: (id: string, body: WrapUp) => api.post(at(id, "wrap-up"), body),
  bookCallback: (id: string, body: NewCallback) => api.post<Callback>(at(id, "callback"), body),
  openTicket: (ticket: NewTicket) => api.post<Ticket>("/tickets", ticket),
  saveCustomer: (id: string, changes: Partial<CustomerDetail> & { version: number }) =>
    api.patch<CustomerDetail>(`/customers/${id}`, changes),
};

export function useColleagues(enabled = true) {
  return useQuery({
    queryKey: ["agents"],
    queryFn: ({ signal }) => api.get<Colleague[]>("/agents", undefined, signal),
    staleTime: BRISK_MS,
    enabled,
  });
}

export function useDispositions() {
  return useQuery({
    queryKey: ["dispositions"],
    queryFn: ({ signal }) => api.get<Disposition[]>("/dispositions", undefined, signal),
    staleTime: CALM_MS,
  });
}

export function useReplies(interactionId: string, enabled: boolean) {
  return useQuery({
    queryKey: ["canned-replies", "render", interactionId],
    queryFn: ({ signal }) =>
      api.get<RenderedReply[]>("/canned-replies/render", { interaction_id: interactionId }, signal),
    staleTime: CALM_MS,
    enabled,
  });
}

export function useCustomer(id: string) {
  return useQuery({
    queryKey: ["customers", id],
    queryFn: ({ signal }) => api.get<CustomerDetail>(`/customers/${id}`, undefined, signal),
  });
}

export function useOrders(customerId: string) {
  return useQuery({
    queryKey: ["customers", customerId, "orders"],
    queryFn: ({ signal }) =>
      api.get<Listed<Order>>(`/customers/${customerId}/orders`, undefined, signal),
    select: (page) => page.items,
  });
}

export function useCustomerTickets(customerId: string) {
  return useQuery({
    queryKey: ["tickets", "of", customerId],
    queryFn: ({ signal }) =>
      api.get<Page<Ticket>>("/tickets", { customer_id: customerId, limit: 50 }, signal),
    select: (page) => page.items,
  });
}

/** The calls the customer was promised and that can still be cancelled. */
export function useCallbacks(customerId: string) {
  return useQuery({
    queryKey: ["interactions", "callbacks", customerId],
    queryFn: ({ signal }) =>
      api.get<Page<InteractionRow>>(
        "/interactions",
        { customer_id: customerId, channel: "voice", phase: ["scheduled", "queued"], limit: 20 },
        signal,
      ),
    select: (page) =>
      page.items.flatMap(({ id, callback }) => (callback ? [{ id, callback }] : [])),
  });
}

/** Who waits in a queue that agents may pull from. */
export function useWaiting(queueId: string, waiting: number) {
  return useQuery({
    queryKey: ["interactions", "waiting", queueId, waiting],
    queryFn: ({ signal }) =>
      api.get<Page<InteractionRow>>(
        "/interactions",
        { queue: queueId, phase: "queued", limit: 20 },
        signal,
      ),
    select: (page) => page.items.toSorted(byWait),
  });
}

function byWait(a: InteractionRow, b: InteractionRow): number {
  return (a.queued_at ?? a.arrived_at).localeCompare(b.queued_at ?? b.arrived_at);
}
