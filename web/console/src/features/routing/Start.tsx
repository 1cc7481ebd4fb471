/** Nothing published yet: what holds now, and what one could start from. */
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Catalogue } from "../settings/catalogue";
import styles from "./Routing.module.css";
import { applied, TEMPLATES } from "./templates";
import type { Editing } from "./useEditing";

interface Props {
  all: Catalogue;
  editing: Editing;
  may: boolean;
}

export function Start({ all, editing, may }: Props) {
  const { t } = useTranslation();
  return (
    <section className={styles.start} aria-label={t("routing.start.title")}>
      <h2>{t("routing.start.title")}</h2>
      <p className="muted">{t("routing.start.text")}</p>
      <ul className={styles.templates}>
        {TEMPLATES.map((template) => {
          const next = applied(template, editing.policy, all);
          const why = may ? (next ? undefined : "routing.start.no_fit") : "settings.may_not";
          return (
            <li key={template} className={styles.template}>
              <strong>{t(`routing.template.${template}.name`)}</strong>
              <p>{t(`routing.template.${template}.line`)}</p>
              <Tooltip title={why && t(why)}>
                <Button
                  size="small"
                  disabled={why !== undefined}
                  aria-label={t("routing.start.use_of", {
                    name: t(`routing.template.${template}.name`),
                  })}
                  onClick={() => next && editing.change(next)}
                >
                  {t("routing.start.use")}
                </Button>
              </Tooltip>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
