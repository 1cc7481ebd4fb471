/** The properties of a ticket; each is changed where it stands. */
import { CustomerServiceOutlined, UserOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { DatePicker, Progress, Select, Steps } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket, TicketStatus } from "../../api/types";
import { useLanguage } from "../../i18n";
import { useNow } from "../../live/clock";
import { useCan } from "../../session/session";
import { fullTime } from "../../ui/format";
import { zoned } from "../../ui/zone";
import { useQueueOptions } from "../interactions/nouns";
import { DialLink } from "../phone/DialLink";
import { useTicketChange } from "./api";
import { AssigneeCell, PriorityCell, StatusCell } from "./cells";
import { Due } from "./marks";
import styles from "./Tickets.module.css";

const FLOW: TicketStatus[] = ["open", "in_progress", "resolved", "closed"];
const KINDS = ["problem", "complaint", "return", "callback", "message"];

interface Props {
  ticket: Ticket;
}

export function Properties({ ticket }: Props) {
  const { t } = useTranslation();
  return (
    <aside className={styles.properties} aria-label={t("tickets.properties")}>
      <Steps
        size="small"
        orientation="vertical"
        current={FLOW.indexOf(ticket.status)}
        items={FLOW.map((status) => ({
          title: t(`ticket_status.${status}`),
          content: status === ticket.status ? (ticket.assignee_name ?? undefined) : undefined,
        }))}
      />
      <Deadline ticket={ticket} />
      <dl>
        <Property label={t("tickets.status")}>
          <StatusCell ticket={ticket} />
        </Property>
        <Property label={t("tickets.priority")}>
          <PriorityCell ticket={ticket} />
        </Property>
        <Property label={t("tickets.assignee")}>
          <AssigneeCell ticket={ticket} />
        </Property>
        <Choices ticket={ticket} />
        <Links ticket={ticket} />
      </dl>
    </aside>
  );
}

function Property({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.property}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How much of the time to the due date is left, as a shrinking bar. */
function Deadline({ ticket }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  if (!ticket.due_at) return null;
  const from = Date.parse(ticket.created_at);
  const to = Date.parse(ticket.due_at);
  const end = ticket.resolved_at ? Date.parse(ticket.resolved_at) : now;
  const left = Math.max(0, Math.min(100, ((to - end) / Math.max(1, to - from)) * 100));
  return (
    <div className={styles.deadline}>
      <span>
        {t("tickets.due")} <Due ticket={ticket} />
      </span>
      <Progress
        percent={left}
        showInfo={false}
        size="small"
        status={left === 0 ? "exception" : "normal"}
        aria-label={t("tickets.time_left")}
      />
    </div>
  );
}

function Choices({ ticket }: Props) {
  const { t } = useTranslation();
  const may = useCan("tickets.write");
  const { one } = useTicketChange();
  const queues = useQueueOptions();
  return (
    <>
      <Property label={t("tickets.kind")}>
        <Select
          variant="borderless"
          className={styles.plain}
          disabled={!may}
          aria-label={t("tickets.kind")}
          value={ticket.kind}
          options={KINDS.map((value) => ({ value, label: t(`ticket_kind.${value}`) }))}
          onChange={(kind) => void one(ticket, { kind })}
        />
      </Property>
      <Property label={t("tickets.queue")}>
        <Select
          variant="borderless"
          className={styles.plain}
          disabled={!may}
          allowClear
          aria-label={t("tickets.queue")}
          placeholder={t("tickets.no_queue")}
          value={ticket.queue}
          options={queues}
          onChange={(queue?: string | null) => void one(ticket, { queue: queue ?? null })}
        />
      </Property>
      <Property label={t("tickets.due")}>
        <DatePicker
          variant="borderless"
          className={styles.plain}
          disabled={!may}
          showTime={{ format: "HH:mm" }}
          format="YYYY-MM-DD HH:mm"
          aria-label={t("tickets.due")}
          placeholder={t("tickets.no_due")}
          value={ticket.due_at ? zoned(ticket.due_at) : null}
          onChange={(due) => void one(ticket, { due_at: due?.toISOString() ?? null })}
        />
      </Property>
    </>
  );
}

function Links({ ticket }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <>
      <Property label={t("tickets.customer")}>
        {ticket.customer_id ? (
          <Link to="/customers/$id" params={{ id: ticket.customer_id }}>
            <UserOutlined /> {ticket.customer_name ?? ticket.customer_id}
          </Link>
        ) : (
          "–"
        )}
      </Property>
      <Property label={t("tickets.interaction")}>
        {ticket.interaction_id ? (
          <Link to="/interactions/$id" params={{ id: ticket.interaction_id }}>
            <CustomerServiceOutlined /> {t("tickets.open_interaction")}
          </Link>
        ) : (
          "–"
        )}
      </Property>
      {ticket.phone && (
        <Property label={t("tickets.phone")}>
          <DialLink
            number={ticket.phone}
            customer_id={ticket.customer_id ?? undefined}
            ticket_id={ticket.id}
          />
        </Property>
      )}
      {ticket.callback_at && (
        <Property label={t("tickets.callback_at")}>
          <span className="num">{fullTime(ticket.callback_at, language)}</span>
        </Property>
      )}
      {Object.entries(ticket.fields).map(([name, value]) => (
        <Property key={name} label={name}>
          {value}
        </Property>
      ))}
      <Property label={t("tickets.created_at")}>
        <span className="num">{fullTime(ticket.created_at, language)}</span>
      </Property>
      {ticket.resolved_at && (
        <Property label={t("tickets.resolved")}>
          <span className="num">{fullTime(ticket.resolved_at, language)}</span>
        </Property>
      )}
    </>
  );
}
