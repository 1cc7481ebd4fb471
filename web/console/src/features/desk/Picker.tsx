/** A list above the composer, driven by the keys of the box below it. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import styles from "./Composer.module.css";

interface Props<T> {
  label: string;
  options: T[];
  id: (option: T) => string;
  children: (option: T) => ReactNode;
  onPick: (option: T) => void;
  /** Shown when there are no options. */
  none: ReactNode;
}

export function Picker<T>({ label, options, id, children, onPick, none }: Props<T>) {
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const chosen = Math.min(at, Math.max(0, options.length - 1));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.isComposing || options.length === 0) return;
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const pick = (event.key === "Enter" || event.key === "Tab") && !event.shiftKey;
      if (step === 0 && !pick) return;
      event.preventDefault();
      event.stopPropagation();
      const option = options[chosen];
      if (pick && option !== undefined) onPick(option);
      else setAt((chosen + step + options.length) % options.length);
    };
    // Before the box itself hears it: Enter would send.
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [options, chosen, onPick]);

  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  return (
    <div ref={list} className={styles.picker} role="listbox" aria-label={label}>
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box below handles the keys
        <div
          key={id(option)}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className={styles.option}
          onMouseMove={() => setAt(index)}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(option)}
        >
          {children(option)}
        </div>
      ))}
      {options.length === 0 && <div className={styles.none}>{none}</div>}
    </div>
  );
}
