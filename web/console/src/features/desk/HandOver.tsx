/** Transfer or consult: type to find an agent or queue, with their state; a note goes along. */
import { PhoneOutlined, SwapOutlined, TeamOutlined, UsergroupAddOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Input, type InputRef, Modal } from "antd";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import { problemText } from "../../api/problem";
import type { Colleague, Texts } from "../../api/types";
import { useNames } from "../../i18n";
import { useQueues } from "../../live/hooks";
import type { QueueRow, Work } from "../../live/protocol";
import { useMe } from "../../session/session";
import { clock, phone } from "../../ui/format";
import { Face, Keys, PresenceDot } from "../../ui/Marks";
import { Loaded } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import { calls } from "../phone/api";
import { desk, useColleagues } from "./api";
import styles from "./HandOver.module.css";
import { send } from "./outgoing";
import { matches } from "./pinyin";

interface Props {
  work: Work;
  kind: "transfer" | "consult";
  open: boolean;
  onClose: () => void;
}

export function HandOver({ work, kind, open, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      destroyOnHidden
      width={520}
      title={t(kind === "transfer" ? "desk.transfer_title" : "desk.consult_title", {
        name: work.customer.name,
      })}
    >
      <Form work={work} kind={kind} onClose={onClose} />
    </Modal>
  );
}

function tell(interaction_id: string, colleague: string, text: string): void {
  send({ interaction_id, text, internal: true, mentions: [colleague], attachments: [] });
}

interface Target {
  key: string;
  name: string;
  disabled: string | null;
  mark: ReactNode;
  side: ReactNode;
  order: number;
  body: { to_agent: string } | { to_queue: string } | { to_number: string };
}

function Form({ work, kind, onClose }: Omit<Props, "open">) {
  const { t } = useTranslation();
  const colleagues = useColleagues();
  const targets = useTargets(work, kind, colleagues.data ?? []);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const box = useRef<InputRef>(null);
  useEffect(() => box.current?.focus(), []);
  const outside = useOutside(work, typed);
  const shown = useMemo(
    () => [...outside, ...targets.filter((each) => matches(each.name, typed))],
    [outside, targets, typed],
  );
  const target = shown.find((each) => each.key === chosen) ?? null;
  const go = useAction(
    async (to: Target) => {
      if (kind === "transfer") return desk.transfer(work.id, { ...to.body, note: note.trim() });
      if ("to_number" in to.body) {
        return calls.consult(work.id, { number: to.body.to_number, note: note.trim() });
      }
      const agent_id = "to_agent" in to.body ? to.body.to_agent : "";
      await desk.consult(work.id, { agent_id, note: note.trim() });
      // The note stands in the conversation too, where the colleague reads it first.
      if (note.trim()) tell(work.id, agent_id, `@${to.name} ${note.trim()}`);
      return undefined;
    },
    {
      done: kind === "transfer" ? "desk.transferred" : "desk.consulting",
      onDone: onClose,
      quiet: true,
    },
  );

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const usable = shown.filter((each) => !each.disabled);
    const at = usable.findIndex((each) => each.key === chosen);
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && usable.length > 0) {
      event.preventDefault();
      setChosen(usable[(at + step + usable.length) % usable.length]?.key ?? null);
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target) go.run(target);
    else if (event.key === "Enter" && !target && event.target === box.current?.input) {
      event.preventDefault();
      setChosen(usable[0]?.key ?? null);
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys bubble from the boxes inside
    <div className={styles.form} onKeyDown={onKeyDown}>
      <Input
        ref={box}
        value={typed}
        allowClear
        onChange={(event) => setTyped(event.target.value)}
        aria-label={t("desk.find_target")}
        placeholder={t(
          work.channel === "voice"
            ? "phone.hand.find"
            : kind === "transfer"
              ? "desk.find_agent_queue"
              : "desk.find_agent",
        )}
      />
      <Loaded query={colleagues} rows={4}>
        {() => (
          <div className={styles.targets} role="listbox" aria-label={t("desk.targets")}>
            {shown.map((each) => (
              <TargetRow
                key={each.key}
                target={each}
                chosen={each.key === chosen}
                onChoose={setChosen}
              />
            ))}
            {shown.length === 0 && <p className={styles.none}>{t("desk.target_none")}</p>}
          </div>
        )}
      </Loaded>
      <Input.TextArea
        value={note}
        onChange={(event) => setNote(event.target.value)}
        autoSize={{ minRows: 2, maxRows: 5 }}
        maxLength={4000}
        aria-label={t("desk.hand_note")}
        placeholder={t("desk.hand_note_place")}
      />
      <footer className={styles.foot}>
        <span className={styles.problem} role={go.error ? "alert" : undefined}>
          {go.error ? problemText(t, go.error) : ""}
        </span>
        <Button onClick={onClose}>{t("common.cancel")}</Button>
        <Button
          type="primary"
          icon={kind === "transfer" ? <SwapOutlined /> : <UsergroupAddOutlined />}
          disabled={!target}
          loading={go.busy}
          onClick={() => target && go.run(target)}
        >
          {t(kind === "transfer" ? "desk.transfer" : "desk.consult_go")} <Keys name="Ctrl+Enter" />
        </Button>
      </footer>
    </div>
  );
}

