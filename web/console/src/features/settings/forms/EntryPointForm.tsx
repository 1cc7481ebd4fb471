/** An entry point: where its visitors go, what they see, which sites may show it. */
import { CheckCircleOutlined, CommentOutlined, WarningOutlined } from "@ant-design/icons";
import { ColorPicker, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { Channel, Texts } from "../../../api/types";
import { useNames } from "../../../i18n";
import { contrast, isColour, READABLE } from "../contrast";
import { Field, Section } from "../kit/Field";
import { NumberField, SwitchField, TextsField } from "../kit/inputs";
import { type EntryPointBody, FILE_TYPES, LANGUAGES } from "../model";
import type { FormProps } from "../NounPage";
import { Embed } from "./Embed";
import styles from "./forms.module.css";
import { Tags } from "./Tags";
import { Topics } from "./Topics";
import { VoiceTarget } from "./VoiceTarget";

const MB = 1024 * 1024;
const WHITE = "#ffffff";

export function EntryPointForm(props: FormProps<EntryPointBody>) {
  if (props.draft.body.channel === "voice") {
    return (
      <>
        <Basics {...props} />
        <VoiceTarget {...props} />
        <Target {...props} />
      </>
    );
  }
  return (
    <>
      <Basics {...props} />
      {props.id && <Embed id={props.id} dirty={props.draft.dirty} />}
      <Target {...props} />
      <Look {...props} />
      <Access {...props} />
    </>
  );
}

function Basics({ draft, id: own }: FormProps<EntryPointBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.entry_point.basics")}>
      {own === null && (
        <Field
          label={t("settings.entry_point.channel")}
          help={t("settings.entry_point.channel_help")}
          group
        >
          {() => (
            <Segmented
              value={body.channel}
              options={(["chat", "voice"] as const).map((value) => ({
                value: value as Channel,
                label: t(`channel.${value}`),
              }))}
              onChange={(channel) => set({ channel })}
            />
          )}
        </Field>
      )}
      <Field
        label={t("settings.entry_point.name")}
        help={t(
          body.channel === "voice"
            ? "settings.entry_point.name_help"
            : "settings.entry_point.name_chat_help",
        )}
        problem={problems.name}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            maxLength={120}
            status={problems.name ? "error" : undefined}
            value={body.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <SwitchField
        label={t("settings.entry_point.enabled")}
        help={t(
          body.channel === "voice"
            ? "settings.entry_point.enabled_voice_help"
            : "settings.entry_point.enabled_help",
        )}
        value={body.enabled}
        onChange={(enabled) => set({ enabled })}
      />
    </Section>
  );
}

function Target({ draft, all }: FormProps<EntryPointBody>) {
  const { t } = useTranslation();
  const names = useNames();
  const { body, set, problems } = draft;
  const queues = all.queues.map((queue) => ({ value: queue.id, label: names(queue.names) }));
  return (
    <Section title={t("settings.entry_point.target")}>
      <Field
        label={t("settings.entry_point.queue")}
        help={t("settings.entry_point.queue_help")}
        problem={problems.queue}
      >
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            style={{ width: 280 }}
            status={problems.queue ? "error" : undefined}
            value={body.queue || undefined}
            placeholder={t("settings.entry_point.choose_queue")}
            options={queues}
            onChange={(queue) => set({ queue })}
          />
        )}
      </Field>
      {LANGUAGES.map((language) => (
        <Field
          key={language}
          label={t("settings.entry_point.by_language", {
            language: t(`settings.language.${language}`),
          })}
        >
          {(id) => (
            <Select
              id={id}
              style={{ width: 280 }}
              value={body.by_language[language] ?? ""}
              options={[{ value: "", label: t("settings.entry_point.same_queue") }, ...queues]}
              onChange={(queue) => {
                const { [language]: _, ...others } = body.by_language;
                set({ by_language: queue ? { ...others, [language]: queue } : others });
              }}
            />
          )}
        </Field>
      ))}
      {body.channel !== "voice" && (
        <Field
          label={t("settings.entry_point.topics")}
          help={t("settings.entry_point.topics_help")}
          group
        >
          {() => (
            <Topics
              topics={body.topics}
              queues={queues}
              problems={problems}
              onChange={(topics) => set({ topics })}
            />
          )}
        </Field>
      )}
    </Section>
  );
}

