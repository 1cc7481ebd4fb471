/** Inputs for the usual filters, tags for those that came with a link. */
import { ClearOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, DatePicker, Input, Select, Tag } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n";
import { fullTime } from "../../ui/format";
import type { Filters } from "../../ui/useFilters";
import { zoned } from "../../ui/zone";
import { TAGGED } from "./filter";
import styles from "./Interactions.module.css";
import { useAgentOptions, useQueueOptions } from "./nouns";

const CHANNELS = ["chat", "voice", "email", "sms", "social", "form", "task"] as const;
/** Every phase, waiting and offered together. */
export const PHASES = [
  "flow",
  "queued,offered",
  "away",
  "scheduled",
  "connected",
  "wrap_up",
  "ended",
] as const;
export const OUTCOMES = [
  "served",
  "self_served",
  "abandoned",
  "message_left",
  "callback_booked",
  "unreached",
  "callback_cancelled",
] as const;
const TYPING_MS = 300; // a search starts when the typing rests so long

interface Props {
  filters: Filters;
  change: (changes: Filters) => void;
  clear: (() => void) | undefined;
}

export function FilterBar({ filters, change, clear }: Props) {
  const { t } = useTranslation();
  const queues = useQueueOptions();
  const agents = useAgentOptions();
  return (
    <search className={styles.filters} aria-label={t("interactions.filter")}>
      <TextFilter value={filters.text ?? ""} change={(text) => change({ text })} />
      <Select
        allowClear
        style={{ width: 140 }}
        aria-label={t("interactions.queue")}
        placeholder={t("interactions.queue")}
        value={filters.queue}
        options={queues}
        onChange={(queue?: string) => change({ queue })}
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        style={{ width: 130 }}
        aria-label={t("interactions.agent")}
        placeholder={t("interactions.agent")}
        value={filters.agent_id}
        options={agents}
        onChange={(agent_id?: string) => change({ agent_id })}
      />
      <Select
        allowClear
        style={{ width: 120 }}
        aria-label={t("interactions.channel")}
        placeholder={t("interactions.channel")}
        value={filters.channel}
        options={CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
        onChange={(channel?: string) => change({ channel })}
      />
      <StateFilter filters={filters} change={change} />
      <Dates filters={filters} change={change} />
      {clear && (
        <Button icon={<ClearOutlined />} onClick={clear}>
          {t("interactions.clear")}
        </Button>
      )}
      <Tags filters={filters} change={change} />
    </search>
  );
}

function TextFilter({ value, change }: { value: string; change: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts a search
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => change(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Input
      allowClear
      style={{ width: 220 }}
      prefix={<SearchOutlined />}
      aria-label={t("interactions.find")}
      placeholder={t("interactions.find")}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

/** Phase and outcome in one box: an outcome is how an ended one ended. */
function StateFilter({ filters, change }: Omit<Props, "clear">) {
  const { t } = useTranslation();
  const value = filters.outcome
    ? `outcome:${filters.outcome}`
    : filters.phase && `phase:${filters.phase}`;
  const known = PHASES.map((phase) => `phase:${phase}`).includes(value as never);
  return (
    <Select
      allowClear
      style={{ width: 140 }}
      aria-label={t("interactions.state")}
      placeholder={t("interactions.state")}
      value={value}
      options={[
        {
          label: t("interactions.now"),
          options: [
            ...PHASES.map((phase) => ({
              value: `phase:${phase}`,
              label: t(`phase.${phase.split(",")[0]}`),
            })),
            ...(value?.startsWith("phase:") && !known
              ? [
                  {
                    value,
                    label: value
                      .slice("phase:".length)
                      .split(",")
                      .map((phase) => t(`phase.${phase}`))
                      .join(" / "),
                  },
                ]
              : []),
          ],
        },
        {
          label: t("interactions.result"),
          options: OUTCOMES.map((outcome) => ({
            value: `outcome:${outcome}`,
            label: t(`outcome.${outcome}`),
          })),
        },
      ]}
      onChange={(next?: string) => {
        const [kind, chosen] = next?.split(":") ?? [];
        change({
          phase: kind === "phase" ? chosen : undefined,
          outcome: kind === "outcome" ? chosen : undefined,
        });
      }}
    />
  );
}

function Dates({ filters, change }: Omit<Props, "clear">) {
  const { t } = useTranslation();
  const at = (text: string | undefined) => (text ? zoned(text) : null);
  return (
    <DatePicker.RangePicker
      style={{ width: 240 }}
      aria-label={t("interactions.arrived")}
      placeholder={[t("interactions.from"), t("interactions.to")]}
      allowEmpty={[true, true]}
      value={[at(filters.arrived_from), at(filters.arrived_to)]}
      presets={[
        { label: t("interactions.today"), value: [zoned().startOf("day"), zoned().endOf("day")] },
        {
          label: t("interactions.yesterday"),
          value: [
            zoned().subtract(1, "day").startOf("day"),
            zoned().subtract(1, "day").endOf("day"),
          ],
        },
        {
          label: t("interactions.last_days", { count: 7 }),
          value: [zoned().subtract(6, "day").startOf("day"), zoned().endOf("day")],
        },
        {
          label: t("interactions.last_days", { count: 30 }),
          value: [zoned().subtract(29, "day").startOf("day"), zoned().endOf("day")],
        },
      ]}
      onChange={(range) =>
        change({
          arrived_from: range?.[0]?.startOf("day").toISOString(),
          arrived_to: range?.[1]?.endOf("day").toISOString(),
        })
      }
    />
  );
}

function Tags({ filters, change }: Omit<Props, "clear">) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = (name: (typeof TAGGED)[number], value: string) => {
    if (name === "queued_from" || name === "queued_to") {
      return t(`interactions.tag.${name}`, { time: fullTime(value, language) });
    }
    if (name === "customer_id") return t("interactions.tag.customer_id");
    return t(`interactions.tag.${name}_${value}`);
  };
  return TAGGED.map((name) => {
    const value = filters[name];
    if (!value) return null;
    return (
      <Tag
        key={name}
        closable={{ "aria-label": t("interactions.take_away", { name: words(name, value) }) }}
        className={styles.tag}
        onClose={(event) => {
          event.preventDefault();
          change({ [name]: undefined });
        }}
      >
        {words(name, value)}
      </Tag>
    );
  });
}
