/** The designed states of a place: nothing there, failed, loading. */
import { ReloadOutlined, WarningOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../api/problem";
import styles from "./State.module.css";

interface BlankProps {
  icon?: ReactNode;
  title: ReactNode;
  /** What to do next, in one sentence. */
  hint?: ReactNode;
  action?: ReactNode;
}

export function Blank({ icon, title, hint, action }: BlankProps) {
  return (
    <div className={styles.state}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <div className={styles.title}>{title}</div>
      {hint && <div className={styles.hint}>{hint}</div>}
      {action}
    </div>
  );
}

export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.state} role="alert">
      <div className={`${styles.icon} ${styles.bad}`}>
        <WarningOutlined />
      </div>
      <div className={styles.title}>{problemText(t, error)}</div>
      {retry && (
        <Button icon={<ReloadOutlined />} onClick={retry}>
          {t("common.retry")}
        </Button>
      )}
    </div>
  );
}

/** Grey lines where text will be, so that nothing moves when it comes. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className={styles.loading} role="status" aria-label={t("common.loading")}>
      <Skeleton active title={false} paragraph={{ rows }} />
    </div>
  );
}

interface LoadedProps<T> {
  query: { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  rows?: number;
  children: (data: T) => ReactNode;
}

/** A read in its three states; stale data stays on screen while it is read again. */
export function Loaded<T>({ query, rows, children }: LoadedProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <Loading rows={rows} />;
  return <Failure error={query.error} retry={() => query.refetch()} />;
}
