/** A flow as a list of its nodes, in the order callers come to them; or all of it as text. */
import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  DisconnectOutlined,
  FlagOutlined,
  PlusOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Button, Input, Segmented, Select, Tag, Tooltip } from "antd";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FieldProblem } from "../../../api/problem";
import { Loading } from "../../../ui/State";
import { Field, Section } from "../kit/Field";
import { type FlowBody, type FlowNode, NODE_KINDS, type NodeKind } from "../model";
import type { FormProps } from "../NounPage";
import styles from "./Flow.module.css";
import { FlowFindings } from "./FlowFindings";
import type { FlowTextRef, Typed } from "./FlowText";
import { listed, moved } from "./flowOrder";
import { NodeFields } from "./NodeFields";
import { nodeOf, useFindingText, useFlowFindings } from "./useFlowFindings";

const FlowText = lazy(() => import("./FlowText")); // with it comes YAML

type View = "list" | "text";

export function FlowForm(props: FormProps<FlowBody>) {
  const { t } = useTranslation();
  const { body, set, problems } = props.draft;
  const [view, setView] = useState<View>("list");
  const findings = useFlowFindings(body);
  const text = useRef<FlowTextRef>(null);
  const [typed, setTyped] = useState<Typed | null>(null);
  const show = (node: string) => (view === "text" ? text.current?.show(node) : focusOn(node));
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
        <div className={styles.views}>
          <Segmented<View>
            aria-label={t("settings.flow.view")}
            value={view}
            options={[
              { value: "list", label: t("settings.flow.as_list") },
              { value: "text", label: t("settings.flow.as_text") },
            ]}
            onChange={setView}
          />
          {view === "list" && body.order.length > 0 && (
            <Button size="small" onClick={() => set({ order: [] })}>
              {t("settings.flow.usual_order")}
            </Button>
          )}
        </div>
        <FlowFindings findings={findings} all={props.all} onShow={show} />
        {view === "list" ? (
          <Nodes {...props} found={findings.found} />
        ) : (
          <Suspense fallback={<Loading rows={6} />}>
            <FlowText ref={text} body={body} set={set} typed={typed} onType={setTyped} />
          </Suspense>
        )}
      </Section>
    </>
  );
}

const placeId = (node: string) => `flow-step-${node}`;

function focusOn(node: string): void {
  const place = document.getElementById(placeId(node));
  place?.scrollIntoView({ block: "center" });
  place?.focus({ preventScroll: true });
}

function Nodes({ draft, all, found }: FormProps<FlowBody> & { found: readonly FieldProblem[] }) {
  const { body, set } = draft;
  const text = useFindingText(all);
  const { t } = useTranslation();
  const problems = { ...codesOf(found), ...draft.problems };
  const ids = listed(body);
  const put = (id: string, node: FlowNode) => set({ nodes: { ...body.nodes, [id]: node } });
  const remove = (id: string) => {
    const { [id]: _, ...nodes } = body.nodes;
    set({ nodes, order: body.order.filter((each) => each !== id) });
  };
  const move = (id: string, by: -1 | 1) => {
    set({ order: moved(body, id, by) });
    const held = document.activeElement as HTMLElement | null;
    requestAnimationFrame(() => held?.focus()); // the step went elsewhere, and its button with it
  };
  return (
    <ol className={styles.nodes}>
      {ids.map((id, at) => {
        const node = body.nodes[id];
        if (!node) return null;
        const own = found.filter((finding) => nodeOf(finding) === id);
        const lost = own.some(({ code }) => code === "node_unreachable");
        const wrong = own.filter(({ code }) => code !== "node_unreachable");
        return (
          <li
            key={id}
            id={placeId(id)}
            tabIndex={-1}
            className={styles.node}
            data-wrong={wrong.length > 0}
            data-lost={lost}
          >
            <NodeHead
              id={id}
              node={node}
              first={id === body.start}
              lost={lost}
              problems={wrong.map((finding) => text(t, finding))}
              onRemove={() => remove(id)}
              onUp={at > 0 ? () => move(id, -1) : undefined}
              onDown={at < ids.length - 1 ? () => move(id, 1) : undefined}
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

function codesOf(found: readonly FieldProblem[]): Record<string, string> {
  return Object.fromEntries(found.map(({ field, code }) => [field, code]));
}

interface HeadProps {
  id: string;
  node: FlowNode;
  first: boolean;
  /** No way leads here. */
  lost: boolean;
  problems: string[];
  onRemove: () => void;
  /** Undefined at the end of the list. */
  onUp: (() => void) | undefined;
  onDown: (() => void) | undefined;
}

function NodeHead({ id, node, first, lost, problems, onRemove, onUp, onDown }: HeadProps) {
  const { t } = useTranslation();
  return (
    <header className={styles.head}>
      <Tag>{t(`settings.flow.kind.${node.kind}`)}</Tag>
      <strong>{id}</strong>
      {first && (
        <span className={styles.start}>
          <FlagOutlined /> {t("settings.flow.start")}
        </span>
      )}
      {lost && (
        <span className={styles.lost}>
          <DisconnectOutlined /> {t("settings.flow.finding.node_unreachable")}
        </span>
      )}
      {problems.length > 0 && (
        <span className={styles.wrong}>
          <WarningOutlined /> {[...new Set(problems)].join(" · ")}
        </span>
      )}
      <span className={styles.grow} />
      <Move name={t("settings.flow.move_up", { name: id })} icon={<ArrowUpOutlined />} go={onUp} />
      <Move
        name={t("settings.flow.move_down", { name: id })}
        icon={<ArrowDownOutlined />}
        go={onDown}
      />
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

function Move({ name, icon, go }: { name: string; icon: ReactNode; go: (() => void) | undefined }) {
  return (
    <Tooltip title={name}>
      <Button
        type="text"
        size="small"
        icon={icon}
        aria-label={name}
        disabled={go === undefined}
        onClick={go}
      />
    </Tooltip>
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
