/** One timeline over all the customer's interactions and tickets; an interaction opens in place. */
import { HistoryOutlined, ProfileOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { InteractionRow, Page, Ticket, TimelineItem } from "../../api/types";
import { useNames } from "../../i18n";
import { ChannelMark } from "../../ui/Marks";
import { Blank, Failure, Loaded, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { allMessages } from "../interactions/api";
import styles from "./CustomerColumn.module.css";

export function Timeline({ customerId, now }: { customerId: string; now: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ["customers", customerId, "timeline"],
    queryFn: ({ signal, pageParam }) =>
      api.get<Page<TimelineItem>>(
        `/customers/${customerId}/timeline`,
        { cursor: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  if (query.isPending) return <Loading rows={6} />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const items = query.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return (
      <Blank
        icon={<HistoryOutlined />}
        title={t("desk.timeline_none")}
        hint={t("desk.timeline_none_hint")}
      />
    );
  }
  return (
    <>
      <ul className={styles.list}>
        {items.map(({ at, interaction, ticket }) => (
          <Fragment key={interaction?.id ?? ticket?.id}>
            {interaction && <Interaction row={interaction} here={interaction.id === now} />}
            {ticket && <TicketEntry ticket={ticket} at={at} />}
          </Fragment>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          type="link"
          block
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("desk.more_history")}
        </Button>
      )}
    </>
  );
}

function Interaction({ row, here }: { row: InteractionRow; here: boolean }) {
  const { t } = useTranslation();
  const names = useNames();
  const [open, setOpen] = useState(false);
  const state = row.outcome ? t(`outcome.${row.outcome}`) : t(`phase.${row.phase}`);
  return (
    <li className={`${styles.entry} ${here ? styles.here : ""}`}>
      <div className={styles.entryHead}>
        <ChannelMark channel={row.channel} />
        <span className={styles.entryTitle}>
          {names(row.queue_names) || t(`channel.${row.channel}`)}
        </span>
        <span className={styles.status}>{here ? t("desk.current") : state}</span>
        <Ago at={row.arrived_at} className={styles.at} />
      </div>
      <div className={styles.item}>
        <span className={styles.entryText} title={row.last_message}>
          {[row.agent_name, row.wrap_up_note || row.last_message].filter(Boolean).join(" · ")}
        </span>
        {row.rating !== null && (
          <span className="num">{t("desk.rated", { count: row.rating })}</span>
        )}
      </div>
      {!here && (
        <button
          type="button"
          className={styles.plain}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t(open ? "desk.less" : "desk.read_it", { count: row.messages_in + row.messages_out })}
        </button>
      )}
      {open && <Said row={row} />}
    </li>
  );
}

function Said({ row }: { row: InteractionRow }) {
  const { t } = useTranslation();
  const messages = useQuery({
    queryKey: ["interactions", row.id, "messages"],
    queryFn: ({ signal }) => allMessages(row.id, signal),
    select: (all) => all.filter((each) => each.sender !== "system"),
  });
  return (
    <div className={styles.said}>
      <Loaded query={messages} rows={3}>
        {(all) => (
          <>
            {all.map((each) => (
              <p key={each.id}>
                <span className="muted">
                  {each.sender === "customer"
                    ? row.customer.name
                    : (each.agent_name ?? t("role.agent"))}
                  {each.visibility === "internal" && ` (${t("desk.note_label")})`}:
                </span>{" "}
                {[each.text, ...each.attachments.map((file) => `[${file.name}]`)]
                  .filter(Boolean)
                  .join(" ")}
              </p>
            ))}
            <Link to="/interactions/$id" params={{ id: row.id }}>
              <ProfileOutlined /> {t("desk.open_interaction")}
            </Link>
          </>
        )}
      </Loaded>
    </div>
  );
}

function TicketEntry({ ticket, at }: { ticket: Ticket; at: string }) {
  const { t } = useTranslation();
  return (
    <li className={styles.entry}>
      <div className={styles.entryHead}>
        <Link to="/tickets/$id" params={{ id: ticket.id }} className="num">
          {t("desk.ticket_no", { number: ticket.number })}
        </Link>
        <span className={styles.entryTitle} title={ticket.subject}>
          {ticket.subject}
        </span>
        <span className={styles.status}>{t(`ticket_status.${ticket.status}`)}</span>
        <Ago at={at} className={styles.at} />
      </div>
    </li>
  );
}
