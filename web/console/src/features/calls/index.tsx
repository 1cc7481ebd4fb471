/** Call detail records: a row a call or a leg, filtered in the address, exported as it is shown. */
import { DownloadOutlined, PhoneOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Segmented, Select, Table } from "antd";
import { useTranslation } from "react-i18next";
import { api, url } from "../../api/client";
import type { Page } from "../../api/types";
import { useNames } from "../../i18n";
import { Blank, Failure, Loading } from "../../ui/State";
import { useFilters } from "../../ui/useFilters";
import { useAgentOptions } from "../interactions/nouns";
import { Between } from "./Between";
import styles from "./Calls.module.css";
import { callColumns } from "./callColumns";
import { type CallRecord, type LegRecord, queryOf, ROLES, viewOf } from "./filter";
import { legColumns } from "./legColumns";

const PAGE_ROWS = 50;

export default function Calls() {
  const { t } = useTranslation();
  const [filters, setFilters] = useFilters();
  const names = useNames();
  const view = viewOf(filters);
  const path = view === "legs" ? "/calls" : "/call-records";
  const query = queryOf(filters);
  const records = useInfiniteQuery({
    queryKey: [path, query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<CallRecord | LegRecord>>(
        path,
        { ...query, cursor: pageParam, limit: PAGE_ROWS },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = records.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.keys(query).length > 0;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("calls.title")}</h1>
        <span className={styles.grow} />
        <Segmented
          aria-label={t("calls.view_label")}
          value={view}
          options={(["calls", "legs"] as const).map((value) => ({
            value,
            label: t(`calls.view.${value}`),
          }))}
          onChange={(next) => setFilters({ view: next, role: undefined })}
        />
        <Button
          icon={<DownloadOutlined />}
          href={url(`${path}/export`, query)}
          download={`${view}.csv`}
        >
          {t("calls.export")}
        </Button>
      </header>
      <Filters />
      {records.isPending ? (
        <Loading rows={10} />
      ) : records.error && rows.length === 0 ? (
        <Failure error={records.error} retry={() => void records.refetch()} />
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
                    Object.fromEntries(Object.keys(query).map((name) => [name, undefined])),
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
          {view === "legs" ? (
            <Table<LegRecord>
              size="small"
              rowKey={(row) => `${row.interaction_id} ${row.id}`}
              columns={legColumns(t)}
              dataSource={rows as LegRecord[]}
              pagination={false}
              scroll={{ x: 1040 }}
            />
          ) : (
            <Table<CallRecord>
              size="small"
              rowKey="interaction_id"
              columns={callColumns(t, names)}
              dataSource={rows as CallRecord[]}
              pagination={false}
              scroll={{ x: 1100 }}
            />
          )}
          {records.hasNextPage && (
            <Button
              className={styles.more}
              loading={records.isFetchingNextPage}
              onClick={() => void records.fetchNextPage()}
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
      {viewOf(filters) === "legs" && (
        <Select
          className={styles.choice}
          allowClear
          placeholder={t("calls.role_label")}
          aria-label={t("calls.role_label")}
          value={filters.role}
          options={ROLES.map((value) => ({ value, label: t(`calls.role.${value}`) }))}
          onChange={(role?: string) => setFilters({ role })}
        />
      )}
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
