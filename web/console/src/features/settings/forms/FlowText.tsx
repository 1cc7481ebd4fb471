/** The flow as JSON, for those who write faster than they click; taken over as soon as it is readable. */
import { Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type Ref, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowBody } from "../model";
import styles from "./Flow.module.css";
import { placeOf, readFlow, written } from "./flowOrder";

export interface FlowTextRef {
  /** Select where a step is written. */
  show: (node: string) => void;
}

interface Props {
  body: FlowBody;
  set: (changes: Partial<FlowBody>) => void;
  ref?: Ref<FlowTextRef>;
}

export function FlowText({ body, set, ref }: Props) {
  const { t } = useTranslation();
  const area = useRef<TextAreaRef>(null);
  const [text, setText] = useState(() => written(body));
  const [wrong, setWrong] = useState("");
  useImperativeHandle(ref, () => ({
    show: (node) => {
      const box = area.current?.resizableTextArea?.textArea;
      const quoted = JSON.stringify(node);
      const at = text.search(new RegExp(`^\\s*${quoted}: \\{`, "m"));
      if (!box || at < 0) return;
      const start = text.indexOf(quoted, at);
      box.focus();
      box.setSelectionRange(start, start + quoted.length);
      const line = text.slice(0, start).split("\n").length - 1;
      box.scrollTop = (line / text.split("\n").length) * box.scrollHeight - 40;
    },
  }));
  function write(next: string) {
    setText(next);
    try {
      const read = readFlow(next);
      setWrong(read ? "" : t("settings.flow.text_shape"));
      if (read) set(read);
    } catch {
      setWrong(t("settings.flow.text_broken", placeOf(next)));
    }
  }
  return (
    <div className={styles.text}>
      <Input.TextArea
        ref={area}
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
          {wrong} {t("settings.flow.text_kept")}
        </p>
      )}
    </div>
  );
}
