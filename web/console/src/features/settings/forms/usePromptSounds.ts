/** How far a prompt's sounds are; asked again while one is being made. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../api/client";

export interface PromptSound {
  language: string;
  uploaded: boolean;
  state: "making" | "ready" | "failed";
  code: string | null;
  /** By itself. */
  tried_again: boolean;
}

const LOOK_AGAIN_MS = 1_500;

export function usePromptSounds(id: string | null) {
  return useQuery({
    queryKey: ["prompts", id, "sounds"],
    queryFn: ({ signal }) => api.get<PromptSound[]>(`/prompts/${id}/sounds`, undefined, signal),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LOOK_AGAIN_MS : false),
  });
}

export function isUnderWay(sound: PromptSound): boolean {
  return sound.state === "making" || sound.tried_again;
}
