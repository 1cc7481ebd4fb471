/** One ticket: at the left what was said and done, at the right what it is. */
import { InboxOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem";
import type { Ticket } from "../../api/types";
import { useCan } from "../../session/session";
import { Blank, Loaded } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { Recordings } from "../recordings/Recordings";
import { Activity } from "./Activity";
import { useTicket, useTicketChange } from "./api";
import { CommentBox } from "./CommentBox";
import { Due, StatusMark } from "./marks";
import { Properties } from "./Properties";
import styles from "./Tickets.module.css";

export function TicketPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const query = useTicket(id);
  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Blank
        icon={<InboxOutlined />}
        title={t("tickets.gone")}
        hint={t("tickets.gone_hint")}
        action={<Link to="/tickets">{t("tickets.back")}</Link>}
      />
    );
  }
  return (
    <Loaded query={query} rows={10}>
      {(ticket) => <Page key={ticket.id} ticket={ticket} />}
    </Loaded>
  );
}

function Page({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div className={styles.headMain}>
          <Link to="/tickets" className={styles.crumb}>
            {t("tickets.title")}
          </Link>
          <div className={styles.headLine}>
            <span className={`num ${styles.number}`}>#{ticket.number}</span>
            <Subject ticket={ticket} />
          </div>
          <div className={styles.headSide}>
            <StatusMark status={ticket.status} />
            <span>{t(`ticket_kind.${ticket.kind}`, { defaultValue: ticket.kind })}</span>
            <span>
              {t("tickets.opened_by", { name: ticket.created_by_name ?? t("tickets.system") })}{" "}
              <Ago at={ticket.created_at} />
            </span>
            {ticket.due_at && <Due ticket={ticket} />}
          </div>
        </div>
      </header>
      <div className={styles.columns}>
        <section className={styles.left} aria-label={t("tickets.activity")}>
          <Description ticket={ticket} />
          {ticket.interaction_id && (
            <Recordings interactionId={ticket.interaction_id} kind="voicemail" />
          )}
          <Activity ticket={ticket} />
          <CommentBox ticket={ticket} />
        </section>
        <Properties ticket={ticket} />
      </div>
    </div>
  );
}

/** The subject is edited where it stands: saved when left, put back with Esc. */
function Subject({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const may = useCan("tickets.write");
  const { one } = useTicketChange();
  const [text, setText] = useState(ticket.subject);
  useEffect(() => setText(ticket.subject), [ticket.subject]);
  const save = () => {
    const subject = text.trim();
    if (subject && subject !== ticket.subject) void one(ticket, { subject });
    else setText(ticket.subject);
  };
  return (
    <h1 className={styles.subject}>
      <Input
        variant="borderless"
        readOnly={!may}
        maxLength={200}
        value={text}
        aria-label={t("tickets.subject")}
        onChange={(event) => setText(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText(ticket.subject);
          if (event.key === "Enter" && !event.nativeEvent.isComposing) event.currentTarget.blur();
        }}
      />
    </h1>
  );
}

function Description({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  return (
    <div className={styles.description}>
      <h2>{t("tickets.description")}</h2>
      <p>{ticket.description || <span className="muted">{t("tickets.no_description")}</span>}</p>
    </div>
  );
}
