/** The customer's tickets, and a new one. */
import { FileAddOutlined, FileDoneOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Blank, Loaded } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useCustomerTickets } from "./api";
import styles from "./CustomerColumn.module.css";

export function CustomerTickets({ customerId, onNew }: { customerId: string; onNew?: () => void }) {
  const { t } = useTranslation();
  const tickets = useCustomerTickets(customerId);
  const button = (
    <Button size="small" icon={<FileAddOutlined />} disabled={!onNew} onClick={onNew}>
      {t("desk.new_ticket")}
    </Button>
  );
  return (
    <Loaded query={tickets} rows={4}>
      {(all) =>
        all.length === 0 ? (
          <Blank
            icon={<FileDoneOutlined />}
            title={t("desk.tickets_none")}
            hint={t("desk.tickets_none_hint")}
            action={button}
          />
        ) : (
          <>
            <div className={styles.bar}>{button}</div>
            <ul className={styles.list}>
              {all.map((ticket) => (
                <li key={ticket.id} className={styles.entry}>
                  <div className={styles.entryHead}>
                    <Link to="/tickets/$id" params={{ id: ticket.id }} className="num">
                      #{ticket.number}
                    </Link>
                    <span className={styles.entryTitle} title={ticket.subject}>
                      {ticket.subject}
                    </span>
                    <span className={styles.status}>{t(`ticket_status.${ticket.status}`)}</span>
                  </div>
                  <div className={styles.item}>
                    <span className="muted">
                      {[
                        t(`ticket_kind.${ticket.kind}`, { defaultValue: ticket.kind }),
                        t(`ticket_priority.${ticket.priority}`),
                        ticket.assignee_name ?? t("desk.ticket_nobody"),
                      ].join(" · ")}
                    </span>
                    <Ago at={ticket.updated_at} className={styles.at} />
                  </div>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loaded>
  );
}
