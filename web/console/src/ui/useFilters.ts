/** Filters live in the URL, so that a view can be shared and Back undoes. */
import { useNavigate, useSearch } from "@tanstack/react-router";

export type Filters = Record<string, string | undefined>;

/** Search parameters as plain texts; empty ones are dropped. */
export function readFilters(search: Record<string, unknown>): Filters {
  const filters: Filters = {};
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") filters[name] = String(value);
  }
  return filters;
}

export function useFilters(): [Filters, (changes: Filters) => void] {
  const filters = useSearch({ strict: false }) as Filters;
  const navigate = useNavigate();
  const change = (changes: Filters) => {
    const next = readFilters({ ...filters, ...changes });
    void navigate({ to: ".", search: next, replace: true });
  };
  return [filters, change];
}
