/** Reads and actions of calls; the shapes are those of the API's schemas/voice.py. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Texts } from "../../api/types";

export interface TrunkFigures {
  id: string;
  name: string;
  registered: boolean | null;
  calls: number;
  limit: number | null;
  carried: number;
  rejected: number;
  problem: Texts | null;
}

export interface VoiceStatus {
  state: "off" | "starting" | "on" | "lost";
  cause: Texts;
  cure: Texts;
  legs: number;
  phones: number;
  trunks: TrunkFigures[];
  turned_away: number;
  warnings: Texts[];
}

export interface Dial {
  number: string;
  queue?: string;
  customer_id?: string;
  ticket_id?: string;
}

export type MonitorRole = "monitor" | "whisper" | "barge";

const LOOK_AGAIN_MS = 10_000;

/** Whether calls are possible. Nobody pushes it, so while it is not `on` (or `watched`) it is read again. */
export function useVoice(watched = false, enabled = true) {
  return useQuery({
    queryKey: ["voice"],
    queryFn: ({ signal }) => api.get<VoiceStatus>("/voice", undefined, signal),
    enabled,
    refetchInterval: ({ state }) => (watched || state.data?.state !== "on" ? LOOK_AGAIN_MS : false),
  });
}

const at = (id: string, verb: string) => `/interactions/${id}/${verb}`;

export const calls = {
  dial: (body: Dial) => api.post<{ interaction_id: string }>("/calls", body),
  hold: (id: string, on: boolean) => api.post(at(id, "hold"), { on }),
  mute: (id: string, on: boolean) => api.post(at(id, "mute"), { on }),
  digits: (id: string, digits: string) => api.post(at(id, "digits"), { digits }),
  recording: (id: string, on: boolean) => api.post(at(id, "recording"), { on }),
  merge: (id: string) => api.post(at(id, "merge")),
  drop: (id: string, leg_id: string) => api.post(at(id, "drop"), { leg_id }),
  close: (id: string) => api.post(at(id, "close")),
  leave: (id: string) => api.post(at(id, "leave")),
  takeOver: (id: string) => api.post(at(id, "take-over")),
  decline: (id: string) => api.post(at(id, "decline")),
  consult: (id: string, body: { agent_id?: string; number?: string; note: string }) =>
    api.post(at(id, "consult"), body),
  transfer: (
    id: string,
    body: { to_agent?: string; to_queue?: string; to_number?: string; note: string },
  ) => api.post(at(id, "transfer"), body),
  monitor: (id: string, role: MonitorRole) => api.post(at(id, "monitor"), { role }),
  /** Who asks may listen in, or not. */
  consent: (id: string, agent_id: string, allow: boolean) =>
    api.post(at(id, "consent"), { agent_id, allow }),
};
