/** Column three: who the customer is and all we know; each source loads and fails by itself. */
import { Tabs } from "antd";
import { useTranslation } from "react-i18next";
import type { Work } from "../../live/protocol";
import { PromisedCall } from "../interactions/PromisedCall";
import { useCallbacks, useCustomer, useCustomerTickets, useOrders } from "./api";
import { CustomerCard } from "./CustomerCard";
import styles from "./CustomerColumn.module.css";
import columns from "./Desk.module.css";
import { Notes } from "./Notes";
import { Orders } from "./Orders";
import { type Tab, useTab } from "./place";
import { CustomerTickets } from "./Tickets";
import { Timeline } from "./Timeline";

interface Props {
  work: Work;
  /** Absent while it only rings. */
  onTicket?: () => void;
}

export function CustomerColumn({ work, onTicket }: Props) {
  const { t } = useTranslation();
  const id = work.customer.id;
  const [tab, setTab] = useTab(work.id);
  const customer = useCustomer(id);
  const orders = useOrders(id).data?.length;
  const tickets = useCustomerTickets(id).data?.length;
  const callbacks = useCallbacks(id).data;
  const items: { key: Tab; label: React.ReactNode; children: React.ReactNode }[] = [
    {
      key: "orders",
      label: counted(t("desk.orders"), orders),
      children: <Orders customerId={id} context={work.page.context} />,
    },
    {
      key: "tickets",
      label: counted(t("place.tickets"), tickets),
      children: <CustomerTickets customerId={id} onNew={onTicket} />,
    },
    {
      key: "timeline",
      label: t("desk.timeline"),
      children: <Timeline customerId={id} now={work.id} />,
    },
    { key: "notes", label: t("desk.notes"), children: <Notes query={customer} /> },
  ];
  return (
    <section className={columns.column} aria-label={t("desk.customer")}>
      <CustomerCard key={id} query={customer} known={work} />
      {callbacks?.map((each) => (
        <PromisedCall key={each.id} {...each} />
      ))}
      <Tabs
        className={styles.tabs}
        size="small"
        activeKey={tab}
        onChange={(key) => setTab(key as Tab)}
        items={items}
        destroyOnHidden
      />
    </section>
  );
}

function counted(label: string, count: number | undefined) {
  return (
    <>
      {label} <span className={`${styles.count} num`}>{count ?? ""}</span>
    </>
  );
}
