/** The line to the server is gone, or just came back: in the place of the search, so nothing moves. */
import { DisconnectOutlined, LinkOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useLine } from "../live/hooks";
import { Elapsed } from "../ui/Time";
import styles from "./Frame.module.css";

export function Banner() {
  const { t } = useTranslation();
  const { line, lostAt } = useLine();
  if (line === "recovered") {
    return (
      <div className={`${styles.banner} ${styles.recovered}`} role="status">
        <LinkOutlined /> {t("line.recovered")}
      </div>
    );
  }
  if (line !== "lost") return null;
  return (
    <div className={styles.banner} role="alert">
      <DisconnectOutlined /> {t("line.lost")}
      {lostAt && <Elapsed since={new Date(lostAt).toISOString()} />}
    </div>
  );
}
