/** `@` in a note: a colleague by name; they get a notice. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Colleague } from "../../api/types";
import { useMe } from "../../session/session";
import { PresenceDot } from "../../ui/Marks";
import { useColleagues } from "./api";
import styles from "./Composer.module.css";
import { Picker } from "./Picker";
import { matches } from "./pinyin";

/** The `@name` being typed at the caret, and where its @ is; null if there is none. */
export function mentionAt(text: string, caret: number): { typed: string; from: number } | null {
  const found = /(^|[^A-Za-z0-9])@([^\s@]{0,20})$/.exec(text.slice(0, caret));
  if (!found) return null;
  const typed = found[2] ?? "";
  return { typed, from: caret - typed.length - 1 };
}

/** Ids of those still named in the text. */
export function mentioned(text: string, known: Record<string, string>): string[] {
  return Object.entries(known)
    .filter(([name]) => text.includes(`@${name}`))
    .map(([, id]) => id);
}

export function MentionPicker({
  typed,
  onPick,
}: {
  typed: string;
  onPick: (who: Colleague) => void;
}) {
  const { t } = useTranslation();
  const me = useMe().account.id;
  const colleagues = useColleagues();
  const options = useMemo(
    () => (colleagues.data ?? []).filter((each) => each.id !== me && matches(each.name, typed)),
    [colleagues.data, me, typed],
  );
  return (
    <Picker
      label={t("desk.mention")}
      options={options}
      id={(each) => each.id}
      onPick={onPick}
      none={t(colleagues.isPending ? "common.loading" : "desk.mention_none")}
    >
      {(each) => (
        <>
          <PresenceDot status={each.status} />
          <span className={styles.title}>{each.name}</span>
          <span className={styles.text}>
            {t(`role.${each.role}`)} · {t(`presence.${each.status}`)}
          </span>
        </>
      )}
    </Picker>
  );
}
