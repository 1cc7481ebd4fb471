/** The fields of one node of a flow: which there are depends on its kind. */
import { CloseOutlined } from "@ant-design/icons";
import { Button, Checkbox, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../i18n";
import type { Catalogue } from "../catalogue";
import type { Problems } from "../check";
import { Field } from "../kit/Field";
import type { FlowBody, FlowNode } from "../model";
import { ConditionFields } from "./ConditionFields";
import styles from "./Flow.module.css";
import { Pairs } from "./Pairs";

/** Prompts that everybody has. Source: parley/prompts/catalogue.py. */
const BUILT_IN = [
  "welcome",
  "menu_demo",
  "please_hold",
  "transferring",
  "connecting",
  "closed_hours",
  "queue_full",
  "nobody_available",
  "transfer_failed",
  "leave_message",
  "message_saved",
  "callback_saved",
  "recording_notice",
  "goodbye",
];
const ONWARD: readonly string[] = ["play", "collect", "set"];
const OTHERWISE: readonly string[] = ["menu", "collect", "queue", "callback", "transfer"];
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];

interface Props {
  id: string;
  node: FlowNode;
  flow: FlowBody;
  all: Catalogue;
  problems: Problems;
  onChange: (changes: Partial<FlowNode>) => void;
}

export function NodeFields(props: Props) {
  const { node } = props;
  const { t } = useTranslation();
  const has = (field: keyof FlowNode) => field in node;
  return (
    <div className={styles.fields}>
      <Say {...props} />
      {node.kind === "menu" && <Menu {...props} />}
      {node.kind === "collect" && <Collect {...props} />}
      {node.kind === "condition" && (
        <ConditionFields when={node.when ?? {}} onChange={(when) => props.onChange({ when })} />
      )}
      {node.kind === "set" && <Sets {...props} />}
      {node.kind === "transfer" && (
        <Plain label={t("settings.flow.number")} problem={problemOf(props, "number")}>
          {(id) => (
            <Input
              id={id}
              style={{ width: 220 }}
              value={node.number ?? ""}
              onChange={(event) => props.onChange({ number: event.target.value })}
            />
          )}
        </Plain>
      )}
      {["queue", "voicemail", "callback"].includes(node.kind) && <QueueField {...props} />}
      {node.kind === "voicemail" && (
        <Plain label={t("settings.flow.max_s")}>
          {(id) => (
            <InputNumber
              id={id}
              min={5}
              max={600}
              value={node.max_s ?? 120}
              onChange={(max_s) => props.onChange({ max_s: max_s ?? 120 })}
            />
          )}
        </Plain>
      )}
      {node.kind === "condition" ? (
        <>
          <Way {...props} field="yes" />
          <Way {...props} field="no" />
        </>
      ) : (
        (ONWARD.includes(node.kind) || node.next) && <Way {...props} field="next" />
      )}
      {(has("otherwise") || OTHERWISE.includes(node.kind)) && <Way {...props} field="otherwise" />}
    </div>
  );
}

function problemOf({ problems, id }: Props, field: string): string | undefined {
  const path = `nodes.${id}.${field}`;
  return (
    problems[path] ?? Object.entries(problems).find(([each]) => each.startsWith(`${path}.`))?.[1]
  );
}

interface PlainProps {
  label: string;
  problem?: string;
  help?: string;
  children: (id: string) => ReactNode;
}

function Plain({ label, problem, help, children }: PlainProps) {
  return (
    <Field label={label} problem={problem} help={help}>
      {(id) => children(id)}
    </Field>
  );
}

function Say(props: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const { node, all, onChange } = props;
  const options = [
    ...all.prompts.map((prompt) => ({ value: prompt.id, label: names(prompt.names) })),
    ...BUILT_IN.map((value) => ({ value, label: t(`settings.flow.prompt.${value}`) })),
  ];
  return (
    <Plain
      label={t("settings.flow.say")}
      help={t("settings.flow.say_help")}
      problem={problemOf(props, "say")}
    >
      {(id) => (
        <Select
          id={id}
          mode="tags"
          style={{ width: "100%" }}
          value={node.say ?? []}
          options={options}
          optionFilterProp="label"
          onChange={(say) => onChange({ say })}
        />
      )}
    </Plain>
  );
}

function Way(props: Props & { field: "next" | "otherwise" | "yes" | "no" }) {
  const { t } = useTranslation();
  const { field, id: own, node, flow, onChange } = props;
  return (
    <Plain label={t(`settings.flow.way.${field}`)} problem={problemOf(props, field)}>
      {(id) => (
        <Select
          id={id}
          style={{ width: 220 }}
          allowClear
          placeholder={t("settings.flow.ends")}
          value={node[field] ?? undefined}
          options={targets(flow, own)}
          onChange={(target?: string) => onChange({ [field]: target ?? null })}
        />
      )}
    </Plain>
  );
}

