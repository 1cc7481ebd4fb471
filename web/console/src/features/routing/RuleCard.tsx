/** One rule: its sentence always, its form when open. */
import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  HolderOutlined,
} from "@ant-design/icons";
import { Button, Popconfirm, Tooltip } from "antd";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import { Loading } from "../../ui/State";
import { Field } from "../settings/kit/Field";
import { TextsField } from "../settings/kit/inputs";
import { CardTitle } from "./CardTitle";
import { Chip } from "./Chip";
import { Effects } from "./Effects";
import { Findings, worst } from "./Findings";
import type { Rule } from "./model";
import { ruleText } from "./plain";
import styles from "./Routing.module.css";
import type { PartProps } from "./RoutingPage";

const ConditionBuilder = lazy(() => import("./ConditionBuilder"));

interface Props extends PartProps {
  rule: Rule;
  at: number;
  last: boolean;
  open: boolean;
  dragged: boolean;
  over: boolean;
  onToggle: () => void;
  onChange: (rule: Rule) => void;
  onRemove: () => void;
  onMove: (by: number) => void;
  onDragStart: () => void;
  onDragOver: () => void;
  onDragEnd: () => void;
  onDrop: () => void;
}

export function RuleCard(props: Props) {
  const { rule, at, open, around, findings } = props;
  const { t } = useTranslation();
  const names = useNames();
  const name = names(rule.names) || t("routing.rule.unnamed", { number: at + 1 });
  const found = findings.filter((finding) => finding.where === `rule:${rule.id}`);
  return (
    <li
      className={styles.rule}
      data-open={open || undefined}
      data-dragged={props.dragged || undefined}
      data-over={props.over || undefined}
      data-finding={worst(found)}
      onDragOver={(event) => {
        event.preventDefault();
        props.onDragOver();
      }}
      onDrop={(event) => {
        event.preventDefault();
        props.onDrop();
      }}
    >
      <div className={styles.ruleHead}>
        <Handle {...props} name={name} />
        <span className={`${styles.place} num`}>{at + 1}</span>
        <CardTitle name={name} open={open} onToggle={props.onToggle}>
          {ruleText(rule, around)}
        </CardTitle>
        <Marks rule={rule} />
        <Buttons {...props} name={name} />
      </div>
      <Findings findings={found} />
      {open && <RuleForm {...props} />}
    </li>
  );
}

function Handle({ rule, may, name, onDragStart, onDragEnd, onMove }: Props & { name: string }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={styles.handle}
      data-handle={rule.id}
      draggable={may}
      disabled={!may}
      title={t("routing.rule.drag")}
      aria-label={t("routing.rule.handle", { name })}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", rule.id);
        onDragStart();
      }}
      onDragEnd={onDragEnd}
      onKeyDown={(event) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        onMove(by);
      }}
    >
      <HolderOutlined />
    </button>
  );
}

function Marks({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  return (
    <span className={styles.marks}>
      {rule.hard && <Chip>{t("routing.rule.hard")}</Chip>}
      {rule.stop && <Chip>{t("routing.rule.stop")}</Chip>}
    </span>
  );
}

function Buttons({ at, last, may, name, onMove, onRemove }: Props & { name: string }) {
  const { t } = useTranslation();
  return (
    <span className={styles.buttons}>
      <Icon
        icon={<ArrowUpOutlined />}
        name={t("routing.rule.up", { name })}
        off={!may || at === 0}
        onClick={() => onMove(-1)}
      />
      <Icon
        icon={<ArrowDownOutlined />}
        name={t("routing.rule.down", { name })}
        off={!may || last}
        onClick={() => onMove(1)}
      />
      <Popconfirm
        title={t("routing.rule.remove_sure", { name })}
        okText={t("common.delete")}
        okButtonProps={{ danger: true }}
        onConfirm={onRemove}
        disabled={!may}
      >
        <Button
          type="text"
          size="small"
          icon={<DeleteOutlined />}
          disabled={!may}
          aria-label={t("routing.rule.remove", { name })}
        />
      </Popconfirm>
    </span>
  );
}

interface IconProps {
  icon: ReactNode;
  name: string;
  off: boolean;
  onClick: () => void;
}

function Icon({ icon, name, off, onClick }: IconProps) {
  return (
    <Tooltip title={off ? undefined : name}>
      <Button
        type="text"
        size="small"
        icon={icon}
        disabled={off}
        aria-label={name}
        onClick={onClick}
      />
    </Tooltip>
  );
}

function RuleForm({ rule, may, around, vocabulary, editing, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className={styles.form} disabled={!may}>
      <TextsField
        label={t("routing.rule.names")}
        value={rule.names}
        onChange={(names) => onChange({ ...rule, names })}
      />
      <Field label={t("routing.rule.when")} help={t("routing.rule.when_help")} group>
        {() => (
          <Suspense fallback={<Loading rows={2} />}>
            <ConditionBuilder
              key={editing.round}
              condition={rule.when}
              vocabulary={vocabulary}
              around={around}
              disabled={!may}
              onChange={(when) => onChange({ ...rule, when })}
            />
          </Suspense>
        )}
      </Field>
      <Effects rule={rule} around={around} onChange={onChange} />
    </fieldset>
  );
}
