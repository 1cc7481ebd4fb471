/** What is off target now: which queue, what, since when, and the interactions behind it. */
import {
  CaretDownOutlined,
  CaretUpOutlined,
  CheckCircleOutlined,
  ClockCircleOutlined,
  FallOutlined,
  LogoutOutlined,
  UserDeleteOutlined,
} from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage, useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import { useAlerts } from "../../live/hooks";
import type { AlertRow, QueueRow } from "../../live/protocol";
import { clock, fullTime, percent } from "../../ui/format";
import styles from "./Live.module.css";
import { behind } from "./links";
import { type By, type Order, ordered, turned } from "./ordered";
import { Since } from "./Since";

const ICONS: Record<AlertRow["kind"], ReactNode> = {
  oldest_wait: <ClockCircleOutlined />,
  nobody_ready: <UserDeleteOutlined />,
  service_level: <FallOutlined />,
  abandonment: <LogoutOutlined />,
};

const COLUMNS: readonly By[] = ["queue", "kind", "since"];

export function Alerts({ queues }: { queues: QueueRow[] }) {
  const { t } = useTranslation();
  const names = useNames();
  const language = useLanguage();
  const alerts = useAlerts();
  const [order, setOrder] = useState<Order>({ by: "since", down: false });
  const byId = new Map(queues.map((queue) => [queue.id, queue]));
  const nameOf = (id: string) => names(byId.get(id)?.names ?? {}) || id;
  return (
    <section className={styles.side} aria-label={t("live.alerts.title")}>
      <h2>
        {t("live.alerts.title")}{" "}
        <span role="status" className={alerts.length ? styles.late : "muted"}>
          {t("live.alerts.count", { count: alerts.length })}
        </span>
      </h2>
      {alerts.length === 0 ? (
        <p className={styles.calm}>
          <CheckCircleOutlined className={styles.good} /> {t("live.alerts.none")}
        </p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.alerts}>
            <Columns order={order} sort={(by) => setOrder((now) => turned(now, by))} />
            <tbody>
              {ordered(alerts, order, nameOf, language).map((alert) => (
                <Row
                  key={alert.id}
                  alert={alert}
                  name={nameOf(alert.queue)}
                  queue={byId.get(alert.queue)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Columns({ order, sort }: { order: Order; sort: (by: By) => void }) {
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        {COLUMNS.map((by) => {
          const sorted = order.by === by;
          return (
            <th
              key={by}
              scope="col"
              aria-sort={sorted ? (order.down ? "descending" : "ascending") : "none"}
            >
              <button type="button" className={styles.sort} onClick={() => sort(by)}>
                {t(`live.alerts.${by}`)}
                {sorted && (order.down ? <CaretDownOutlined /> : <CaretUpOutlined />)}
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Row({ alert, name, queue }: { alert: AlertRow; name: string; queue?: QueueRow }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row" title={name}>
        {name}
      </th>
      <td>
        <Link to="/interactions" search={behind(alert)} className={styles.what}>
          <span className={styles.late}>
            {ICONS[alert.kind]} {t(`live.alerts.${alert.kind}`)}
          </span>
          <span className={`num ${styles.detail}`}>
            <Detail alert={alert} queue={queue} />
          </span>
        </Link>
      </td>
      <td>
        <Begun alert={alert} />
      </td>
    </tr>
  );
}

function Detail({ alert, queue }: { alert: AlertRow; queue?: QueueRow }) {
  const { t } = useTranslation();
  const now = useNow();
  const { kind, value, target, counted } = alert;
  if (kind === "nobody_ready") return t("live.alerts.waiting", { count: queue?.waiting ?? 0 });
  if (kind === "oldest_wait") {
    const oldest = queue?.oldest_at ? (now - Date.parse(queue.oldest_at)) / 1000 : (target ?? 0);
    return t("live.alerts.beside_most", { value: clock(oldest), target: clock(target ?? 0) });
  }
  const beside = kind === "abandonment" ? "beside_most" : "beside_least";
  const shares = { value: percent(value), target: percent(target) };
  return (
    <>
      <span>{t(`live.alerts.${beside}`, shares)}</span>{" "}
      <span>{t(`live.alerts.${kind}_counted`, { count: counted ?? 0 })}</span>
    </>
  );
}

function Begun({ alert }: { alert: AlertRow }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (!alert.since) return <span className="num">{t("live.alerts.over_an_hour")}</span>;
  return (
    <span title={fullTime(alert.since, language)}>
      <Since at={alert.since} />
    </span>
  );
}
