/** Status, priority and assignee as choices, in the list and on the page alike. */
import { useTranslation } from "react-i18next";
import type { Ticket, TicketPriority, TicketStatus } from "../../api/types";
import { useCan } from "../../session/session";
import { Face } from "../../ui/Marks";
import { useAgentOptions } from "../interactions/nouns";
import { useTicketChange } from "./api";
import { Choice } from "./Choice";
import { PRIORITY_ICONS, PriorityMark, STATUS_ICONS, StatusMark } from "./marks";
import styles from "./Tickets.module.css";

export const PRIORITIES: TicketPriority[] = ["urgent", "high", "normal", "low"];
const NOBODY = "";

interface Props {
  ticket: Ticket;
}

function useRefused(): string | undefined {
  const { t } = useTranslation();
  return useCan("tickets.write") ? undefined : t("tickets.may_not");
}

export function StatusCell({ ticket }: Props) {
  const { t } = useTranslation();
  const { one } = useTicketChange();
  return (
    <Choice
      label={t("tickets.change_status", { number: ticket.number })}
      value={ticket.status}
      shown={<StatusMark status={ticket.status} />}
      options={[ticket.status, ...ticket.next_statuses].map((status) => ({
        value: status,
        label: t(`ticket_status.${status}`),
        icon: STATUS_ICONS[status],
      }))}
      refused={useRefused()}
      change={(status) => one(ticket, { status: status as TicketStatus })}
    />
  );
}

export function PriorityCell({ ticket }: Props) {
  const { t } = useTranslation();
  const { one } = useTicketChange();
  return (
    <Choice
      label={t("tickets.change_priority", { number: ticket.number })}
      value={ticket.priority}
      shown={<PriorityMark priority={ticket.priority} />}
      options={PRIORITIES.map((priority) => ({
        value: priority,
        label: t(`ticket_priority.${priority}`),
        icon: PRIORITY_ICONS[priority],
      }))}
      refused={useRefused()}
      change={(priority) => one(ticket, { priority: priority as TicketPriority })}
    />
  );
}

export function AssigneeCell({ ticket }: Props) {
  const { t } = useTranslation();
  const { one } = useTicketChange();
  const agents = useAgentOptions();
  return (
    <Choice
      label={t("tickets.change_assignee", { number: ticket.number })}
      value={ticket.assignee ?? NOBODY}
      shown={
        ticket.assignee ? (
          <span className={styles.assignee}>
            <Face name={ticket.assignee_name ?? ticket.assignee} size={20} />
            {ticket.assignee_name ?? ticket.assignee}
          </span>
        ) : (
          <span className="muted">{t("tickets.nobody")}</span>
        )
      }
      options={[{ value: NOBODY, label: t("tickets.nobody") }, ...agents]}
      refused={useRefused()}
      change={(assignee) => one(ticket, { assignee: assignee || null })}
    />
  );
}
