/** Where one was in each conversation: the open tab of column three, per interaction. */
import { create } from "zustand";

export type Tab = "orders" | "tickets" | "timeline" | "notes";

const FIRST: Tab = "orders";

const usePlaces = create<Record<string, Tab>>(() => ({}));

export function useTab(interactionId: string): [Tab, (tab: Tab) => void] {
  const tab = usePlaces((places) => places[interactionId]) ?? FIRST;
  return [tab, (next) => usePlaces.setState({ [interactionId]: next })];
}
