/** What could not be sent, on every page, until its writer dismisses it; and what goes out again. */
import { WarningOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem, problemText } from "../../api/problem";
import { useLive } from "../../live/store";
import {
  discard,
  giveUpDrafts,
  type Outgoing,
  retryAll,
  stillOut,
  unsent,
  useOutgoing,
} from "./outgoing";
import styles from "./Unsent.module.css";

/** What was just finished may leave my work a little before the answer to the request. */
const SETTLED_MS = 3_000;

export default function Unsent() {
  const { t } = useTranslation();
  useSendingAgain();
  useGivingUp();
  const byInteraction = useOutgoing((state) => state.byInteraction);
  const work = useLive((state) => state.work);
  const synced = useLive((state) => state.synced);
  const conversations = useLive((state) => state.conversations);
  const all = unsent(byInteraction, (id) => !synced || id in work).filter(
    (each) => stillOut([each], conversations[each.interaction_id]?.messages ?? []).length > 0,
  );
  if (all.length === 0) return null;
  return (
    <section className={styles.layer} aria-label={t("desk.unsent.region")}>
      {all.map((each) => (
        <Card key={each.client_id} outgoing={each} />
      ))}
    </section>
  );
}

function Card({ outgoing }: { outgoing: Outgoing }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const name = outgoing.to || t("desk.unsent.somebody");

  async function copy() {
    try {
      await navigator.clipboard.writeText(outgoing.text);
      message.success(t("common.copied"));
    } catch {
      message.warning(t("desk.unsent.cant_copy"));
    }
  }

  return (
    <div className={styles.card} role="alert">
      <h3 className={styles.title}>
        <WarningOutlined style={{ color: "var(--warn)" }} />{" "}
        {t(outgoing.internal ? "desk.unsent.note" : "desk.unsent.reply", { name })}
      </h3>
      <div className="muted">{useReason(outgoing.failure)}</div>
      <div className={styles.text}>{outgoing.text}</div>
      {outgoing.attachments.length > 0 && (
        <div className="muted">
          {t("desk.unsent.files", { count: outgoing.attachments.length })}
        </div>
      )}
      <div className={styles.actions}>
        {outgoing.text !== "" && (
          <Button size="small" onClick={() => void copy()}>
            {t("common.copy")}
          </Button>
        )}
        <Button size="small" type="primary" onClick={() => discard(outgoing)}>
          {t("desk.unsent.dismiss")}
        </Button>
      </div>
    </div>
  );
}

function useReason(failure: unknown): string {
  const { t } = useTranslation();
  const gone = failure instanceof Problem && (failure.code === "not_yours" || failure.retry);
  return gone ? t("desk.unsent.not_yours") : problemText(t, failure);
}

/** As soon as there is a line: after a drop, and after a reload. */
function useSendingAgain(): void {
  const there = useLive(({ line, synced }) => synced && (line === "open" || line === "recovered"));
  useEffect(() => {
    if (there) retryAll();
  }, [there]);
}

/** Drafts of what is no longer mine will not be sent. */
function useGivingUp(): void {
  const synced = useLive((state) => state.synced);
  const work = useLive((state) => state.work);
  useEffect(() => {
    if (!synced) return;
    const timer = setTimeout(() => giveUpDrafts((id) => id in work), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [synced, work]);
}
