/** The fields of a person. */
import { Checkbox, Input, InputNumber, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import type { Channel } from "../../api/types";
import { useNames } from "../../i18n";
import type { Catalogue } from "../settings/catalogue";
import type { Draft } from "../settings/draft";
import { Field, Section } from "../settings/kit/Field";
import { LevelList } from "../settings/kit/LevelList";
import { LANGUAGES, type Person, type PersonBody } from "../settings/model";
import { DeskPhone } from "./DeskPhone";
import { ROLES } from "./matching";
import styles from "./People.module.css";

const CHANNELS: Channel[] = ["voice", "chat", "email", "sms", "social", "task"];
const MOST = 50; // at once, of one channel

interface Props {
  draft: Draft<PersonBody>;
  all: Catalogue;
  /** As they are stored; undefined: somebody new. */
  person: Person | undefined;
}

export function PersonForm({ draft, all, person }: Props) {
  return (
    <>
      <Account draft={draft} />
      <Serving draft={draft} all={all} />
      <Capacity draft={draft} />
      <Phone draft={draft} person={person} />
    </>
  );
}

function Account({ draft }: { draft: Draft<PersonBody> }) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section level={2} title={t("people.account")}>
      <Field label={t("people.name")} help={t("people.name_help")} problem={problems.name}>
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            maxLength={120}
            autoComplete="off"
            status={problems.name ? "error" : undefined}
            value={body.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("people.email")} help={t("people.email_help")} problem={problems.email}>
        {(id, note) => (
          <Input
            id={id}
            aria-describedby={note}
            type="email"
            autoComplete="off"
            maxLength={254}
            status={problems.email ? "error" : undefined}
            value={body.email}
            onChange={(event) => set({ email: event.target.value })}
          />
        )}
      </Field>
      <Field label={t("people.role")} help={t(`people.role_${body.role}_help`)} group>
        {() => (
          <Segmented
            value={body.role}
            options={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            onChange={(role) => set({ role })}
          />
        )}
      </Field>
      <Field label={t("people.language")} help={t("people.language_help")} group>
        {() => (
          <Segmented
            value={body.language}
            options={LANGUAGES.map((language) => ({
              value: language as string,
              label: t(`settings.language.${language}`),
            }))}
            onChange={(language) => set({ language })}
          />
        )}
      </Field>
    </Section>
  );
}

function Serving({ draft, all }: Pick<Props, "draft" | "all">) {
  const { t } = useTranslation();
  const names = useNames();
  const { body, set, problems } = draft;
  const named = (nouns: { id: string; names: Record<string, string> }[]) =>
    nouns.map((noun) => ({ id: noun.id, name: names(noun.names) }));
  return (
    <Section level={2} title={t("people.serving")}>
      <Field
        label={t("people.queues")}
        help={t(
          body.role === "supervisor" ? "people.queues_supervisor_help" : "people.queues_help",
        )}
        problem={problems.queues}
        group
      >
        {() => (
          <LevelList
            value={body.queues}
            options={named(all.queues)}
            add={t("people.add_queue")}
            unit={t("people.tier")}
            onChange={(queues) => set({ queues })}
          />
        )}
      </Field>
      <Field label={t("people.skills")} help={t("people.skills_help")} group>
        {() => (
          <LevelList
            value={body.skills}
            options={named(all.skills)}
            add={t("people.add_skill")}
            unit={t("people.level")}
            usual={5}
            onChange={(skills) => set({ skills })}
          />
        )}
      </Field>
      <Field label={t("people.languages")} help={t("people.languages_help")} group>
        {() => (
          <Checkbox.Group
            value={body.languages}
            options={LANGUAGES.map((language) => ({
              value: language as string,
              label: t(`settings.language.${language}`),
            }))}
            onChange={(languages) => set({ languages })}
          />
        )}
      </Field>
    </Section>
  );
}

const PHONES = ["browser", "sip", "number"] as const;

/** What rings when the person is called. */
function Phone({ draft, person }: Pick<Props, "draft" | "person">) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  const { kind, number } = body.phone;
  return (
    <Section level={2} title={t("people.phone")}>
      <Field label={t("people.phone_kind")} help={t(`people.phone_${kind}_help`)} group>
        {() => (
          <Segmented
            value={kind}
            options={PHONES.map((value) => ({ value, label: t(`people.phone_${value}`) }))}
            onChange={(next) =>
              set({ phone: { kind: next, number: next === "number" ? (number ?? "") : null } })
            }
          />
        )}
      </Field>
      {kind === "sip" && (
        <DeskPhone id={person?.phone.kind === "sip" ? person.id : null} name={body.name} />
      )}
      {kind === "number" && (
        <Field
          label={t("people.phone_number")}
          help={t("people.phone_number_help")}
          problem={problems["phone.number"] ?? problems.phone}
        >
          {(id, note) => (
            <Input
              id={id}
              aria-describedby={note}
              style={{ width: 220 }}
              value={number ?? ""}
              onChange={(event) => set({ phone: { kind, number: event.target.value.trim() } })}
            />
          )}
        </Field>
      )}
    </Section>
  );
}

function Capacity({ draft }: { draft: Draft<PersonBody> }) {
  const { t } = useTranslation();
  const { body, set } = draft;
  return (
    <Section level={2} title={t("people.capacity")}>
      <Field label={t("people.at_once")} help={t("people.capacity_help")} group>
        {() => (
          <div className={styles.capacity}>
            {CHANNELS.map((channel) => (
              <span key={channel} className={styles.channel}>
                <span aria-hidden>{t(`channel.${channel}`)}</span>
                <InputNumber
                  min={0}
                  max={MOST}
                  precision={0}
                  aria-label={t(`channel.${channel}`)}
                  value={body.capacity[channel] ?? 0}
                  onChange={(value) =>
                    set({ capacity: { ...body.capacity, [channel]: value ?? 0 } })
                  }
                />
              </span>
            ))}
          </div>
        )}
      </Field>
    </Section>
  );
}
