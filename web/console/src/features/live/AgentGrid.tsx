/** Agents in columns by what they are doing, each with the time in that state; a click opens actions. */
import { PauseOutlined, PhoneOutlined, WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useReasonName } from "../../app/PresenceControl";
import { useNow } from "../../live/clock";
import type { AgentRow } from "../../live/protocol";
import { phone } from "../../ui/format";
import { PresenceDot } from "../../ui/Marks";
import { GROUPS, type Group, grouped, sinceOf } from "./grouping";
import styles from "./Live.module.css";
import { Since } from "./Since";

const SILENT_S = 120; // a customer unanswered so long is shown

interface Props {
  agents: AgentRow[];
  chosen: string | undefined;
  open: (agentId: string) => void;
}

export function AgentGrid({ agents, chosen, open }: Props) {
  const { t } = useTranslation();
  const groups = grouped(agents);
  return (
    <section className={styles.agents} aria-label={t("live.agents")}>
      {GROUPS.map((group) => (
        <div key={group} className={styles.group}>
          <h2 className={styles[`group_${group}`]}>
            {t(`live.group.${group}`)} <span className="num">{groups[group].length}</span>
          </h2>
          <ul>
            {groups[group].map((agent) => (
              <li key={agent.id}>
                <Cell agent={agent} group={group} chosen={agent.id === chosen} open={open} />
              </li>
            ))}
          </ul>
          {groups[group].length === 0 && <p className={styles.noAgents}>{t("live.no_agents")}</p>}
        </div>
      ))}
    </section>
  );
}

interface CellProps {
  agent: AgentRow;
  group: Group;
  chosen: boolean;
  open: (agentId: string) => void;
}

function Cell({ agent, group, chosen, open }: CellProps) {
  const { t } = useTranslation();
  const reason = useReasonName();
  const owned = agent.busy.filter((each) => each.role === "owner" || each.role === "offer");
  const doing =
    group === "not_ready" || group === "offline"
      ? reason(agent.reason)
      : owned.map((each) => each.customer_name).join(t("live.between"));
  return (
    <button
      type="button"
      className={styles.agent}
      aria-pressed={chosen}
      onClick={() => open(agent.id)}
      title={t("live.open_agent", { name: agent.name })}
    >
      <span className={styles.agentTop}>
        <PresenceDot status={agent.status} />
        <strong>{agent.name}</strong>
        {owned.length > 1 && <span className={styles.times}>×{owned.length}</span>}
        <CallMark agent={agent} />
        <Since at={sinceOf(agent)} className={styles.since} />
      </span>
      {(doing || group === "free") && (
        <span className={styles.doing}>
          <Silent agent={agent} /> {doing || t("live.idle")}
        </span>
      )}
    </button>
  );
}

/** What their call is doing now: ringing, talking, on hold … */
function CallMark({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation();
  const call = agent.busy.find((each) => each.call)?.call;
  if (!call) return null;
  const word = t(`live.call.${call.state}`);
  return (
    <span className={styles.call} data-state={call.state} title={phone(call.number)}>
      {call.state === "held" ? <PauseOutlined /> : <PhoneOutlined />} {word}
    </span>
  );
}

/** A customer of theirs has waited long for an answer. */
function Silent({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation();
  const now = useNow();
  const late = agent.busy.some(
    (each) =>
      each.role === "owner" &&
      each.unanswered_since &&
      (now - Date.parse(each.unanswered_since)) / 1000 > SILENT_S,
  );
  if (!late) return null;
  return (
    <span className={styles.late}>
      <WarningOutlined /> {t("live.unanswered")}
    </span>
  );
}
