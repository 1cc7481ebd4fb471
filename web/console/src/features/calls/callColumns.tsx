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
    width: 76,
    className: "num",
    render: (_: unknown, row: CallRecord) => seconds(row[key]),
  });
  return [
    {
      title: t("calls.started"),
      key: "started",
      width: 140,
      render: (_, row) => (
        <>
          <Link to="/interactions/$id" params={{ id: row.interaction_id }}>
            <Ago at={row.started_at} />
          </Link>
          <div className="muted">{t(`calls.direction.${row.direction}`)}</div>
        </>
      ),
    },
    {
      title: t("calls.caller_called"),
      key: "numbers",
      width: 180,
      className: "num",
      render: (_, row) => (
        <>
          <Party of={row} which="caller" />
          <div>
            → <Party of={row} which="called" />
          </div>
        </>
      ),
    },
    {
      title: t("calls.way"),
      key: "way",
      render: (_, row) => {
        const entry = [row.entry_point_name, names(row.queue_names)].filter(Boolean).join(" · ");
        return (
          <>
            <Line text={entry || "–"} />
            <Line text={row.trunk_name ?? ""} className="muted" />
          </>
        );
      },
    },
    {
      title: t("calls.agents"),
      key: "agents",
      width: 170,
      ellipsis: true,
      render: (_, row) => row.agent_names.join(", ") || "–",
    },
    figure("wait_s"),
    figure("talk_s"),
    figure("hold_s"),
    {
      title: t("calls.outcome"),
      key: "outcome",
      width: 200,
      render: (_, row) => (
        <span className={row.cause && row.cause !== "normal" ? styles.odd : undefined}>
          {[
            row.outcome ? t(`outcome.${row.outcome}`) : !row.cause && t("calls.running"),
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

/** One line, whole on hover. */
function Line({ text, className = "" }: { text: string; className?: string }) {
  return (
    <div className={`${styles.line} ${className}`} title={text}>
      {text}
    </div>
  );
}

/** The customer's can be called; ours is only told. */
function Party({ of, which }: { of: CallRecord; which: "caller" | "called" }) {
  const theirs = of.direction === "in" ? of.caller : of.called;
  const number = of[which];
  if (!number) return "–";
  return number === theirs ? <DialLink number={number} /> : phone(number);
}
