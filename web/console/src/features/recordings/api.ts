/** Recordings of one interaction: calls and spoken messages. Every listening is audited by the server. */
import { useQuery } from "@tanstack/react-query";
import { api, url } from "../../api/client";

export interface Recording {
  id: string;
  interaction_id: string;
  kind: "call" | "voicemail";
  started_at: string;
  duration_s: number;
  size: number;
  state: string;
  held: boolean;
}

export interface Waveform {
  /** Left (the customer) and right (who served), 0..1, for equal spans of time. */
  peaks: [number, number][];
  duration_s: number;
}

export function useRecordings(interactionId: string, enabled = true) {
  return useQuery({
    queryKey: ["recordings", interactionId],
    queryFn: ({ signal }) =>
      api.get<{ items: Recording[] }>(
        `/interactions/${interactionId}/recordings`,
        undefined,
        signal,
      ),
    enabled,
    select: (page) => page.items,
  });
}

export function useWaveform(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["recordings", id, "waveform"],
    queryFn: ({ signal }) => api.get<Waveform>(`/recordings/${id}/waveform`, undefined, signal),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** To keep: for those who may, and audited each time. */
export function fileUrl(id: string): string {
  return url(`/recordings/${id}/file`);
}

export function audioUrl(id: string): string {
  return url(`/recordings/${id}/audio`);
}