function Look({ draft }: FormProps<EntryPointBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.entry_point.look")}>
      <TextsField
        label={t("settings.entry_point.names")}
        help={t("settings.entry_point.names_help")}
        value={body.names}
        problem={problems.names}
        onChange={(names) => set({ names: filled(names) })}
      />
      <Colour
        label={t("settings.entry_point.colour")}
        value={body.colour}
        problem={problems.colour}
        onChange={(colour) => set({ colour })}
      />
      <Colour
        label={t("settings.entry_point.accent")}
        help={t("settings.entry_point.accent_help")}
        value={body.accent ?? ""}
        problem={problems.accent}
        onChange={(accent) => set({ accent: accent || null })}
      />
      <Field
        label={t("settings.entry_point.logo_url")}
        help={t("settings.entry_point.logo_url_help")}
        problem={problems.logo_url}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            placeholder="https://"
            status={problems.logo_url ? "error" : undefined}
            value={body.logo_url}
            onChange={(event) => set({ logo_url: event.target.value.trim() })}
          />
        )}
      </Field>
      <TextsField
        label={t("settings.entry_point.greeting")}
        help={t("settings.entry_point.greeting_help")}
        rows={2}
        value={body.greeting}
        problem={problems.greeting}
        onChange={(greeting) => set({ greeting })}
      />
    </Section>
  );
}

/** Languages without a text have none: the name stands in only where no title is. */
function filled(texts: Texts): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text?.trim()));
}

interface ColourProps {
  label: string;
  help?: string;
  value: string;
  problem: string | undefined;
  onChange: (colour: string) => void;
}

function Colour({ label, help, value, problem, onChange }: ColourProps) {
  return (
    <Field label={label} help={help} problem={problem} group>
      {() => (
        <div className={styles.row}>
          <ColorPicker
            value={value || null}
            disabledAlpha
            showText
            onChange={(colour) => onChange(colour.toHexString().slice(0, 7))}
          />
          <Input
            aria-label={label}
            style={{ width: 104 }}
            value={value}
            maxLength={7}
            status={problem ? "error" : undefined}
            onChange={(event) => onChange(event.target.value)}
          />
          {isColour(value) && <Contrast colour={value} />}
        </div>
      )}
    </Field>
  );
}

/** The widget's header as it will look, and whether its white text can be read. */
function Contrast({ colour }: { colour: string }) {
  const { t } = useTranslation();
  const ratio = contrast(colour, WHITE);
  const readable = ratio >= READABLE;
  return (
    <>
      <span className={styles.swatch} style={{ background: colour, color: WHITE }} aria-hidden>
        <CommentOutlined /> {t("settings.entry_point.sample")}
      </span>
      <span className={`num ${readable ? styles.readable : styles.unreadable}`}>
        {readable ? <CheckCircleOutlined /> : <WarningOutlined />}{" "}
        {t(readable ? "settings.entry_point.readable" : "settings.entry_point.unreadable", {
          ratio: ratio.toFixed(1),
          least: READABLE,
        })}
      </span>
    </>
  );
}

function Access({ draft }: FormProps<EntryPointBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.entry_point.access")}>
      <Tags
        label={t("settings.entry_point.origins")}
        help={t("settings.entry_point.origins_help")}
        problem={problems.origins}
        placeholder={t("settings.entry_point.any_origin")}
        value={body.origins}
        onChange={(origins) => set({ origins: origins.map((each) => each.replace(/\/+$/, "")) })}
      />
      <Field
        label={t("settings.entry_point.file_types")}
        help={t("settings.entry_point.file_types_help")}
      >
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            mode="multiple"
            style={{ width: "100%" }}
            placeholder={t("settings.entry_point.no_files")}
            value={body.file_types}
            options={FILE_TYPES.map(([value, label]) => ({ value, label }))}
            onChange={(file_types) => set({ file_types })}
          />
        )}
      </Field>
      <NumberField
        label={t("settings.entry_point.max_file_bytes")}
        value={body.max_file_bytes}
        scale={MB}
        min={1}
        max={20}
        unit="MB"
        onChange={(max_file_bytes) => set({ max_file_bytes })}
      />
      <Field
        label={t("settings.entry_point.country")}
        help={t("settings.entry_point.country_help")}
        problem={problems.country}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            style={{ width: 104 }}
            maxLength={2}
            placeholder="CN"
            status={problems.country ? "error" : undefined}
            value={body.country ?? ""}
            onChange={(event) => set({ country: event.target.value.trim().toUpperCase() || null })}
          />
        )}
      </Field>
      <Tags
        label={t("settings.entry_point.blocked_networks")}
        help={t("settings.entry_point.blocked_networks_help")}
        problem={problems.blocked_networks}
        placeholder={t("settings.entry_point.nobody_blocked")}
        value={body.blocked_networks}
        onChange={(blocked_networks) => set({ blocked_networks })}
      />
    </Section>
  );
}
