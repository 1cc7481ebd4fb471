/** The list: views, filters in the address, edits in place, many at once. */
import { InboxOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Input, Select, Table, type TableColumnsType, Tabs, Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "../../api/types";
import { useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import { useCan, useMe } from "../../session/session";
import { Blank, Failure, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { type Filters, useFilters } from "../../ui/useFilters";
import { useAgentOptions, useQueueOptions } from "../interactions/nouns";
import { useTickets } from "./api";
import { BulkBar } from "./BulkBar";
import { AssigneeCell, PriorityCell, StatusCell } from "./cells";
import { Due } from "./marks";
import { TicketDrawer } from "./TicketDrawer";
import styles from "./Tickets.module.css";
import { queryOf, VIEWS, viewOf } from "./views";

const TYPING_MS = 300;
const MINUTE_MS = 60_000;

export function TicketList() {
  const { t } = useTranslation();
  const me = useMe();
  const may = useCan("tickets.write");
  const [filters, setFilters] = useFilters();
  const [making, setMaking] = useState(false);
  const minute = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const query = useTickets(queryOf(filters, me.account.id, minute));
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("tickets.title")}</h1>
        <Tabs
          className={styles.views}
          activeKey={viewOf(filters)}
          items={VIEWS.map((view) => ({ key: view, label: t(`tickets.view.${view}`) }))}
          onChange={(view) => setFilters({ view })}
        />
        <Tooltip title={may ? undefined : t("tickets.may_not")}>
          <Button
            type="primary"
            icon={<PlusOutlined />}
            disabled={!may}
            onClick={() => setMaking(true)}
          >
            {t("tickets.new")}
          </Button>
        </Tooltip>
      </header>
      <FilterBar filters={filters} change={setFilters} />
      <div className={styles.list}>
        {query.isPending && <Loading rows={12} />}
        {query.isError && !query.data && (
          <Failure error={query.error} retry={() => void query.refetch()} />
        )}
        {query.data && rows.length === 0 && (
          <Blank
            icon={<InboxOutlined />}
            title={t(`tickets.none_${viewOf(filters)}`)}
            hint={t("tickets.none_hint")}
          />
        )}
        {rows.length > 0 && <Rows rows={rows} />}
        {query.hasNextPage && (
          <div className={styles.more}>
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("tickets.more")}
            </Button>
          </div>
        )}
      </div>
      <TicketDrawer open={making} close={() => setMaking(false)} />
    </div>
  );
}

interface FilterProps {
  filters: Filters;
  change: (changes: Filters) => void;
}

function FilterBar({ filters, change }: FilterProps) {
  const { t } = useTranslation();
  const queues = useQueueOptions();
  const agents = useAgentOptions();
  const fixed = ["mine", "unassigned"].includes(viewOf(filters));
  const [text, setText] = useState(filters.text ?? "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts a search
  useEffect(() => {
    if (text === (filters.text ?? "")) return;
    const timer = setTimeout(() => change({ text }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <search className={styles.filters} aria-label={t("tickets.filter")}>
      <Input
        allowClear
        prefix={<SearchOutlined />}
        style={{ width: 260 }}
        aria-label={t("tickets.find")}
        placeholder={t("tickets.find")}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select
        allowClear
        style={{ width: 150 }}
        aria-label={t("tickets.queue")}
        placeholder={t("tickets.queue")}
        value={filters.queue}
        options={queues}
        onChange={(queue?: string) => change({ queue })}
      />
      <Tooltip title={fixed ? t("tickets.view_fixes_assignee") : undefined}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          style={{ width: 150 }}
          aria-label={t("tickets.assignee")}
          placeholder={t("tickets.assignee")}
          disabled={fixed}
          value={fixed ? undefined : filters.assignee}
          options={agents}
          onChange={(assignee?: string) => change({ assignee })}
        />
      </Tooltip>
      {filters.customer_id && (
        <Button onClick={() => change({ customer_id: undefined })}>
          {t("tickets.one_customer")} ×
        </Button>
      )}
    </search>
  );
}

function Rows({ rows }: { rows: Ticket[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useCan("tickets.write");
  const columns = useColumns();
  const [selected, setSelected] = useState<string[]>([]);
  const chosen = rows.filter((row) => selected.includes(row.id));
  return (
    <>
      <Table<Ticket>
        rowKey="id"
        sticky
        dataSource={rows}
        columns={columns}
        pagination={false}
        rowClassName={styles.row}
        rowSelection={
          may
            ? {
                selectedRowKeys: selected,
                columnWidth: 36,
                hideSelectAll: true, // in the bar below: antd would repeat the box, unseen but focusable
                getCheckboxProps: (row) => ({
                  "aria-label": t("tickets.select", { number: row.number }),
                }),
                onChange: (keys) => setSelected(keys.map(String)),
              }
            : undefined
        }
        onRow={(row) => ({
          onClick: (event) => {
            const place = event.target as HTMLElement;
            if (place.closest("a, button, input, label, .ant-table-selection-column")) return;
            void navigate({ to: "/tickets/$id", params: { id: row.id } });
          },
        })}
      />
      <BulkBar
        tickets={chosen}
        of={rows.length}
        all={() => setSelected(rows.map((row) => row.id))}
        clear={() => setSelected([])}
      />
    </>
  );
}

function useColumns(): TableColumnsType<Ticket> {
  const { t } = useTranslation();
  const names = useNames();
  return [
    {
      title: t("tickets.number"),
      key: "number",
      width: 76,
      className: "num",
      render: (_, row) => (
        <Link to="/tickets/$id" params={{ id: row.id }}>
          #{row.number}
        </Link>
      ),
    },
    {
      title: t("tickets.subject"),
      key: "subject",
      ellipsis: true,
      render: (_, row) => (
        <span>
          <span className={styles.kind}>
            {t(`ticket_kind.${row.kind}`, { defaultValue: row.kind })}
          </span>
          {row.subject}
        </span>
      ),
    },
    {
      title: t("tickets.status"),
      key: "status",
      width: 116,
      render: (_, row) => <StatusCell ticket={row} />,
    },
    {
      title: t("tickets.priority"),
      key: "priority",
      width: 108,
      render: (_, row) => <PriorityCell ticket={row} />,
    },
    {
      title: t("tickets.assignee"),
      key: "assignee",
      width: 132,
      render: (_, row) => <AssigneeCell ticket={row} />,
    },
    {
      title: t("tickets.customer"),
      key: "customer",
      width: 120,
      ellipsis: true,
      render: (_, row) =>
        row.customer_id ? (
          <Link to="/customers/$id" params={{ id: row.customer_id }}>
            {row.customer_name ?? row.customer_id}
          </Link>
        ) : (
          "–"
        ),
    },
    {
      title: t("tickets.queue"),
      key: "queue",
      width: 104,
      ellipsis: true,
      render: (_, row) => names(row.queue_names) || "–",
    },
    {
      title: t("tickets.due"),
      key: "due",
      width: 132,
      render: (_, row) => <Due ticket={row} />,
    },
    {
      title: t("tickets.updated"),
      key: "updated",
      width: 112,
      render: (_, row) => <Ago at={row.updated_at} />,
    },
  ];
}
