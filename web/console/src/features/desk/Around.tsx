/** Who else is here: the customer typing (with what they type), colleagues viewing or answering. */
import { EyeOutlined, WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n";
import { useNow } from "../../live/clock";
import type { Work } from "../../live/protocol";
import { present } from "../../live/reducer";
import { useLive } from "../../live/store";
import styles from "./Conversation.module.css";

export function Around({ work }: { work: Work }) {
  const { t } = useTranslation();
  useNow();
  const here = useLive((state) => state.around[work.id]);
  const now = Date.now();
  const all = here ? present(useLive.getState(), work.id, now) : [];
  const customer = all.find((each) => each.who.kind === "customer" && each.typingUntil > now);
  const colleagues = all.filter((each) => each.who.kind === "agent");
  const writing = colleagues.filter((each) => each.typingUntil > now);
  const list = new Intl.ListFormat(useLanguage(), { type: "conjunction" });
  const names = (who: typeof all) => list.format(who.map((each) => each.who.name ?? ""));
  return (
    <div className={styles.around} aria-live="polite">
      {customer && (
        <div className={styles.typing}>
          <span className={styles.dots} aria-hidden>
            <i />
            <i />
            <i />
          </span>
          <span>{t("desk.is_typing", { name: work.customer.name })}</span>
          {customer.preview && <q>{customer.preview}</q>}
        </div>
      )}
      {writing.length > 0 ? (
        <div className={styles.collision}>
          <WarningOutlined /> {t("desk.also_writing", { names: names(writing) })}
        </div>
      ) : (
        colleagues.length > 0 && (
          <div className={styles.collision}>
            <EyeOutlined /> {t("desk.also_viewing", { names: names(colleagues) })}
          </div>
        )
      )}
    </div>
  );
}
