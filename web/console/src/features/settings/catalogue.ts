/** All configuration documents at once: they are few, and each page shows where its own are used. */
import { useQueries } from "@tanstack/react-query";
import { api } from "../../api/client";
import { useCan } from "../../session/session";
import type {
  CannedReply,
  Disposition,
  EntryPoint,
  Flow,
  Hours,
  Person,
  Prompt,
  Queue,
  Reason,
  Skill,
  Trunk,
} from "./model";

export interface Catalogue {
  queues: Queue[];
  skills: Skill[];
  hours: Hours[];
  dispositions: Disposition[];
  reasons: Reason[];
  cannedReplies: CannedReply[];
  entryPoints: EntryPoint[];
  people: Person[];
  flows: Flow[];
  prompts: Prompt[];
  /** Empty for those who may not see them. */
  trunks: Trunk[];
}

export type NounPath =
  | "queues"
  | "skills"
  | "hours"
  | "dispositions"
  | "reasons"
  | "canned-replies"
  | "entry-points"
  | "people"
  | "flows"
  | "prompts"
  | "trunks";

const FIELDS: Record<NounPath, keyof Catalogue> = {
  queues: "queues",
  skills: "skills",
  hours: "hours",
  dispositions: "dispositions",
  reasons: "reasons",
  "canned-replies": "cannedReplies",
  "entry-points": "entryPoints",
  people: "people",
  flows: "flows",
  prompts: "prompts",
  trunks: "trunks",
};

const PATHS = Object.keys(FIELDS) as NounPath[];

/** Lists come bare or as a page: both are read. */
export function itemsOf<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}

export function rowsOf(all: Catalogue, path: NounPath): Catalogue[keyof Catalogue] {
  return all[FIELDS[path]];
}

/** `data` is undefined until every list was read once. */
export function useCatalogue() {
  const trunks = useCan("trunks.read");
  return useQueries({
    queries: PATHS.map((path) => ({
      queryKey: [path],
      queryFn: async () =>
        path === "trunks" && !trunks
          ? []
          : itemsOf(await api.get<unknown[] | { items: unknown[] }>(`/${path}`)),
    })),
    combine: (results) => {
      const ready = results.every((result) => result.data !== undefined);
      const entries = PATHS.map((path, at) => [FIELDS[path], results[at]?.data]);
      return {
        data: ready ? (Object.fromEntries(entries) as unknown as Catalogue) : undefined,
        error: results.find((result) => result.error)?.error ?? null,
        isPending: results.some((result) => result.isPending),
        refetch: () => Promise.all(results.map((result) => result.refetch())),
      };
    },
  });
}
