/** Other people at work on the day that is tried: absent, or with colleagues who work like them. */
import { InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import type { Trial } from "./model";
import styles from "./Routing.module.css";

/** How many work like each agent did; who is not named is there as they were. */
export type Counts = Record<string, number>;

const AS_IT_WAS = 1;
const MOST = 10;
const ADDED = "+"; // in the id of a colleague whom an earlier trial added

interface Props {
  agents: Trial["agents"];
  counts: Counts;
  onChange: (counts: Counts) => void;
}

export function Staffing({ agents, counts, onChange }: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const here = agents.filter((agent) => !agent.id.includes(ADDED));
  const gone = Object.keys(counts).filter((id) => !here.some((agent) => agent.id === id));
  const rows = [...here, ...gone.map((id) => ({ id, names: {} as Record<string, string> }))];
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>{t("routing.try.staffing")}</summary>
      <p className="muted">{t("routing.try.staffing_line")}</p>
      {rows.map(({ id, names: called }) => (
        <div key={id} className={styles.inline}>
          <label htmlFor={`staffing-${id}`}>{names(called) || id}</label>
          <InputNumber
            id={`staffing-${id}`}
            size="small"
            min={0}
            max={MOST}
            value={counts[id] ?? AS_IT_WAS}
            onChange={(next) => onChange({ ...counts, [id]: next ?? AS_IT_WAS })}
          />
        </div>
      ))}
    </details>
  );
}

/** As the server is asked. */
export function changed(counts: Counts): { agent_id: string; count: number }[] {
  return Object.entries(counts)
    .filter(([, count]) => count !== AS_IT_WAS)
    .map(([agent_id, count]) => ({ agent_id, count }));
}
