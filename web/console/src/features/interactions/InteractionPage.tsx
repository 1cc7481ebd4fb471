/** One interaction: who and what, the swim-lane of its states, its story, and what is known of it. */
import { FileSearchOutlined } from "@ant-design/icons";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem";
import type { JournalRow, Message } from "../../api/types";
import { useNames } from "../../i18n";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Blank, Loaded, Loading } from "../../ui/State";
import { Ago } from "../../ui/Time";
import { Recordings } from "../recordings/Recordings";
import {
  type InteractionDetail,
  useEvents,
  useFreshen,
  useInteraction,
  useStoredMessages,
} from "./api";
import { Facts } from "./Facts";
import styles from "./Interactions.module.css";
import { LaneChart } from "./LaneChart";
import { PhaseMark } from "./PhaseMark";
import { PromisedCall } from "./PromisedCall";
import { Story } from "./Story";
import { Supervise } from "./Supervise";

export function InteractionPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const query = useInteraction(id);
  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Blank
        icon={<FileSearchOutlined />}
        title={t("interactions.gone")}
        hint={t("interactions.gone_hint")}
        action={<Link to="/interactions">{t("interactions.back")}</Link>}
      />
    );
  }
  return (
    <Loaded query={query} rows={10}>
      {(interaction) => <Page key={id} interaction={interaction} />}
    </Loaded>
  );
}

function Page({ interaction }: { interaction: InteractionDetail }) {
  const events = useEvents(interaction.id);
  const messages = useStoredMessages(interaction.id);
  useFreshen(interaction.id, interaction.queue);
  return (
    <div className={styles.page}>
      <Head interaction={interaction} />
      <div className={styles.scroll}>
        {events.isPending ? (
          <Loading rows={3} />
        ) : (
          <LaneChart events={events.data ?? []} customer={interaction.customer.name} />
        )}
        {interaction.callback && (
          <PromisedCall id={interaction.id} callback={interaction.callback} />
        )}
        {interaction.channel === "voice" && (
          <div className={styles.recordings}>
            <Recordings interactionId={interaction.id} />
          </div>
        )}
        <div className={styles.columns}>
          <Loaded query={events} rows={12}>
            {(rows: JournalRow[]) => (
              <Story
                events={rows}
                messages={(messages.data ?? []) as Message[]}
                customer={interaction.customer.name}
              />
            )}
          </Loaded>
          <Facts interaction={interaction} />
        </div>
      </div>
    </div>
  );
}

function Head({ interaction }: { interaction: InteractionDetail }) {
  const { t } = useTranslation();
  const names = useNames();
  const { customer } = interaction;
  return (
    <header className={styles.head}>
      <div className={styles.headMain}>
        <Link to="/interactions" className={styles.crumb}>
          {t("interactions.title")}
        </Link>
        <h1 className={styles.who}>
          <ChannelMark channel={interaction.channel} />
          <Link to="/customers/$id" params={{ id: customer.id }}>
            {customer.name}
          </Link>
          <Tier tier={customer.tier} />
          <PhaseMark phase={interaction.phase} outcome={interaction.outcome} />
          <span className={styles.headSide}>
            {[names(interaction.queue_names), interaction.agent_name].filter(Boolean).join(" · ")}
            {" · "}
            <Ago at={interaction.arrived_at} />
          </span>
        </h1>
      </div>
      <Supervise interaction={interaction} />
    </header>
  );
}
