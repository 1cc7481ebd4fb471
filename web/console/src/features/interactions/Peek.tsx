/** A live interaction beside something else: read along, whisper, take over, without leaving the page. */
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { JournalRow } from "../../api/types";
import { useNames } from "../../i18n";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Loaded } from "../../ui/State";
import { Elapsed } from "../../ui/Time";
import {
  type InteractionDetail,
  useEvents,
  useFreshen,
  useInteraction,
  useStoredMessages,
} from "./api";
import styles from "./Interactions.module.css";
import { PhaseMark } from "./PhaseMark";
import { Story } from "./Story";
import { Supervise } from "./Supervise";

export function Peek({ id }: { id: string }) {
  const query = useInteraction(id);
  return (
    <Loaded query={query} rows={8}>
      {(interaction) => <Open interaction={interaction} />}
    </Loaded>
  );
}

function Open({ interaction }: { interaction: InteractionDetail }) {
  const { t } = useTranslation();
  const names = useNames();
  const events = useEvents(interaction.id);
  const messages = useStoredMessages(interaction.id);
  useFreshen(interaction.id, interaction.queue);
  const end = useRef<HTMLDivElement>(null);
  const count = events.data?.length ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: follow what is new
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [count]);
  const { customer } = interaction;
  return (
    <div className={styles.peek}>
      <div className={styles.peekHead}>
        <span className={styles.who}>
          <ChannelMark channel={interaction.channel} />
          <Link to="/interactions/$id" params={{ id: interaction.id }}>
            {customer.name}
          </Link>
          <Tier tier={customer.tier} />
          <PhaseMark phase={interaction.phase} outcome={interaction.outcome} />
          {interaction.connected_at && !interaction.ended_at && (
            <Elapsed since={interaction.connected_at} />
          )}
        </span>
        <span className="muted">
          {[names(interaction.queue_names), interaction.agent_name].filter(Boolean).join(" · ")}
        </span>
        <span className={styles.peekActions}>
          <Supervise interaction={interaction} />
        </span>
      </div>
      <div className={styles.peekBody}>
        <Loaded query={events} rows={8}>
          {(rows: JournalRow[]) => (
            <Story
              events={rows}
              messages={messages.data ?? []}
              customer={customer.name}
              starts="talk"
              title={t("interactions.conversation")}
            />
          )}
        </Loaded>
        <div ref={end} />
      </div>
    </div>
  );
}
