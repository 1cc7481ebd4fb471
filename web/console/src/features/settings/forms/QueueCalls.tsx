/** What a queue does with calls: recording, announcements, keys while waiting, calling back. */
import { InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Field, Section } from "../kit/Field";
import { NumberField, OptionalNumberField, SwitchField } from "../kit/inputs";
import type { QueueBody } from "../model";
import type { FormProps } from "../NounPage";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
const CHOICES = ["callback", "voicemail"] as const;
const MINUTE_S = 60;

export function QueueCalls({ draft }: FormProps<QueueBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.queue.calls")}>
      <SwitchField
        label={t("settings.queue.record")}
        help={t("settings.queue.record_help")}
        value={body.record}
        onChange={(record) => set({ record })}
      />
      <OptionalNumberField
        label={t("settings.queue.announce_s")}
        help={t("settings.queue.announce_s_help")}
        off={t("settings.never")}
        value={body.announce_s}
        usual={30}
        min={10}
        max={600}
        problem={problems.announce_s}
        onChange={(announce_s) => set({ announce_s })}
      />
      {CHOICES.map((choice) => (
        <Choice
          key={choice}
          choice={choice}
          value={body.choices}
          set={(choices) => set({ choices })}
        />
      ))}
      <Field
        label={t("settings.queue.callback_first")}
        help={t("settings.queue.callback_first_help")}
        group
      >
        {() => (
          <Segmented
            value={body.callback_first}
            options={(["agent", "customer"] as const).map((value) => ({
              value,
              label: t(`settings.queue.callback_first_${value}`),
            }))}
            onChange={(callback_first) => set({ callback_first })}
          />
        )}
      </Field>
      <Field label={t("settings.queue.callback_attempts")}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={10}
            value={body.callback_attempts}
            onChange={(value) => set({ callback_attempts: value ?? 3 })}
          />
        )}
      </Field>
      <NumberField
        label={t("settings.queue.callback_retry_s")}
        value={body.callback_retry_s}
        scale={MINUTE_S}
        min={0.5}
        max={1440}
        unit={t("settings.unit.minutes")}
        onChange={(callback_retry_s) => set({ callback_retry_s })}
      />
      <SwitchField
        label={t("settings.queue.callback_amd")}
        help={t("settings.queue.callback_amd_help")}
        value={body.callback_amd}
        onChange={(callback_amd) => set({ callback_amd })}
      />
    </Section>
  );
}

interface ChoiceProps {
  choice: (typeof CHOICES)[number];
  value: QueueBody["choices"];
  set: (value: QueueBody["choices"]) => void;
}

/** Which key a waiting caller presses for it; none: not offered. */
function Choice({ choice, value, set }: ChoiceProps) {
  const { t } = useTranslation();
  const chosen = Object.keys(value).find((key) => value[key] === choice);
  const others = Object.fromEntries(Object.entries(value).filter(([, each]) => each !== choice));
  return (
    <Field
      label={t(`settings.queue.choice_${choice}`)}
      help={t(`settings.queue.choice_${choice}_help`)}
    >
      {(id, note) => (
        <Select
          id={id}
          aria-describedby={note}
          style={{ width: 160 }}
          value={chosen ?? ""}
          options={[
            { value: "", label: t("settings.queue.not_offered") },
            ...KEYS.filter((key) => !(key in others)).map((key) => ({
              value: key,
              label: t("settings.queue.press", { key }),
            })),
          ]}
          onChange={(key) => set(key ? { ...others, [key]: choice } : others)}
        />
      )}
    </Field>
  );
}
