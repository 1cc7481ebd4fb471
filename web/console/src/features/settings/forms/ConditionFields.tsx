/** A node's condition: one test by choosing; anything larger as text. */
import { AutoComplete, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Field } from "../kit/Field";
import styles from "./Flow.module.css";

/** What can be asked for. Source: core/center/conditions.py. */
const FACTS = [
  "customer.tier",
  "customer.tags",
  "customer.new",
  "customer.contacts",
  "customer.spend",
  "dnis",
  "entry_point",
  "hour",
  "keys",
  "language",
  "tags",
  "weekday",
];
const OPERATORS = [
  "=",
  "!=",
  "in",
  "starts",
  "contains",
  ">=",
  "<",
  "between",
  "has",
  "has_any",
  "has_not",
];

type When = Record<string, unknown>;

interface Props {
  when: When;
  onChange: (when: When) => void;
}

export function ConditionFields({ when, onChange }: Props) {
  const { t } = useTranslation();
  const simple = Object.keys(when).length === 0 || "fact" in when;
  return (
    <Field label={t("settings.flow.when")} help={t("settings.flow.when_help")} group>
      {() =>
        simple ? <One when={when} onChange={onChange} /> : <Text when={when} onChange={onChange} />
      }
    </Field>
  );
}

function One({ when, onChange }: Props) {
  const { t } = useTranslation();
  const put = (changes: When) => onChange({ fact: "", is: "=", value: "", ...when, ...changes });
  return (
    <div className={styles.keyRow}>
      <AutoComplete
        aria-label={t("settings.flow.fact")}
        placeholder={t("settings.flow.fact")}
        style={{ width: 160 }}
        value={String(when.fact ?? "")}
        options={FACTS.map((value) => ({ value }))}
        onChange={(fact) => put({ fact })}
      />
      <Select
        aria-label={t("settings.flow.operator")}
        style={{ width: 100 }}
        value={String(when.is ?? "=")}
        options={OPERATORS.map((value) => ({ value, label: value }))}
        onChange={(is) => put({ is })}
      />
      <Input
        aria-label={t("settings.flow.value")}
        placeholder={t("settings.flow.value")}
        style={{ width: 160 }}
        value={shown(when.value)}
        onChange={(event) => put({ value: read(event.target.value) })}
      />
    </div>
  );
}

/** Numbers, flags and lists as JSON; all else is a text. */
function read(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? text : value;
  } catch {
    return text;
  }
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function Text({ when, onChange }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => JSON.stringify(when, null, 2));
  const [wrong, setWrong] = useState(false);
  return (
    <Input.TextArea
      aria-label={t("settings.flow.when")}
      className={styles.code}
      autoSize={{ minRows: 3, maxRows: 12 }}
      status={wrong ? "error" : undefined}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        try {
          onChange(JSON.parse(event.target.value) as When);
          setWrong(false);
        } catch {
          setWrong(true);
        }
      }}
    />
  );
}
