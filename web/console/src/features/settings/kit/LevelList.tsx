/** Ids with a number each: skills with levels, queues with tiers. */
import { CloseOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../model";
import styles from "./kit.module.css";

interface Props {
  value: Record<string, number>;
  options: { id: string; name: string }[];
  add: string;
  unit: string;
  usual?: number;
  onChange: (value: Record<string, number>) => void;
}

export function LevelList({ value, options, add, unit, usual = 1, onChange }: Props) {
  const { t } = useTranslation();
  const name = (id: string) => options.find((option) => option.id === id)?.name ?? id;
  const free = options.filter((option) => !(option.id in value));
  const without = (id: string) =>
    Object.fromEntries(Object.entries(value).filter(([other]) => other !== id));
  return (
    <div className={styles.texts}>
      {Object.entries(value).map(([id, level]) => (
        <div key={id} className={styles.optional}>
          <span className={styles.levelName}>{name(id)}</span>
          <InputNumber
            min={1}
            max={LEVELS}
            value={level}
            aria-label={`${name(id)}: ${unit}`}
            style={{ width: 72 }}
            onChange={(next) => onChange({ ...value, [id]: next ?? 1 })}
          />
          <span className={styles.unit}>{unit}</span>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("settings.take_away", { name: name(id) })}
            onClick={() => onChange(without(id))}
          />
        </div>
      ))}
      <Select
        style={{ width: 280 }}
        value={null}
        placeholder={free.length ? add : t("settings.all_chosen")}
        aria-label={add}
        disabled={free.length === 0}
        showSearch={{ optionFilterProp: "label" }}
        options={free.map((option) => ({ value: option.id, label: option.name }))}
        onChange={(id: string | null) => id && onChange({ ...value, [id]: usual })}
      />
    </div>
  );
}
