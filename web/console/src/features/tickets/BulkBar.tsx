/** Change many tickets at once: floats over the list's end, so that nothing moves when it comes. */
import { CloseOutlined } from "@ant-design/icons";
import { App, Button, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket, TicketPriority, TicketStatus } from "../../api/types";
import { useAgentOptions } from "../interactions/nouns";
import { type TicketChanges, useTicketChange } from "./api";
import { PRIORITIES } from "./cells";
import styles from "./Tickets.module.css";

const STATUSES: TicketStatus[] = ["open", "in_progress", "resolved", "closed"];

interface Props {
  tickets: Ticket[];
  /** How many are in the list. */
  of: number;
  all: () => void;
  clear: () => void;
}

/** Statuses that every one of them may take. */
export function commonSteps(tickets: readonly Ticket[]): TicketStatus[] {
  return STATUSES.filter((status) =>
    tickets.every((ticket) => ticket.next_statuses.includes(status) || ticket.status === status),
  );
}

export function BulkBar({ tickets, of, all, clear }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { many } = useTicketChange();
  const agents = useAgentOptions();
  const [busy, setBusy] = useState(false);
  if (tickets.length === 0) return null;
  const apply = async (changes: TicketChanges) => {
    setBusy(true);
    const { saved, failed } = await many(tickets, changes);
    setBusy(false);
    if (failed) message.warning(t("tickets.bulk_some", { saved, failed }));
    else {
      message.success(t("tickets.bulk_done", { count: saved }));
      clear();
    }
  };
  const steps = commonSteps(tickets);
  return (
    <div className={styles.bulk} role="toolbar" aria-label={t("tickets.bulk")}>
      <span className="num">{t("tickets.selected", { count: tickets.length })}</span>
      <Button type="link" size="small" disabled={tickets.length === of} onClick={all}>
        {t("tickets.select_all", { count: of })}
      </Button>
      <Select
        style={{ width: 150 }}
        value={null}
        loading={busy}
        disabled={busy || steps.length === 0}
        aria-label={t("tickets.bulk_status")}
        placeholder={steps.length ? t("tickets.bulk_status") : t("tickets.bulk_no_status")}
        options={steps.map((value) => ({ value, label: t(`ticket_status.${value}`) }))}
        onChange={(status: TicketStatus | null) => status && void apply({ status })}
      />
      <Select
        style={{ width: 150 }}
        value={null}
        loading={busy}
        disabled={busy}
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("tickets.bulk_assignee")}
        placeholder={t("tickets.bulk_assignee")}
        options={agents}
        onChange={(assignee: string | null) => assignee && void apply({ assignee })}
      />
      <Select
        style={{ width: 130 }}
        value={null}
        loading={busy}
        disabled={busy}
        aria-label={t("tickets.bulk_priority")}
        placeholder={t("tickets.bulk_priority")}
        options={PRIORITIES.map((value) => ({ value, label: t(`ticket_priority.${value}`) }))}
        onChange={(priority: TicketPriority | null) => priority && void apply({ priority })}
      />
      <Button
        type="text"
        icon={<CloseOutlined />}
        aria-label={t("tickets.unselect")}
        onClick={clear}
      />
    </div>
  );
}
