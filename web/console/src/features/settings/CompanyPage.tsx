/** The company: its names, zone and languages, and what may interrupt whom. */
import { useQuery } from "@tanstack/react-query";
import { Checkbox, ConfigProvider, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Channel } from "../../api/types";
import { useCan } from "../../session/session";
import { Loaded } from "../../ui/State";
import { checkNames, isE164, type Problems } from "./check";
import { type Draft, useDraft } from "./draft";
import styles from "./forms/forms.module.css";
import { Field, Section } from "./kit/Field";
import { NumberField, OptionalNumberField, SwitchField, TextsField } from "./kit/inputs";
import { Conflict, SaveBar } from "./kit/SaveBar";
import { type CenterBody, LANGUAGES, MONITOR_NOTICES } from "./model";
import { useLeaveGuard } from "./NounPage";
import page from "./Settings.module.css";
import { ZONES } from "./zones";

type Stored = CenterBody & { id: string; version: number };

const TARGETS = ["service_level", "abandonment", "csat"] as const;
const CHANNELS: Channel[] = ["voice", "chat", "email", "sms", "social", "task"];
const EMPTY: CenterBody = {
  names: {},
  zone: "Asia/Shanghai",
  languages: [...LANGUAGES],
  interrupts: {},
  targets: { service_level: 0.8, abandonment: 0.05, csat: 0.85 },
  screen_grace_s: 30,
  phone_grace_s: 8,
  recording_notice: true,
  monitor_notice: "told",
  caller_id: null,
  country: "CN",
  recording_days: null,
};

export function CompanyPage() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["settings"],
    queryFn: ({ signal }) => api.get<Stored>("/settings", undefined, signal),
  });
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1>{t("settings.company.title")}</h1>
        <p className="muted">{t("settings.company.line")}</p>
      </header>
      <Loaded query={query}>{(stored) => <Editor stored={stored} />}</Loaded>
    </div>
  );
}

function check(body: CenterBody): Problems {
  const problems = checkNames(body);
  if (body.languages.length === 0) problems.languages = "required";
  if (body.caller_id && !isE164(body.caller_id)) problems.caller_id = "e164_format";
  if (!/^[A-Z]{2}$/.test(body.country)) problems.country = "country_format";
  return problems;
}

function Editor({ stored }: { stored: Stored }) {
  const may = useCan("settings.write");
  const draft = useDraft<CenterBody>({
    path: "settings",
    stored: { ...stored, id: "" },
    fresh: EMPTY,
    check,
  });
  useLeaveGuard(draft.dirty && !draft.saving);
  return (
    <section className={page.editor}>
      <Conflict draft={draft} noun="company" />
      <ConfigProvider componentDisabled={!may}>
        <fieldset disabled={!may} className={page.form}>
          <Form draft={draft} />
        </fieldset>
      </ConfigProvider>
      <SaveBar draft={draft} isNew={false} refused={may ? undefined : "settings.may_not"} />
    </section>
  );
}

function Form({ draft }: { draft: Draft<CenterBody> }) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <>
      <Section level={2} title={t("settings.company.basics")}>
        <TextsField
          label={t("settings.company.names")}
          help={t("settings.company.names_help")}
          value={body.names}
          problem={problems["names.zh-CN"] ?? problems.names}
          onChange={(names) => set({ names })}
        />
        <Field label={t("settings.company.zone")} help={t("settings.company.zone_help")}>
          {(id, note) => (
            <Select
              id={id}
              aria-describedby={note}
              showSearch
              style={{ width: 280 }}
              value={body.zone}
              options={ZONES.map((zone) => ({ value: zone, label: zone }))}
              onChange={(zone) => set({ zone })}
            />
          )}
        </Field>
        <Field
          label={t("settings.company.languages")}
          help={t("settings.company.languages_help")}
          problem={problems.languages}
          group
        >
          {() => (
            <Checkbox.Group
              value={body.languages}
              options={LANGUAGES.map((language) => ({
                value: language,
                label: t(`settings.language.${language}`),
              }))}
              onChange={(languages) => set({ languages })}
            />
          )}
        </Field>
        <NumberField
          label={t("settings.company.screen_grace_s")}
          help={t("settings.company.screen_grace_s_help")}
          value={body.screen_grace_s}
          min={1}
          max={3600}
          onChange={(screen_grace_s) => set({ screen_grace_s })}
        />
      </Section>
      <Section level={2} title={t("settings.company.targets")}>
        {TARGETS.map((name) => (
          <NumberField
            key={name}
            label={t(`settings.company.target.${name}`)}
            help={t(`settings.company.target_help.${name}`)}
            value={Math.round(body.targets[name] * 1000) / 10}
            max={100}
            unit="%"
            onChange={(percent) => set({ targets: { ...body.targets, [name]: percent / 100 } })}
          />
        ))}
      </Section>
      <Calls draft={draft} />
      <Section level={2} title={t("settings.company.interrupts")}>
        <p className="muted">{t("settings.company.interrupts_help")}</p>
        <Interrupts value={body.interrupts} onChange={(interrupts) => set({ interrupts })} />
      </Section>
    </>
  );
}

