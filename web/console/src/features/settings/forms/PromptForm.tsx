/** What callers hear: a text that is spoken in each language, or a recording that was uploaded. */
import {
  CheckCircleOutlined,
  LoadingOutlined,
  UploadOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Upload } from "antd";
import { useTranslation } from "react-i18next";
import { putFile, url } from "../../../api/client";
import { useAction } from "../../../ui/useAction";
import { Field, Section } from "../kit/Field";
import { TextsField } from "../kit/inputs";
import { PlayButton } from "../kit/PlayButton";
import { LANGUAGES, type PromptBody } from "../model";
import type { FormProps } from "../NounPage";
import styles from "./Prompt.module.css";
import { type PromptSound, usePromptSounds } from "./usePromptSounds";

export function PromptForm({ draft, id: own }: FormProps<PromptBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  const sounds = usePromptSounds(own);
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
            text={body.texts[language] ?? ""}
            told={sounds.data?.find((each) => each.language === language)}
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
  text: string;
  told: PromptSound | undefined;
  onRemove: () => void;
}

function Sound({ id, language, dirty, file, text, told, onRemove }: SoundProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const place = `/prompts/${id}/audio/${language}`;
  const named = t(`settings.language.${language}`);
  const send = useAction((sound: File) => putFile(place, sound), {
    done: "settings.prompt.uploaded",
    onDone: () => void client.invalidateQueries({ queryKey: ["prompts"] }),
  });
  const why = id === null || dirty ? t("settings.prompt.save_first") : undefined;
  return (
    <Field label={named} help={why ?? t("settings.prompt.sound_help")} group>
      {() => (
        <div className={styles.sound}>
          {id && told?.state === "ready" && (
            <PlayButton
              key={file ?? text}
              src={`${url(place)}?v=${encodeURIComponent(file ?? text)}`}
              name={t("settings.prompt.listen", { language: named })}
              why={why && t("settings.prompt.save_first_listen")}
            />
          )}
          {told && !dirty && <SoundState told={told} />}
          {file && id && (
            <Button size="small" onClick={onRemove}>
              {t("settings.prompt.use_text")}
            </Button>
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

/** Being made, ready, or failed: why, and what to do. */
export function SoundState({ told }: { told: PromptSound }) {
  const { t } = useTranslation();
  const from = told.uploaded ? "upload" : "text";
  if (told.state === "failed") {
    return (
      <span className={styles.state} data-state="failed" role="alert">
        <WarningOutlined />
        <span>
          <strong>{t(`settings.prompt.state.failed_${from}`)}</strong>{" "}
          {t([`settings.prompt.failed.${told.code}`, "settings.prompt.failed.unknown"])}
          {told.tried_again && ` ${t("settings.prompt.state.tried_again")}`}
        </span>
      </span>
    );
  }
  return (
    <span className={styles.state} data-state={told.state} role="status">
      {told.state === "making" ? <LoadingOutlined /> : <CheckCircleOutlined />}
      {t(`settings.prompt.state.${told.state}_${from}`)}
    </span>
  );
}