function targets(flow: FlowBody, own: string) {
  return Object.keys(flow.nodes)
    .filter((id) => id !== own)
    .map((value) => ({ value, label: value }));
}

function Menu(props: Props) {
  const { t } = useTranslation();
  const { id: own, node, flow, onChange } = props;
  const { keys = {}, tags = {} } = node;
  const free = KEYS.filter((key) => !(key in keys));
  return (
    <>
      <Field label={t("settings.flow.keys")} problem={problemOf(props, "keys")} group>
        {() => (
          <div className={styles.keys}>
            {Object.entries(keys).map(([key, target]) => (
              <div key={key} className={styles.keyRow}>
                <kbd>{key}</kbd>
                <Select
                  aria-label={t("settings.flow.key_leads", { key })}
                  style={{ width: 180 }}
                  value={target || undefined}
                  options={targets(flow, own)}
                  onChange={(next) => onChange({ keys: { ...keys, [key]: next } })}
                />
                <Input
                  aria-label={t("settings.flow.key_tag", { key })}
                  placeholder={t("settings.flow.tag")}
                  style={{ width: 140 }}
                  maxLength={120}
                  value={tags[key] ?? ""}
                  onChange={(event) => {
                    const { [key]: _, ...others } = tags;
                    const tag = event.target.value;
                    onChange({ tags: tag ? { ...others, [key]: tag } : others });
                  }}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t("settings.take_away", { name: key })}
                  onClick={() => {
                    const { [key]: _, ...others } = keys;
                    const { [key]: __, ...otherTags } = tags;
                    onChange({ keys: others, tags: otherTags });
                  }}
                />
              </div>
            ))}
            <Select
              aria-label={t("settings.flow.add_key")}
              style={{ width: 180 }}
              value={null}
              placeholder={t("settings.flow.add_key")}
              options={free.map((value) => ({ value, label: value }))}
              onChange={(key: string | null) =>
                key && onChange({ keys: { ...keys, [key]: targets(flow, own)[0]?.value ?? "" } })
              }
            />
          </div>
        )}
      </Field>
      <Patience {...props} />
    </>
  );
}

function Patience({ node, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Plain label={t("settings.flow.timeout_s")}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={60}
            value={node.timeout_s ?? 5}
            onChange={(timeout_s) => onChange({ timeout_s: timeout_s ?? 5 })}
          />
        )}
      </Plain>
      <Plain label={t("settings.flow.repeats")}>
        {(id) => (
          <InputNumber
            id={id}
            min={0}
            max={9}
            value={node.repeats ?? 2}
            onChange={(repeats) => onChange({ repeats: repeats ?? 2 })}
          />
        )}
      </Plain>
    </>
  );
}

function Collect(props: Props) {
  const { t } = useTranslation();
  const { node, onChange } = props;
  return (
    <>
      <Plain
        label={t("settings.flow.into")}
        help={t("settings.flow.into_help")}
        problem={problemOf(props, "into")}
      >
        {(id) => (
          <Input
            id={id}
            style={{ width: 220 }}
            maxLength={32}
            value={node.into ?? ""}
            onChange={(event) => onChange({ into: event.target.value })}
          />
        )}
      </Plain>
      <Plain label={t("settings.flow.digits")} help={t("settings.flow.digits_help")}>
        {(id) => (
          <InputNumber
            id={id}
            min={1}
            max={32}
            value={node.digits ?? null}
            onChange={(digits) => onChange({ digits })}
          />
        )}
      </Plain>
      <Plain label={t("settings.flow.secret")} help={t("settings.flow.secret_help")}>
        {(id) => (
          <Checkbox
            id={id}
            checked={node.secret ?? false}
            onChange={(event) => onChange({ secret: event.target.checked })}
          />
        )}
      </Plain>
      <Patience {...props} />
    </>
  );
}

function Sets({ node, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <Field label={t("settings.flow.values")} help={t("settings.flow.values_help")} group>
        {() => <Pairs value={node.values ?? {}} onChange={(values) => onChange({ values })} />}
      </Field>
      <Plain label={t("settings.flow.add_tags")}>
        {(id) => (
          <Select
            id={id}
            mode="tags"
            open={false}
            suffixIcon={null}
            style={{ width: "100%" }}
            value={node.add_tags ?? []}
            onChange={(add_tags) => onChange({ add_tags })}
          />
        )}
      </Plain>
    </>
  );
}

function QueueField(props: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const { node, all, onChange } = props;
  return (
    <Plain label={t("settings.flow.queue")} problem={problemOf(props, "queue")}>
      {(id) => (
        <Select
          id={id}
          style={{ width: 280 }}
          value={node.queue ?? ""}
          options={[
            { value: "", label: t("settings.flow.entry_queue") },
            ...all.queues.map((queue) => ({ value: queue.id, label: names(queue.names) })),
          ]}
          onChange={(queue) => onChange({ queue: queue || null })}
        />
      )}
    </Plain>
  );
}
