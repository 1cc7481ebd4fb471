/** Queues as rows that keep their place: who waits for how long, who serves, and today's counters. */
import { UnorderedListOutlined, WarningOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Tooltip } from "antd";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import { useTrend } from "../../live/hooks";
import type { QueueRow } from "../../live/protocol";
import { clock, percent } from "../../ui/format";
import { Elapsed } from "../../ui/Time";
import styles from "./Live.module.css";
import { type Figure, filterOf } from "./links";
import { Spark } from "./Spark";
import { ages, shareStanding, useTargets, waitStanding } from "./targets";

interface Props {
  queues: QueueRow[];
  today: string;
  openWaiting: (queueId: string) => void;
}

const EACH_PX = 14; // of the bar, for one who waits; less when the bar is full
const COUNTERS = ["offered", "answered", "abandoned"] as const;

export function QueueTable({ queues, today, openWaiting }: Props) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("live.queues")}>
      <table className={styles.queues}>
        <thead>
          <tr>
            <th scope="col">{t("live.queue")}</th>
            <th scope="col" className={styles.right}>
              {t("live.waiting")}
            </th>
            <th scope="col" className={styles.wide}>
              {t("live.by_age")}
            </th>
            <th scope="col" className={styles.right}>
              {t("live.oldest")}
            </th>
            <th scope="col" className={styles.hour}>
              <Tooltip title={t("live.last_hour_help")}>{t("live.last_hour")}</Tooltip>
            </th>
            <th scope="col" className={styles.right}>
              {t("live.serving")}
            </th>
            <th scope="col" className={styles.right}>
              <Tooltip title={t("live.agents_help")}>{t("live.agents_short")}</Tooltip>
            </th>
            {COUNTERS.map((name) => (
              <th key={name} scope="col" className={styles.right}>
                {t(`live.${name}`)}
              </th>
            ))}
            <th scope="col" className={styles.right}>
              {t("live.service_level")}
            </th>
            <th scope="col" className={styles.right}>
              {t("live.asa")}
            </th>
            <th scope="col" className={styles.right}>
              {t("live.csat")}
            </th>
          </tr>
        </thead>
        <tbody>
          {queues.map((queue) => (
            <Row key={queue.id} queue={queue} today={today} openWaiting={openWaiting} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  queue: QueueRow;
  today: string;
  openWaiting: (queueId: string) => void;
}

function Row({ queue, today, openWaiting }: RowProps) {
  const { t } = useTranslation();
  const names = useNames();
  const name = names(queue.names);
  const { agents, today: done } = queue;
  const told = [t("live.agents_told", { ...agents }), ...occupancyTold(queue, t)].join(" · ");
  const to = (figure: Figure, value: ReactNode) => (
    <Counted figure={figure} queue={queue} today={today}>
      {value}
    </Counted>
  );
  return (
    <tr>
      <th scope="row">
        <span className={styles.queueName}>{name}</span>
        {!queue.open && <span className={styles.closed}>{t("live.closed")}</span>}
      </th>
      <td className={styles.right}>{to("waiting", queue.waiting)}</td>
      <td>
        <span className={styles.ageCell}>
          <AgeBar queue={queue} />
          <Button
            type="text"
            size="small"
            icon={<UnorderedListOutlined />}
            aria-label={t("live.open_waiting", { name })}
            onClick={() => openWaiting(queue.id)}
          />
        </span>
      </td>
      <td className={styles.right}>
        <Oldest queue={queue} />
      </td>
      <td>
        <LastHour queue={queue} />
      </td>
      <td className={styles.right}>{to("in_service", queue.in_service)}</td>
      <td className={`${styles.right} num`}>
        <Tooltip title={told}>
          <span role="img" aria-label={told}>
            <span className={agents.free === 0 && queue.waiting > 0 ? styles.late : ""}>
              {agents.free}
            </span>
            <span className="muted">
              {" "}
              / {agents.ready} / {agents.not_ready}
            </span>
          </span>
        </Tooltip>
      </td>
      {COUNTERS.map((name_) => (
        <td key={name_} className={styles.right}>
          {to(name_, done[name_])}
        </td>
      ))}
      <td className={styles.right}>
        <Level queue={queue}>{to("answered_in_target", percent(done.service_level))}</Level>
      </td>
      <td className={styles.right}>
        {to("answered", done.asa_s === null ? "–" : clock(done.asa_s))}
      </td>
      <td className={styles.right}>{to("rated", percent(done.csat))}</td>
    </tr>
  );
}

interface CountedProps extends Omit<RowProps, "openWaiting"> {
  figure: Figure;
  children: ReactNode;
}

/** A number that opens what it counts; a new value fades in where the old one stood. */
function Counted({ figure, queue, today, children }: CountedProps) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <Link
      to="/interactions"
      search={filterOf(figure, today, queue.id)}
      className={`num ${styles.number}`}
      aria-label={`${names(queue.names)} · ${t(`live.figure_of.${figure}`)}: ${String(children)}`}
    >
      <span key={String(children)}>{children}</span>
    </Link>
  );
}

