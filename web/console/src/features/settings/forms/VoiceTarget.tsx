/** An entry point of the telephone: its numbers, the flow that answers, the language, the queue. */
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Field, Section } from "../kit/Field";
import { type EntryPointBody, LANGUAGES } from "../model";
import type { FormProps } from "../NounPage";
import { Tags } from "./Tags";

export function VoiceTarget({ draft, all }: FormProps<EntryPointBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.entry_point.voice")}>
      <Tags
        label={t("settings.entry_point.numbers")}
        help={t("settings.entry_point.numbers_help")}
        problem={problems.numbers}
        value={body.numbers}
        onChange={(numbers) => set({ numbers })}
      />
      <Field
        label={t("settings.entry_point.flow")}
        help={t("settings.entry_point.flow_help")}
        problem={problems.flow}
      >
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            style={{ width: 280 }}
            value={body.flow ?? ""}
            options={[
              { value: "", label: t("settings.entry_point.no_flow") },
              ...all.flows.map((flow) => ({ value: flow.id, label: flow.name })),
            ]}
            onChange={(flow) => set({ flow: flow || null })}
          />
        )}
      </Field>
      <Field label={t("settings.entry_point.spoken")} help={t("settings.entry_point.spoken_help")}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            style={{ width: 280 }}
            value={body.language}
            options={LANGUAGES.map((value) => ({
              value: value as string,
              label: t(`settings.language.${value}`),
            }))}
            onChange={(language) => set({ language })}
          />
        )}
      </Field>
    </Section>
  );
}
