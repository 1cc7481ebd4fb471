/** Which people a filter of the address leaves. Pure. */
import type { Filters } from "../../ui/useFilters";
import type { Person, Role } from "../settings/model";

export const ROLES: Role[] = ["agent", "supervisor", "administrator"];

export function matching(people: readonly Person[], filters: Filters): Person[] {
  const words = (filters.text ?? "").trim().toLowerCase();
  const state = filters.state ?? "active";
  return people
    .filter((person) => state === "all" || person.active === (state === "active"))
    .filter((person) => !filters.role || person.role === filters.role)
    .filter((person) => !filters.queue || filters.queue in person.queues)
    .filter((person) => `${person.name} ${person.email}`.toLowerCase().includes(words))
    .sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.name.localeCompare(b.name));
}

/** People whose numbers differ from what is stored. */
export function changedPeople(
  people: readonly Person[],
  edited: Record<string, Record<string, number>>,
  of: "skills" | "queues",
): Person[] {
  return people.filter((person) => {
    const next = edited[person.id];
    if (!next) return false;
    const keys = new Set([...Object.keys(next), ...Object.keys(person[of])]);
    return [...keys].some((key) => next[key] !== person[of][key]);
  });
}
