/** How each queue routes: by its own policy here, or by its settings. */
import { Segmented, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "../settings/kit/Field";
import { NumberField, OptionalNumberField } from "../settings/kit/inputs";
import type { Queue } from "../settings/model";
import { CardTitle } from "./CardTitle";
import { Findings, worst } from "./Findings";
import { newQueuePolicy, type QueuePolicy } from "./model";
import styles from "./Routing.module.css";
import type { PartProps } from "./RoutingPage";
import { Stages } from "./Stages";

const USUAL_CREDIT_S = 30;
const USUAL_LEVEL = 5;
const MINUTE_S = 60;

export function QueuePolicies(props: PartProps) {
  const { all, openQueue, setOpenQueue } = props;
  const { t } = useTranslation();
  return (
    <section aria-label={t("routing.queues")}>
      <p className={styles.lead}>{t("routing.queues_line")}</p>
      <ul className={styles.rules}>
        {all.queues.map((queue) => (
          <QueueCard
            key={queue.id}
            {...props}
            queue={queue}
            open={openQueue === queue.id}
            onToggle={() => setOpenQueue(openQueue === queue.id ? null : queue.id)}
          />
        ))}
      </ul>
    </section>
  );
}

interface CardProps extends PartProps {
  queue: Queue;
  open: boolean;
  onToggle: () => void;
}

function QueueCard(props: CardProps) {
  const { queue, open, onToggle, editing, may, around, findings } = props;
  const { t } = useTranslation();
  const name = around.queue(queue.id);
  const { queues } = editing.policy;
  const own = queues[queue.id];
  const found = findings.filter((finding) => finding.where === `queue:${queue.id}`);
  const rest = Object.fromEntries(Object.entries(queues).filter(([id]) => id !== queue.id));
  const put = (next: QueuePolicy | undefined) =>
    editing.change({ queues: next ? { ...queues, [queue.id]: next } : rest });
  return (
    <li className={styles.rule} data-open={open || undefined} data-finding={worst(found)}>
      <div className={styles.ruleHead}>
        <CardTitle name={name} open={open} onToggle={onToggle}>
          <Summary own={own} queue={queue} />
        </CardTitle>
        <span className={styles.own}>
          <Switch
            size="small"
            disabled={!may}
            checked={own !== undefined}
            aria-label={t("routing.queue.own_of", { queue: name })}
            onChange={(on) => {
              put(on ? startOf(queue) : undefined);
              if (on && !open) onToggle();
            }}
          />
          {t("routing.queue.own")}
        </span>
      </div>
      <Findings findings={found} />
      {open && own && (
        <fieldset className={styles.form} disabled={!may}>
          <QueueForm {...props} own={own} put={put} />
        </fieldset>
      )}
      {open && !own && <p className={styles.note}>{t("routing.queue.settings_hold")}</p>}
    </li>
  );
}

/** A policy of its own begins with what the queue's settings say. */
function startOf(queue: Queue): QueuePolicy {
  return { ...newQueuePolicy, order: queue.order, agent_order: queue.agent_order };
}

function Summary({ own, queue }: { own: QueuePolicy | undefined; queue: Queue }) {
  const { t } = useTranslation();
  const { order, agent_order } = own ?? queue;
  const parts = [
    t(`routing.order.${order}`),
    t("routing.queue.agents_by", { order: t(`routing.agent_order.${agent_order}`) }),
    own && own.stages.length > 0 && t("routing.queue.stage_count", { count: own.stages.length }),
    own?.novice_below && t("routing.queue.newcomers_below", { level: own.novice_below }),
  ];
  return <>{parts.filter(Boolean).join(" · ")}</>;
}

interface FormProps extends CardProps {
  own: QueuePolicy;
  put: (own: QueuePolicy) => void;
}

function QueueForm({ own, put, queue, vocabulary, around }: FormProps) {
  const { t } = useTranslation();
  const set = (changes: Partial<QueuePolicy>) => put({ ...own, ...changes });
  return (
    <>
      <Field label={t("routing.queue.order")} help={t(`routing.order_help.${own.order}`)} group>
        {() => (
          <Segmented
            value={own.order}
            options={vocabulary.orders.map((value) => ({
              value,
              label: t(`routing.order.${value}`),
            }))}
            onChange={(order) =>
              set({
                order,
                credit_s: order === "credit" ? own.credit_s || USUAL_CREDIT_S : own.credit_s,
              })
            }
          />
        )}
      </Field>
      {own.order === "credit" && (
        <NumberField
          label={t("routing.queue.credit_s")}
          help={t("routing.queue.credit_s_help")}
          value={own.credit_s}
          onChange={(credit_s) => set({ credit_s })}
        />
      )}
      <Field
        label={t("routing.queue.agent_order")}
        help={t(`routing.agent_order_help.${own.agent_order}`)}
        group
      >
        {() => (
          <Segmented
            value={own.agent_order}
            options={vocabulary.agent_orders.map((value) => ({
              value,
              label: t(`routing.agent_order.${value}`),
            }))}
            onChange={(agent_order) => set({ agent_order })}
          />
        )}
      </Field>
      <Field label={t("routing.queue.stages")} help={t("routing.queue.stages_help")} group>
        {() => (
          <Stages
            stages={own.stages}
            queue={queue}
            around={around}
            onChange={(stages) => set({ stages })}
          />
        )}
      </Field>
      <NumberField
        label={t("routing.queue.preferred_wait_s")}
        help={t("routing.queue.preferred_wait_s_help")}
        value={own.preferred_wait_s}
        onChange={(preferred_wait_s) => set({ preferred_wait_s })}
      />
      <OptionalNumberField
        label={t("routing.queue.novice_below")}
        help={t("routing.queue.novice_below_help")}
        off={t("routing.queue.no_newcomers")}
        value={own.novice_below ?? null}
        usual={USUAL_LEVEL}
        max={10}
        unit={t("routing.queue.level_unit")}
        onChange={(novice_below) => set({ novice_below })}
      />
      {own.novice_below !== null && own.novice_below !== undefined && (
        <Newcomers own={own} queue={queue} around={around} set={set} />
      )}
    </>
  );
}

interface NewcomersProps extends Pick<FormProps, "own" | "queue" | "around"> {
  set: (changes: Partial<QueuePolicy>) => void;
}

function Newcomers({ own, queue, around, set }: NewcomersProps) {
  const { t } = useTranslation();
  const others = around.queues.filter((each) => each.value !== queue.id);
  return (
    <>
      <NumberField
        label={t("routing.queue.novice_after_s")}
        help={t("routing.queue.novice_after_s_help")}
        value={own.novice_after_s}
        scale={MINUTE_S}
        unit={t("settings.unit.minutes")}
        onChange={(novice_after_s) => set({ novice_after_s })}
      />
      <Field label={t("routing.queue.novice_queue")} help={t("routing.queue.novice_queue_help")}>
        {(id, note) => (
          <Select
            id={id}
            aria-describedby={note}
            style={{ width: 280 }}
            value={own.novice_queue ?? ""}
            options={[{ value: "", label: t("routing.queue.novice_same") }, ...others]}
            onChange={(value) => set({ novice_queue: value || null })}
          />
        )}
      </Field>
    </>
  );
}
