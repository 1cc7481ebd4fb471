/** Who this is and what can be done with the conversation; each with a key. */
import {
  CheckCircleOutlined,
  FileAddOutlined,
  LogoutOutlined,
  ScheduleOutlined,
  SwapOutlined,
  UsergroupAddOutlined,
} from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNames } from "../../i18n";
import type { Work } from "../../live/protocol";
import { useLive } from "../../live/store";
import { isSupervisor, useMe } from "../../session/session";
import { phone } from "../../ui/format";
import { ChannelMark, Tier } from "../../ui/Marks";
import { Elapsed } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { desk } from "./api";
import styles from "./Conversation.module.css";

const JOINED = ["consult", "monitor", "whisper", "barge", "conference"];
const OVERHEARS = ["monitor", "whisper", "barge"];

interface Props {
  work: Work;
  onDialog: (dialog: "transfer" | "consult" | "ticket" | "callback") => void;
  onClose: () => void;
}

export function Head({ work, onDialog, onClose }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const leave = useAction(desk.leave);
  const takeOver = useAction(desk.takeOver);
  const owner = work.role === "owner";
  const open = owner && !work.conversation_ended;
  const joined = JOINED.includes(work.role);
  const voice = work.channel === "voice"; // a call has its own bar
  return (
    <>
      <header className={styles.head}>
        <div className={styles.who}>
          <div className={styles.name}>
            <ChannelMark channel={work.channel} />
            <h2 title={work.customer.name}>{phone(work.customer.name)}</h2>
            <Tier tier={work.customer.tier} />
          </div>
          <Facts work={work} />
        </div>
        {joined && voice && OVERHEARS.includes(work.role) ? null : joined ? (
          <>
            {isSupervisor(me) && work.phase === "connected" && (
              <Button onClick={() => takeOver.run(work.id)} loading={takeOver.busy}>
                {t("desk.take_over")}
              </Button>
            )}
            <Button
              icon={<LogoutOutlined />}
              onClick={() => leave.run(work.id)}
              loading={leave.busy}
            >
              {t("desk.leave")}
            </Button>
          </>
        ) : (
          <>
            {!voice && (
              <>
                <Tool
                  name={t("desk.transfer")}
                  keys="Alt+T"
                  icon={<SwapOutlined />}
                  disabled={!open}
                  why={t("desk.only_open")}
                  onClick={() => onDialog("transfer")}
                />
                <Tool
                  name={t("desk.consult")}
                  keys="Alt+C"
                  icon={<UsergroupAddOutlined />}
                  disabled={!open}
                  why={t("desk.only_open")}
                  onClick={() => onDialog("consult")}
                />
              </>
            )}
            <Tool
              name={t("desk.ticket")}
              keys="Alt+N"
              icon={<FileAddOutlined />}
              onClick={() => onDialog("ticket")}
            />
            <Tool
              name={t("desk.callback")}
              keys="Alt+B"
              icon={<ScheduleOutlined />}
              onClick={() => onDialog("callback")}
            />
            {open && !voice && (
              <Tooltip title={`${t("desk.close_hint")} Alt+W`}>
                <Button icon={<CheckCircleOutlined />} onClick={onClose}>
                  {t("desk.close")}
                </Button>
              </Tooltip>
            )}
          </>
        )}
      </header>
      {owner && work.invited?.length ? (
        <p className={styles.handover} role="status">
          {work.invited
            .map((each) => t(`desk.invited.${each.answer ?? "asked"}`, { name: each.name }))
            .join(" · ")}
        </p>
      ) : null}
      {work.note && work.role !== "wrap_up" && (
        <p className={styles.handover}>
          <strong>{t("desk.handover")}</strong> {work.note}
        </p>
      )}
    </>
  );
}

function Facts({ work }: { work: Work }) {
  const { t } = useTranslation();
  const names = useNames();
  const queue = useLive((state) => (work.queue ? state.queues[work.queue] : undefined));
  const facts = [
    t(`channel.${work.channel}`),
    queue && names(queue.names),
    t(`language_name.${work.language}`, { defaultValue: work.language }),
    work.topic,
  ].filter(Boolean);
  return (
    <div className={styles.facts}>
      {[...new Set(facts)].join(" · ")} · <Elapsed since={work.connected_at ?? work.arrived_at} />
    </div>
  );
}

interface ToolProps {
  name: string;
  keys: string;
  icon: ReactNode;
  disabled?: boolean;
  why?: string;
  onClick: () => void;
}

/** An icon with its name and key in the tooltip; when disabled it says why. */
function Tool({ name, keys, icon, disabled, why, onClick }: ToolProps) {
  return (
    <Tooltip title={disabled ? why : `${name} ${keys}`}>
      <Button type="text" icon={icon} aria-label={name} disabled={disabled} onClick={onClick} />
    </Tooltip>
  );
}
