/** Names that lists filter by: queues, colleagues and dispositions, read once and kept fresh by the server. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { Colleague, Texts } from "../../api/types";
import { useNames } from "../../i18n";

interface Named {
  id: string;
  names: Texts;
}

const list = <T>(answer: T[] | { items: T[] }): T[] =>
  Array.isArray(answer) ? answer : answer.items;

export interface Option {
  value: string;
  label: string;
}

function useNamed(path: "queues" | "dispositions" | "skills"): Option[] {
  const names = useNames();
  const query = useQuery({
    queryKey: [path],
    queryFn: async () => list(await api.get<Named[] | { items: Named[] }>(`/${path}`)),
  });
  return (query.data ?? []).map((each) => ({ value: each.id, label: names(each.names) }));
}

export function useQueueOptions(): Option[] {
  return useNamed("queues");
}

export function useDispositionOptions(): Option[] {
  return useNamed("dispositions");
}

export function useSkillOptions(): Option[] {
  return useNamed("skills");
}

export function useColleagues(): Colleague[] {
  const query = useQuery({
    queryKey: ["agents"],
    queryFn: async () => list(await api.get<Colleague[] | { items: Colleague[] }>("/agents")),
  });
  return query.data ?? [];
}

export function useAgentOptions(): Option[] {
  return useColleagues().map((agent) => ({ value: agent.id, label: agent.name }));
}
