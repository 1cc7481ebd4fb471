/** Column one: what I serve now, and who waits in my queues. */
import {
  EditOutlined,
  EyeOutlined,
  InboxOutlined,
  PauseOutlined,
  SmileOutlined,
} from "@ant-design/icons";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useNow } from "../../live/clock";
import { rings, useMeRow, useWork } from "../../live/hooks";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { phone } from "../../ui/format";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Blank, Loading } from "../../ui/State";
import { Elapsed, Remaining } from "../../ui/Time";
import desk from "./Desk.module.css";
import { useHasDraft } from "./draft";
import { MyQueues } from "./MyQueues";
import styles from "./WorkList.module.css";

const JOINED = ["consult", "monitor", "whisper", "barge", "conference"];

interface Props {
  open: string | null;
  onOpen: (id: string) => void;
}

export function WorkList({ open, onOpen }: Props) {
  const { t } = useTranslation();
  const synced = useLive((state) => state.synced);
  const work = useWork().filter((each) => !rings(each));
  return (
    <section className={desk.column} aria-label={t("desk.work")}>
      <header className={desk.head}>
        <h2>{t("desk.work")}</h2>
        <Load work={work} />
      </header>
      <div className={desk.scroll}>
        {!synced ? (
          <Loading rows={5} />
        ) : work.length === 0 ? (
          <Idle />
        ) : (
          <ul className={styles.list}>
            {work.map((each, index) => (
              <li key={each.id}>
                <Row work={each} index={index} chosen={each.id === open} onOpen={onOpen} />
              </li>
            ))}
          </ul>
        )}
      </div>
      <MyQueues onPulled={onOpen} />
    </section>
  );
}

/** How many of how many at once, e.g. 2 / 3. */
function Load({ work }: { work: Work[] }) {
  const { t } = useTranslation();
  const me = useMeRow();
  const capacity = me?.capacity.chat;
  if (!capacity) return null;
  const count = work.filter((each) => each.channel === "chat" && each.role === "owner").length;
  return (
    <span className="num muted" title={t("desk.load_hint")}>
      {t("desk.load", { count, capacity })}
    </span>
  );
}

function Idle() {
  const { t } = useTranslation();
  const status = useMeRow()?.status;
  const waiting = useLive((state) =>
    Object.values(state.queues).reduce((sum, queue) => sum + queue.waiting, 0),
  );
  if (status === "ready") {
    return (
      <Blank
        icon={<SmileOutlined />}
        title={t(waiting ? "desk.waiting_title" : "desk.calm_title", { count: waiting })}
        hint={t("desk.calm_hint")}
      />
    );
  }
  return (
    <Blank
      icon={<InboxOutlined />}
      title={t("desk.away_title")}
      hint={t("desk.away_hint", { count: waiting })}
    />
  );
}

interface RowProps {
  work: Work;
  index: number;
  chosen: boolean;
  onOpen: (id: string) => void;
}

function Row({ work, index, chosen, onOpen }: RowProps) {
  const { t } = useTranslation();
  const draft = useHasDraft(work.id);
  const typing = useTyping(work.id);
  return (
    <button
      type="button"
      className={styles.row}
      aria-current={chosen ? "true" : undefined}
      title={index < 9 ? `Alt+${index + 1}` : undefined}
      data-role={work.role}
      onClick={() => onOpen(work.id)}
    >
      <span className={styles.top}>
        <ChannelMark channel={work.channel} />
        {work.channel !== "voice" && (
          <span
            className={styles.online}
            data-online={work.customer_online}
            title={t(work.customer_online ? "desk.online" : "desk.gone")}
          />
        )}
        <strong className={styles.name}>{phone(work.customer.name)}</strong>
        <Tier tier={work.customer.tier} />
        <Clock work={work} />
      </span>
      <span className={styles.bottom}>
        {draft && !chosen && (
          <span className={styles.draft}>
            <EditOutlined /> {t("desk.draft")}
          </span>
        )}
        <span className={styles.preview}>
          {typing ? <em>{t("desk.typing")}</em> : preview(work, t)}
        </span>
        {work.unread > 0 && (
          <span className={`${styles.unread} num`}>
            {work.unread}
            <span className="sr-only"> {t("desk.unread")}</span>
          </span>
        )}
        {work.role === "wrap_up" && <span className={styles.tag}>{t("phase.wrap_up")}</span>}
        {work.call?.held && (
          <span className={styles.tag}>
            <PauseOutlined /> {t("phone.call.hold")}
          </span>
        )}
        {JOINED.includes(work.role) && (
          <span className={styles.tag}>
            <EyeOutlined /> {t(`desk.role.${work.role}`)}
          </span>
        )}
      </span>
    </button>
  );
}

/** How long the customer waits for me, else how long we talk; in wrap-up what is left. */
function Clock({ work }: { work: Work }) {
  const { t } = useTranslation();
  if (work.role === "wrap_up" && work.wrap_up?.until) {
    return <Remaining until={work.wrap_up.until} className={styles.wrapping} />;
  }
  if (work.unanswered_since) {
    return (
      <span className={styles.waits} title={t("desk.unanswered")}>
        <span aria-hidden>●</span> <Elapsed since={work.unanswered_since} />
      </span>
    );
  }
  return <Elapsed since={work.connected_at ?? work.arrived_at} className={styles.talks} />;
}

function preview(work: Work, t: TFunction): string {
  if (work.call) {
    const number = work.call.callback?.number || work.call.number;
    const known = number !== "" && number !== work.customer.name;
    return known ? phone(number) : t(`phone.call.direction_${work.call.direction}`);
  }
  return work.last_message?.text || work.subject || work.page.title;
}

function useTyping(id: string): boolean {
  const until = useLive((state) => state.around[id]?.customer?.typingUntil ?? 0);
  const ours = useNow() - useLive((state) => state.skewMs);
  return until > ours;
}
