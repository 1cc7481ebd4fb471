/** Where a document is used, as links; nothing hidden, so that a change holds no surprise. */
import { Link } from "@tanstack/react-router";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../i18n";
import type { Use } from "../uses";
import styles from "./kit.module.css";

const SHOWN = 12;

export function Uses({ uses }: { uses: Use[] }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <div className={styles.uses}>
      <span className="muted">{t("settings.used_in")}</span>
      {uses.length === 0 && <span>{t("settings.used_nowhere")}</span>}
      {uses.slice(0, SHOWN).map((use) => (
        <Tooltip key={`${use.page}-${use.id}-${use.how}`} title={t(`settings.use.${use.how}`)}>
          <UseLink use={use} text={names(use.name as string) || use.id} />
        </Tooltip>
      ))}
      {uses.length > SHOWN && (
        <span className="muted">{t("settings.used_more", { count: uses.length - SHOWN })}</span>
      )}
    </div>
  );
}

function UseLink({ use, text, ...rest }: { use: Use; text: string }) {
  if (use.page === "people") {
    return (
      <Link to="/people/$id" params={{ id: use.id }} className={styles.use} {...rest}>
        {text}
      </Link>
    );
  }
  return (
    <Link
      to="/settings/$page/$id"
      params={{ page: use.page, id: use.id }}
      className={styles.use}
      {...rest}
    >
      {text}
    </Link>
  );
}