function TargetRow({
  target,
  chosen,
  onChoose,
}: {
  target: Target;
  chosen: boolean;
  onChoose: (key: string) => void;
}) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: arrows in the box above choose
    <div
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      aria-disabled={target.disabled !== null}
      title={target.disabled ?? undefined}
      className={styles.target}
      onClick={() => target.disabled === null && onChoose(target.key)}
    >
      {target.mark}
      <span className={styles.name}>{target.name}</span>
      <span className={styles.side}>{target.disabled ?? target.side}</span>
    </div>
  );
}

const NUMBER = /^\+?[0-9][0-9 ()./-]{2,31}$/;

/** On a call, a number that is typed can be called too. */
function useOutside(work: Work, typed: string): Target[] {
  const { t } = useTranslation();
  const number = typed.trim();
  return useMemo(() => {
    if (work.channel !== "voice" || !NUMBER.test(number)) return [];
    return [
      {
        key: `number:${number}`,
        name: t("phone.hand.number", { number: phone(number) }),
        disabled: null,
        mark: <PhoneOutlined className={styles.team} />,
        side: t("phone.hand.number_side"),
        order: 0,
        body: { to_number: number },
      },
    ];
  }, [work.channel, number, t]);
}

function useTargets(work: Work, kind: "transfer" | "consult", colleagues: Colleague[]): Target[] {
  const { t } = useTranslation();
  const names = useNames();
  const me = useMe().account.id;
  const rows = useQueues();
  const all = useQuery({
    queryKey: ["queues"],
    queryFn: ({ signal }) => api.get<{ id: string; names: Texts }[]>("/queues", undefined, signal),
    enabled: kind === "transfer",
  });
  const agents = colleagues
    .filter((each) => each.id !== me)
    .map((each): Target => {
      const there = each.status !== "offline";
      const able = kind === "consult" ? there : each.status === "ready";
      const joined = work.participants.some((one) => one.agent_id === each.id);
      return {
        key: each.id,
        name: each.name,
        disabled: joined
          ? t("desk.already_here")
          : able
            ? null
            : t("desk.is_status", { status: t(`presence.${each.status}`) }),
        mark: (
          <>
            <PresenceDot status={each.status} />
            <Face name={each.name} size={22} />
          </>
        ),
        side: (
          <>
            {t(each.free ? "desk.free" : "desk.full")} · {t("desk.has", { count: carrying(each) })}
          </>
        ),
        order: able ? (each.free ? 0 : 1) : 2,
        body: { to_agent: each.id },
      };
    })
    .sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
  if (kind === "consult") return agents;
  const live = new Map<string, QueueRow>(rows.map((row) => [row.id, row]));
  const queues = (all.data ?? rows)
    .filter((each) => each.id !== work.queue)
    .map((each): Target => {
      const row = live.get(each.id);
      return {
        key: each.id,
        name: names(each.names),
        disabled: row && !row.open ? t("desk.closed") : null,
        mark: <TeamOutlined className={styles.team} />,
        side: row ? <QueueSide row={row} /> : t("desk.queue"),
        order: 0,
        body: { to_queue: each.id },
      };
    });
  return [...queues, ...agents];
}

function QueueSide({ row }: { row: QueueRow }) {
  const { t } = useTranslation();
  return (
    <span className="num">
      {t("desk.queue_state", { waiting: row.waiting, free: row.agents.free })}
      {row.estimated_wait_s !== null &&
        ` · ${t("desk.about", { time: clock(row.estimated_wait_s) })}`}
    </span>
  );
}

function carrying(colleague: Colleague): number {
  return Object.values(colleague.busy).reduce((sum, count) => sum + (count ?? 0), 0);
}
