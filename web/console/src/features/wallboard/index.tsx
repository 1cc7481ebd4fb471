/** The wallboard: read from six metres, dark, one thing at a time, never scrolled. */
import {
  DisconnectOutlined,
  FullscreenOutlined,
  LeftOutlined,
  PauseOutlined,
  PlayCircleOutlined,
  RightOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { type CSSProperties, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import { useAgents, useAlerts, useLine, useTotals } from "../../live/hooks";
import { connect } from "../../live/socket";
import { resetLive } from "../../live/store";
import { useMe } from "../../session/session";
import { palettes } from "../../theme";
import { useKeys } from "../../ui/keys";
import { useSortedQueues } from "../live/sorted";
import { AgentsPage } from "./AgentsPage";
import { FiguresPage } from "./FiguresPage";
import { pagesOf, type WallPage } from "./pages";
import { QueuesPage } from "./QueuesPage";
import styles from "./Wallboard.module.css";

const TURN_MS = 12_000; // each page stays so long

/** The dark palette, whatever the theme of the console is. */
const DARK = Object.fromEntries(
  Object.entries(palettes.dark).map(([name, value]) => [
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    value,
  ]),
) as CSSProperties;

export default function Wallboard() {
  useEffect(() => {
    const close = connect();
    return () => {
      close();
      resetLive();
    };
  }, []);
  const queues = useSortedQueues();
  const pages = pagesOf(queues);
  const turn = useTurning(pages.length);
  const page = pages[turn.at % pages.length];
  return (
    <main className={styles.wall} style={DARK}>
      <Head />
      <div className={styles.body} key={page && `${page.kind}${page.from}`}>
        {page && <Page page={page} />}
      </div>
      <Foot pages={pages.length} turn={turn} />
    </main>
  );
}

function Page({ page }: { page: WallPage }) {
  const { t } = useTranslation();
  const totals = useTotals();
  const queues = useSortedQueues();
  const agents = useAgents();
  if (!totals || !agents) return <p className={styles.nothing}>{t("wallboard.connecting")}</p>;
  switch (page.kind) {
    case "figures":
      return <FiguresPage totals={totals} queues={queues} />;
    case "queues":
      return <QueuesPage queues={queues.slice(page.from, page.to)} />;
    case "agents":
      return <AgentsPage agents={agents} />;
  }
}

function Head() {
  const { t } = useTranslation();
  const { tenant } = useMe();
  const names = useNames();
  const { line } = useLine();
  const alerts = useAlerts().length;
  return (
    <header className={styles.head}>
      <h1>{names(tenant.names)}</h1>
      {alerts > 0 && (
        <span className={styles.alerts}>
          <WarningOutlined /> {t("live.alerts.on_wall", { count: alerts })}
        </span>
      )}
      {line === "lost" && (
        <span className={styles.lost} role="alert">
          <DisconnectOutlined /> {t("wallboard.lost")}
        </span>
      )}
      <Clock />
    </header>
  );
}

function Clock() {
  const now = useNow();
  const time = new Date(now).toTimeString().slice(0, 5);
  return <time className={`num ${styles.clock}`}>{time}</time>;
}

function fullScreen(): void {
  void document.documentElement.requestFullscreen();
}

interface Turn {
  at: number;
  paused: boolean;
  step: (by: number) => void;
  toggle: () => void;
}

function useTurning(count: number): Turn {
  const [at, setAt] = useState(0);
  const [paused, setPaused] = useState(false);
  const step = (by: number) => setAt((now) => (now + by + count) % count);
  const toggle = () => setPaused((now) => !now);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn by hand starts the time anew
  useEffect(() => {
    if (paused || count < 2) return;
    const timer = setTimeout(() => setAt((now) => (now + 1) % count), TURN_MS);
    return () => clearTimeout(timer);
  }, [at, paused, count]);
  const forward = () => step(1);
  const back = () => step(-1);
  useKeys({ ArrowRight: forward, ArrowLeft: back, " ": toggle, f: fullScreen });
  return { at, paused, step, toggle };
}

function Foot({ pages, turn }: { pages: number; turn: Turn }) {
  const { t } = useTranslation();
  return (
    <footer className={styles.foot}>
      <button type="button" aria-label={t("wallboard.previous")} onClick={() => turn.step(-1)}>
        <LeftOutlined />
      </button>
      <span role="img" aria-label={t("wallboard.page", { at: (turn.at % pages) + 1, of: pages })}>
        {Array.from({ length: pages }, (_, page) => (
          <i
            // biome-ignore lint/suspicious/noArrayIndexKey: a dot is its place
            key={page}
            className={page === turn.at % pages ? styles.dotNow : styles.dot}
          />
        ))}
      </span>
      <button type="button" aria-label={t("wallboard.next")} onClick={() => turn.step(1)}>
        <RightOutlined />
      </button>
      <button
        type="button"
        aria-label={t(turn.paused ? "wallboard.go_on" : "wallboard.pause")}
        onClick={turn.toggle}
      >
        {turn.paused ? <PlayCircleOutlined /> : <PauseOutlined />}
      </button>
      <button type="button" aria-label={t("wallboard.full_screen")} onClick={fullScreen}>
        <FullscreenOutlined />
      </button>
    </footer>
  );
}
