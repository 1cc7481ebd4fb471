/** Comments and changes in one stream. What the customer may read looks unlike what stays inside. */
import { GlobalOutlined, LockOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { JournalRow, Ticket, TicketComment } from "../../api/types";
import { useLanguage } from "../../i18n";
import { fullTime } from "../../ui/format";
import { Face } from "../../ui/Marks";
import { Failure, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { useAgentOptions, useQueueOptions } from "../interactions/nouns";
import { useComments, useTicketEvents } from "./api";
import { type Entry, stream } from "./stream";
import styles from "./Tickets.module.css";

export function Activity({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const comments = useComments(ticket.id);
  const events = useTicketEvents(ticket.id);
  if (comments.isPending || events.isPending) return <Loading rows={6} />;
  const error = comments.error ?? events.error;
  if (error && !comments.data) {
    return <Failure error={error} retry={() => void comments.refetch()} />;
  }
  return (
    <>
      <h2 className={styles.activityTitle}>{t("tickets.activity")}</h2>
      <ol className={styles.stream}>
        {stream(comments.data ?? [], events.data ?? []).map((entry) => (
          <li key={entry.key}>
            {entry.comment ? (
              <Comment comment={entry.comment} />
            ) : (
              <Change entry={entry} row={entry.row} />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function Comment({ comment }: { comment: TicketComment }) {
  const { t } = useTranslation();
  const name = comment.by_name ?? t("tickets.system");
  return (
    <article
      className={`${styles.comment} ${comment.internal ? styles.internal : styles.public}`}
      aria-label={t(comment.internal ? "tickets.internal_by" : "tickets.public_by", { name })}
    >
      <header>
        <Face name={name} size={24} />
        <strong>{name}</strong>
        <span className={comment.internal ? styles.insideMark : styles.publicMark}>
          {comment.internal ? <LockOutlined /> : <GlobalOutlined />}{" "}
          {t(comment.internal ? "tickets.internal" : "tickets.public")}
        </span>
        <Ago at={comment.at} />
      </header>
      <p>{comment.text}</p>
    </article>
  );
}

function Change({ entry, row }: { entry: Entry; row: JournalRow }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = useChangeWords();
  const by = row.event.by as string | null;
  const name = by ? (row.names.agents[by] ?? by) : t("tickets.system");
  return (
    <p className={styles.change}>
      <strong>{name}</strong>{" "}
      {row.kind === "TicketOpened"
        ? t("tickets.did_open")
        : entry.changes.map(([field, value]) => words(field, value)).join(t("tickets.and"))}{" "}
      <time dateTime={entry.at} title={fullTime(entry.at, language)}>
        · <Ago at={entry.at} />
      </time>
    </p>
  );
}

/** `状态 → 处理中`: a field and its new value in words. */
function useChangeWords(): (field: string, value: string | null) => string {
  const { t } = useTranslation();
  const language = useLanguage();
  const agents = useAgentOptions();
  const queues = useQueueOptions();
  const named = (options: { value: string; label: string }[], id: string) =>
    options.find((option) => option.value === id)?.label ?? id;
  const told = (field: string, value: string): string => {
    switch (field) {
      case "status":
        return t(`ticket_status.${value}`, { defaultValue: value });
      case "priority":
        return t(`ticket_priority.${value}`, { defaultValue: value });
      case "kind":
        return t(`ticket_kind.${value}`, { defaultValue: value });
      case "assignee":
        return named(agents, value);
      case "queue":
        return named(queues, value);
      case "due_at":
      case "callback_at":
        return fullTime(
          /^\d+(\.\d+)?$/.test(value) ? new Date(Number(value) * 1000).toISOString() : value,
          language,
        );
      default:
        return value;
    }
  };
  return (field, value) =>
    t("tickets.did_change", {
      field: t(`tickets.field.${field}`, { defaultValue: field }),
      value: value === null || value === "" ? t("tickets.nothing") : told(field, value),
    });
}
