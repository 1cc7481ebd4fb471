/** One page of the wall: the six figures. */
import { useTranslation } from "react-i18next";
import { useNow } from "../../live/clock";
import type { QueueRow, Totals } from "../../live/protocol";
import { ICONS, useFigures } from "../live/Figures";
import styles from "./Wallboard.module.css";

/** Six figures as large as the wall allows. */
export function FiguresPage({ totals, queues }: { totals: Totals; queues: QueueRow[] }) {
  const { t } = useTranslation();
  const now = useNow();
  const figures = useFigures(totals, queues, now);
  return (
    <div className={styles.figures}>
      {figures.map((figure) => (
        <div key={figure.name} className={styles.figure}>
          <span className={styles.label}>{t(`live.figure.${figure.name}`)}</span>
          <strong className={`num ${figure.standing ? styles[figure.standing] : ""}`}>
            {figure.value}
          </strong>
          <span className={styles.target}>
            {figure.standing && figure.standing !== "good" && (
              <span className={styles[figure.standing]}>
                {ICONS[figure.standing]} {t(`live.standing.${figure.standing}`)}{" "}
              </span>
            )}
            <span className="num">{figure.target}</span>
          </span>
        </div>
      ))}
    </div>
  );
}
