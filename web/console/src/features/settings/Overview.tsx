/** Where to start: every group of the settings with what it changes and how many there are. */
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "./catalogue";
import styles from "./Settings.module.css";
import { GROUPS, SECTIONS, type SettingsSection } from "./sections";

const COUNTS: Record<string, keyof Catalogue> = {
  "entry-points": "entryPoints",
  queues: "queues",
  skills: "skills",
  hours: "hours",
  people: "people",
  reasons: "reasons",
  dispositions: "dispositions",
  "canned-replies": "cannedReplies",
  flows: "flows",
  prompts: "prompts",
  trunks: "trunks",
};

export function Overview({ all }: { all: Catalogue }) {
  const { t } = useTranslation();
  return (
    <div className={styles.overview}>
      <h1>{t("settings.title")}</h1>
      {GROUPS.map((group) => (
        <section key={group} aria-label={t(`settings.group.${group}`)}>
          <h2 className={styles.group}>{t(`settings.group.${group}`)}</h2>
          <div className={styles.cards}>
            {SECTIONS.filter((section) => section.group === group).map((section) => (
              <Card key={section.name} section={section} all={all} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function Card({ section, all }: { section: SettingsSection; all: Catalogue }) {
  const { t } = useTranslation();
  const field = COUNTS[section.name];
  const content = (
    <>
      {section.icon}
      <strong>
        {t(`settings.${section.word}.title`)}{" "}
        {field && <span className={`${styles.cardCount} num`}>{all[field].length}</span>}
      </strong>
      <p>{t(`settings.${section.word}.line`)}</p>
    </>
  );
  return section.name === "people" ? (
    <Link to="/people" className={styles.card}>
      {content}
    </Link>
  ) : (
    <Link to="/settings/$page" params={{ page: section.name }} className={styles.card}>
      {content}
    </Link>
  );
}
