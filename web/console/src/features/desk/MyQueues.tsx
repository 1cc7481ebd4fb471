/** How many wait in my queues, how long the first one does; where allowed, pick one. */
import { Button, Popover, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import { useNow } from "../../live/clock";
import { useMeRow, useQueues } from "../../live/hooks";
import type { QueueRow } from "../../live/protocol";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Blank, Loaded } from "../../ui/State";
import { Elapsed } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { desk, useWaiting } from "./api";
import styles from "./WorkList.module.css";

export function MyQueues({ onPulled }: { onPulled: (id: string) => void }) {
  const { t } = useTranslation();
  const mine = useMeRow()?.queues ?? [];
  const queues = useQueues().filter((queue) => mine.includes(queue.id));
  if (queues.length === 0) return null;
  return (
    <section className={styles.queues} aria-label={t("desk.queues")}>
      <h3>{t("desk.queues")}</h3>
      <ul>
        {queues.map((queue) => (
          <Queue key={queue.id} queue={queue} onPulled={onPulled} />
        ))}
      </ul>
    </section>
  );
}

function Queue({ queue, onPulled }: { queue: QueueRow; onPulled: (id: string) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  return (
    <li className={styles.queue}>
      <span className={styles.queueName} title={names(queue.names)}>
        {names(queue.names)}
      </span>
      {!queue.open && <span className={styles.closed}>{t("desk.closed")}</span>}
      {queue.pull && queue.waiting > 0 && <Pull queue={queue} onPulled={onPulled} />}
      <span className={`${styles.count} num`}>{queue.waiting}</span>
      <span className={styles.oldest}>
        {queue.oldest_at ? <Oldest at={queue.oldest_at} limit={queue.service_level_s} /> : "–"}
      </span>
    </li>
  );
}

function Oldest({ at, limit }: { at: string; limit: number }) {
  const { t } = useTranslation();
  const late = (useNow() - Date.parse(at)) / 1000 > limit;
  return (
    <span className={late ? styles.late : undefined} title={late ? t("desk.late") : undefined}>
      <Elapsed since={at} />
    </span>
  );
}

function Pull({ queue, onPulled }: { queue: QueueRow; onPulled: (id: string) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      trigger="click"
      placement="rightBottom"
      open={open}
      onOpenChange={setOpen}
      title={t("desk.pull_title", { queue: names(queue.names) })}
      content={
        open ? (
          <WaitingList
            queue={queue}
            onPulled={(id) => {
              setOpen(false);
              onPulled(id);
            }}
          />
        ) : null
      }
    >
      <Button size="small" aria-label={t("desk.pull_from", { queue: names(queue.names) })}>
        {t("desk.pull")}
      </Button>
    </Popover>
  );
}

function WaitingList({ queue, onPulled }: { queue: QueueRow; onPulled: (id: string) => void }) {
  const { t } = useTranslation();
  const waiting = useWaiting(queue.id, queue.waiting);
  const ready = useMeRow()?.status === "ready";
  const pull = useAction(
    async (id: string) => {
      await desk.pull(id);
      return id;
    },
    { onDone: onPulled },
  );
  return (
    <div className={styles.pull}>
      <Loaded query={waiting} rows={2}>
        {(rows) =>
          rows.length === 0 ? (
            <Blank title={t("desk.nobody")} />
          ) : (
            <ul>
              {rows.map((row) => (
                <li key={row.id} className={styles.waiting}>
                  <ChannelMark channel={row.channel} />
                  <span title={row.last_message}>
                    {row.customer.name} <Tier tier={row.customer.tier} />{" "}
                    <span className="muted">{row.last_message}</span>
                  </span>
                  <Elapsed since={row.queued_at ?? row.arrived_at} />
                  <Tooltip title={ready ? undefined : t("desk.take_ready")}>
                    <Button
                      size="small"
                      type="primary"
                      disabled={!ready}
                      loading={pull.busy}
                      onClick={() => pull.run(row.id)}
                    >
                      {t("desk.take")}
                    </Button>
                  </Tooltip>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </div>
  );
}
