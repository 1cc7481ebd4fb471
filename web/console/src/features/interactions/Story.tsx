/** Everything that happened, in order, in plain words; what was said as it was said. */
import { LockOutlined, PaperClipOutlined, WarningOutlined } from "@ant-design/icons";
import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment, JournalRow, Message } from "../../api/types";
import { useLanguage } from "../../i18n";
import { bytes, fullTime } from "../../ui/format";
import styles from "./Interactions.module.css";
import { legNames } from "./legs";
import { type Pen, type Sentence, sentence } from "./sentences";
import { timeOfDay, usePen } from "./usePen";
import { Why } from "./Why";

const SHOWN = ["story", "talk", "all"] as const;
type Shown = (typeof SHOWN)[number];

/** Kinds that only the full record shows: true, but rarely what one looks for. */
const DETAILS = new Set([
  "DeliveryChanged",
  "CustomerAway",
  "CustomerBack",
  "PageChanged",
  "TimerLapsed",
  "Arranged",
  "LegDropped",
  "LegRinging",
  "NodeEntered",
  "PromptOver",
  "PromptStarted",
  "VariablesSet",
]);

interface Props {
  events: JournalRow[];
  messages: Message[];
  customer: string;
  starts?: Shown;
  title?: string;
}

export function Story({ events, messages, customer, starts = "story", title }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<Shown>(starts);
  const legs = legNames(events, customer, t("interactions.leg.somebody"));
  const pen = { ...usePen(), leg: (id: string) => legs.get(id) ?? t("interactions.leg.somebody") };
  const said = new Map(messages.map((message) => [message.id, message]));
  const rows = events.filter((row) => isShown(row, shown));
  return (
    <section className={styles.story} aria-label={t("interactions.story")}>
      <div className={styles.storyHead}>
        <h2>{title ?? t("interactions.story")}</h2>
        <Segmented
          size="small"
          value={shown}
          options={SHOWN.map((value) => ({ value, label: t(`interactions.show_${value}`) }))}
          onChange={setShown}
        />
      </div>
      <ol className={styles.events}>
        {rows.map((row, at) => (
          <Row
            key={row.seq}
            row={row}
            before={rows[at - 1]}
            message={said.get(String(row.event.message_id))}
            customer={customer}
            pen={pen}
          />
        ))}
      </ol>
      {rows.length === 0 && <p className="muted">{t("interactions.nothing_said")}</p>}
    </section>
  );
}

function isShown(row: JournalRow, shown: Shown): boolean {
  const talk = row.kind === "MessageAdded";
  if (shown === "talk") return talk;
  return shown === "all" || !DETAILS.has(row.kind);
}

interface RowProps {
  row: JournalRow;
  before: JournalRow | undefined;
  message: Message | undefined;
  customer: string;
  pen: Pen;
}

function Row({ row, before, message, customer, pen }: RowProps) {
  const language = useLanguage();
  const newDay = before && new Date(before.at).toDateString() !== new Date(row.at).toDateString();
  const told = sentence(row, pen);
  const said = row.kind === "MessageAdded" && row.event.sender !== "system";
  return (
    <>
      {newDay && <li className={styles.day}>{fullTime(row.at, language)}</li>}
      <li className={styles.event}>
        <time dateTime={row.at} title={fullTime(row.at, language)} className="num">
          {timeOfDay(row.at, language)}
        </time>
        <span className={`${styles.bead} ${styles[`bead_${told.tone}`]}`} aria-hidden />
        {said ? (
          <Said row={row} told={told} message={message} customer={customer} />
        ) : (
          <Told told={told} row={row} />
        )}
      </li>
    </>
  );
}

function useWords(told: Sentence): string {
  const { t } = useTranslation();
  const { kind, variant, values } = told;
  return t(
    [
      `interactions.events.${kind}.${variant}`,
      `interactions.events.${kind}.plain`,
      "interactions.events.unknown",
    ],
    { ...values, kind },
  );
}

function Told({ told, row }: { told: Sentence; row: JournalRow }) {
  const { t } = useTranslation();
  const words = useWords(told);
  if (row.kind === "MessageAdded" && row.event.key) {
    const key = String(row.event.key);
    const values = (row.event.values ?? {}) as Record<string, string>;
    return (
      <div className={`${styles.told} ${styles.muted}`}>
        {t([`desk.system.${key}`, "desk.system.other"], { ...values, key })}
      </div>
    );
  }
  return (
    <div className={styles.told}>
      <span className={styles[`tone_${told.tone}`]}>{words}</span>
      {told.detail && <p className={styles.detail}>{told.detail}</p>}
      {told.why && <Why receipt={told.why} />}
    </div>
  );
}

interface SaidProps {
  row: JournalRow;
  told: Sentence;
  message: Message | undefined;
  customer: string;
}

function Said({ row, told, message, customer }: SaidProps) {
  const { t } = useTranslation();
  const { event } = row;
  const internal = event.visibility === "internal";
  const side = internal ? "internal" : event.sender === "customer" ? "theirs" : "ours";
  const name = event.sender === "customer" ? customer : String(told.values.agent ?? "");
  const files = message?.attachments ?? (event.attachments as Attachment[] | undefined) ?? [];
  return (
    <div className={`${styles.said} ${styles[side]}`}>
      <div className={styles.speaker}>
        {name}
        {internal && (
          <span>
            <LockOutlined /> {t("interactions.internal")}
          </span>
        )}
        {message?.failed && (
          <span className={styles.bad}>
            <WarningOutlined /> {t("interactions.not_delivered")}
          </span>
        )}
      </div>
      {told.detail && <p className={styles.words}>{told.detail}</p>}
      {files.map((file) => (
        <a key={file.id} href={file.url} className={styles.file} download={file.name}>
          <PaperClipOutlined /> {file.name} <span className="muted num">{bytes(file.size)}</span>
        </a>
      ))}
    </div>
  );
}
