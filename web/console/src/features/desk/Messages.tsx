/** The messages: grouped by time, the newest in view unless one reads further up. */
import { ArrowDownOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../i18n";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { useMe } from "../../session/session";
import { dayOf, timeZone } from "../../ui/zone";
import { Bubble, SystemLine } from "./Bubble";
import { type Run, reach, runs } from "./grouping";
import styles from "./Messages.module.css";
import { stillOut, useOutgoing } from "./outgoing";

const SHOWN = 200;
const NEAR_PX = 80;
const NO_MESSAGES: never[] = [];

export function Messages({ work }: { work: Work }) {
  const { t } = useTranslation();
  const me = useMe().account.id;
  const messages = useLive((state) => state.conversations[work.id]?.messages) ?? NO_MESSAGES;
  const out = useOutgoing((state) => state.byInteraction[work.id]) ?? NO_MESSAGES;
  const [shown, setShown] = useState(SHOWN);
  const outgoing = stillOut(out, messages);
  const box = useScroll(work.id, messages.length + outgoing.length);
  const groups = runs(messages.slice(-shown), outgoing, me);
  const marks = {
    delivered: reach(messages, work.customer_delivered_to),
    read: reach(messages, work.customer_read_to),
  };
  return (
    <div className={styles.wrap}>
      <div
        ref={box.ref}
        className={styles.scroll}
        onScroll={box.onScroll}
        role="log"
        aria-label={t("desk.messages")}
      >
        {messages.length > shown && (
          <Button type="link" block onClick={() => setShown(shown + SHOWN)}>
            {t("desk.earlier", { count: messages.length - shown })}
          </Button>
        )}
        {groups.map((run) => (
          <RunOf key={run.key} run={run} me={me} marks={marks} />
        ))}
      </div>
      {box.below > 0 && (
        <Button
          className={styles.down}
          type="primary"
          shape="round"
          size="small"
          icon={<ArrowDownOutlined />}
          onClick={box.toEnd}
        >
          {t("desk.new_below", { count: box.below })}
        </Button>
      )}
    </div>
  );
}

export interface Marks {
  delivered: number;
  read: number;
}

function RunOf({ run, me, marks }: { run: Run; me: string; marks: Marks }) {
  return (
    <>
      {run.day && <Day at={run.day} />}
      {run.who === "system" ? (
        run.items.map((item) =>
          item.kind === "message" ? (
            <SystemLine key={item.message.id} message={item.message} />
          ) : null,
        )
      ) : (
        <Bubble run={run} me={me} marks={marks} />
      )}
    </>
  );
}

function Day({ at }: { at: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const today = dayOf(new Date(at)) === dayOf(Date.now());
  const text = today
    ? t("desk.today")
    : new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: timeZone() }).format(
        new Date(at),
      );
  return <div className={styles.day}>{text}</div>;
}

/** Stay at the end while new messages come, unless the reader went up; then count what is below. */
function useScroll(id: string, count: number) {
  const ref = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const top = useRef(0);
  const seen = useRef(count);
  const [below, setBelow] = useState(0);

  function toEnd() {
    const box = ref.current;
    if (box) box.scrollTop = box.scrollHeight;
    atEnd.current = true;
    seen.current = count;
    setBelow(0);
  }

  function onScroll() {
    const box = ref.current;
    if (!box) return;
    // Only who scrolled up reads above: the end may also have moved on by itself.
    if (box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX) atEnd.current = true;
    else if (box.scrollTop < top.current) atEnd.current = false;
    top.current = box.scrollTop;
    if (atEnd.current) {
      seen.current = count;
      setBelow(0);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation starts at its end
  useLayoutEffect(toEnd, [id]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only new messages move the view
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setBelow(Math.max(0, count - seen.current));
  }, [count]);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const keep = new ResizeObserver(() => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    });
    keep.observe(box);
    for (const child of box.children) keep.observe(child);
    return () => keep.disconnect();
  });
  return { ref, below, toEnd, onScroll };
}
