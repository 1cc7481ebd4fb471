/** The columns of legs' records. */
import { Link } from "@tanstack/react-router";
import type { TableColumnsType } from "antd";
import { clock } from "../../ui/format";
import { Ago } from "../../ui/Time";
import { DialLink } from "../phone/DialLink";
import styles from "./Calls.module.css";
import type { LegRecord } from "./filter";

export function legColumns(t: (key: string) => string): TableColumnsType<LegRecord> {
  const seconds = (value: number | null) => (value === null ? "–" : clock(value));
  return [
    {
      title: t("calls.started"),
      key: "started",
      width: 120,
      render: (_, row) => (
        <Link to="/interactions/$id" params={{ id: row.interaction_id }}>
          <Ago at={row.started_at} />
        </Link>
      ),
    },
    {
      title: t("calls.direction_label"),
      key: "direction",
      width: 80,
      render: (_, row) => t(`calls.direction.${row.direction}`),
    },
    {
      title: t("calls.role_label"),
      key: "role",
      width: 90,
      render: (_, row) => t(`calls.role.${row.role}`),
    },
    {
      title: t("calls.number"),
      key: "number",
      width: 180,
      className: "num",
      render: (_, row) => (row.number ? <DialLink number={row.number} /> : "–"),
    },
    {
      title: t("calls.agent"),
      key: "agent",
      width: 120,
      ellipsis: true,
      render: (_, row) => row.agent_name ?? "–",
    },
    {
      title: t("calls.trunk"),
      key: "trunk",
      width: 120,
      ellipsis: true,
      render: (_, row) => row.trunk_name ?? "–",
    },
    {
      title: t("calls.rang"),
      key: "rang",
      width: 90,
      className: "num",
      render: (_, row) => seconds(ringS(row)),
    },
    {
      title: t("calls.talked"),
      key: "talked",
      width: 90,
      className: "num",
      render: (_, row) => seconds(row.talk_s),
    },
    {
      title: t("calls.cause_label"),
      key: "cause",
      width: 150,
      render: (_, row) => (
        <span className={row.cause && row.cause !== "normal" ? styles.odd : undefined}>
          {row.cause ? t(`calls.cause.${row.cause}`) : t("calls.running")}
          {row.code !== null && <span className="muted num"> {row.code}</span>}
        </span>
      ),
    },
  ];
}

/** From its start to being up, or to its end. */
function ringS(row: LegRecord): number | null {
  const to = row.answered_at ?? row.ended_at;
  return to ? (Date.parse(to) - Date.parse(row.started_at)) / 1000 : null;
}
