/** One agent: their state and how to change it, what they are serving, and reading along. */
import { ArrowLeftOutlined, EyeOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Drawer, Dropdown, Space, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../../api/client";
import type { PresenceStatus } from "../../api/types";
import { useReasonName, useReasons } from "../../app/PresenceControl";
import { useNames } from "../../i18n";
import type { AgentRow, BusyWith } from "../../live/protocol";
import { useCan } from "../../session/session";
import { ChannelMark, Face, PresenceDot } from "../../ui/Marks";
import { Blank } from "../../ui/State";
import { Elapsed } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { Peek } from "../interactions/Peek";
import styles from "./Live.module.css";
import { OnCall } from "./OnCall";

interface Props {
  agent: AgentRow | undefined;
  today: string;
  close: () => void;
}

export function AgentDrawer({ agent, today, close }: Props) {
  const [reading, setReading] = useState<string | null>(null);
  const shut = () => {
    setReading(null);
    close();
  };
  return (
    <Drawer
      open={agent !== undefined}
      onClose={shut}
      size={560}
      destroyOnHidden
      styles={{ body: { padding: 0 } }}
      title={agent && <Title agent={agent} />}
    >
      {agent &&
        (reading ? (
          <Reading id={reading} back={() => setReading(null)} />
        ) : (
          <Agent agent={agent} today={today} read={setReading} />
        ))}
    </Drawer>
  );
}

function Title({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation();
  const reason = useReasonName();
  return (
    <span className={styles.title}>
      <Face name={agent.name} />
      <span>
        {agent.name}
        <span className={styles.titleState}>
          <PresenceDot status={agent.status} />{" "}
          {[t(`presence.${agent.status}`), reason(agent.reason)].filter(Boolean).join(" · ")}{" "}
          <Elapsed since={agent.since} />
        </span>
      </span>
    </span>
  );
}

function Reading({ id, back }: { id: string; back: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={styles.reading}>
      <Button type="link" icon={<ArrowLeftOutlined />} onClick={back}>
        {t("live.back_to_agent")}
      </Button>
      <div className={styles.readingBody}>
        <Peek id={id} />
      </div>
    </div>
  );
}

interface AgentProps {
  agent: AgentRow;
  today: string;
  read: (interactionId: string) => void;
}

function Agent({ agent, today, read }: AgentProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.drawer}>
      <SetPresence agent={agent} />
      <h3>{t("live.conversations")}</h3>
      {agent.busy.length === 0 && (
        <Blank title={t("live.no_conversations")} hint={t("live.no_conversations_hint")} />
      )}
      <ul className={styles.conversations}>
        {agent.busy.map((each) => (
          <li key={each.interaction_id}>
            <Conversation busy={each} read={read} />
            {each.channel === "voice" && <OnCall busy={each} />}
          </li>
        ))}
      </ul>
      <Link to="/interactions" search={{ agent_id: agent.id, queued_from: today }}>
        {t("live.all_today", { name: agent.name })}
      </Link>
    </div>
  );
}

function Conversation({ busy, read }: { busy: BusyWith; read: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <span className={styles.conversation}>
      <ChannelMark channel={busy.channel} />
      <span className={styles.customer}>
        <Link to="/interactions/$id" params={{ id: busy.interaction_id }}>
          {busy.customer_name}
        </Link>
        <span className="muted"> · {t(`live.role.${busy.role}`)}</span>
        {busy.unanswered_since && (
          <span className={styles.waits}>
            {" "}
            {t("live.customer_waits")} <Elapsed since={busy.unanswered_since} />
          </span>
        )}
      </span>
      <Elapsed since={busy.since} />
      <Button size="small" icon={<EyeOutlined />} onClick={() => read(busy.interaction_id)}>
        {t("live.look")}
      </Button>
    </span>
  );
}

function SetPresence({ agent }: { agent: AgentRow }) {
  const { t } = useTranslation();
  const names = useNames();
  const may = useCan("presence.set");
  const reasons = useReasons().data ?? [];
  const set = useAction(
    (choice: { status: PresenceStatus; reason?: string }) =>
      api.put(`/agents/${agent.id}/presence`, choice),
    { done: "live.presence_set" },
  );
  const away = may ? (agent.online ? undefined : t("live.not_online")) : t("live.may_not");
  const why = (status: PresenceStatus) =>
    away ?? (agent.status === status && status === "ready" ? t("live.already") : undefined);
  return (
    <Space wrap>
      <Tooltip title={why("ready")}>
        <Button
          icon={<PresenceDot status="ready" />}
          disabled={why("ready") !== undefined}
          loading={set.busy}
          onClick={() => set.run({ status: "ready" })}
        >
          {t("live.set_ready")}
        </Button>
      </Tooltip>
      <Tooltip title={why("not_ready")}>
        <Dropdown
          trigger={["click"]}
          disabled={why("not_ready") !== undefined}
          menu={{
            items: reasons.length
              ? reasons.map((reason) => ({
                  key: reason.id,
                  label: names(reason.names),
                  onClick: () => set.run({ status: "not_ready", reason: reason.id }),
                }))
              : [
                  {
                    key: "none",
                    label: t("presence.not_ready"),
                    onClick: () => set.run({ status: "not_ready" }),
                  },
                ],
          }}
        >
          <Button
            icon={<PresenceDot status="not_ready" />}
            disabled={why("not_ready") !== undefined}
          >
            {t("live.set_not_ready")}
          </Button>
        </Dropdown>
      </Tooltip>
      <Tooltip title={why("offline")}>
        <Button
          icon={<PresenceDot status="offline" />}
          disabled={why("offline") !== undefined}
          onClick={() => set.run({ status: "offline" })}
        >
          {t("live.set_offline")}
        </Button>
      </Tooltip>
    </Space>
  );
}
