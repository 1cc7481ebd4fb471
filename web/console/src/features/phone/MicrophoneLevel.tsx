/** How loud the microphone hears: a bar that moves while one speaks. */
import { AudioOutlined } from "@ant-design/icons";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "./Phone.module.css";
import { meter } from "./sound";

const HEARD = 0.15; // louder than a quiet room
const QUIET_MS = 5_000;

export function MicrophoneLevel({ stream }: { stream: MediaStream }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLSpanElement>(null);
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    let heardAt = Date.now();
    return meter(stream, (level) => {
      if (bar.current) bar.current.style.width = `${Math.round(level * 100)}%`;
      if (level > HEARD) heardAt = Date.now();
      setSilent(Date.now() - heardAt > QUIET_MS);
    });
  }, [stream]);
  const name = t(silent ? "phone.level_silent" : "phone.level");
  return (
    <span className={styles.level} data-silent={silent} title={name}>
      <AudioOutlined aria-hidden />
      <span className={styles.levelTrack} role="img" aria-label={name}>
        <span ref={bar} />
      </span>
    </span>
  );
}
