/** Hear a short sound: one at a time, another press stops it. */
import {
  CaretRightFilled,
  LoadingOutlined,
  PauseOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

type State = "still" | "loading" | "playing" | "failed";

const ICONS = {
  still: <CaretRightFilled />,
  loading: <LoadingOutlined />,
  playing: <PauseOutlined />,
  failed: <WarningOutlined />,
};

let current: HTMLAudioElement | null = null;

interface Props {
  src: string;
  /** What is heard. */
  name: string;
  /** Why it can't be. */
  why?: string;
}

export function PlayButton({ src, name, why }: Props) {
  const { t } = useTranslation();
  const [state, setState] = useState<State>("still");
  const audio = useRef<HTMLAudioElement | null>(null);
  useEffect(() => () => audio.current?.pause(), []);

  function toggle() {
    if (state === "playing" || state === "loading") {
      audio.current?.pause();
      setState("still");
      return;
    }
    current?.pause();
    const sound = new Audio(src);
    audio.current = sound;
    current = sound;
    sound.onplaying = () => setState("playing");
    sound.onpause = () => setState("still");
    sound.onended = () => setState("still");
    setState("loading");
    sound.play().catch(() => {
      if (sound.error) setState("failed"); // else it was stopped before it began
    });
  }

  const failed = state === "failed" ? t("settings.prompt.not_played") : undefined;
  return (
    <Tooltip title={why ?? failed ?? name}>
      <Button
        type="text"
        size="small"
        shape="circle"
        danger={state === "failed"}
        icon={ICONS[state]}
        aria-label={name}
        aria-pressed={state === "playing"}
        disabled={why !== undefined}
        onClick={toggle}
      />
    </Tooltip>
  );
}
