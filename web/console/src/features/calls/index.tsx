/** Call detail records: one row a leg, filtered in the address, exported as it is shown. */
import { DownloadOutlined, PhoneOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Select, Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api, url } from "../../api/client";
import type { Page } from "../../api/types";
import { clock } from "../../ui/format";
import { Blank, Failure, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useFilters } from "../../ui/useFilters";
import { useAgentOptions } from "../interactions/nouns";
import { DialLink } from "../phone/DialLink";
import { Between } from "./Between";
import styles from "./Calls.module.css";
import { type LegRecord, queryOf, ROLES } from "./filter";

const PAGE_ROWS = 50;

export default function Calls() {
  const { t } = useTranslation();
  const [filters, setFilters] = useFilters();
  const query = queryOf(filters);
  const legs = useInfiniteQuery({
    queryKey: ["calls", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<LegRecord>>("/calls", { ...query, cursor: pageParam, limit: PAGE_ROWS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = legs.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.keys(query).length > 0;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("calls.title")}</h1>
        <span className={styles.grow} />
        <Button icon={<DownloadOutlined />} href={url("/calls/export", query)} download="calls.csv">
          {t("calls.export")}
        </Button>
      </header>
      <Filters />
      {legs.isPending ? (
        <Loading rows={10} />
      ) : legs.error && rows.length === 0 ? (
        <Failure error={legs.error} retry={() => void legs.refetch()} />
      ) : rows.length === 0 ? (
        <Blank
          icon={<PhoneOutlined />}
          title={t(filtered ? "calls.none_such" : "calls.none")}
          hint={t(filtered ? "calls.none_such_hint" : "calls.none_hint")}
          action={
            filtered ? (
              <Button
                onClick={() =>
                  setFilters(
                    Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])),
                  )
                }
              >
                {t("calls.clear")}
              </Button>
            ) : undefined
          }
        />
      ) : (
        <>
          <Table<LegRecord>
            size="small"
            rowKey="id"
            columns={columnsOf(t)}
            dataSource={rows}
            pagination={false}
            scroll={{ x: 1040 }}
          />
          {legs.hasNextPage && (
            <Button
              className={styles.more}
              loading={legs.isFetchingNextPage}
              onClick={() => void legs.fetchNextPage()}
            >
              {t("common.more")}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Filters() {
  const { t } = useTranslation();
  const [filters, setFilters] = useFilters();
  const agents = useAgentOptions();
  return (
    <div className={styles.filters}>
      <Between />
      <Input.Search
        className={styles.number}
        allowClear
        placeholder={t("calls.number")}
        aria-label={t("calls.number")}
        defaultValue={filters.number}
        onSearch={(number) => setFilters({ number: number.trim() || undefined })}
      />
      <Select
        className={styles.choice}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("calls.agent")}
        aria-label={t("calls.agent")}
        value={filters.agent_id}
        options={agents}
        onChange={(agent_id?: string) => setFilters({ agent_id })}
      />
      <Select
        className={styles.choice}
        allowClear
        placeholder={t("calls.role_label")}
        aria-label={t("calls.role_label")}
        value={filters.role}
        options={ROLES.map((value) => ({ value, label: t(`calls.role.${value}`) }))}
        onChange={(role?: string) => setFilters({ role })}
      />
      <Select
        className={styles.choice}
        allowClear
        placeholder={t("calls.direction_label")}
        aria-label={t("calls.direction_label")}
        value={filters.direction}
        options={["in", "out"].map((value) => ({ value, label: t(`calls.direction.${value}`) }))}
        onChange={(direction?: string) => setFilters({ direction })}
      />
      {filters.interaction_id && (
        <Button onClick={() => setFilters({ interaction_id: undefined })}>
          {t("calls.one_interaction")} ×
        </Button>
      )}
    </div>
  );
}

function columnsOf(t: (key: string) => string): TableColumnsType<LegRecord> {
  const seconds = (value: number | null) => (value === null ? "–" : clock(value));
  return [
    {
      title: t("calls.started"),
      key: "started",
      width: 120,
      render: (_, row) => (
        <Link to="/interactions/$id" params={{ id: row.interaction_id }}>
          <Ago at={row.started_at} />
        </Link>
      ),
    },
    {
      title: t("calls.direction_label"),
      key: "direction",
      width: 80,
      render: (_, row) => t(`calls.direction.${row.direction}`),
    },
    {
      title: t("calls.role_label"),
      key: "role",
      width: 90,
      render: (_, row) => t(`calls.role.${row.role}`),
    },
    {
      title: t("calls.number"),
      key: "number",
      width: 180,
      className: "num",
      render: (_, row) => (row.number ? <DialLink number={row.number} /> : "–"),
    },
    {
      title: t("calls.agent"),
      key: "agent",
      width: 120,
      ellipsis: true,
      render: (_, row) => row.agent_name ?? "–",
    },
    {
      title: t("calls.trunk"),
      key: "trunk",
      width: 120,
      ellipsis: true,
      render: (_, row) => row.trunk_name ?? "–",
    },
    {
      title: t("calls.rang"),
      key: "rang",
      width: 90,
      className: "num",
      render: (_, row) => seconds(ringS(row)),
    },
    {
      title: t("calls.talked"),
      key: "talked",
      width: 90,
      className: "num",
      render: (_, row) => seconds(row.talk_s),
    },
    {
      title: t("calls.cause_label"),
      key: "cause",
      width: 150,
      render: (_, row) => (
        <span className={row.cause && row.cause !== "normal" ? styles.odd : undefined}>
          {row.cause ? t(`calls.cause.${row.cause}`) : t("calls.running")}
          {row.code !== null && <span className="muted num"> {row.code}</span>}
        </span>
      ),
    },
  ];
}

/** From its start to being up, or to its end. */
function ringS(row: LegRecord): number | null {
  const to = row.answered_at ?? row.ended_at;
  return to ? (Date.parse(to) - Date.parse(row.started_at)) / 1000 : null;
}
