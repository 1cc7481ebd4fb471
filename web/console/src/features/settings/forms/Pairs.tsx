/** Names with a value each: the variables that a node sets. */
import { CloseOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./Flow.module.css";

interface Props {
  value: Record<string, string>;
  onChange: (value: Record<string, string>) => void;
}

export function Pairs({ value, onChange }: Props) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const fresh = /^[a-z][a-z0-9_]{0,31}$/.test(name) && !(name in value);
  return (
    <div className={styles.keys}>
      {Object.entries(value).map(([key, text]) => (
        <div key={key} className={styles.keyRow}>
          <code>{key}</code>
          <Input
            aria-label={key}
            style={{ width: 220 }}
            maxLength={120}
            value={text}
            onChange={(event) => onChange({ ...value, [key]: event.target.value })}
          />
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("settings.take_away", { name: key })}
            onClick={() => {
              const { [key]: _, ...others } = value;
              onChange(others);
            }}
          />
        </div>
      ))}
      <div className={styles.keyRow}>
        <Input
          aria-label={t("settings.flow.variable")}
          placeholder={t("settings.flow.variable")}
          style={{ width: 140 }}
          maxLength={32}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button
          size="small"
          icon={<PlusOutlined />}
          aria-label={t("common.add")}
          disabled={!fresh}
          onClick={() => {
            onChange({ ...value, [name]: "" });
            setName("");
          }}
        />
      </div>
    </div>
  );
}
