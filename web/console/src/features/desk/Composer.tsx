/** The composer: a reply to the customer, or an internal note; canned replies, mentions, files. */
import { LockOutlined, MessageOutlined, PaperClipOutlined, SendOutlined } from "@ant-design/icons";
import { Button, Input, Segmented, Tooltip } from "antd";
import type { TextAreaRef } from "antd/es/input/TextArea";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Work } from "../../live/protocol";
import { sendFrame } from "../../live/store";
import { useKeys } from "../../ui/keys";
import { Attachments, useFiles } from "./Attachments";
import styles from "./Composer.module.css";
import { type Mode, useDraft } from "./draft";
import { EmojiPicker } from "./EmojiPicker";
import { MentionPicker, mentionAt, mentioned } from "./MentionPicker";
import { send } from "./outgoing";
import { ReplyPicker, slashAt } from "./ReplyPicker";

const MAX_CHARS = 8_000;
/** A variable of a canned reply that nothing was known for. */
const VARIABLE = /\{\{[\w.]+\}\}/;
const TELL_FROM = 0.8;
const TYPING_EVERY_MS = 3_000;

export function Composer({ work }: { work: Work }) {
  const { t } = useTranslation();
  // Those who only join write to colleagues; a task has nobody to answer, a caller is spoken to.
  const joined = work.role !== "owner" || work.channel === "task" || work.channel === "voice";
  const [draft, change] = useDraft(work.id);
  const mode: Mode = joined ? "note" : draft.mode;
  const text = draft[mode];
  const files = useFiles(work.id);
  const box = useRef<TextAreaRef>(null);
  const [caret, setCaret] = useState(0);
  const [picking, setPicking] = useState(true);
  const typing = useTyping(work.id, mode);
  const over = text.length > MAX_CHARS;
  const unfilled = mode === "reply" ? VARIABLE.exec(text)?.[0] : undefined;
  const empty = text.trim() === "" && files.ready.length === 0;
  const blocked = empty || over || files.busy || unfilled !== undefined;
  const slash = mode === "reply" && picking ? slashAt(text, caret) : null;
  const mention = mode === "note" && picking ? mentionAt(text, caret) : null;

  useEffect(() => box.current?.focus(), []);
  useKeys({
    "Alt+R": () => box.current?.focus(),
    "Alt+I": () => !joined && switchTo(mode === "note" ? "reply" : "note"),
  });

  function switchTo(next: Mode) {
    change({ mode: next });
    requestAnimationFrame(() => box.current?.focus());
  }

  /** Replace the text; select from `at` to `end`. */
  function write(next: string, at = next.length, end = at) {
    change({ [mode]: next });
    requestAnimationFrame(() => {
      const area = box.current?.resizableTextArea?.textArea;
      area?.focus();
      area?.setSelectionRange(at, end);
      setCaret(at);
    });
  }

  function selection(): [from: number, to: number] {
    const area = box.current?.resizableTextArea?.textArea;
    const from = area?.selectionStart ?? text.length;
    return [from, area?.selectionEnd ?? from];
  }

  /** At the caret, in place of what is selected. */
  function insert(piece: string) {
    const [from, to] = selection();
    write(text.slice(0, from) + piece + text.slice(to), from + piece.length);
  }

  function submit() {
    if (blocked) return;
    send({
      interaction_id: work.id,
      text: text.trim(),
      internal: mode === "note",
      mentions: mode === "note" ? mentioned(text, draft.mentions) : [],
      attachments: files.ready,
    });
    change({ [mode]: "", ...(mode === "note" ? { mentions: {} } : {}) });
    files.clear();
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && (slash || mention)) {
      event.preventDefault();
      event.stopPropagation();
      setPicking(false);
    } else if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      submit();
    }
  }

  return (
    <section
      className={`${styles.composer} ${mode === "note" ? styles.note : ""}`}
      aria-label={t("desk.composer")}
      {...files.drop}
    >
      {slash && (
        <ReplyPicker
          interactionId={work.id}
          typed={slash.typed}
          onPick={(reply) => {
            const gap = VARIABLE.exec(reply);
            const at = slash.from + (gap?.index ?? reply.length);
            const next = text.slice(0, slash.from) + reply + text.slice(caret);
            write(next, at, at + (gap?.[0].length ?? 0));
          }}
        />
      )}
      {mention && (
        <MentionPicker
          typed={mention.typed}
          onPick={(colleague) => {
            const before = `${text.slice(0, mention.from)}@${colleague.name} `;
            change({ mentions: { ...draft.mentions, [colleague.name]: colleague.id } });
            write(before + text.slice(caret), before.length);
          }}
        />
      )}
      <div className={styles.tools}>
        <Segmented<Mode>
          size="small"
          aria-label={t("desk.mode")}
          value={mode}
          disabled={joined}
          onChange={switchTo}
          options={[
            { value: "reply", icon: <MessageOutlined />, label: t("desk.reply") },
            { value: "note", icon: <LockOutlined />, label: t("desk.note") },
          ]}
        />
        <span className={styles.grow} />
        {mode === "reply" && (
          <Tooltip title={t("desk.canned_hint")}>
            <Button
              type="text"
              size="small"
              onClick={() => {
                setPicking(true);
                insert(slashFor(text.slice(0, selection()[0])));
              }}
              aria-label={t("desk.canned")}
            >
              /
            </Button>
          </Tooltip>
        )}
        <EmojiPicker onPick={insert} />
        <Tooltip title={t("desk.attach_hint")}>
          <Button
            type="text"
            size="small"
            icon={<PaperClipOutlined />}
            aria-label={t("desk.attach")}
            onClick={files.choose}
          />
        </Tooltip>
      </div>
      <Input.TextArea
        ref={box}
        className={styles.box}
        variant="borderless"
        autoSize={{ minRows: 2, maxRows: 9 }}
        value={text}
        aria-label={t(mode === "note" ? "desk.note_box" : "desk.reply_box")}
        placeholder={t(mode === "note" ? "desk.note_place" : "desk.reply_place")}
        status={over ? "error" : undefined}
        onChange={(event) => {
          setPicking(true);
          setCaret(event.target.selectionStart);
          change({ [mode]: event.target.value });
          typing();
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={files.paste}
      />
      <Attachments files={files} />
      <div className={styles.tools}>
        {unfilled ? (
          <span className={styles.over} role="status">
            {t("desk.unfilled", { name: unfilled })}
          </span>
        ) : (
          <span className={styles.hint}>
            {t(mode === "note" ? "desk.note_hint" : "desk.reply_hint")}
          </span>
        )}
        <span className={styles.grow} />
        {text.length > MAX_CHARS * TELL_FROM && (
          <span className={`num ${over ? styles.over : styles.hint}`} role="status">
            {t("desk.chars", { count: text.length, limit: MAX_CHARS })}
          </span>
        )}
        <Button type="primary" icon={<SendOutlined />} disabled={blocked} onClick={submit}>
          {t(mode === "note" ? "desk.save_note" : "desk.send")}
        </Button>
      </div>
      {files.dragging && <div className={styles.drop}>{t("desk.drop")}</div>}
    </section>
  );
}

/** A `/` that opens the canned replies after this text: at the start of a word. */
function slashFor(before: string): string {
  return slashAt(`${before}/`, before.length + 1) ? "/" : " /";
}

/** Tell the customer and colleagues that we write, at most every few seconds. */
function useTyping(id: string, mode: Mode): () => void {
  const last = useRef(0);
  return () => {
    const now = Date.now();
    if (mode !== "reply" || now - last.current < TYPING_EVERY_MS) return;
    last.current = now;
    sendFrame({ type: "typing", interaction_id: id });
  };
}
