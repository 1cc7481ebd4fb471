/** Names of routing rules, as they were in the version of the policy that decided. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import type { components } from "../../api/schema";
import { useNames } from "../../i18n";

type Published = components["schemas"]["Published"];

/** `(version, id)`; of an unknown version the newest rule of that id, else the id itself. */
export function useRuleName(): (version: number, id: string) => string {
  const names = useNames();
  const query = useQuery({
    queryKey: ["policies", "versions"],
    queryFn: ({ signal }) => api.get<Published[]>("/policy/versions", undefined, signal),
  });
  return (version, id) => {
    const versions = query.data ?? [];
    const ruleIn = (each: Published | undefined) => each?.policy.rules.find((r) => r.id === id);
    const rule =
      ruleIn(versions.find(({ number }) => number === version)) ??
      ruleIn(versions.find((each) => ruleIn(each)));
    return names(rule?.names) || id;
  };
}
