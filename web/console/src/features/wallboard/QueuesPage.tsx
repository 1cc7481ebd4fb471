/** One page of the wall: a few queues. */
import { WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import type { QueueRow } from "../../live/protocol";
import { clock, percent } from "../../ui/format";
import { shareStanding, useTargets, waitStanding } from "../live/targets";
import styles from "./Wallboard.module.css";

/** A few queues: who waits, how long, who is free, the day's service level. */
export function QueuesPage({ queues }: { queues: QueueRow[] }) {
  const { t } = useTranslation();
  return (
    <table className={styles.queues}>
      <thead>
        <tr>
          <th scope="col">{t("live.queue")}</th>
          <th scope="col">{t("live.waiting")}</th>
          <th scope="col">{t("live.oldest")}</th>
          <th scope="col">{t("wallboard.free")}</th>
          <th scope="col">{t("live.serving")}</th>
          <th scope="col">{t("live.service_level")}</th>
        </tr>
      </thead>
      <tbody>
        {queues.map((queue) => (
          <Row key={queue.id} queue={queue} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ queue }: { queue: QueueRow }) {
  const { t } = useTranslation();
  const names = useNames();
  const now = useNow();
  const targets = useTargets();
  const waited = queue.oldest_at ? (now - Date.parse(queue.oldest_at)) / 1000 : null;
  const wait = waited === null ? null : waitStanding(waited, queue.service_level_s);
  const level = shareStanding(queue.today.service_level, targets.service_level, "higher");
  return (
    <tr>
      <th scope="row">
        {names(queue.names)}
        {!queue.open && <em> {t("live.closed")}</em>}
      </th>
      <td className="num">{queue.waiting}</td>
      <td className={`num ${wait ? styles[wait] : ""}`}>
        {wait === "late" && <WarningOutlined />} {waited === null ? "–" : clock(waited)}
      </td>
      <td className={`num ${queue.agents.free === 0 && queue.waiting > 0 ? styles.late : ""}`}>
        {queue.agents.free}
      </td>
      <td className="num">{queue.in_service}</td>
      <td className={`num ${level ? styles[level] : ""}`}>
        {level === "late" && <WarningOutlined />} {percent(queue.today.service_level)}
      </td>
    </tr>
  );
}
