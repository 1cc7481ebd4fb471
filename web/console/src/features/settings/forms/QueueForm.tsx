/** A queue: who serves it, in which order, how long one waits, and what comes after. */
import { Alert, InputNumber, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../i18n";
import { Field, Section } from "../kit/Field";
import { NumberField, OptionalNumberField, SwitchField, TextsField } from "../kit/inputs";
import { LevelList } from "../kit/LevelList";
import type { QueueBody } from "../model";
import type { FormProps } from "../NounPage";
import { QueueCalls } from "./QueueCalls";

const AGENT_ORDERS = [
  "longest_idle",
  "least_occupied",
  "highest_level",
  "lowest_sufficient",
] as const;
const MINUTE_S = 60;
const DAY_S = 86_400;

export function QueueForm(props: FormProps<QueueBody>) {
  return (
    <>
      <Basics {...props} />
      <Routing {...props} />
      <Waiting {...props} />
      <Serving {...props} />
      <QueueCalls {...props} />
      <AfterWork {...props} />
    </>
  );
}

function Basics({ draft, all }: FormProps<QueueBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.queue.basics")}>
      <TextsField
        label={t("settings.queue.names")}
        help={t("settings.queue.names_help")}
        value={body.names}
        problem={problems["names.zh-CN"] ?? problems.names}
        onChange={(names) => set({ names })}
      />
      <Field label={t("settings.queue.hours_id")} help={t("settings.queue.hours_id_help")}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            style={{ width: 280 }}
            value={body.hours_id ?? ""}
            options={[
              { value: "", label: t("settings.queue.always_open") },
              ...all.hours.map((hours) => ({ value: hours.id, label: hours.name })),
            ]}
            onChange={(value) => set({ hours_id: value || null })}
          />
        )}
      </Field>
      <NumberField
        label={t("settings.queue.service_level_s")}
        help={t("settings.queue.service_level_s_help")}
        value={body.service_level_s}
        min={1}
        problem={problems.service_level_s}
        onChange={(service_level_s) => set({ service_level_s })}
      />
    </Section>
  );
}

function Routing({ draft, all, id }: FormProps<QueueBody>) {
  const { t } = useTranslation();
  const names = useNames();
  const { body, set, problems } = draft;
  const members = all.people.filter((person) => id !== null && id in person.queues);
  const capable = members.filter((person) =>
    Object.entries(body.needs).every(([skill, level]) => (person.skills[skill] ?? 0) >= level),
  );
  return (
    <Section title={t("settings.queue.routing")}>
      <Field label={t("settings.queue.needs")} help={t("settings.queue.needs_help")} group>
        {() => (
          <LevelList
            value={body.needs}
            options={all.skills.map((skill) => ({ id: skill.id, name: names(skill.names) }))}
            add={t("settings.queue.add_need")}
            unit={t("settings.queue.least_level")}
            onChange={(needs) => set({ needs })}
          />
        )}
      </Field>
      {id !== null && capable.length === 0 && (
        <Alert type="warning" showIcon title={t("settings.queue.nobody_can")} />
      )}
      <Field
        label={t("settings.queue.agent_order")}
        help={t("settings.queue.agent_order_help")}
        group
      >
        {() => (
          <Segmented
            value={body.agent_order}
            options={AGENT_ORDERS.map((value) => ({
              value,
              label: t(`settings.queue.agent_order_${value}`),
            }))}
            onChange={(agent_order) => set({ agent_order })}
          />
        )}
      </Field>
      <Field label={t("settings.queue.order")} help={t("settings.queue.order_help")} group>
        {() => (
          <Segmented
            value={body.order}
            options={(["priority", "arrival"] as const).map((value) => ({
              value,
              label: t(`settings.queue.order_${value}`),
            }))}
            onChange={(order) => set({ order })}
          />
        )}
      </Field>
      <Field
        label={t("settings.queue.priority")}
        help={t("settings.queue.priority_help")}
        problem={problems.priority}
      >
        {(field, note) => (
          <InputNumber
            id={field}
            aria-describedby={note}
            min={-100}
            max={100}
            value={body.priority}
            onChange={(priority) => set({ priority: priority ?? 0 })}
          />
        )}
      </Field>
      <OptionalNumberField
        label={t("settings.queue.last_agent_within_s")}
        help={t("settings.queue.last_agent_within_s_help")}
        off={t("settings.off")}
        value={body.last_agent_within_s || null}
        usual={DAY_S}
        scale={3600}
        unit={t("settings.unit.hours")}
        onChange={(value) => set({ last_agent_within_s: value ?? 0 })}
      />
      {body.last_agent_within_s > 0 && (
        <NumberField
          label={t("settings.queue.last_agent_wait_s")}
          help={t("settings.queue.last_agent_wait_s_help")}
          value={body.last_agent_wait_s}
          onChange={(last_agent_wait_s) => set({ last_agent_wait_s })}
        />
      )}
      <SwitchField
        label={t("settings.queue.pull")}
        help={t("settings.queue.pull_help")}
        value={body.pull}
        onChange={(pull) => set({ pull })}
      />
    </Section>
  );
}

