/** One run of messages of one sender, with delivery marks; system messages as grey lines. */
import {
  CheckOutlined,
  ClockCircleOutlined,
  EyeOutlined,
  LockOutlined,
  PaperClipOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Button, Image } from "antd";
import { useTranslation } from "react-i18next";
import { problemText } from "../../api/problem";
import type { Attachment, Message } from "../../api/types";
import { useLanguage } from "../../i18n";
import { useNow } from "../../live/clock";
import { useLive } from "../../live/store";
import { bytes, fullTime, shortTime } from "../../ui/format";
import { Face } from "../../ui/Marks";
import { useColleagues } from "./api";
import type { Item, Run } from "./grouping";
import type { Marks } from "./Messages";
import styles from "./Messages.module.css";
import { discard, type Outgoing, retry } from "./outgoing";

interface Props {
  run: Run;
  me: string;
  marks: Marks;
}

export function Bubble({ run, me, marks }: Props) {
  const { t } = useTranslation();
  const note = run.who.startsWith("note:");
  const mine = run.who === me || run.who === `note:${me}`;
  const ours = run.who !== "customer";
  const name = useSpeaker(run, mine);
  const last = run.items.at(-1);
  return (
    <article
      className={[styles.run, ours && styles.ours, mine && styles.mine, note && styles.note]
        .filter(Boolean)
        .join(" ")}
      aria-label={note ? t("desk.note_by", { name }) : name}
    >
      <Face name={name} />
      <div className={styles.stack}>
        {(!mine || note) && (
          <div className={styles.label}>
            {!mine && <span>{name}</span>}
            {note && (
              <span className={styles.noteLabel}>
                <LockOutlined /> {t("desk.note_label")}
              </span>
            )}
          </div>
        )}
        {run.items.map((item) => (
          <Piece key={keyOf(item)} item={item} />
        ))}
        {last && <Foot item={last} marked={ours && !note} marks={marks} />}
      </div>
    </article>
  );
}

function Piece({ item }: { item: Item }) {
  const { text, attachments } = item.kind === "message" ? item.message : item.outgoing;
  const failed =
    item.kind === "outgoing" ? item.outgoing.state === "failed" : !!item.message.failed;
  const language = item.kind === "message" ? (item.message.language ?? undefined) : undefined;
  const mentions = item.kind === "message" ? item.message.mentions : item.outgoing.mentions;
  return (
    <>
      {text && (
        <div lang={language} className={`${styles.bubble} ${failed ? styles.failed : ""}`}>
          <Words text={text} mentions={mentions} />
        </div>
      )}
      {attachments.length > 0 && <Files files={attachments} />}
      {item.kind === "outgoing" && item.outgoing.state === "failed" && (
        <Failed outgoing={item.outgoing} />
      )}
    </>
  );
}

const LINK = /https?:\/\/[^\s<>"'，。！？；）】]+/;

/** Text with links to open and mentioned colleagues marked; never anything executed. */
function Words({ text, mentions }: { text: string; mentions: string[] }) {
  const colleagues = useColleagues(mentions.length > 0).data ?? [];
  const named = colleagues
    .filter((each) => mentions.includes(each.id))
    .map((each) => `@${each.name}`);
  const pattern = new RegExp(`(${[LINK.source, ...named.map(escaped)].join("|")})`);
  return (
    <>
      {text.split(pattern).map((part, index) => {
        const key = `${index}:${part}`;
        if (index % 2 === 0) return part;
        return part.startsWith("@") ? (
          <span key={key} className={styles.mention}>
            {part}
          </span>
        ) : (
          <a key={key} href={part} target="_blank" rel="noreferrer noopener nofollow">
            {part}
          </a>
        );
      })}
    </>
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function Files({ files }: { files: Attachment[] }) {
  return (
    <div className={styles.files}>
      {files.map((file) =>
        file.media_type.startsWith("image/") ? (
          <Image
            key={file.id}
            src={file.url}
            alt={file.name}
            height={140}
            classNames={{ image: styles.image }}
          />
        ) : (
          <a key={file.id} href={file.url} download={file.name} className={styles.file}>
            <PaperClipOutlined />
            <span className={styles.fileName}>{file.name}</span>
            <span className="muted num">{bytes(file.size)}</span>
          </a>
        ),
      )}
    </div>
  );
}

function Failed({ outgoing }: { outgoing: Outgoing }) {
  const { t } = useTranslation();
  return (
    <div className={`${styles.foot} ${styles.bad}`} role="alert">
      <WarningOutlined /> {t("desk.not_sent")} {problemText(t, outgoing.failure)}
      <Button type="link" size="small" onClick={() => retry(outgoing)}>
        {t("common.retry")}
      </Button>
      <Button type="link" size="small" onClick={() => discard(outgoing)}>
        {t("desk.discard")}
      </Button>
    </div>
  );
}

function Foot({ item, marked, marks }: { item: Item; marked: boolean; marks: Marks }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  return (
    <div className={styles.foot}>
      <time dateTime={item.at} title={fullTime(item.at, language)} className="num">
        {shortTime(item.at, now, language)}
      </time>
      {item.kind === "message" && item.message.language && item.message.sender === "customer" && (
        <span>
          {t(`language_name.${item.message.language}`, { defaultValue: item.message.language })}
        </span>
      )}
      {marked && <Mark item={item} marks={marks} />}
    </div>
  );
}

/** Sending, sent, delivered, read or failed: a mark and a word. */
function Mark({ item, marks }: { item: Item; marks: Marks }) {
  const { t } = useTranslation();
  if (item.kind === "outgoing") {
    if (item.outgoing.state === "failed") return null;
    return (
      <span>
        <ClockCircleOutlined /> {t("desk.mark.sending")}
      </span>
    );
  }
  if (item.message.failed) {
    return (
      <span className={styles.bad}>
        <WarningOutlined /> {t("desk.mark.failed")}
      </span>
    );
  }
  if (item.message.seq <= marks.read) {
    return (
      <span className={styles.read}>
        <EyeOutlined /> {t("desk.mark.read")}
      </span>
    );
  }
  return (
    <span>
      <CheckOutlined />{" "}
      {t(item.message.seq <= marks.delivered ? "desk.mark.delivered" : "desk.mark.sent")}
    </span>
  );
}

export function SystemLine({ message }: { message: Message }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const words = message.key
    ? t(
        [
          `desk.system.${message.key}${message.values?.agent ? "_named" : ""}`,
          `desk.system.${message.key}`,
          "desk.system.other",
        ],
        {
          ...message.values,
          key: message.key,
        },
      )
    : message.text;
  return (
    <p className={styles.system}>
      {words} <span className="num">· {shortTime(message.at, now, language)}</span>
    </p>
  );
}

function useSpeaker(run: Run, mine: boolean): string {
  const { t } = useTranslation();
  const me = useLive((state) => state.me?.name ?? "");
  const first = run.items[0];
  const message = first?.kind === "message" ? first.message : null;
  const customer = useLive((state) =>
    message ? state.work[message.interaction_id]?.customer.name : "",
  );
  if (mine) return me;
  if (run.who === "customer") return customer || t("desk.customer");
  return message?.agent_name ?? t("role.agent");
}

function keyOf(item: Item): string {
  return item.kind === "message"
    ? item.message.client_id || item.message.id
    : item.outgoing.client_id;
}
