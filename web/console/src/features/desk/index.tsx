/** The desk: my work, the conversation, the customer; three columns that never change places. */
import { CommentOutlined, IdcardOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Ticket } from "../../api/types";
import { rings, useWork } from "../../live/hooks";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { useKeys } from "../../ui/keys";
import { Blank, Loading } from "../../ui/State";
import { useAction } from "../../ui/useAction";
import { controls } from "../phone/controls";
import { desk } from "./api";
import { Callback } from "./Callback";
import { Conversation } from "./Conversation";
import { CustomerColumn } from "./CustomerColumn";
import styles from "./Desk.module.css";
import { HandOver } from "./HandOver";
import { NewTicket } from "./NewTicket";
import { WorkList } from "./WorkList";

type Dialog = "transfer" | "consult" | "ticket" | "callback";

export default function Desk() {
  const { t } = useTranslation();
  const synced = useLive((state) => state.synced);
  const [open, setOpen] = useOpen();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const work = useWork();
  const current = work.find((each) => each.id === open) ?? null;
  const close = useAction(desk.close);
  const told = useTold();
  useDeskKeys(current?.id ?? null, setOpen, {
    "Alt+T": () => ready && !why?.transfer && setDialog("transfer"),
    "Alt+C": () => ready && !why?.consult && setDialog("consult"),
    "Alt+N": () => current && setDialog("ticket"),
    "Alt+B": () => current && setDialog("callback"),
    "Alt+W": () => ready && close.run(current.id),
  });
  const ringing = work.find((each) => each.role === "offer" && each.channel === "voice");
  const why = current?.call ? controls(current.call) : null;
  const ready = current?.role === "owner" && !current.conversation_ended;
  return (
    <div className={styles.desk}>
      <h1 className="sr-only">{t("place.desk")}</h1>
      <WorkList open={open} onOpen={setOpen} />
      {current ? (
        <>
          <Conversation
            key={current.id}
            work={current}
            onDialog={setDialog}
            onClose={() => close.run(current.id)}
          />
          <CustomerColumn work={current} onTicket={() => setDialog("ticket")} />
          <HandOver
            work={current}
            kind={dialog === "consult" ? "consult" : "transfer"}
            open={dialog === "transfer" || dialog === "consult"}
            onClose={() => setDialog(null)}
          />
          <Callback work={current} open={dialog === "callback"} onClose={() => setDialog(null)} />
          <NewTicket
            work={current}
            open={dialog === "ticket"}
            onClose={() => setDialog(null)}
            onOpened={told}
          />
        </>
      ) : (
        <Nothing synced={synced} ringing={ringing} />
      )}
    </div>
  );
}

interface NothingProps {
  synced: boolean;
  /** A call that rings: whose customer one already sees. */
  ringing: Work | undefined;
}

function Nothing({ synced, ringing }: NothingProps) {
  const { t } = useTranslation();
  return (
    <>
      <section className={`${styles.column} ${styles.middle}`} aria-label={t("desk.conversation")}>
        {synced ? (
          <div className={styles.centre}>
            <Blank
              icon={<CommentOutlined />}
              title={t("desk.none_open")}
              hint={t("desk.none_open_hint")}
            />
          </div>
        ) : (
          <Loading rows={8} />
        )}
      </section>
      {ringing ? (
        <CustomerColumn work={ringing} />
      ) : (
        <section className={styles.column} aria-label={t("desk.customer")}>
          {synced ? (
            <div className={styles.centre}>
              <Blank
                icon={<IdcardOutlined />}
                title={t("desk.no_customer")}
                hint={t("desk.no_customer_hint")}
              />
            </div>
          ) : (
            <Loading rows={6} />
          )}
        </section>
      )}
    </>
  );
}

/** What was asked for may arrive a little after the answer to the request. */
const ARRIVAL_MS = 3_000;

/** Which conversation is open: in the URL; the first one when what was open is gone. */
function useOpen(): [string | null, (id: string | null) => void] {
  const navigate = useNavigate();
  const wanted = (useSearch({ strict: false }) as { open?: string }).open ?? null;
  const all = useWork();
  const first = all.find((each) => !rings(each))?.id ?? null;
  const found = all.find((each) => each.id === wanted);
  const synced = useLive((state) => state.synced);
  const seen = useRef(new Set<string>());
  if (found) seen.current.add(found.id);
  const setOpen = (id: string | null) =>
    void navigate({ to: "/desk", search: id ? { open: id } : {}, replace: true });
  const lost = synced && !found && wanted !== first;
  // biome-ignore lint/correctness/useExhaustiveDependencies: setOpen is made anew each time
  useEffect(() => {
    if (!lost) return;
    const known = wanted === null || seen.current.has(wanted);
    const timer = setTimeout(() => setOpen(first), known ? 0 : ARRIVAL_MS);
    return () => clearTimeout(timer);
  }, [lost, wanted, first]);
  return [found && !rings(found) ? found.id : null, setOpen];
}

function useDeskKeys(
  open: string | null,
  setOpen: (id: string) => void,
  more: Record<string, () => void>,
): void {
  const mine = useWork().filter((each) => !rings(each));
  const at = mine.findIndex((each) => each.id === open);
  const go = (index: number) => {
    const target = mine[index];
    if (target) setOpen(target.id);
  };
  useKeys({
    "Alt+ArrowDown": () => go(at + 1),
    "Alt+ArrowUp": () => go(at - 1),
    ...Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`Alt+${n + 1}`, () => go(n)])),
    ...more,
  });
}

/** Say that the ticket is there, with a way to it. */
function useTold() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const navigate = useNavigate();
  return (ticket: Ticket) =>
    notification.success({
      title: t("desk.ticket_opened", { number: ticket.number }),
      description: (
        <Button
          type="link"
          style={{ padding: 0, height: "auto", whiteSpace: "normal", textAlign: "left" }}
          onClick={() => void navigate({ to: "/tickets/$id", params: { id: ticket.id } })}
        >
          {ticket.subject}
        </Button>
      ),
      placement: "topRight",
      duration: 5,
    });
}
