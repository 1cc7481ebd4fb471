/** Nouns that are little more than a name: skills, dispositions, reasons. */
import { Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { Field, Section } from "../kit/Field";
import { SwitchField, TextsField } from "../kit/inputs";
import type { DispositionBody, ReasonBody, SkillBody } from "../model";
import type { FormProps } from "../NounPage";

export function SkillForm({ draft, all, id }: FormProps<SkillBody>) {
  const { t } = useTranslation();
  const levels = all.people
    .map((person) => ({ name: person.name, level: (id && person.skills[id]) || 0 }))
    .filter((person) => person.level > 0)
    .sort((a, b) => b.level - a.level);
  return (
    <Section title={t("settings.skill.basics")}>
      <TextsField
        label={t("settings.skill.names")}
        value={draft.body.names}
        problem={draft.problems["names.zh-CN"] ?? draft.problems.names}
        onChange={(names) => draft.set({ names })}
      />
      {id && (
        <Field label={t("settings.skill.people")} help={t("settings.skill.people_help")} group>
          {() =>
            levels.length === 0 ? (
              <span className="muted">{t("settings.skill.nobody")}</span>
            ) : (
              <ul>
                {levels.map((person) => (
                  <li key={person.name} className="num">
                    {person.name} · {person.level}
                  </li>
                ))}
              </ul>
            )
          }
        </Field>
      )}
    </Section>
  );
}

export function DispositionForm({ draft }: FormProps<DispositionBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  const resolved = body.resolved === null ? "ask" : body.resolved ? "yes" : "no";
  return (
    <Section title={t("settings.disposition.basics")}>
      <TextsField
        label={t("settings.disposition.names")}
        help={t("settings.disposition.names_help")}
        value={body.names}
        problem={problems["names.zh-CN"] ?? problems.names}
        onChange={(names) => set({ names })}
      />
      <Field label={t("settings.disposition.group")} help={t("settings.disposition.group_help")}>
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            maxLength={120}
            value={body.group}
            onChange={(event) => set({ group: event.target.value })}
          />
        )}
      </Field>
      <Field
        label={t("settings.disposition.resolved")}
        help={t("settings.disposition.resolved_help")}
        group
      >
        {() => (
          <Segmented
            value={resolved}
            options={(["ask", "yes", "no"] as const).map((value) => ({
              value,
              label: t(`settings.disposition.resolved_${value}`),
            }))}
            onChange={(value) => set({ resolved: value === "ask" ? null : value === "yes" })}
          />
        )}
      </Field>
      <SwitchField
        label={t("settings.active")}
        help={t("settings.disposition.active_help")}
        value={body.active}
        onChange={(active) => set({ active })}
      />
    </Section>
  );
}

export function ReasonForm({ draft }: FormProps<ReasonBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.reason.basics")}>
      <TextsField
        label={t("settings.reason.names")}
        help={t("settings.reason.names_help")}
        value={body.names}
        problem={problems["names.zh-CN"] ?? problems.names}
        onChange={(names) => set({ names })}
      />
      <SwitchField
        label={t("settings.active")}
        help={t("settings.reason.active_help")}
        value={body.active}
        onChange={(active) => set({ active })}
      />
    </Section>
  );
}