function Calls({ draft }: { draft: Draft<CenterBody> }) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section level={2} title={t("settings.company.calls")}>
      <Field
        label={t("settings.company.caller_id")}
        help={t("settings.company.caller_id_help")}
        problem={problems.caller_id}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            style={{ width: 220 }}
            placeholder="+8657188880001"
            value={body.caller_id ?? ""}
            onChange={(event) => set({ caller_id: event.target.value.trim() || null })}
          />
        )}
      </Field>
      <Field
        label={t("settings.company.country")}
        help={t("settings.company.country_help")}
        problem={problems.country}
      >
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            style={{ width: 80 }}
            maxLength={2}
            value={body.country}
            onChange={(event) => set({ country: event.target.value.toUpperCase() })}
          />
        )}
      </Field>
      <NumberField
        label={t("settings.company.phone_grace_s")}
        help={t("settings.company.phone_grace_s_help")}
        value={body.phone_grace_s}
        min={1}
        max={120}
        onChange={(phone_grace_s) => set({ phone_grace_s })}
      />
      <SwitchField
        label={t("settings.company.recording_notice")}
        help={t("settings.company.recording_notice_help")}
        value={body.recording_notice}
        onChange={(recording_notice) => set({ recording_notice })}
      />
      <Field
        label={t("settings.company.monitor_notice")}
        help={t(`settings.company.monitor_notice_${body.monitor_notice}_help`)}
        group
      >
        {() => (
          <Segmented
            value={body.monitor_notice}
            options={MONITOR_NOTICES.map((value) => ({
              value,
              label: t(`settings.company.monitor_notice_${value}`),
            }))}
            onChange={(monitor_notice) => set({ monitor_notice })}
          />
        )}
      </Field>
      <OptionalNumberField
        label={t("settings.company.recording_days")}
        help={t("settings.company.recording_days_help")}
        off={t("settings.company.kept")}
        value={body.recording_days}
        usual={180}
        max={3660}
        unit={t("settings.unit.days")}
        onChange={(recording_days) => set({ recording_days })}
      />
    </Section>
  );
}

interface InterruptsProps {
  value: CenterBody["interrupts"];
  onChange: (value: CenterBody["interrupts"]) => void;
}

function Interrupts({ value, onChange }: InterruptsProps) {
  const { t } = useTranslation();
  return (
    <table className={styles.matrix}>
      <thead>
        <tr>
          <th scope="col">{t("settings.company.busy_with")}</th>
          {CHANNELS.map((channel) => (
            <th key={channel} scope="col">
              {t(`channel.${channel}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {CHANNELS.map((busy) => {
          const allowed = value[busy] ?? [];
          return (
            <tr key={busy}>
              <th scope="row">{t(`channel.${busy}`)}</th>
              {CHANNELS.map((offered) => (
                <td key={offered}>
                  <Checkbox
                    checked={allowed.includes(offered)}
                    aria-label={t("settings.company.may_interrupt", {
                      busy: t(`channel.${busy}`),
                      offered: t(`channel.${offered}`),
                    })}
                    onChange={(event) =>
                      onChange({
                        ...value,
                        [busy]: event.target.checked
                          ? [...allowed, offered]
                          : allowed.filter((each) => each !== offered),
                      })
                    }
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
