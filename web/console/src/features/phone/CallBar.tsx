/** The call bar: everything one does while talking, each with its key; disabled with a reason. */
import {
  AudioMutedOutlined,
  AudioOutlined,
  NumberOutlined,
  PauseCircleOutlined,
  PauseOutlined,
  PhoneOutlined,
  PlayCircleOutlined,
  SwapOutlined,
  TeamOutlined,
  UsergroupAddOutlined,
} from "@ant-design/icons";
import { Button, Popover, Tooltip } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallRow, Work } from "../../live/protocol";
import { useKeys } from "../../ui/keys";
import { useAction } from "../../ui/useAction";
import { calls } from "./api";
import styles from "./Call.module.css";
import { controls } from "./controls";
import { usePhoneCall } from "./hooks";
import { Keypad } from "./Keypad";
import { MicrophoneLevel } from "./MicrophoneLevel";
import { QualityMark } from "./QualityMark";
import { tell, usePhone } from "./softphone";

interface Props {
  work: Work;
  call: CallRow;
  onDialog: (dialog: "transfer" | "consult") => void;
}

export function CallBar({ work, call, onDialog }: Props) {
  const { t } = useTranslation();
  const [keypad, showKeypad] = useState(false);
  const session = usePhoneCall(work.id);
  const can = controls(call);
  const muted = session?.muted ?? call.muted;
  const mute = useMute(work.id);
  const hold = useAction((on: boolean) => calls.hold(work.id, on));
  const record = useAction((on: boolean) => calls.recording(work.id, on));
  const merge = useAction(() => calls.merge(work.id));
  const close = useAction(() => calls.close(work.id));
  const acts = {
    mute: () => !can.mute && mute(!muted),
    hold: () => !can.hold && !hold.busy && hold.run(!call.held),
    keypad: () => !can.keypad && showKeypad((shown) => !shown),
    merge: () => !can.merge && !merge.busy && merge.run(undefined),
    record: () => !can.record && !record.busy && record.run(call.recording === "paused"),
  };
  useKeys({
    "Alt+M": acts.mute,
    "Alt+H": acts.hold,
    "Alt+K": acts.keypad,
    "Alt+G": acts.merge,
    "Alt+P": acts.record,
  });
  const why = (reason: string | null) => (reason ? t(`phone.call.${reason}`) : undefined);
  return (
    <div className={styles.bar} role="toolbar" aria-label={t("phone.call.bar")}>
      <Key
        name={t(muted ? "phone.call.unmute" : "phone.call.mute")}
        keys="Alt+M"
        icon={muted ? <AudioMutedOutlined /> : <AudioOutlined />}
        pressed={muted}
        why={why(can.mute)}
        onClick={acts.mute}
      />
      <Key
        name={t(call.held ? "phone.call.retrieve" : "phone.call.hold")}
        keys="Alt+H"
        icon={call.held ? <PlayCircleOutlined /> : <PauseOutlined />}
        pressed={call.held}
        busy={hold.busy}
        why={why(can.hold)}
        onClick={acts.hold}
      />
      <Popover
        open={keypad}
        trigger="click"
        onOpenChange={showKeypad}
        placement="bottom"
        content={keypad && <Keypad interaction={work.id} onClose={() => showKeypad(false)} />}
      >
        <Key
          name={t("phone.call.keypad")}
          keys="Alt+K"
          icon={<NumberOutlined />}
          pressed={keypad}
          why={why(can.keypad)}
          onClick={acts.keypad}
        />
      </Popover>
      <Key
        name={t("phone.call.transfer")}
        keys="Alt+T"
        icon={<SwapOutlined />}
        why={why(can.transfer)}
        onClick={() => onDialog("transfer")}
      />
      <Key
        name={t("phone.call.consult")}
        keys="Alt+C"
        icon={<UsergroupAddOutlined />}
        why={why(can.consult)}
        onClick={() => onDialog("consult")}
      />
      <Key
        name={t("phone.call.conference")}
        keys="Alt+G"
        icon={<TeamOutlined />}
        busy={merge.busy}
        why={why(can.merge)}
        onClick={acts.merge}
      />
      <RecordKey call={call} busy={record.busy} why={why(can.record)} onClick={acts.record} />
      <span className={styles.grow} />
      <Tooltip title={`${t("phone.call.hang_up")} Alt+W`}>
        <Button
          danger
          type="primary"
          icon={<PhoneOutlined rotate={225} />}
          loading={close.busy}
          onClick={() => close.run(undefined)}
        >
          {t("phone.call.hang_up")}
        </Button>
      </Tooltip>
    </div>
  );
}

/** Here at once, and for the call as the others see it; put back if the server refuses. */
function useMute(interaction: string): (on: boolean) => void {
  const session = usePhoneCall(interaction);
  const here = (on: boolean) => session && tell({ type: "muted", id: session.id, on });
  const mute = useAction((on: boolean) =>
    calls.mute(interaction, on).catch((error: unknown) => {
      here(!on);
      throw error;
    }),
  );
  return (on) => {
    here(on);
    mute.run(on);
  };
}

function RecordKey({
  call,
  busy,
  why,
  onClick,
}: {
  call: CallRow;
  busy: boolean;
  why: string | undefined;
  onClick: () => void;
}) {
  const { t } = useTranslation();
  const paused = call.recording === "paused";
  const state = { off: "not_recorded", on: "recording", paused: "recording_paused" } as const;
  return (
    <>
      <Key
        name={t(paused ? "phone.call.resume" : "phone.call.pause")}
        keys="Alt+P"
        icon={paused ? <PlayCircleOutlined /> : <PauseCircleOutlined />}
        pressed={paused}
        busy={busy}
        why={why}
        onClick={onClick}
      />
      <span
        className={styles.recording}
        data-state={call.recording}
        title={t(`phone.call.${state[call.recording]}`)}
      >
        <i aria-hidden /> {t(`phone.call.${state[call.recording]}`)}
      </span>
    </>
  );
}

/** How well one is heard and hears. */
export function Line({ interaction }: { interaction: string }) {
  const session = usePhoneCall(interaction);
  const stream = usePhone((state) => state.microphoneStream);
  if (!session) return null;
  return (
    <span className={styles.line}>
      {stream && <MicrophoneLevel stream={stream} />}
      <QualityMark call={session.id} />
    </span>
  );
}

interface KeyProps {
  name: string;
  keys: string;
  icon: ReactNode;
  pressed?: boolean;
  busy?: boolean;
  why: string | undefined;
  onClick: () => void;
}

function Key({ name, keys, icon, pressed, busy, why, onClick, ...rest }: KeyProps) {
  return (
    <Tooltip title={why ?? `${name} ${keys}`}>
      <Button
        {...rest}
        className={styles.key}
        type={pressed ? "primary" : "default"}
        icon={icon}
        aria-label={name}
        aria-pressed={pressed}
        loading={busy}
        disabled={why !== undefined}
        onClick={onClick}
      />
    </Tooltip>
  );
}
