/** A state in a word, on its soft ground. */
import type { ReactNode } from "react";
import styles from "./Routing.module.css";

interface Props {
  tone?: "good" | "warn" | "accent";
  children: ReactNode;
}

export function Chip({ tone, children }: Props) {
  return (
    <span className={styles.chip} data-tone={tone}>
      {children}
    </span>
  );
}
