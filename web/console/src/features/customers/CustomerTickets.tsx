/** The tickets of one customer. */
import { InboxOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Blank, Failure, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useTickets } from "../tickets/api";
import { Due, StatusMark } from "../tickets/marks";
import styles from "./Customers.module.css";

export function CustomerTickets({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const query = useTickets({ customer_id: customerId });
  if (query.isPending) return <Loading rows={4} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const rows = query.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) {
    return (
      <Blank
        icon={<InboxOutlined />}
        title={t("customers.no_tickets")}
        hint={t("customers.no_tickets_hint")}
      />
    );
  }
  return (
    <ul className={styles.tickets}>
      {rows.map((ticket) => (
        <li key={ticket.id}>
          <Link to="/tickets/$id" params={{ id: ticket.id }} className="num">
            #{ticket.number}
          </Link>
          <span className={styles.name}>{ticket.subject}</span>
          <StatusMark status={ticket.status} />
          <Due ticket={ticket} />
          <Ago at={ticket.updated_at} />
        </li>
      ))}
      {query.hasNextPage && (
        <Button type="link" onClick={() => void query.fetchNextPage()}>
          {t("customers.more")}
        </Button>
      )}
    </ul>
  );
}
