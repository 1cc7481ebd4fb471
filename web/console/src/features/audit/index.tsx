/** The audit: who changed, read, heard or took away what, when and from where. */
import { AuditOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Select, Table, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { Page } from "../../api/types";
import { useLanguage, useNames } from "../../i18n";
import { useCan } from "../../session/session";
import { fullTime } from "../../ui/format";
import { Blank, Failure, Loading } from "../../ui/State";
import { useFilters } from "../../ui/useFilters";
import { Between } from "../calls/Between";
import { useAgentOptions } from "../interactions/nouns";
import styles from "./Audit.module.css";
import { ACTIONS, type AuditRow, deedOf, KINDS, queryOf } from "./deed";

const PAGE_ROWS = 50;

export default function Audit() {
  const { t } = useTranslation();
  const may = useCan("audit.read");
  const [filters, setFilters] = useFilters();
  const query = queryOf(filters);
  const entries = useInfiniteQuery({
    queryKey: ["audit", query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<AuditRow>>("/audit", { ...query, cursor: pageParam, limit: PAGE_ROWS }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    enabled: may,
  });
  const columns = useColumns();
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? [];
  if (!may) return <Blank icon={<AuditOutlined />} title={t("audit.may_not")} />;
  return (
    <div className={styles.page}>
      <h1>{t("audit.title")}</h1>
      <p className="muted">{t("audit.line")}</p>
      <FilterBar filters={filters} setFilters={setFilters} />
      {entries.isPending ? (
        <Loading rows={10} />
      ) : entries.error && rows.length === 0 ? (
        <Failure error={entries.error} retry={() => void entries.refetch()} />
      ) : rows.length === 0 ? (
        <Blank icon={<AuditOutlined />} title={t("audit.none")} hint={t("audit.none_hint")} />
      ) : (
        <>
          <Table<AuditRow>
            size="small"
            rowKey="seq"
            columns={columns}
            dataSource={rows}
            pagination={false}
            scroll={{ x: 960 }}
          />
          {entries.hasNextPage && (
            <Button
              className={styles.more}
              loading={entries.isFetchingNextPage}
              onClick={() => void entries.fetchNextPage()}
            >
              {t("common.more")}
            </Button>
          )}
        </>
      )}
    </div>
  );
}

type FilterProps = {
  filters: ReturnType<typeof useFilters>[0];
  setFilters: ReturnType<typeof useFilters>[1];
};

function FilterBar({ filters, setFilters }: FilterProps) {
  const { t } = useTranslation();
  const people = useAgentOptions();
  return (
    <div className={styles.filters}>
      <Between />
      <Select
        className={styles.choice}
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("audit.by")}
        aria-label={t("audit.by")}
        value={filters.by}
        options={people}
        onChange={(by?: string) => setFilters({ by })}
      />
      <Select
        className={styles.choice}
        allowClear
        placeholder={t("audit.record")}
        aria-label={t("audit.record")}
        value={filters.kind}
        options={KINDS.map((value) => ({ value, label: t(`audit.kind.${value}`) }))}
        onChange={(kind?: string) => setFilters({ kind })}
      />
      <Select
        className={styles.choice}
        allowClear
        placeholder={t("audit.did")}
        aria-label={t("audit.did")}
        value={filters.action}
        options={ACTIONS.map((value) => ({ value, label: t(`audit.deed.${value}`) }))}
        onChange={(action?: string) => setFilters({ action })}
      />
      {filters.interaction_id && (
        <Button onClick={() => setFilters({ interaction_id: undefined })}>
          {t("audit.one_interaction")} ×
        </Button>
      )}
    </div>
  );
}

function useColumns(): TableColumnsType<AuditRow> {
  const { t } = useTranslation();
  const language = useLanguage();
  return [
    {
      title: t("audit.at"),
      key: "at",
      width: 170,
      className: "num",
      render: (_, row) => <time dateTime={row.at}>{fullTime(row.at, language)}</time>,
    },
    {
      title: t("audit.by"),
      key: "by",
      width: 130,
      ellipsis: true,
      render: (_, row) => row.by_name ?? t("audit.system"),
    },
    {
      title: t("audit.did"),
      key: "did",
      width: 110,
      render: (_, row) => t(`audit.deed.${deedOf(row)}`, { defaultValue: row.action }),
    },
    { title: t("audit.record"), key: "record", width: 240, render: (_, row) => <What row={row} /> },
    {
      title: t("audit.fields"),
      key: "fields",
      ellipsis: true,
      render: (_, row) => row.fields.join(", ") || "–",
    },
    {
      title: t("audit.ip"),
      key: "ip",
      width: 140,
      className: "num",
      render: (_, row) => row.ip || "–",
    },
  ];
}

/** The record, as a way to it where there is one. */
function What({ row }: { row: AuditRow }) {
  const { t } = useTranslation();
  const names = useNames();
  const kind = t(`audit.kind.${row.kind}`, { defaultValue: row.kind });
  if (row.interaction_id) {
    return (
      <Link to="/interactions/$id" params={{ id: row.interaction_id }}>
        {kind}
      </Link>
    );
  }
  if (row.kind === "customer") {
    return (
      <Link to="/customers/$id" params={{ id: row.record_id }}>
        {kind}
      </Link>
    );
  }
  return (
    <>
      {kind} {names(row.record_names)}
    </>
  );
}