function Waiting({ draft, all, id }: FormProps<QueueBody>) {
  const { t } = useTranslation();
  const names = useNames();
  const { body, set } = draft;
  return (
    <Section title={t("settings.queue.waiting")}>
      <OptionalNumberField
        label={t("settings.queue.max_waiting")}
        help={t("settings.queue.max_waiting_help")}
        off={t("settings.no_limit")}
        value={body.max_waiting}
        usual={50}
        min={0}
        unit={t("settings.unit.waiting")}
        onChange={(max_waiting) => set({ max_waiting })}
      />
      <OptionalNumberField
        label={t("settings.queue.max_wait_s")}
        help={t("settings.queue.max_wait_s_help")}
        off={t("settings.no_limit")}
        value={body.max_wait_s}
        usual={10 * MINUTE_S}
        onChange={(max_wait_s) => set({ max_wait_s })}
      />
      <Field
        label={t("settings.queue.overflow_queue")}
        help={t("settings.queue.overflow_queue_help")}
      >
        {(field, note) => (
          <Select
            id={field}
            aria-describedby={note}
            style={{ width: 280 }}
            value={body.overflow_queue ?? ""}
            options={[
              { value: "", label: t("settings.queue.leave_message") },
              ...all.queues
                .filter((queue) => queue.id !== id)
                .map((queue) => ({ value: queue.id, label: names(queue.names) })),
            ]}
            onChange={(value) => set({ overflow_queue: value || null })}
          />
        )}
      </Field>
      <NumberField
        label={t("settings.queue.away_grace_s")}
        help={t("settings.queue.away_grace_s_help")}
        value={body.away_grace_s}
        onChange={(away_grace_s) => set({ away_grace_s })}
      />
      <NumberField
        label={t("settings.queue.short_abandon_s")}
        help={t("settings.queue.short_abandon_s_help")}
        value={body.short_abandon_s}
        onChange={(short_abandon_s) => set({ short_abandon_s })}
      />
    </Section>
  );
}

function Serving({ draft }: FormProps<QueueBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.queue.serving")}>
      <NumberField
        label={t("settings.queue.ring_s")}
        help={t("settings.queue.ring_s_help")}
        value={body.ring_s}
        min={5}
        max={600}
        problem={problems.ring_s}
        onChange={(ring_s) => set({ ring_s })}
      />
      <NumberField
        label={t("settings.queue.decline_pause_s")}
        help={t("settings.queue.decline_pause_s_help")}
        value={body.decline_pause_s}
        onChange={(decline_pause_s) => set({ decline_pause_s })}
      />
      <OptionalNumberField
        label={t("settings.queue.reply_timeout_s")}
        help={t("settings.queue.reply_timeout_s_help")}
        off={t("settings.off")}
        value={body.reply_timeout_s}
        usual={5 * MINUTE_S}
        onChange={(reply_timeout_s) => set({ reply_timeout_s })}
      />
      <OptionalNumberField
        label={t("settings.queue.inactivity_s")}
        help={t("settings.queue.inactivity_s_help")}
        off={t("settings.never")}
        value={body.inactivity_s}
        usual={15 * MINUTE_S}
        scale={MINUTE_S}
        unit={t("settings.unit.minutes")}
        onChange={(inactivity_s) => set({ inactivity_s })}
      />
    </Section>
  );
}

function AfterWork({ draft, all }: FormProps<QueueBody>) {
  const { t } = useTranslation();
  const names = useNames();
  const { body, set, problems } = draft;
  return (
    <Section title={t("settings.queue.after")}>
      <Field
        label={t("settings.queue.wrap_up")}
        help={t(`settings.queue.wrap_up_${body.wrap_up}_help`)}
        group
      >
        {() => (
          <Segmented
            value={body.wrap_up}
            options={(["none", "optional", "timed", "mandatory"] as const).map((value) => ({
              value,
              label: t(`settings.queue.wrap_up_${value}`),
            }))}
            onChange={(wrap_up) => set({ wrap_up })}
          />
        )}
      </Field>
      {body.wrap_up === "timed" && (
        <NumberField
          label={t("settings.queue.wrap_up_s")}
          value={body.wrap_up_s}
          min={1}
          max={3600}
          problem={problems.wrap_up_s}
          onChange={(wrap_up_s) => set({ wrap_up_s })}
        />
      )}
      <Field label={t("settings.queue.dispositions")} help={t("settings.queue.dispositions_help")}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            mode="multiple"
            style={{ width: "100%" }}
            placeholder={t("settings.queue.all_dispositions")}
            optionFilterProp="label"
            value={body.dispositions}
            options={all.dispositions.map((each) => ({ value: each.id, label: names(each.names) }))}
            onChange={(dispositions) => set({ dispositions })}
          />
        )}
      </Field>
      <SwitchField
        label={t("settings.queue.disposition_required")}
        help={t("settings.queue.disposition_required_help")}
        value={body.disposition_required}
        onChange={(disposition_required) => set({ disposition_required })}
      />
    </Section>
  );
}
