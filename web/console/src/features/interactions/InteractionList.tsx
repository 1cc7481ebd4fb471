/** The list: filters in the address, the total beside them, pages added at the end. */
import { ReloadOutlined, SearchOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { InteractionRow, Page } from "../../api/types";
import { Blank, Failure, Loading } from "../../ui/State";
import { useFilters } from "../../ui/useFilters";
import { useInteractions } from "./api";
import { FilterBar } from "./FilterBar";
import { NAMES, queryOf } from "./filter";
import styles from "./Interactions.module.css";
import { InteractionTable } from "./InteractionTable";

export function InteractionList() {
  const { t } = useTranslation();
  const [filters, setFilters] = useFilters();
  const query = useInteractions(queryOf(filters));
  const pages = query.data?.pages ?? [];
  const rows = pages.flatMap((page: Page<InteractionRow>) => page.items);
  const total = pages[0]?.total;
  const filtered = NAMES.some((name) => filters[name]);
  const clear = () => setFilters(Object.fromEntries(NAMES.map((name) => [name, undefined])));
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("interactions.title")}</h1>
        <span className="muted num" role="status">
          {total !== undefined && t("interactions.total", { count: total })}
        </span>
        <span className={styles.grow} />
        <Tooltip title={t("interactions.refresh")}>
          <Button
            icon={<ReloadOutlined />}
            aria-label={t("interactions.refresh")}
            loading={query.isRefetching}
            onClick={() => void query.refetch()}
          />
        </Tooltip>
      </header>
      <FilterBar filters={filters} change={setFilters} clear={filtered ? clear : undefined} />
      <div className={styles.list}>
        {query.isPending && <Loading rows={12} />}
        {query.isError && !query.data && (
          <Failure error={query.error} retry={() => void query.refetch()} />
        )}
        {query.data && rows.length === 0 && (
          <Blank
            icon={<SearchOutlined />}
            title={t(filtered ? "interactions.none_found" : "interactions.none")}
            hint={t(filtered ? "interactions.none_found_hint" : "interactions.none_hint")}
            action={filtered && <Button onClick={clear}>{t("interactions.clear")}</Button>}
          />
        )}
        {rows.length > 0 && <InteractionTable rows={rows} />}
        {query.hasNextPage && (
          <div className={styles.more}>
            <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("interactions.more", { shown: rows.length, total: total ?? "…" })}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
