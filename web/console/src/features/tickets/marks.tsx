/** Status, priority and due time of a ticket: a shape, a colour and a word. */
import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  DoubleRightOutlined,
  DownOutlined,
  InboxOutlined,
  MinusOutlined,
  SyncOutlined,
  UpOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket, TicketPriority, TicketStatus } from "../../api/types";
import { useLanguage } from "../../i18n";
import { useNow } from "../../live/clock";
import { clock, fullTime, shortTime } from "../../ui/format";
import styles from "./Tickets.module.css";

export const STATUS_ICONS: Record<TicketStatus, ReactNode> = {
  open: <InboxOutlined />,
  in_progress: <SyncOutlined />,
  resolved: <CheckCircleOutlined />,
  closed: <MinusOutlined />,
};

export const PRIORITY_ICONS: Record<TicketPriority, ReactNode> = {
  low: <DownOutlined />,
  normal: <MinusOutlined />,
  high: <UpOutlined />,
  urgent: <DoubleRightOutlined rotate={-90} />,
};

export function StatusMark({ status }: { status: TicketStatus }) {
  const { t } = useTranslation();
  return (
    <span className={styles[`status_${status}`]}>
      {STATUS_ICONS[status]} {t(`ticket_status.${status}`)}
    </span>
  );
}

export function PriorityMark({ priority }: { priority: TicketPriority }) {
  const { t } = useTranslation();
  return (
    <span className={styles[`priority_${priority}`]}>
      {PRIORITY_ICONS[priority]} {t(`ticket_priority.${priority}`)}
    </span>
  );
}

const DAY_S = 86_400;

/** When it is due: counting down on the last day, red with a word once it is over. */
export function Due({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  if (!ticket.due_at) return <span className="muted">–</span>;
  const left = (Date.parse(ticket.due_at) - now) / 1000;
  const done = ticket.status === "resolved" || ticket.status === "closed";
  const text =
    done || left > DAY_S
      ? shortTime(ticket.due_at, now, language)
      : left > 0
        ? t("tickets.due_in", { time: clock(left) })
        : t("tickets.overdue_by", { time: clock(-left) });
  const late = !done && left <= 0;
  return (
    <Tooltip title={fullTime(ticket.due_at, language)}>
      <span className={`num ${late ? styles.late : !done && left < DAY_S ? styles.near : ""}`}>
        {late ? <WarningOutlined /> : <ClockCircleOutlined />} {text}
      </span>
    </Tooltip>
  );
}
