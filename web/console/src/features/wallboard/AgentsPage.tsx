/** One page of the wall: the agents by what they are doing. */
import { useTranslation } from "react-i18next";
import type { AgentRow } from "../../live/protocol";
import { GROUPS, grouped, sinceOf } from "../live/grouping";
import { Since } from "../live/Since";
import styles from "./Wallboard.module.css";

const SHOWN = 7; // names a column can show without scrolling

/** How many agents do what, and the first of them by name. */
export function AgentsPage({ agents }: { agents: AgentRow[] }) {
  const { t } = useTranslation();
  const groups = grouped(agents);
  return (
    <div className={styles.groups}>
      {GROUPS.map((group) => (
        <div key={group} className={styles.group}>
          <strong className="num">{groups[group].length}</strong>
          <span className={styles.groupName}>{t(`live.group.${group}`)}</span>
          <ul>
            {groups[group].slice(0, SHOWN).map((agent) => (
              <li key={agent.id}>
                <span>{agent.name}</span>
                <Since at={sinceOf(agent)} />
              </li>
            ))}
            {groups[group].length > SHOWN && (
              <li className={styles.rest}>
                {t("wallboard.more", { count: groups[group].length - SHOWN })}
              </li>
            )}
          </ul>
        </div>
      ))}
    </div>
  );
}
