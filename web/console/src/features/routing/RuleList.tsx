/** The rules in their order: moved by mouse or keyboard, one open for editing at a time. */
import { DownOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { freeId, moved, newRule, type Rule } from "./model";
import styles from "./Routing.module.css";
import type { PartProps } from "./RoutingPage";
import { RuleCard } from "./RuleCard";
import { applied, TEMPLATES, type Template } from "./templates";

export function RuleList(props: PartProps) {
  const { editing, may, openRule, setOpenRule } = props;
  const { t } = useTranslation();
  const rules = editing.policy.rules as Rule[];
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const [said, setSaid] = useState("");
  const list = useRef<HTMLOListElement>(null);
  const focus = useRef<string | null>(null); // the handle to focus after a move by keyboard

  useEffect(() => {
    if (focus.current === null) return;
    list.current?.querySelector<HTMLElement>(`[data-handle="${focus.current}"]`)?.focus();
    focus.current = null;
  });

  const set = (next: Rule[]) => editing.change({ rules: next as typeof editing.policy.rules });
  function move(from: number, to: number) {
    if (to < 0 || to >= rules.length || from === to) return;
    focus.current = rules[from]?.id ?? null;
    set(moved(rules, from, to));
    setSaid(t("routing.rule.moved", { place: to + 1, count: rules.length }));
  }
  function add() {
    const id = freeId(rules);
    set([...rules, newRule(id)]);
    setOpenRule(id);
  }
  return (
    <section aria-label={t("routing.rules")}>
      <p className={styles.lead}>{t("routing.rules_line")}</p>
      <ol className={styles.rules} ref={list}>
        {rules.map((rule, at) => (
          <RuleCard
            key={`${rule.id}-${rules.findIndex((each) => each.id === rule.id) === at ? "" : at}`}
            {...props}
            rule={rule}
            at={at}
            last={at === rules.length - 1}
            open={openRule === rule.id}
            dragged={dragged === at}
            over={over === at && dragged !== at}
            onToggle={() => setOpenRule(openRule === rule.id ? null : rule.id)}
            onChange={(next) => set(rules.map((each, place) => (place === at ? next : each)))}
            onRemove={() => set(rules.filter((_, place) => place !== at))}
            onMove={(by) => move(at, at + by)}
            onDragStart={() => setDragged(at)}
            onDragOver={() => setOver(at)}
            onDragEnd={() => {
              setDragged(null);
              setOver(null);
            }}
            onDrop={() => {
              if (dragged !== null) move(dragged, at);
              setDragged(null);
              setOver(null);
            }}
          />
        ))}
      </ol>
      <div className={styles.actions}>
        <Tooltip title={may ? undefined : t("settings.may_not")}>
          <Button icon={<PlusOutlined />} disabled={!may} onClick={add}>
            {t("routing.rule.add")}
          </Button>
        </Tooltip>
        <FromTemplate {...props} />
      </div>
      <div className="sr-only" role="status">
        {said}
      </div>
    </section>
  );
}

/** Templates stay at hand when there are rules already. */
function FromTemplate({ all, editing, may }: PartProps) {
  const { t } = useTranslation();
  const items = TEMPLATES.map((template) => ({
    key: template,
    label: t(`routing.template.${template}.name`),
    title: t(`routing.template.${template}.line`),
    disabled: applied(template, editing.policy, all) === null,
  }));
  return (
    <Dropdown
      trigger={["click"]}
      disabled={!may}
      menu={{
        items,
        onClick: ({ key }) => {
          const next = applied(key as Template, editing.policy, all);
          if (next) editing.change(next);
        },
      }}
    >
      <Button icon={<DownOutlined />} iconPlacement="end">
        {t("routing.start.from")}
      </Button>
    </Dropdown>
  );
}
