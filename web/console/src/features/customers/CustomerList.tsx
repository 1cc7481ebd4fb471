/** The list: by name, phone, e-mail, order number or tag. */
import { IdcardOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Input, Table, type TableColumnsType, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Customer, Page } from "../../api/types";
import { useCan } from "../../session/session";
import { Face, Tier } from "../../ui/Marks";
import { Blank, Failure, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useFilters } from "../../ui/useFilters";
import { DialLink } from "../phone/DialLink";
import styles from "./Customers.module.css";
import { NewCustomer } from "./NewCustomer";

const PAGE_ROWS = 50;
const TYPING_MS = 300;

function useCustomers(text: string) {
  return useInfiniteQuery({
    queryKey: ["customers", "list", text],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Customer>>("/customers", { text, cursor: pageParam, limit: PAGE_ROWS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export function CustomerList() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useCan("customers.write");
  const [filters, setFilters] = useFilters();
  const [making, setMaking] = useState(false);
  const text = filters.text ?? "";
  const query = useCustomers(text);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const columns = useColumns();
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("customers.title")}</h1>
        <Find text={text} change={(next) => setFilters({ text: next })} />
        <span className={styles.grow} />
        <Tooltip title={may ? undefined : t("customers.may_not")}>
          <Button
            type="primary"
            icon={<PlusOutlined />}
            disabled={!may}
            onClick={() => setMaking(true)}
          >
            {t("customers.new")}
          </Button>
        </Tooltip>
      </header>
      <div className={styles.list}>
        {query.isPending && <Loading rows={12} />}
        {query.isError && !query.data && (
          <Failure error={query.error} retry={() => void query.refetch()} />
        )}
        {query.data && rows.length === 0 && (
          <Blank
            icon={<IdcardOutlined />}
            title={t(text ? "customers.none_found" : "customers.none")}
            hint={t(text ? "customers.none_found_hint" : "customers.none_hint")}
          />
        )}
        {rows.length > 0 && (
          <Table<Customer>
            rowKey="id"
            sticky
            dataSource={rows}
            columns={columns}
            pagination={false}
            rowClassName={styles.row}
            onRow={(row) => ({
              onClick: (event) => {
                if ((event.target as HTMLElement).closest("a")) return;
                void navigate({ to: "/customers/$id", params: { id: row.id } });
              },
            })}
          />
        )}
        {query.hasNextPage && (
          <div className={styles.more}>
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("customers.more")}
            </Button>
          </div>
        )}
      </div>
      <NewCustomer open={making} close={() => setMaking(false)} />
    </div>
  );
}

function Find({ text, change }: { text: string; change: (text: string) => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts a search
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => change(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <search aria-label={t("customers.find")}>
      <Input
        allowClear
        autoFocus
        style={{ width: 360 }}
        prefix={<SearchOutlined />}
        aria-label={t("customers.find")}
        placeholder={t("customers.find")}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </search>
  );
}

function useColumns(): TableColumnsType<Customer> {
  const { t } = useTranslation();
  return [
    {
      title: t("customers.name"),
      key: "name",
      width: 240,
      ellipsis: true,
      render: (_, row) => (
        <Link to="/customers/$id" params={{ id: row.id }} className={styles.who}>
          <Face name={row.name} size={24} />
          <span className={styles.name}>{row.name}</span>
          <Tier tier={row.tier} />
        </Link>
      ),
    },
    {
      title: t("customers.phone"),
      key: "phone",
      width: 160,
      className: "num",
      render: (_, row) => (row.phone ? <DialLink number={row.phone} customer_id={row.id} /> : "–"),
    },
    {
      title: t("customers.email"),
      key: "email",
      width: 220,
      ellipsis: true,
      render: (_, row) => row.email ?? "–",
    },
    {
      title: t("customers.city"),
      key: "city",
      width: 110,
      ellipsis: true,
      render: (_, row) => row.city ?? "–",
    },
    {
      title: t("customers.language"),
      key: "language",
      width: 80,
      render: (_, row) => t(`language_name.${row.language}`, { defaultValue: row.language }),
    },
    {
      title: t("customers.tags"),
      key: "tags",
      ellipsis: true,
      render: (_, row) => row.tags.join(" · ") || <span className="muted">–</span>,
    },
    {
      title: t("customers.updated"),
      key: "updated",
      width: 118,
      render: (_, row) => <Ago at={row.updated_at} />,
    },
  ];
}
