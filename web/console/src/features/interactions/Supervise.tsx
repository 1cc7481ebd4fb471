/** What a supervisor may do with a live interaction: read along, whisper, take over, give to someone. */
import { EyeOutlined, LogoutOutlined, SendOutlined, SwapOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Input, Popconfirm, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCan, useMe } from "../../session/session";
import { useAction } from "../../ui/useAction";
import { OverhearCall } from "../phone/OverhearCall";
import { AssignPicker } from "./AssignPicker";
import { act, type InteractionDetail } from "./api";
import styles from "./Interactions.module.css";

const TALKING = ["connected", "wrap_up"];
const WAITING = ["queued", "offered"];

export function Supervise({ interaction }: { interaction: InteractionDetail }) {
  const { t } = useTranslation();
  const me = useMe();
  const may = useCan("interactions.supervise");
  if (interaction.phase === "ended") return null;
  const mine = interaction.agent_id === me.account.id && TALKING.includes(interaction.phase);
  if (mine) {
    return (
      <Link to="/desk" search={{ open: interaction.id }}>
        <Button type="primary">{t("interactions.to_desk")}</Button>
      </Link>
    );
  }
  const why = may ? undefined : t("interactions.may_not");
  return (
    <div className={styles.actions}>
      {WAITING.includes(interaction.phase) && (
        <AssignPicker interactionId={interaction.id} queue={interaction.queue} refused={why} />
      )}
      {interaction.channel === "voice" ? (
        <OverhearCall id={interaction.id} phase={interaction.phase} refused={why} />
      ) : (
        <ReadAlong interaction={interaction} refused={why} />
      )}
      {interaction.phase === "connected" && <TakeOver id={interaction.id} refused={why} />}
    </div>
  );
}

interface Props {
  interaction: InteractionDetail;
  refused: string | undefined;
}

function ReadAlong({ interaction, refused }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const part = interaction.participants.find((each) => each.agent_id === me.account.id);
  const join = useAction(() => act.monitor(interaction.id), { done: "interactions.joined" });
  const leave = useAction(() => act.leave(interaction.id), { done: "interactions.left" });
  if (!part && interaction.phase !== "connected") return null;
  if (!part) {
    return (
      <Tooltip title={refused ?? t("interactions.read_along_help")}>
        <Button
          icon={<EyeOutlined />}
          disabled={refused !== undefined}
          loading={join.busy}
          onClick={() => join.run(undefined)}
        >
          {t("interactions.read_along")}
        </Button>
      </Tooltip>
    );
  }
  return (
    <>
      <Whisper id={interaction.id} agent={interaction.agent_name ?? ""} />
      <Button icon={<LogoutOutlined />} loading={leave.busy} onClick={() => leave.run(undefined)}>
        {t("interactions.leave")}
      </Button>
    </>
  );
}

export function Whisper({ id, agent }: { id: string; agent: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const whisper = useAction((words: string) => act.whisper(id, words), {
    done: "interactions.whispered",
    onDone: () => setText(""),
  });
  const send = () => text.trim() && whisper.run(text.trim());
  return (
    <span className={styles.whisper}>
      <Input
        value={text}
        maxLength={2000}
        aria-label={t("interactions.whisper_to", { agent })}
        placeholder={t("interactions.whisper_to", { agent })}
        onChange={(event) => setText(event.target.value)}
        onPressEnter={(event) => {
          if (!event.nativeEvent.isComposing) send();
        }}
      />
      <Tooltip title={t("interactions.whisper_help")}>
        <Button
          icon={<SendOutlined />}
          aria-label={t("interactions.whisper")}
          loading={whisper.busy}
          disabled={!text.trim()}
          onClick={send}
        />
      </Tooltip>
    </span>
  );
}

export function TakeOver({ id, refused }: { id: string; refused: string | undefined }) {
  const { t } = useTranslation();
  const takeOver = useAction(() => act.takeOver(id), { done: "interactions.taken" });
  return (
    <Popconfirm
      title={t("interactions.take_over_sure")}
      description={t("interactions.take_over_hint")}
      okText={t("interactions.take_over")}
      disabled={refused !== undefined}
      onConfirm={() => takeOver.run(undefined)}
    >
      <Tooltip title={refused}>
        <Button icon={<SwapOutlined />} loading={takeOver.busy} disabled={refused !== undefined}>
          {t("interactions.take_over")}
        </Button>
      </Tooltip>
    </Popconfirm>
  );
}
