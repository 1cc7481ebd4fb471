/** What is known of an interaction, as a list of words and values. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage, useNames } from "../../i18n";
import { clock, fullTime } from "../../ui/format";
import type { InteractionDetail } from "./api";
import styles from "./Interactions.module.css";
import { handledS, Rating } from "./InteractionTable";
import { useDispositionOptions } from "./nouns";

export function Facts({ interaction }: { interaction: InteractionDetail }) {
  const { t } = useTranslation();
  return (
    <aside className={styles.facts} aria-label={t("interactions.facts")}>
      <Result interaction={interaction} />
      <Where interaction={interaction} />
      <Times interaction={interaction} />
    </aside>
  );
}

interface Props {
  interaction: InteractionDetail;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Result({ interaction }: Props) {
  const { t } = useTranslation();
  const dispositions = useDispositionOptions();
  const { disposition, resolved, rating, rating_comment, ticket_id, wrap_up_note } = interaction;
  const name = dispositions.find((each) => each.value === disposition)?.label ?? disposition;
  return (
    <section>
      <h2>{t("interactions.result")}</h2>
      <dl>
        <Fact label={t("interactions.disposition")}>{name ?? "–"}</Fact>
        <Fact label={t("interactions.resolved")}>
          {resolved === null ? "–" : t(resolved ? "common.yes" : "common.no")}
        </Fact>
        <Fact label={t("interactions.rating")}>
          <Rating score={rating} />
          {rating_comment && <p>{rating_comment}</p>}
        </Fact>
        <Fact label={t("interactions.ticket")}>
          {ticket_id ? (
            <Link to="/tickets/$id" params={{ id: ticket_id }}>
              {t("interactions.open_ticket")}
            </Link>
          ) : (
            "–"
          )}
        </Fact>
        {wrap_up_note && <Fact label={t("interactions.wrap_up_note")}>{wrap_up_note}</Fact>}
      </dl>
    </section>
  );
}

function Where({ interaction }: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const { page_url, page_title, topic, subject, entry_point } = interaction;
  return (
    <section>
      <h2>{t("interactions.where")}</h2>
      <dl>
        <Fact label={t("interactions.queue")}>{names(interaction.queue_names) || "–"}</Fact>
        <Fact label={t("interactions.agent")}>{interaction.agent_name ?? "–"}</Fact>
        <Fact label={t("interactions.channel")}>{t(`channel.${interaction.channel}`)}</Fact>
        <Fact label={t("interactions.entry_point")}>
          {interaction.entry_point_name ?? entry_point ?? "–"}
        </Fact>
        <Fact label={t("interactions.language")}>
          {t(`language_name.${interaction.language}`, { defaultValue: interaction.language })}
        </Fact>
        {topic && (
          <Fact label={t("interactions.topic")}>{names(interaction.topic_names) || topic}</Fact>
        )}
        {subject && <Fact label={t("interactions.subject")}>{subject}</Fact>}
        {page_url && (
          <Fact label={t("interactions.page")}>
            {/^https?:/.test(page_url) ? (
              <a href={page_url} target="_blank" rel="noreferrer">
                {page_title || page_url}
              </a>
            ) : (
              page_title || page_url
            )}
          </Fact>
        )}
        <Fact label={t("interactions.priority")}>{interaction.priority}</Fact>
        <Fact label={t("interactions.id")}>
          <code className={styles.id}>{interaction.id}</code>
        </Fact>
      </dl>
    </section>
  );
}

function Times({ interaction }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const handled = handledS(interaction);
  const time = (at: string | null) => (at ? fullTime(at, language) : "–");
  const times = [
    "arrived_at",
    "queued_at",
    "connected_at",
    "first_reply_at",
    "conversation_ended_at",
    "ended_at",
  ] as const;
  return (
    <section>
      <h2>{t("interactions.times")}</h2>
      <dl className="num">
        {times.map((name) => (
          <Fact key={name} label={t(`interactions.${name}`)}>
            {time(interaction[name])}
          </Fact>
        ))}
        <Fact label={t("interactions.waited")}>
          {interaction.waited_s === null ? "–" : clock(interaction.waited_s)}
        </Fact>
        <Fact label={t("interactions.handled")}>{handled === null ? "–" : clock(handled)}</Fact>
        <Fact label={t("interactions.offers")}>{interaction.offers}</Fact>
        <Fact label={t("interactions.transfers")}>{interaction.transfers}</Fact>
      </dl>
    </section>
  );
}
