/** Canned replies by `/`: found by shortcut, title or words; variables are filled by the server. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { problemText } from "../../api/problem";
import type { RenderedReply } from "../../api/types";
import { pick, useLanguage, useNames } from "../../i18n";
import { useReplies } from "./api";
import styles from "./Composer.module.css";
import { Picker } from "./Picker";
import { matches } from "./pinyin";

/** The `/words` being typed at the caret, and where its `/` is: at the start of a word; null if there is none. */
export function slashAt(text: string, caret: number): { typed: string; from: number } | null {
  const typed = /(?:^|[\s\u3000-\u303f\uff00-\uffef])\/([^\s/]{0,40})$/.exec(
    text.slice(0, caret),
  )?.[1];
  return typed === undefined ? null : { typed, from: caret - typed.length - 1 };
}

/** Those found by what was typed: by shortcut first, then by title, then by their words. */
export function found(replies: RenderedReply[], typed: string, language: string): RenderedReply[] {
  const rank = (reply: RenderedReply) => {
    if (reply.shortcut.toLowerCase().startsWith(typed.toLowerCase())) return 0;
    if (matches(pick(reply.names, language), typed)) return 1;
    return matches(reply.text, typed) ? 2 : 3;
  };
  return replies
    .map((reply) => ({ reply, rank: rank(reply) }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.reply.shortcut.localeCompare(b.reply.shortcut))
    .map((each) => each.reply);
}

interface Props {
  interactionId: string;
  typed: string;
  onPick: (text: string) => void;
}

export function ReplyPicker({ interactionId, typed, onPick }: Props) {
  const { t } = useTranslation();
  const names = useNames();
  const language = useLanguage();
  const replies = useReplies(interactionId, true);
  const options = useMemo(
    () => found(replies.data ?? [], typed, language),
    [replies.data, typed, language],
  );
  return (
    <Picker
      label={t("desk.canned")}
      options={options}
      id={(reply) => reply.id}
      onPick={(reply) => onPick(reply.text)}
      none={
        replies.isPending
          ? t("common.loading")
          : replies.error
            ? problemText(t, replies.error)
            : t("desk.canned_none")
      }
    >
      {(reply) => (
        <>
          <span className={styles.shortcut}>/{reply.shortcut}</span>
          <span className={styles.title}>{names(reply.names)}</span>
          <span className={styles.text} lang={reply.language}>
            {reply.text}
          </span>
          {reply.missing.length > 0 && (
            <span className={styles.missing}>
              {t("desk.canned_missing", { names: reply.missing.join(", ") })}
            </span>
          )}
        </>
      )}
    </Picker>
  );
}
