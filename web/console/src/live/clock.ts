/** One ticking clock for all running durations, on the server's time. */
import { useSyncExternalStore } from "react";
import { useLive } from "./store";

const TICK_MS = 1_000;
const FAST_TICK_MS = 100;

function ticker(every: number) {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = Date.now();
  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      timer ??= setInterval(() => {
        now = Date.now();
        for (const each of listeners) each();
      }, every);
      now = Date.now();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) {
          clearInterval(timer);
          timer = undefined;
        }
      };
    },
    read: () => now,
  };
}

const seconds = ticker(TICK_MS);
const tenths = ticker(FAST_TICK_MS);

/** Server time now in ms; the component renders again each second (or each 0.1 s if `fast`). */
export function useNow(fast = false): number {
  const source = fast ? tenths : seconds;
  const now = useSyncExternalStore(source.subscribe, source.read);
  return now + useLive((state) => state.skewMs);
}
