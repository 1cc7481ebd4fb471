/** The flow as JSON, for those who write faster than they click; taken over as soon as it is readable. */
import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowBody } from "../model";
import styles from "./Flow.module.css";

interface Props {
  body: FlowBody;
  set: (changes: Partial<FlowBody>) => void;
}

export function FlowText({ body, set }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(() =>
    JSON.stringify({ start: body.start, nodes: body.nodes }, null, 2),
  );
  const [wrong, setWrong] = useState("");
  function write(next: string) {
    setText(next);
    try {
      const read = JSON.parse(next) as Partial<FlowBody>;
      if (typeof read.start !== "string" || typeof read.nodes !== "object" || !read.nodes) {
        setWrong(t("settings.flow.text_shape"));
        return;
      }
      setWrong("");
      set({ start: read.start, nodes: read.nodes });
    } catch (error) {
      setWrong(error instanceof Error ? error.message : t("settings.problem.invalid"));
    }
  }
  return (
    <div className={styles.text}>
      <Input.TextArea
        aria-label={t("settings.flow.as_text")}
        className={styles.code}
        autoSize={{ minRows: 12, maxRows: 32 }}
        spellCheck={false}
        status={wrong ? "error" : undefined}
        value={text}
        onChange={(event) => write(event.target.value)}
      />
      {wrong && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}
