/** A task has no conversation to answer: the ticket that asks for somebody, and what to do with it. */
import { CheckOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { queryClient } from "../../api/query";
import type { Ticket } from "../../api/types";
import { useLanguage } from "../../i18n";
import type { Work } from "../../live/protocol";
import { fullTime } from "../../ui/format";
import { Loaded } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import { DialLink } from "../phone/DialLink";
import { Recordings } from "../recordings/Recordings";
import styles from "./TaskCard.module.css";

export function TaskCard({ work }: { work: Work }) {
  const { t } = useTranslation();
  const id = work.ticket_id ?? "";
  const ticket = useQuery({
    queryKey: ["tickets", id],
    queryFn: ({ signal }) => api.get<Ticket>(`/tickets/${id}`, undefined, signal),
    enabled: id !== "",
  });
  return (
    <section className={styles.task} aria-label={t("desk.task")}>
      {id === "" ? (
        <h3>{work.subject}</h3>
      ) : (
        <Loaded query={ticket}>{(it) => <Card ticket={it} />}</Loaded>
      )}
    </section>
  );
}

function Card({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const resolve = useAction(
    () =>
      api.patch<Ticket>(`/tickets/${ticket.id}`, { version: ticket.version, status: "resolved" }),
    {
      done: "common.saved",
      onDone: (saved) => queryClient.setQueryData(["tickets", ticket.id], saved),
    },
  );
  return (
    <>
      <header className={styles.head}>
        <Link to="/tickets/$id" params={{ id: ticket.id }} className="num">
          {t("desk.ticket_no", { number: ticket.number })}
        </Link>
        <span className={styles.status}>
          {t(`ticket_kind.${ticket.kind}`, { defaultValue: ticket.kind })} ·{" "}
          {t(`ticket_status.${ticket.status}`)}
        </span>
        <span className={styles.grow} />
        {ticket.next_statuses.includes("resolved") && (
          <Button
            icon={<CheckOutlined />}
            loading={resolve.busy}
            onClick={() => resolve.run(undefined)}
          >
            {t("desk.task_resolved")}
          </Button>
        )}
      </header>
      <h3>{ticket.subject}</h3>
      {ticket.description && <p className={styles.text}>{ticket.description}</p>}
      {ticket.interaction_id && (
        <Recordings interactionId={ticket.interaction_id} kind="voicemail" />
      )}
      {ticket.phone && (
        <p>
          <DialLink
            number={ticket.phone}
            customer_id={ticket.customer_id ?? undefined}
            ticket_id={ticket.id}
          />{" "}
          <span className="muted">
            {ticket.callback_at
              ? t("desk.call_at", { at: fullTime(ticket.callback_at, language) })
              : t("desk.call_soon")}
          </span>
        </p>
      )}
    </>
  );
}
