/** Who had it in which state over time: one line for each queue and agent, messages as ticks. */
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { JournalRow } from "../../api/types";
import { useLanguage } from "../../i18n";
import { useNow } from "../../live/clock";
import { clock } from "../../ui/format";
import styles from "./LaneChart.module.css";
import { type Chart, chart, type Lane, type LaneState, type Segment } from "./lanes";
import { legNames } from "./legs";
import { timeOfDay, usePen } from "./usePen";

const TICKS = 6;
const LEAST_MS = 10_000; // a chart is never shorter: two instants would be one
const STATES: LaneState[] = [
  "queued",
  "away",
  "offered",
  "connected",
  "wrap_up",
  "consult",
  "monitor",
  "flow",
  "scheduled",
  "dialling",
  "ringing",
  "talk",
  "held",
  "music",
  "alone",
  "aside",
  "listen",
  "whisper",
  "recorded",
];

interface Props {
  events: JournalRow[];
  /** Whose leg the customer's is. */
  customer: string;
}

export function LaneChart({ events, customer }: Props) {
  const drawn = chart(events);
  if (!drawn || drawn.lanes.length === 0) return null;
  return drawn.live ? (
    <Live drawn={drawn} events={events} customer={customer} />
  ) : (
    <Fixed drawn={drawn} to={drawn.to} events={events} customer={customer} />
  );
}

function Live({ drawn, ...props }: Props & { drawn: Chart }) {
  const now = useNow();
  return <Fixed drawn={drawn} to={Math.max(drawn.to, now)} {...props} />;
}

interface FixedProps extends Props {
  drawn: Chart;
  to: number;
}

function Fixed({ drawn, to, events, customer }: FixedProps) {
  const { t } = useTranslation();
  const end = Math.max(to, drawn.from + LEAST_MS);
  const place = (at: number) => ((at - drawn.from) / (end - drawn.from)) * 100;
  const used = STATES.filter((state) =>
    drawn.lanes.some((lane) => lane.segments.some((segment) => segment.state === state)),
  );
  const legs = legNames(events, customer, t("interactions.leg.somebody"));
  const names: JournalRow["names"] = { agents: {}, queues: {} };
  for (const event of events) {
    Object.assign(names.agents, event.names.agents);
    Object.assign(names.queues, event.names.queues);
  }
  return (
    <figure className={styles.chart} aria-label={t("interactions.chart")}>
      {drawn.lanes.map((lane) => (
        <LaneRow key={lane.key} lane={lane} names={names} legs={legs} end={end} place={place} />
      ))}
      {drawn.marks.length > 0 && <Marks drawn={drawn} place={place} />}
      <div className={`${styles.lane} ${styles.axis}`} aria-hidden>
        <span className={styles.name} />
        <div className={styles.track}>
          {Array.from({ length: TICKS + 1 }, (_, at) => {
            const share = at / TICKS;
            return (
              <span key={share} className="num" style={{ left: `${share * 100}%` }}>
                {clock(((end - drawn.from) * share) / 1000)}
              </span>
            );
          })}
        </div>
      </div>
      <figcaption className={styles.legend}>
        {used.map((state) => (
          <span key={state}>
            <i className={`${styles.swatch} ${styles[state]}`} /> {t(`interactions.lane.${state}`)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Marks({ drawn, place }: { drawn: Chart; place: (at: number) => number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <div className={styles.lane}>
      <span className={styles.name}>{t("interactions.messages")}</span>
      <div className={styles.track}>
        {drawn.marks.map((mark) => (
          <Tooltip
            key={`${mark.at}-${mark.kind}`}
            title={`${t(`interactions.mark.${mark.kind}`)} · ${timeOfDay(new Date(mark.at).toISOString(), language)}`}
          >
            <span
              className={`${styles.mark} ${styles[`mark_${mark.kind}`]}`}
              style={{ left: `min(${place(mark.at)}%, calc(100% - 8px))` }}
            />
          </Tooltip>
        ))}
      </div>
    </div>
  );
}

interface LaneProps {
  lane: Lane;
  names: JournalRow["names"];
  legs: Map<string, string>;
  end: number;
  place: (at: number) => number;
}

function LaneRow({ lane, names, legs, end, place }: LaneProps) {
  const { t } = useTranslation();
  const pen = usePen();
  const name = {
    queue: () => pen.text(names.queues[lane.id]) || lane.id,
    agent: () => names.agents[lane.id] ?? lane.id,
    leg: () => `☎ ${legs.get(lane.id) ?? t("interactions.leg.somebody")}`,
    menu: () => t("interactions.leg.menu"),
    recording: () => t("interactions.leg.recording"),
  }[lane.kind]();
  const words = (segment: Segment) =>
    `${t(`interactions.lane.${segment.state}`)} · ${clock(((segment.to ?? end) - segment.from) / 1000)}`;
  return (
    <div className={styles.lane}>
      <span className={styles.name} title={name}>
        {name}
      </span>
      <div className={styles.track}>
        {lane.segments.map((segment) => (
          <Tooltip key={`${segment.from}-${segment.state}`} title={words(segment)}>
            <span
              role="img"
              aria-label={`${name}: ${words(segment)}`}
              className={`${styles.segment} ${styles[segment.state]}`}
              style={{
                left: `${place(segment.from)}%`,
                width: `${place(segment.to ?? end) - place(segment.from)}%`,
              }}
            />
          </Tooltip>
        ))}
      </div>
    </div>
  );
}
