/** Interactions as dense rows; the whole row opens the page. */
import { StarFilled } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import type { InteractionRow } from "../../api/types";
import { useNames } from "../../i18n";
import { clock } from "../../ui/format";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Ago } from "../../ui/Time";
import styles from "./Interactions.module.css";
import { PhaseMark } from "./PhaseMark";

/** How long an agent had it, conversation and wrap-up; null while it lasts or if nobody did. */
export function handledS(row: InteractionRow): number | null {
  if (!row.connected_at || !row.ended_at) return null;
  return (Date.parse(row.ended_at) - Date.parse(row.connected_at)) / 1000;
}

export function InteractionTable({ rows }: { rows: InteractionRow[] }) {
  const navigate = useNavigate();
  const columns = useColumns();
  return (
    <Table<InteractionRow>
      rowKey="id"
      sticky
      dataSource={rows}
      columns={columns}
      pagination={false}
      rowClassName={styles.row}
      onRow={(row) => ({
        onClick: (event) => {
          if ((event.target as HTMLElement).closest("a")) return;
          void navigate({ to: "/interactions/$id", params: { id: row.id } });
        },
      })}
    />
  );
}

function useColumns(): TableColumnsType<InteractionRow> {
  const { t } = useTranslation();
  const names = useNames();
  return [
    {
      title: t("interactions.arrived"),
      key: "arrived",
      width: 118,
      render: (_, row) => <Ago at={row.arrived_at} />,
    },
    {
      title: t("interactions.customer"),
      key: "customer",
      width: 180,
      ellipsis: true,
      render: (_, row) => (
        <Link to="/interactions/$id" params={{ id: row.id }} className={styles.who}>
          <ChannelMark channel={row.channel} />
          <span className={styles.name}>{row.customer.name}</span>
          <Tier tier={row.customer.tier} />
        </Link>
      ),
    },
    {
      title: t("interactions.state"),
      key: "state",
      width: 116,
      render: (_, row) => <PhaseMark phase={row.phase} outcome={row.outcome} />,
    },
    {
      title: t("interactions.queue"),
      key: "queue",
      width: 120,
      ellipsis: true,
      render: (_, row) => names(row.queue_names),
    },
    {
      title: t("interactions.agent"),
      key: "agent",
      width: 110,
      ellipsis: true,
      render: (_, row) => row.agent_name ?? "–",
    },
    {
      title: t("interactions.waited"),
      key: "waited",
      width: 76,
      align: "right",
      className: "num",
      render: (_, row) => (row.waited_s === null ? "–" : clock(row.waited_s)),
    },
    {
      title: t("interactions.handled"),
      key: "handled",
      width: 76,
      align: "right",
      className: "num",
      render: (_, row) => {
        const seconds = handledS(row);
        return seconds === null ? "–" : clock(seconds);
      },
    },
    {
      title: t("interactions.messages"),
      key: "messages",
      width: 88,
      align: "right",
      className: "num",
      render: (_, row) => row.messages_in + row.messages_out,
    },
    {
      title: t("interactions.rating"),
      key: "rating",
      width: 64,
      render: (_, row) => <Rating score={row.rating} />,
    },
    {
      title: t("interactions.last_message"),
      key: "last",
      ellipsis: true,
      render: (_, row) => <span className="muted">{row.last_message || row.subject}</span>,
    },
  ];
}

export function Rating({ score }: { score: number | null }) {
  const { t } = useTranslation();
  if (score === null) return <span className="muted">–</span>;
  return (
    <span className="num" role="img" aria-label={t("interactions.rated_of", { score })}>
      {score} <StarFilled className={styles.star} />
    </span>
  );
}
