/** Keyboard shortcuts: what is pressed, told as one word such as `Ctrl+Enter`, `F8`, `?`. */
import { useEffect, useRef } from "react";

export type KeyMap = Record<string, ((event: KeyboardEvent) => void) | undefined>;

export function keyName(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  const { key } = event;
  if (event.shiftKey && key.length > 1) parts.push("Shift");
  // Alt changes the letter on some keyboards: the physical key is meant.
  const code = /^(?:Key|Digit)(.)$/.exec(event.code)?.[1];
  parts.push(
    event.altKey && code ? code : parts.length && key.length === 1 ? key.toUpperCase() : key,
  );
  return parts.join("+");
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type))
  );
}

/** Plain keys are left to whoever types; keys with Ctrl or Alt and F-keys work everywhere. */
export function useKeys(map: KeyMap, active = true): void {
  const current = useRef(map);
  current.current = map;
  useEffect(() => {
    if (!active) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const name = keyName(event);
      const handler = current.current[name];
      if (!handler) return;
      if (isTyping(event.target) && !/^(Ctrl|Alt|F\d)/.test(name)) return;
      event.preventDefault();
      handler(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [active]);
}
