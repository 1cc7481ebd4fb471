/** A canned reply: its shortcut, its texts, and what the customer will read once variables are filled. */
import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../i18n";
import { unknownVariables, VARIABLES } from "../check";
import { Field, Section } from "../kit/Field";
import { TextsField } from "../kit/inputs";
import { type CannedReplyBody, LANGUAGES } from "../model";
import type { FormProps } from "../NounPage";
import styles from "./forms.module.css";

export function CannedReplyForm({ draft, all }: FormProps<CannedReplyBody>) {
  const { t } = useTranslation();
  const names = useNames();
  const { body, set, problems } = draft;
  const strange = LANGUAGES.flatMap((language) => unknownVariables(body.texts[language] ?? ""));
  return (
    <>
      <Section title={t("settings.canned_reply.basics")}>
        <TextsField
          label={t("settings.canned_reply.names")}
          help={t("settings.canned_reply.names_help")}
          value={body.names}
          problem={problems["names.zh-CN"] ?? problems.names}
          onChange={(value) => set({ names: value })}
        />
        <Field
          label={t("settings.canned_reply.shortcut")}
          help={t("settings.canned_reply.shortcut_help")}
          problem={problems.shortcut}
        >
          {(id, note) => (
            <Input
              id={id}
              aria-describedby={note}
              prefix="/"
              style={{ width: 240 }}
              maxLength={40}
              status={problems.shortcut ? "error" : undefined}
              value={body.shortcut}
              onChange={(event) => set({ shortcut: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t("settings.canned_reply.queues")}
          help={t("settings.canned_reply.queues_help")}
        >
          {(id, note) => (
            <Select
              id={id}
              aria-describedby={note}
              mode="multiple"
              style={{ width: "100%" }}
              placeholder={t("settings.canned_reply.all_queues")}
              value={body.queues}
              options={all.queues.map((queue) => ({ value: queue.id, label: names(queue.names) }))}
              onChange={(queues) => set({ queues })}
            />
          )}
        </Field>
        <Field
          label={t("settings.canned_reply.group")}
          help={t("settings.canned_reply.group_help")}
        >
          {(id, note) => (
            <Input
              id={id}
              aria-describedby={note}
              style={{ width: 240 }}
              maxLength={120}
              value={body.group}
              onChange={(event) => set({ group: event.target.value })}
            />
          )}
        </Field>
      </Section>
      <Section title={t("settings.canned_reply.text")}>
        <TextsField
          label={t("settings.canned_reply.texts")}
          rows={3}
          value={body.texts}
          problem={problems["texts.zh-CN"] ?? problems.texts}
          onChange={(texts) => set({ texts })}
        />
        <Field
          label={t("settings.canned_reply.variables")}
          group
          help={
            strange.length
              ? t("settings.canned_reply.strange", { names: strange.join(", ") })
              : t("settings.canned_reply.variables_help")
          }
        >
          {() => <Variables draft={draft} />}
        </Field>
        <Field label={t("settings.canned_reply.preview")} group>
          {() => (
            <div className={styles.previews}>
              {LANGUAGES.map((language) => (
                <Preview key={language} language={language} text={body.texts[language] ?? ""} />
              ))}
            </div>
          )}
        </Field>
      </Section>
    </>
  );
}

/** A click adds the variable at the end of every text that has been started. */
function Variables({ draft }: { draft: FormProps<CannedReplyBody>["draft"] }) {
  const { t } = useTranslation();
  const add = (name: string) => {
    const started = LANGUAGES.filter((language) => draft.body.texts[language]?.trim());
    const into = started.length ? started : [...LANGUAGES];
    const texts = { ...draft.body.texts };
    for (const language of into) texts[language] = `${texts[language] ?? ""}{{${name}}}`;
    draft.set({ texts });
  };
  return (
    <div className={styles.chips}>
      {VARIABLES.map((name) => (
        <Button key={name} size="small" onClick={() => add(name)}>
          {t(`settings.variable.${name.replace(".", "_")}`)}
        </Button>
      ))}
    </div>
  );
}

function Preview({ language, text }: { language: string; text: string }) {
  const { t } = useTranslation();
  const filled = text.replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) =>
    (VARIABLES as readonly string[]).includes(name)
      ? t(`settings.sample.${name.replace(".", "_")}`, { lng: language })
      : whole,
  );
  return (
    <div className={styles.bubble} lang={language}>
      {filled || <span className="muted">{t("settings.canned_reply.empty")}</span>}
    </div>
  );
}
