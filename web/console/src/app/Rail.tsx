import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { rings } from "../live/hooks";
import { useLive } from "../live/store";
import { useMe } from "../session/session";
import styles from "./Frame.module.css";
import { type Place, placesOf } from "./places";

export function Rail() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <nav className={styles.rail} aria-label={t("frame.places")}>
      {placesOf(me).map((place) => (
        <Link key={place.name} to={place.path} className={styles.place}>
          {place.icon}
          <span>{t(`place.${place.name}`)}</span>
          <Waiting place={place} />
        </Link>
      ))}
    </nav>
  );
}

/** On the desk's icon: how many of my conversations wait for my answer. */
function Waiting({ place }: { place: Place }) {
  const { t } = useTranslation();
  const count = useLive(
    (state) => Object.values(state.work).filter((work) => work.unread > 0 || rings(work)).length,
  );
  if (place.name !== "desk" || count === 0) return null;
  return (
    <span className={`${styles.badge} num`} role="img" aria-label={t("frame.unread", { count })}>
      {count}
    </span>
  );
}
