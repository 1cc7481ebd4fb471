/** The keypad: keys go to the customer's side of the call, by mouse or by typing. */
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAction } from "../../ui/useAction";
import { calls } from "./api";
import styles from "./Call.module.css";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SHOWN = 16;

export function Keypad({ interaction, onClose }: { interaction: string; onClose: () => void }) {
  const { t } = useTranslation();
  const [sent, setSent] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const send = useAction((digits: string) => calls.digits(interaction, digits));
  useEffect(() => box.current?.focus(), []);
  const press = (key: string) => {
    setSent((before) => (before + key).slice(-SHOWN));
    send.run(key);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of keys, not a form's fields
    <div
      ref={box}
      className={styles.keypad}
      role="group"
      tabIndex={-1}
      aria-label={t("phone.call.keypad")}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
        if (!KEYS.includes(event.key) || event.ctrlKey || event.altKey) return;
        event.preventDefault();
        press(event.key);
      }}
    >
      <p className={`${styles.sent} num`} aria-live="polite">
        {sent ? t("phone.call.digits_sent", { digits: sent }) : t("phone.call.keypad_hint")}
      </p>
      <div className={styles.keys}>
        {KEYS.map((key) => (
          <Button key={key} onClick={() => press(key)}>
            {key}
          </Button>
        ))}
      </div>
    </div>
  );
}
