/** A flow as a list of its nodes, in the order callers come to them; or all of it as text. */
import { DeleteOutlined, FlagOutlined, PlusOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Input, Segmented, Select, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { inOrder } from "../check";
import { Field, Section } from "../kit/Field";
import { type FlowBody, type FlowNode, NODE_KINDS, type NodeKind } from "../model";
import type { FormProps } from "../NounPage";
import styles from "./Flow.module.css";
import { FlowText } from "./FlowText";
import { NodeFields } from "./NodeFields";

type View = "list" | "text";

export function FlowForm(props: FormProps<FlowBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = props.draft;
  const [view, setView] = useState<View>("list");
  return (
    <>
      <Section title={t("settings.flow.basics")}>
        <Field label={t("settings.flow.name")} problem={problems.name}>
          {(id, note) => (
            <Input
              id={id}
              aria-describedby={note}
              maxLength={120}
              value={body.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t("settings.flow.start")}
          help={t("settings.flow.start_help")}
          problem={problems.start}
        >
          {(id, note) => (
            <Select
              id={id}
              aria-describedby={note}
              style={{ width: 280 }}
              value={body.start}
              options={Object.keys(body.nodes).map((value) => ({ value, label: value }))}
              onChange={(start) => set({ start })}
            />
          )}
        </Field>
      </Section>
      <Section title={t("settings.flow.nodes")}>
        <Segmented<View>
          value={view}
          options={[
            { value: "list", label: t("settings.flow.as_list") },
            { value: "text", label: t("settings.flow.as_text") },
          ]}
          onChange={setView}
        />
        {view === "list" ? <Nodes {...props} /> : <FlowText body={body} set={set} />}
      </Section>
    </>
  );
}

function Nodes({ draft, all }: FormProps<FlowBody>) {
  const { body, set, problems } = draft;
  const put = (id: string, node: FlowNode) => set({ nodes: { ...body.nodes, [id]: node } });
  const remove = (id: string) => {
    const { [id]: _, ...nodes } = body.nodes;
    set({ nodes });
  };
  return (
    <ol className={styles.nodes}>
      {inOrder(body).map((id) => {
        const node = body.nodes[id];
        if (!node) return null;
        return (
          <li key={id} className={styles.node} data-wrong={wrongIn(problems, id).length > 0}>
            <NodeHead
              id={id}
              node={node}
              first={id === body.start}
              problems={wrongIn(problems, id)}
              onRemove={() => remove(id)}
            />
            <NodeFields
              id={id}
              node={node}
              flow={body}
              all={all}
              problems={problems}
              onChange={(changes) => put(id, { ...node, ...changes })}
            />
          </li>
        );
      })}
      <li>
        <AddNode taken={Object.keys(body.nodes)} onAdd={put} />
      </li>
    </ol>
  );
}

/** Codes of what is wrong with the node as a whole; its fields show their own. */
function wrongIn(problems: Record<string, string>, id: string): string[] {
  return Object.entries(problems)
    .filter(([path]) => path === `nodes.${id}` || path.startsWith(`nodes.${id}.`))
    .map(([, code]) => code);
}

interface HeadProps {
  id: string;
  node: FlowNode;
  first: boolean;
  problems: string[];
  onRemove: () => void;
}

function NodeHead({ id, node, first, problems, onRemove }: HeadProps) {
  const { t } = useTranslation();
  const told = (code: string) =>
    t([`settings.problem.${code}`, `problem.field.${code}`, "settings.problem.invalid"]);
  return (
    <header className={styles.head}>
      <Tag>{t(`settings.flow.kind.${node.kind}`)}</Tag>
      <strong>{id}</strong>
      {first && (
        <span className={styles.start}>
          <FlagOutlined /> {t("settings.flow.start")}
        </span>
      )}
      {problems.length > 0 && (
        <span className={styles.wrong} role="alert">
          <WarningOutlined /> {[...new Set(problems)].map(told).join(" · ")}
        </span>
      )}
      <span className={styles.grow} />
      <Tooltip title={first ? t("settings.flow.start_stays") : t("settings.flow.remove")}>
        <Button
          type="text"
          size="small"
          danger
          icon={<DeleteOutlined />}
          aria-label={t("settings.flow.remove_node", { name: id })}
          disabled={first}
          onClick={onRemove}
        />
      </Tooltip>
    </header>
  );
}

const FRESH: Record<NodeKind, FlowNode> = {
  play: { kind: "play", say: [], next: null },
  menu: { kind: "menu", say: [], keys: {}, tags: {}, timeout_s: 5, repeats: 2, otherwise: null },
  collect: {
    kind: "collect",
    say: [],
    into: "",
    digits: null,
    secret: false,
    timeout_s: 5,
    repeats: 2,
    next: null,
    otherwise: null,
  },
  condition: { kind: "condition", say: [], when: {}, yes: null, no: null },
  set: { kind: "set", say: [], values: {}, add_tags: [], next: null },
  queue: { kind: "queue", say: [], queue: null, next: null, otherwise: null },
  voicemail: { kind: "voicemail", say: [], queue: null, max_s: 120, next: null },
  callback: { kind: "callback", say: [], queue: null, next: null, otherwise: null },
  transfer: { kind: "transfer", say: [], number: "", next: null, otherwise: null },
  hang_up: { kind: "hang_up", say: [] },
};

function AddNode({
  taken,
  onAdd,
}: {
  taken: string[];
  onAdd: (id: string, node: FlowNode) => void;
}) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<NodeKind>("play");
  const [name, setName] = useState("");
  const id = name.trim() || freeName(kind, taken);
  const clash = taken.includes(id) || !/^[A-Za-z0-9_-]{1,40}$/.test(id);
  return (
    <div className={styles.add}>
      <Select
        aria-label={t("settings.flow.kind_label")}
        style={{ width: 160 }}
        value={kind}
        options={NODE_KINDS.map((value) => ({ value, label: t(`settings.flow.kind.${value}`) }))}
        onChange={setKind}
      />
      <Input
        aria-label={t("settings.flow.node_name")}
        style={{ width: 180 }}
        maxLength={40}
        status={clash ? "error" : undefined}
        placeholder={freeName(kind, taken)}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button
        icon={<PlusOutlined />}
        disabled={clash}
        onClick={() => {
          onAdd(id, FRESH[kind]);
          setName("");
        }}
      >
        {t("settings.flow.add")}
      </Button>
    </div>
  );
}

function freeName(kind: string, taken: string[]): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? kind : `${kind}_${n}`;
    if (!taken.includes(name)) return name;
  }
}
