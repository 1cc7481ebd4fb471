/** Light or dark: as the person chose, else as the machine is. */
import { create } from "zustand";
import { applyTheme, type Mode } from "../theme";

const CHOICE = "parley.theme";

const system = window.matchMedia?.("(prefers-color-scheme: dark)");

function first(): Mode {
  const chosen = localStorage.getItem(CHOICE);
  if (chosen === "light" || chosen === "dark") return chosen;
  return system?.matches ? "dark" : "light";
}

export const useMode = create<{ mode: Mode }>(() => ({ mode: first() }));

export function chooseMode(mode: Mode): void {
  localStorage.setItem(CHOICE, mode);
  show(mode);
}

function show(mode: Mode): void {
  applyTheme(mode);
  useMode.setState({ mode });
}

applyTheme(first());
system?.addEventListener?.("change", () => show(first()));