function Level({ queue, children }: { queue: QueueRow; children: ReactNode }) {
  const targets = useTargets();
  const standing = shareStanding(queue.today.service_level, targets.service_level, "higher");
  return (
    <span className={standing ? styles[standing] : ""}>
      {standing === "late" && <WarningOutlined />} {children}
    </span>
  );
}

function Oldest({ queue }: { queue: QueueRow }) {
  const { t } = useTranslation();
  const now = useNow();
  if (!queue.oldest_at) return <span className="muted">–</span>;
  const waited = (now - Date.parse(queue.oldest_at)) / 1000;
  const standing = waitStanding(waited, queue.service_level_s);
  return (
    <span className={styles[standing]}>
      {standing === "late" && <WarningOutlined role="img" aria-label={t("live.standing.late")} />}{" "}
      <Elapsed since={queue.oldest_at} />
    </span>
  );
}

/** The last hour minute by minute, up to who waits now. */
function LastHour({ queue }: { queue: QueueRow }) {
  const { t } = useTranslation();
  const trend = useTrend(queue.id);
  if (!trend) return <span className="muted">–</span>;
  const waiting = [...trend.waiting, queue.waiting];
  const offered = trend.offered.reduce((sum, each) => sum + each, 0);
  const told = t("live.last_hour_told", { offered, most: Math.max(...waiting) });
  return (
    <Tooltip title={told}>
      <span role="img" aria-label={told} className={styles.hourLine}>
        <Spark values={waiting} bars={trend.offered} />
      </span>
    </Tooltip>
  );
}

/** How busy its agents are, and how evenly (A26). */
function occupancyTold(queue: QueueRow, t: TFunction): string[] {
  const { occupancy, occupancy_spread: spread } = queue;
  if (typeof occupancy !== "number") return [];
  const values = { occupancy: percent(occupancy), spread: percent(spread ?? 0) };
  return [t("live.occupancy_told", values)];
}

/** Everybody who waits, green, amber or red by the queue's target; the late ones also counted in words. */
function AgeBar({ queue }: { queue: QueueRow }) {
  const { t } = useTranslation();
  const now = useNow();
  const since = queue.waiting_since ?? (queue.oldest_at ? [queue.oldest_at] : []);
  const counts = ages(since, queue.service_level_s, now);
  if (queue.waiting === 0) return <span className={styles.ageNone}>{t("live.nobody")}</span>;
  return (
    <Tooltip title={t("live.ages_told", { ...counts, target: clock(queue.service_level_s) })}>
      <span className={styles.ages}>
        <span className={styles.bar}>
          {(["late", "near", "good"] as const).map((standing) => (
            <span
              key={standing}
              className={styles[`bar_${standing}`]}
              style={{ flexBasis: counts[standing] * EACH_PX }}
            />
          ))}
        </span>
        <span className={`num ${styles.ageText} ${counts.late ? styles.late : ""}`}>
          {counts.late > 0 && (
            <>
              <WarningOutlined /> {t("live.late", { count: counts.late })}
            </>
          )}
        </span>
      </span>
    </Tooltip>
  );
}
