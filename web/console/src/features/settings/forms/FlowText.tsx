/** The flow as YAML, for those who write faster than they click; taken over as soon as it is readable. */
import { Button, Input } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type Ref, useImperativeHandle, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { FlowBody } from "../model";
import styles from "./Flow.module.css";
import { FlowTextError, placeOfStep, readFlow, written } from "./flowYaml";

export interface FlowTextRef {
  /** Select where a step is written. */
  show: (step: string) => void;
}

/** A text as it was typed, with its comments, and what it was read as. */
export interface Typed {
  text: string;
  flow: FlowBody | null;
  wrong: FlowTextError | null;
}

interface Props {
  body: FlowBody;
  set: (changes: Partial<FlowBody>) => void;
  /** Kept by the form, so that nothing is lost while the list is looked at. */
  typed: Typed | null;
  onType: (typed: Typed | null) => void;
  ref?: Ref<FlowTextRef>;
}

export default function FlowText({ body, set, typed, onType, ref }: Props) {
  const { t } = useTranslation();
  const area = useRef<TextAreaRef>(null);
  const holds = typed !== null && (typed.wrong !== null || isSame(typed.flow, body));
  const text = holds ? typed.text : written(body);
  const wrong = holds ? typed.wrong : null;
  useImperativeHandle(ref, () => ({
    show: (step) => {
      const box = area.current?.resizableTextArea?.textArea;
      const place = placeOfStep(text, step);
      if (!box || !place) return;
      box.focus();
      box.setSelectionRange(...place);
      const line = text.slice(0, place[0]).split("\n").length - 1;
      box.scrollTop = (line / text.split("\n").length) * box.scrollHeight - 40;
    },
  }));
  function write(next: string) {
    try {
      const read = readFlow(next);
      onType({ text: next, flow: { ...body, ...read }, wrong: null });
      set(read);
    } catch (error) {
      if (!(error instanceof FlowTextError)) throw error;
      onType({ text: next, flow: null, wrong: error });
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
          {t(`settings.flow.text_wrong.${wrong.why}`, { ...wrong.at })}{" "}
          {t("settings.flow.text_kept")}{" "}
          <Button size="small" onClick={() => onType(null)}>
            {t("settings.flow.text_drop")}
          </Button>
        </p>
      )}
      <p className="muted">{t("settings.flow.text_help")}</p>
    </div>
  );
}

/** Nobody changed the flow elsewhere since it was read. */
function isSame(read: FlowBody | null, now: FlowBody): boolean {
  return (
    read?.name === now.name &&
    read.start === now.start &&
    read.nodes === now.nodes &&
    read.order === now.order
  );
}
