/** What a rule does to an interaction it holds for. */
import { InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "../settings/kit/Field";
import { SwitchField } from "../settings/kit/inputs";
import type { Rule } from "./model";
import { Needs } from "./Needs";
import type { Around } from "./useWording";

const PRIORITY_LIMIT = 1000;
const MOST_TAGS = 20;

interface Props {
  rule: Rule;
  around: Around;
  onChange: (rule: Rule) => void;
}

export function Effects({ rule, around, onChange }: Props) {
  const { t } = useTranslation();
  const set = (changes: Partial<Rule>) => onChange({ ...rule, ...changes });
  return (
    <>
      <Field label={t("routing.rule.queue")} help={t("routing.rule.queue_help")}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            style={{ width: 280 }}
            value={rule.queue ?? ""}
            options={[{ value: "", label: t("routing.rule.queue_kept") }, ...around.queues]}
            onChange={(queue) => set({ queue: queue || null })}
          />
        )}
      </Field>
      <Field label={t("routing.rule.needs")} help={t("routing.rule.needs_help")} group>
        {() => (
          <Needs value={rule.needs} skills={around.skills} onChange={(needs) => set({ needs })} />
        )}
      </Field>
      <Field label={t("routing.rule.priority")} help={t("routing.rule.priority_help")}>
        {(id, note) => (
          <InputNumber
            id={id}
            aria-describedby={note}
            min={-PRIORITY_LIMIT}
            max={PRIORITY_LIMIT}
            value={rule.priority}
            onChange={(priority) => set({ priority: priority ?? 0 })}
          />
        )}
      </Field>
      <Field label={t("routing.rule.tags")} help={t("routing.rule.tags_help")}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            mode="tags"
            style={{ width: "100%" }}
            maxCount={MOST_TAGS}
            value={rule.tags}
            tokenSeparators={[",", "，"]}
            onChange={(tags: string[]) => set({ tags })}
          />
        )}
      </Field>
      <SwitchField
        label={t("routing.rule.hard")}
        help={t("routing.rule.hard_help")}
        value={rule.hard}
        onChange={(hard) => set({ hard })}
      />
      <SwitchField
        label={t("routing.rule.stop")}
        help={t("routing.rule.stop_help")}
        value={rule.stop}
        onChange={(stop) => set({ stop })}
      />
    </>
  );
}
