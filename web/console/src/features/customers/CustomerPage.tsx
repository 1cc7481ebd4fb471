/** One customer: the card and notes at the left, everything that happened and was bought at the right. */
import { IdcardOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Tabs, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import type { CustomerDetail } from "../../api/types";
import { useCan } from "../../session/session";
import { Blank, Loaded } from "../../ui/State";
import { useFilters } from "../../ui/useFilters";
import { CustomerCard } from "../desk/CustomerCard";
import { Notes } from "../desk/Notes";
import { Orders } from "../desk/Orders";
import { Timeline } from "../desk/Timeline";
import { TicketDrawer } from "../tickets/TicketDrawer";
import styles from "./Customers.module.css";
import { CustomerTickets } from "./CustomerTickets";

const TABS = ["timeline", "orders", "tickets"] as const;

export function CustomerPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const query = useQuery({
    queryKey: ["customers", id],
    queryFn: ({ signal }) => api.get<CustomerDetail>(`/customers/${id}`, undefined, signal),
  });
  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Blank
        icon={<IdcardOutlined />}
        title={t("customers.gone")}
        hint={t("customers.gone_hint")}
        action={<Link to="/customers">{t("customers.back")}</Link>}
      />
    );
  }
  return (
    <Loaded query={query} rows={10}>
      {(customer) => <Page key={customer.id} customer={customer} query={query} />}
    </Loaded>
  );
}

interface PageProps {
  customer: CustomerDetail;
  query: ReturnType<typeof useQuery<CustomerDetail>>;
}

function Page({ customer, query }: PageProps) {
  const { t } = useTranslation();
  const may = useCan("tickets.write");
  const [filters, setFilters] = useFilters();
  const [making, setMaking] = useState(false);
  const known = { customer: { id: customer.id, name: customer.name, tier: customer.tier } };
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <Link to="/customers" className={styles.crumb}>
            {t("customers.title")}
          </Link>
          <h1>{customer.name}</h1>
        </div>
        <span className={styles.grow} />
        <Link to="/interactions" search={{ customer_id: customer.id }}>
          {t("customers.all_interactions")}
        </Link>
        <Tooltip title={may ? undefined : t("customers.may_not")}>
          <Button icon={<PlusOutlined />} disabled={!may} onClick={() => setMaking(true)}>
            {t("customers.new_ticket")}
          </Button>
        </Tooltip>
      </header>
      <div className={styles.columns}>
        <aside className={styles.card} aria-label={t("customers.card")}>
          <CustomerCard query={query} known={known} />
          <h2>{t("customers.note")}</h2>
          <Notes query={query} />
        </aside>
        <section className={styles.right}>
          <Tabs
            activeKey={filters.tab ?? "timeline"}
            onChange={(tab) => setFilters({ tab: tab === "timeline" ? undefined : tab })}
            items={TABS.map((key) => ({
              key,
              label: t(`customers.tab.${key}`),
              children:
                key === "timeline" ? (
                  <Timeline customerId={customer.id} now="" />
                ) : key === "orders" ? (
                  <Orders customerId={customer.id} context={{}} />
                ) : (
                  <CustomerTickets customerId={customer.id} />
                ),
            }))}
          />
        </section>
      </div>
      <TicketDrawer
        open={making}
        close={() => setMaking(false)}
        customer={{ id: customer.id, name: customer.name }}
      />
    </div>
  );
}
