/** Today in six figures, each with its target, its last half hour, and the interactions behind it. */
import { CheckCircleOutlined, ExclamationCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../live/clock";
import type { QueueRow, Totals } from "../../live/protocol";
import { clock, percent } from "../../ui/format";
import { type Sample, useHistory } from "./history";
import styles from "./Live.module.css";
import { type Figure, filterOf } from "./links";
import { Spark } from "./Spark";
import {
  oldestS,
  type Standing,
  shareStanding,
  tightestTarget,
  useTargets,
  waitStanding,
} from "./targets";

const FINE_BELOW = 0.1; // of a small share a tenth of a percent matters; a large one fits the wall

export const ICONS: Record<Standing, ReactNode> = {
  good: <CheckCircleOutlined />,
  near: <ExclamationCircleOutlined />,
  late: <WarningOutlined />,
};

export interface Told {
  name: keyof Sample;
  link: Figure;
  value: string;
  target: string;
  standing: Standing | null;
  band?: { from: number; to: number };
}

/** The six figures as words and standings; `now` in ms of the server's clock. */
export function useFigures(totals: Totals, queues: QueueRow[], now: number): Told[] {
  const { t } = useTranslation();
  const targets = useTargets();
  const targetS = tightestTarget(queues);
  const oldest = oldestS(totals, now);
  const seconds = (value: number | null) => (value === null ? "–" : clock(value));
  return [
    {
      name: "waiting",
      link: "waiting",
      value: String(totals.waiting),
      target: t("live.in_service", { count: totals.in_service }),
      standing: null,
    },
    {
      name: "oldest",
      link: "waiting",
      value: seconds(oldest),
      target: t("live.at_most", { value: clock(targetS) }),
      standing: oldest === null ? "good" : waitStanding(oldest, targetS),
      band: { from: 0, to: targetS },
    },
    {
      name: "service_level",
      link: "answered_in_target",
      value: percent(totals.service_level),
      target: t("live.at_least", { value: percent(targets.service_level) }),
      standing: shareStanding(totals.service_level, targets.service_level, "higher"),
      band: { from: targets.service_level, to: 1 },
    },
    {
      name: "asa_s",
      link: "answered",
      value: seconds(totals.asa_s),
      target: t("live.at_most", { value: clock(targetS) }),
      standing: totals.asa_s === null ? null : waitStanding(totals.asa_s, targetS),
      band: { from: 0, to: targetS },
    },
    {
      name: "abandonment",
      link: "abandoned",
      value: percent(totals.abandonment, (totals.abandonment ?? 0) < FINE_BELOW ? 1 : 0),
      target: t("live.at_most", { value: percent(targets.abandonment) }),
      standing: shareStanding(totals.abandonment, targets.abandonment, "lower"),
      band: { from: 0, to: targets.abandonment },
    },
    {
      name: "csat",
      link: "rated",
      value: percent(totals.csat),
      target: t("live.at_least", { value: percent(targets.csat) }),
      standing: shareStanding(totals.csat, targets.csat, "higher"),
      band: { from: targets.csat, to: 1 },
    },
  ];
}

interface Props {
  totals: Totals;
  queues: QueueRow[];
  today: string;
}

export function Figures({ totals, queues, today }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const samples = useHistory((history) => history.samples);
  const figures = useFigures(totals, queues, now);
  return (
    <section className={styles.figures} aria-label={t("live.today")}>
      {figures.map((figure) => (
        <Tooltip
          key={figure.name}
          title={t(`live.figure.${figure.name}_help`)}
          mouseEnterDelay={0.5}
        >
          <Link to="/interactions" search={filterOf(figure.link, today)} className={styles.figure}>
            <span className={styles.label}>{t(`live.figure.${figure.name}`)}</span>
            <strong className={`num ${figure.standing ? styles[figure.standing] : ""}`}>
              {figure.value}
            </strong>
            <span className={styles.target}>
              {figure.standing && (
                <span className={styles[figure.standing]}>
                  {ICONS[figure.standing]} {t(`live.standing.${figure.standing}`)}
                </span>
              )}
              <span className="num">{figure.target}</span>
            </span>
            <Spark values={samples.map((sample) => sample[figure.name])} band={figure.band} />
          </Link>
        </Tooltip>
      ))}
    </section>
  );
}
