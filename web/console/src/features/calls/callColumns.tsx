/** The columns of whole calls' records. */
import { Link } from "@tanstack/react-router";
import type { TableColumnsType } from "antd";
import type { Texts } from "../../api/types";
import { clock, phone } from "../../ui/format";
import { Ago } from "../../ui/Time";
import { DialLink } from "../phone/DialLink";
import styles from "./Calls.module.css";
import type { CallRecord } from "./filter";

type Say = (key: string) => string;

export function callColumns(t: Say, names: (of: Texts) => string): TableColumnsType<CallRecord> {
  const seconds = (value: number | null) => (value === null ? "–" : clock(value));
  const figure = (key: "wait_s" | "talk_s" | "hold_s") => ({
    title: t(`calls.${key}`),
    key,
    width: 80,
    className: "num",
    render: (_: unknown, row: CallRecord) => seconds(row[key]),
  });
  const number = (key: "caller" | "called") => ({
    title: t(`calls.${key}`),
    key,
    width: 160,
    className: "num",
    render: (_: unknown, row: CallRecord) => (row[key] ? <Party of={row} which={key} /> : "–"),
  });
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
      width: 90,
      render: (_, row) => t(`calls.direction.${row.direction}`),
    },
    number("caller"),
    number("called"),
    {
      title: t("calls.entry_point"),
      key: "entry_point",
      width: 150,
      ellipsis: true,
      render: (_, row) =>
        [row.entry_point_name, names(row.queue_names)].filter(Boolean).join(" · ") || "–",
    },
    {
      title: t("calls.agents"),
      key: "agents",
      width: 140,
      ellipsis: true,
      render: (_, row) => row.agent_names.join(", ") || "–",
    },
    figure("wait_s"),
    figure("talk_s"),
    figure("hold_s"),
    {
      title: t("calls.trunk"),
      key: "trunk",
      width: 120,
      ellipsis: true,
      render: (_, row) => row.trunk_name ?? "–",
    },
    {
      title: t("calls.outcome"),
      key: "outcome",
      width: 170,
      render: (_, row) => (
        <span className={row.cause && row.cause !== "normal" ? styles.odd : undefined}>
          {[
            row.outcome ? t(`outcome.${row.outcome}`) : t("calls.running"),
            row.cause && t(`calls.cause.${row.cause}`),
          ]
            .filter(Boolean)
            .join(" · ")}
          {row.code !== null && <span className="muted num"> {row.code}</span>}
        </span>
      ),
    },
  ];
}

/** The customer's can be called; ours is only told. */
function Party({ of, which }: { of: CallRecord; which: "caller" | "called" }) {
  const theirs = of.direction === "in" ? of.caller : of.called;
  const number = of[which];
  return number && number === theirs ? <DialLink number={number} /> : number && phone(number);
}
