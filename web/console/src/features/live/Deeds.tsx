/** What supervisors did lately, the newest on top, each with the conversation it was about. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useReasonName } from "../../app/PresenceControl";
import { useDeeds } from "../../live/hooks";
import type { DeedRow } from "../../live/protocol";
import { Ago } from "../../ui/Time";
import styles from "./Live.module.css";

export function Deeds() {
  const { t } = useTranslation();
  const deeds = useDeeds();
  return (
    <section className={styles.side} aria-label={t("live.deeds.title")}>
      <h2>{t("live.deeds.title")}</h2>
      {deeds.length === 0 ? (
        <p className={styles.calm}>{t("live.deeds.none")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what does not fit is scrolled by keyboard too
        <ul className={`${styles.scroll} ${styles.deeds}`} tabIndex={0}>
          {deeds.map((deed) => (
            <li key={deed.id}>
              <span>
                <Sentence deed={deed} />
              </span>
              <Ago at={deed.at} className={styles.since} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Who did what, and with whose conversation. */
function Sentence({ deed }: { deed: DeedRow }) {
  const { t } = useTranslation();
  const reason = useReasonName();
  const state =
    deed.deed === "presence"
      ? [t(`presence.${deed.detail}`), reason(deed.reason)].filter(Boolean).join(" · ")
      : deed.detail;
  const by = deed.by ?? t("live.deeds.somebody");
  const agent = deed.agent_name ?? t("live.deeds.somebody");
  return (
    <>
      {t(`live.deeds.${deed.deed}`, { by, agent, state })}
      {deed.interaction_id && (
        <>
          {" · "}
          <Link to="/interactions/$id" params={{ id: deed.interaction_id }}>
            {deed.customer_name || t("live.deeds.customer")}
          </Link>
        </>
      )}
    </>
  );
}
