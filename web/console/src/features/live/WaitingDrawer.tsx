/** Who waits in one queue, first come on top, each of them to be given to an agent. */
import { CoffeeOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { InteractionRow } from "../../api/types";
import { useNames } from "../../i18n";
import type { QueueRow } from "../../live/protocol";
import { useCan } from "../../session/session";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Blank, Failure, Loading } from "../../ui/State";
import { Elapsed } from "../../ui/Time";
import { AssignPicker } from "../interactions/AssignPicker";
import { useInteractions } from "../interactions/api";
import styles from "./Live.module.css";

interface Props {
  queue: QueueRow | undefined;
  close: () => void;
}

export function WaitingDrawer({ queue, close }: Props) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <Drawer
      open={queue !== undefined}
      onClose={close}
      size={560}
      destroyOnHidden
      title={queue && t("live.waiting_in", { name: names(queue.names) })}
    >
      {queue && <List queue={queue} />}
    </Drawer>
  );
}

function List({ queue }: { queue: QueueRow }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useCan("interactions.supervise");
  const query = useInteractions({ queue: queue.id, phase: ["queued", "offered"] });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const mark = `${queue.waiting} ${queue.waiting_since?.join()}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row tells that the list moved
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["interactions", "list"] });
  }, [mark, client]);
  if (query.isPending) return <Loading />;
  if (query.error && !query.data) {
    return <Failure error={query.error} retry={() => void query.refetch()} />;
  }
  if (rows.length === 0) {
    return (
      <Blank
        icon={<CoffeeOutlined />}
        title={t("live.nobody_waits")}
        hint={t("live.nobody_waits_hint")}
      />
    );
  }
  const sorted = [...rows].sort((a, b) =>
    (a.queued_at ?? a.arrived_at).localeCompare(b.queued_at ?? b.arrived_at),
  );
  return (
    <ul className={styles.conversations}>
      {sorted.map((row) => (
        <li key={row.id}>
          <Waiting row={row} queueId={queue.id} refused={may ? undefined : t("live.may_not")} />
        </li>
      ))}
    </ul>
  );
}

interface WaitingProps {
  row: InteractionRow;
  queueId: string;
  refused: string | undefined;
}

function Waiting({ row, queueId, refused }: WaitingProps) {
  const { t } = useTranslation();
  return (
    <span className={styles.conversation}>
      <ChannelMark channel={row.channel} />
      <span className={styles.customer}>
        <Link to="/interactions/$id" params={{ id: row.id }}>
          {row.customer.name}
        </Link>{" "}
        <Tier tier={row.customer.tier} />
        <span className={styles.preview}>
          {row.phase === "offered" && <em>{t("phase.offered")} </em>}
          {row.last_message}
        </span>
      </span>
      <Elapsed since={row.queued_at ?? row.arrived_at} />
      <AssignPicker interactionId={row.id} queue={queueId} refused={refused} small />
    </span>
  );
}
