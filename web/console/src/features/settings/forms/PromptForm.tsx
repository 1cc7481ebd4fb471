/** What callers hear: a text that is spoken in each language, or a recording that was uploaded. */
import { UploadOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { putFile, url } from "../../../api/client";
import { useAction } from "../../../ui/useAction";
import { Field, Section } from "../kit/Field";
import { TextsField } from "../kit/inputs";
import { LANGUAGES, type PromptBody } from "../model";
import type { FormProps } from "../NounPage";
import styles from "./Trunk.module.css";

export function PromptForm({ draft, id: own }: FormProps<PromptBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <>
      <Section title={t("settings.prompt.basics")}>
        <TextsField
          label={t("settings.prompt.names")}
          help={t("settings.prompt.names_help")}
          value={body.names}
          problem={problems["names.zh-CN"] ?? problems.names}
          onChange={(names) => set({ names })}
        />
        <TextsField
          label={t("settings.prompt.texts")}
          help={t("settings.prompt.texts_help")}
          value={body.texts}
          problem={problems["texts.zh-CN"] ?? problems["texts.en-US"] ?? problems.texts}
          rows={2}
          onChange={(texts) => set({ texts: withoutEmpty(texts) })}
        />
      </Section>
      <Section title={t("settings.prompt.sound")}>
        {LANGUAGES.map((language) => (
          <Sound
            key={language}
            id={own}
            language={language}
            dirty={draft.dirty}
            file={body.audio[language]}
            onRemove={() => {
              const { [language]: _, ...audio } = body.audio;
              set({ audio });
            }}
          />
        ))}
      </Section>
    </>
  );
}

function withoutEmpty(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
}

interface SoundProps {
  id: string | null;
  language: string;
  dirty: boolean;
  file: string | undefined;
  onRemove: () => void;
}

function Sound({ id, language, dirty, file, onRemove }: SoundProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const place = `/prompts/${id}/audio/${language}`;
  const send = useAction((sound: File) => putFile(place, sound), {
    done: "settings.prompt.uploaded",
    onDone: () => void client.invalidateQueries({ queryKey: ["prompts"] }),
  });
  const why = id === null || dirty ? t("settings.prompt.save_first") : undefined;
  return (
    <Field
      label={t(`settings.language.${language}`)}
      help={why ?? t("settings.prompt.sound_help")}
      group
    >
      {() => (
        <div className={styles.sound}>
          {file && id && (
            <>
              {/* biome-ignore lint/a11y/useMediaCaption: its text stands above */}
              <audio
                controls
                preload="none"
                src={`${url(place)}?v=${file}`}
                aria-label={t("settings.prompt.listen", {
                  language: t(`settings.language.${language}`),
                })}
              />
              <Button size="small" onClick={onRemove}>
                {t("settings.prompt.use_text")}
              </Button>
            </>
          )}
          <Upload
            accept=".wav,.mp3,audio/wav,audio/mpeg"
            showUploadList={false}
            disabled={why !== undefined}
            beforeUpload={(sound) => {
              send.run(sound);
              return false;
            }}
          >
            <Button icon={<UploadOutlined />} loading={send.busy} disabled={why !== undefined}>
              {t("settings.prompt.upload")}
            </Button>
          </Upload>
        </div>
      )}
    </Field>
  );
}
