/** Live: today in six figures, queues as rows, agents by state; beside them what is off target and what was
 * done. Everything moves by itself, nothing jumps. */
import { DesktopOutlined, LockOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../../live/clock";
import { useAgents, useTotals } from "../../live/hooks";
import { useLive } from "../../live/store";
import { useMe } from "../../session/session";
import { Blank, Loading } from "../../ui/State";
import { useFilters } from "../../ui/useFilters";
import { dayStart } from "../interactions/filter";
import { AgentDrawer } from "./AgentDrawer";
import { AgentGrid } from "./AgentGrid";
import { Alerts } from "./Alerts";
import { Deeds } from "./Deeds";
import { Figures } from "./Figures";
import { useSampling } from "./history";
import styles from "./Live.module.css";
import { QueueTable } from "./QueueTable";
import { useSortedQueues } from "./sorted";
import { VoiceAlarm, VoiceCard } from "./VoiceCard";
import { WaitingDrawer } from "./WaitingDrawer";

const HOUR_MS = 3_600_000;

/** When the company's day began; computed again each hour, since a board stays open overnight. */
export function useToday(): string {
  const { tenant } = useMe();
  const hour = Math.floor(useNow() / HOUR_MS);
  return useMemo(() => dayStart(tenant.zone, hour * HOUR_MS + HOUR_MS / 2), [tenant.zone, hour]);
}

export default function Live() {
  const { t } = useTranslation();
  const synced = useLive((state) => state.synced);
  const agents = useAgents();
  const totals = useTotals();
  const queues = useSortedQueues();
  const today = useToday();
  const [filters, setFilters] = useFilters();
  useSampling();
  if (!synced) return <Loading rows={12} />;
  if (!agents || !totals) {
    return (
      <>
        <h1 className="sr-only">{t("live.title")}</h1>
        <Blank
          icon={<LockOutlined />}
          title={t("live.not_yours")}
          hint={t("live.not_yours_hint")}
        />
      </>
    );
  }
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{t("live.title")}</h1>
        <span className="muted">{t("live.line")}</span>
        <span className={styles.grow} />
        <Link to="/wallboard" target="_blank">
          <Button icon={<DesktopOutlined />}>{t("live.wallboard")}</Button>
        </Link>
      </header>
      <VoiceAlarm />
      <Figures totals={totals} queues={queues} today={today} />
      <div className={styles.floor}>
        <aside className={styles.aside}>
          <Alerts queues={queues} />
          <Deeds />
        </aside>
        <div className={styles.main}>
          {queues.length === 0 ? (
            <Blank title={t("live.no_queues")} hint={t("live.no_queues_hint")} />
          ) : (
            <QueueTable
              queues={queues}
              today={today}
              openWaiting={(waiting) => setFilters({ waiting, agent: undefined })}
            />
          )}
          <AgentGrid
            agents={agents}
            chosen={filters.agent}
            open={(agent) => setFilters({ agent, waiting: undefined })}
          />
        </div>
      </div>
      <VoiceCard />
      <AgentDrawer
        agent={agents.find((agent) => agent.id === filters.agent)}
        today={today}
        close={() => setFilters({ agent: undefined })}
      />
      <WaitingDrawer
        queue={queues.find((queue) => queue.id === filters.waiting)}
        close={() => setFilters({ waiting: undefined })}
      />
    </div>
  );
}
