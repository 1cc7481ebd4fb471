/** All recordings of an interaction; nothing where there are none, unless one is expected. */
import { AudioOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useCan } from "../../session/session";
import { Failure, Loading } from "../../ui/State";
import { type Recording, useRecordings } from "./api";
import { Player } from "./Player";
import styles from "./Recordings.module.css";

interface Props {
  interactionId: string;
  kind?: Recording["kind"];
  /** Say so when there is none. */
  expected?: boolean;
}

export function Recordings({ interactionId, kind, expected = false }: Props) {
  const { t } = useTranslation();
  const may = useCan("recordings.read");
  const query = useRecordings(interactionId, may);
  if (!may) return expected ? <p className="muted">{t("recordings.may_not")}</p> : null;
  if (query.isPending) return expected ? <Loading rows={2} /> : null;
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const shown = query.data.filter((each) => !kind || each.kind === kind);
  if (shown.length === 0) {
    return expected ? (
      <p className={styles.none}>
        <AudioOutlined /> {t("recordings.none")}
      </p>
    ) : null;
  }
  return (
    <div className={styles.list}>
      {shown.map((each) =>
        each.state === "stored" ? (
          <Player key={each.id} recording={each} />
        ) : (
          <p key={each.id} className={styles.none}>
            {t(each.state === "lost" ? "recordings.lost" : "recordings.deleted")}
          </p>
        ),
      )}
    </div>
  );
}
