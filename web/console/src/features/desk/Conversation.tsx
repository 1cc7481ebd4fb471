/** Column two: one conversation, from its head to the composer, or the wrap-up in its place. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Work } from "../../live/protocol";
import { readConversation, sendFrame, useLive } from "../../live/store";
import { useMe } from "../../session/session";
import { Failure, Loading } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import { CallPanel } from "../phone/CallPanel";
import { Around } from "./Around";
import { desk } from "./api";
import { Composer } from "./Composer";
import styles from "./Conversation.module.css";
import columns from "./Desk.module.css";
import { Head } from "./Head";
import { Messages } from "./Messages";
import { PageCard } from "./PageCard";
import { TaskCard } from "./TaskCard";
import { WrapUp } from "./WrapUp";

const VIEWING_EVERY_MS = 20_000;

interface Props {
  work: Work;
  onDialog: (dialog: "transfer" | "consult" | "ticket" | "callback") => void;
  onClose: () => void;
}

export function Conversation({ work, onDialog, onClose }: Props) {
  const { t } = useTranslation();
  const read = useReading(work.id);
  useViewing(work.id);
  useMarkRead(work);
  return (
    <section className={`${columns.column} ${columns.middle}`} aria-label={t("desk.conversation")}>
      <Head work={work} onDialog={onDialog} onClose={onClose} />
      {work.call && <CallPanel work={work} onDialog={onDialog} />}
      <PageCard work={work} />
      {work.channel === "task" && <TaskCard work={work} />}
      {read.state === "failed" ? (
        <div className={styles.messages}>
          <Failure error={read.error} retry={read.again} />
        </div>
      ) : read.state === "loading" ? (
        <div className={styles.messages}>
          <Loading rows={6} />
        </div>
      ) : (
        <Messages work={work} />
      )}
      <Around work={work} />
      <Below work={work} />
    </section>
  );
}

/** What belongs below the messages: wrap-up, composer, or why there is neither. */
function Below({ work }: { work: Work }) {
  const { t } = useTranslation();
  if (work.role === "wrap_up") return <WrapUp key={work.id} work={work} />;
  if (work.role === "owner" && work.conversation_ended) {
    return <p className={styles.over}>{t("desk.over")}</p>;
  }
  return <Composer key={work.id} work={work} />;
}

function useReading(id: string) {
  const loaded = useLive((state) => state.conversations[id]?.loaded ?? false);
  const { run, error, busy, reset } = useAction((which: string) => readConversation(which), {
    quiet: true,
  });
  useEffect(() => {
    reset();
    if (!useLive.getState().conversations[id]?.loaded) run(id);
  }, [id, run, reset]);
  const state = loaded ? "there" : error && !busy ? "failed" : "loading";
  return { state, error, again: () => run(id) } as const;
}

/** Colleagues see that I look at it (collision). */
function useViewing(id: string): void {
  const line = useLive((state) => state.line);
  useEffect(() => {
    if (line === "lost") return;
    sendFrame({ type: "viewing", interaction_id: id });
    const timer = setInterval(
      () => sendFrame({ type: "viewing", interaction_id: id }),
      VIEWING_EVERY_MS,
    );
    return () => {
      clearInterval(timer);
      sendFrame({ type: "viewing", interaction_id: null });
    };
  }, [id, line]);
}

/** The customer sees that I read it: only the owner, only while the page is in front. */
function useMarkRead(work: Work): void {
  const me = useMe().account.id;
  const mine = work.owner === me && work.unread > 0;
  const last = useLive((state) => lastOfCustomer(state.conversations[work.id]?.messages ?? []));
  useEffect(() => {
    if (!mine || !last) return;
    const mark = () => {
      if (document.visibilityState === "visible") desk.read(work.id, last).catch(() => undefined);
    };
    mark();
    document.addEventListener("visibilitychange", mark);
    return () => document.removeEventListener("visibilitychange", mark);
  }, [mine, last, work.id]);
}

function lastOfCustomer(messages: { id: string; sender: string }[]): string | null {
  return messages.findLast((message) => message.sender === "customer")?.id ?? null;
}
