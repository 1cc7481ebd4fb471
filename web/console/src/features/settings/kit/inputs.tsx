/** Inputs that settings need again and again: a text in both languages, seconds that may be off. */
import { Input, InputNumber, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { Texts } from "../../../api/types";
import { LANGUAGES } from "../model";
import { Field } from "./Field";
import styles from "./kit.module.css";

const TAGS: Record<string, string> = { "zh-CN": "中文", "en-US": "EN" };

interface TextsProps {
  label: string;
  help?: string;
  value: Texts;
  problem?: string;
  rows?: number;
  onChange: (value: Texts) => void;
}

export function TextsField({ label, help, value, problem, rows, onChange }: TextsProps) {
  const { t } = useTranslation();
  return (
    <Field label={label} help={help} problem={problem} group>
      {(id, note) => (
        <div className={styles.texts}>
          {LANGUAGES.map((language) => {
            const shared = {
              id: `${id}-${language}`,
              lang: language,
              value: value[language] ?? "",
              "aria-label": `${label} (${t(`settings.language.${language}`)})`,
              "aria-describedby": note,
              status: problem ? ("error" as const) : undefined,
              onChange: (event: { target: { value: string } }) =>
                onChange({ ...value, [language]: event.target.value }),
            };
            return (
              <div key={language} className={styles.textRow}>
                <span className={styles.tag} aria-hidden>
                  {TAGS[language]}
                </span>
                {rows ? (
                  <Input.TextArea {...shared} autoSize={{ minRows: rows, maxRows: 12 }} />
                ) : (
                  <Input {...shared} maxLength={120} />
                )}
              </div>
            );
          })}
        </div>
      )}
    </Field>
  );
}

interface NumberProps {
  label: string;
  help?: string;
  problem?: string;
  value: number;
  min?: number;
  max?: number;
  step?: number;
  unit?: string;
  /** What one shown unit is worth, e.g. 60 for minutes of stored seconds. */
  scale?: number;
  onChange: (value: number) => void;
}

export function NumberField(props: NumberProps) {
  const { label, help, problem, value, min = 0, max, step = 1, scale = 1, onChange } = props;
  const { t } = useTranslation();
  return (
    <Field label={label} help={help} problem={problem}>
      {(id, note) => (
        <span className={styles.optional}>
          <InputNumber
            id={id}
            aria-describedby={note}
            min={min}
            max={max}
            step={step}
            value={value / scale}
            status={problem ? "error" : undefined}
            onChange={(next) => onChange((next ?? min) * scale)}
          />
          <span className={styles.unit}>{props.unit ?? t("settings.unit.seconds")}</span>
        </span>
      )}
    </Field>
  );
}

interface OptionalProps extends Omit<NumberProps, "value" | "onChange"> {
  value: number | null;
  /** The value when it is switched on. */
  usual: number;
  /** What being off means, e.g. "no limit". */
  off: string;
  onChange: (value: number | null) => void;
}

export function OptionalNumberField(props: OptionalProps) {
  const { label, help, problem, value, usual, off, min = 1, max, scale = 1, onChange } = props;
  const { t } = useTranslation();
  return (
    <Field label={label} help={help} problem={problem} group>
      {(_, note) => (
        <span className={styles.optional}>
          <Switch
            checked={value !== null}
            aria-label={label}
            aria-describedby={note}
            onChange={(on) => onChange(on ? usual : null)}
          />
          {value === null ? (
            <span className={styles.unit}>{off}</span>
          ) : (
            <>
              <InputNumber
                aria-label={label}
                min={min}
                max={max}
                value={value / scale}
                status={problem ? "error" : undefined}
                onChange={(next) => onChange((next ?? min) * scale)}
              />
              <span className={styles.unit}>{props.unit ?? t("settings.unit.seconds")}</span>
            </>
          )}
        </span>
      )}
    </Field>
  );
}

interface SwitchProps {
  label: string;
  help?: string;
  value: boolean;
  on?: string;
  off?: string;
  onChange: (value: boolean) => void;
}

export function SwitchField({ label, help, value, on, off, onChange }: SwitchProps) {
  const { t } = useTranslation();
  return (
    <Field label={label} help={help}>
      {(id, note) => (
        <span className={styles.optional}>
          <Switch id={id} checked={value} aria-describedby={note} onChange={onChange} />
          <span className={styles.unit}>
            {value ? (on ?? t("settings.on")) : (off ?? t("settings.off"))}
          </span>
        </span>
      )}
    </Field>
  );
}
