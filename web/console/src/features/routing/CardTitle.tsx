/** A card's name, which opens and closes it, with what it does in one line. */
import { DownOutlined, RightOutlined } from "@ant-design/icons";
import { type ReactNode, useId } from "react";
import styles from "./Routing.module.css";

interface Props {
  name: string;
  open: boolean;
  onToggle: () => void;
  children: ReactNode;
}

export function CardTitle({ name, open, onToggle, children }: Props) {
  const id = useId();
  return (
    <div className={styles.ruleTitle}>
      <button
        type="button"
        className={styles.ruleName}
        aria-expanded={open}
        aria-describedby={id}
        onClick={onToggle}
      >
        <span aria-hidden>{open ? <DownOutlined /> : <RightOutlined />}</span> {name}
      </button>
      <span id={id} className={styles.sentence}>
        {children}
      </span>
    </div>
  );
}
