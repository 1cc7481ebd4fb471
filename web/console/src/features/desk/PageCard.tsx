/** The page the visitor is on, as the host site told it: title, address, product, order. */
import { GlobalOutlined, LinkOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Work } from "../../live/protocol";
import styles from "./Conversation.module.css";

export function PageCard({ work }: { work: Work }) {
  const { t } = useTranslation();
  const { title, url, context } = work.page;
  if (!title && !url && Object.keys(context).length === 0) return null;
  return (
    <section className={styles.page} aria-label={t("desk.page")}>
      <span>
        <GlobalOutlined className="muted" />
        <span className="muted">{t("desk.on_page")}</span>
        <span className={styles.pageTitle} title={title || url}>
          {title || url}
        </span>
        {/^https?:/.test(url) && (
          <a href={url} target="_blank" rel="noreferrer" aria-label={t("desk.open_page")}>
            <LinkOutlined />
          </a>
        )}
      </span>
      {Object.keys(context).length > 0 && (
        <span className={styles.context}>
          {Object.entries(context).map(([name, value]) => (
            <span key={name} className={styles.chip} title={value}>
              <span className="muted">{t(`desk.context.${name}`, { defaultValue: name })}</span>{" "}
              {value}
            </span>
          ))}
        </span>
      )}
    </section>
  );
}
