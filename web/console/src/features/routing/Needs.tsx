/** Skills with the least level of each; 0 means no longer asked. */
import { CloseOutlined } from "@ant-design/icons";
import { Button, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../settings/model";
import styles from "./Routing.module.css";
import type { Choice } from "./useWording";

const USUAL = 5;

interface Props {
  value: Record<string, number>;
  skills: Choice[];
  onChange: (value: Record<string, number>) => void;
}

export function Needs({ value, skills, onChange }: Props) {
  const { t } = useTranslation();
  const name = (id: string) => skills.find((skill) => skill.value === id)?.label ?? id;
  const free = skills.filter((skill) => !(skill.value in value));
  const without = (id: string) =>
    Object.fromEntries(Object.entries(value).filter(([other]) => other !== id));
  return (
    <div className={styles.needs}>
      {Object.entries(value).map(([id, level]) => (
        <span key={id} className={styles.need}>
          <span>{name(id)}</span>
          <span aria-hidden>≥</span>
          <InputNumber
            size="small"
            min={0}
            max={LEVELS}
            precision={0}
            value={level}
            style={{ width: 60 }}
            aria-label={t("routing.need_level", { skill: name(id) })}
            onChange={(next) => onChange({ ...value, [id]: next ?? 0 })}
          />
          {level === 0 && <em>{t("routing.need_dropped")}</em>}
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined />}
            aria-label={t("settings.take_away", { name: name(id) })}
            onClick={() => onChange(without(id))}
          />
        </span>
      ))}
      {free.length > 0 && (
        <Select
          size="small"
          style={{ width: 160 }}
          value={null}
          placeholder={t("routing.need_add")}
          aria-label={t("routing.need_add")}
          showSearch={{ optionFilterProp: "label" }}
          options={free}
          onChange={(id: string | null) => id && onChange({ ...value, [id]: USUAL })}
        />
      )}
    </div>
  );
}
