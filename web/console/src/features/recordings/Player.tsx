/** One recording: its waveform in two channels, played, sought by click and keys, faster if wanted. */
import {
  AuditOutlined,
  CaretRightFilled,
  DownloadOutlined,
  LockOutlined,
  PauseOutlined,
  ReloadOutlined,
} from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Segmented, Tooltip } from "antd";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMode } from "../../app/mode";
import { useCan } from "../../session/session";
import { palettes } from "../../theme";
import { clock } from "../../ui/format";
import { Ago } from "../../ui/Time";
import { audioUrl, fileUrl, type Recording, useWaveform } from "./api";
import { drawWave } from "./draw";
import styles from "./Recordings.module.css";

const SPEEDS = [1, 1.25, 1.5, 2] as const;
const STEP_S = 5;
const LONG_STEP_S = 15;

export function Player({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [wanted, setWanted] = useState(false); // listening is audited: nothing is read before
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const [speed, setSpeed] = useState<number>(1);
  const mayAudit = useCan("audit.read");
  const duration = recording.duration_s;
  const name = t(`recordings.kind.${recording.kind}`);

  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed]);

  function toggle() {
    setFailed(false);
    setWanted(true);
    const element = audio.current;
    if (!element) return;
    if (!element.src || element.error) element.src = audioUrl(recording.id);
    element.playbackRate = speed;
    if (element.paused) void element.play().catch(() => setFailed(true));
    else element.pause();
  }

  function seek(to: number) {
    const next = Math.max(0, Math.min(duration, to));
    setAt(next);
    setWanted(true);
    const element = audio.current;
    if (!element) return;
    if (!element.src) element.src = audioUrl(recording.id);
    element.currentTime = next;
  }

  return (
    <section className={styles.player} aria-label={name}>
      <div className={styles.head}>
        <Button
          type="primary"
          shape="circle"
          icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
          aria-label={t(playing ? "recordings.pause" : "recordings.play")}
          onClick={toggle}
        />
        <span className={styles.title}>
          <strong>{name}</strong>
          <Ago at={recording.started_at} className="muted" />
          {recording.held && (
            <Tooltip title={t("recordings.held_hint")}>
              <span className={styles.held}>
                <LockOutlined /> {t("recordings.held")}
              </span>
            </Tooltip>
          )}
        </span>
        <span className={styles.grow} />
        <span className="num">
          {clock(at)} / {clock(duration)}
        </span>
        <Segmented
          size="small"
          aria-label={t("recordings.speed")}
          value={speed}
          options={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
          onChange={setSpeed}
        />
        <Download recording={recording} />
        {mayAudit && <Listeners recording={recording} />}
      </div>
      <Wave recording={recording} wanted={wanted} at={at} seek={seek} toggle={toggle} />
      {recording.kind === "call" && <Legend />}
      {failed && (
        <div className={styles.failed} role="alert">
          {t("recordings.failed")}
          <Button size="small" icon={<ReloadOutlined />} onClick={toggle}>
            {t("common.retry")}
          </Button>
        </div>
      )}
      {/* biome-ignore lint/a11y/useMediaCaption: a telephone call; its words are the transcript's */}
      <audio
        ref={audio}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onError={() => wanted && setFailed(true)}
      />
    </section>
  );
}

function Download({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const may = useCan("recordings.download");
  return (
    <Tooltip title={t(may ? "recordings.download_hint" : "recordings.may_not_download")}>
      <Button
        size="small"
        icon={<DownloadOutlined />}
        aria-label={t("recordings.download")}
        disabled={!may}
        href={may ? fileUrl(recording.id) : undefined}
        download
      />
    </Tooltip>
  );
}

/** Who listened to it and took it away, for those who may read the audit. */
function Listeners({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = { interaction_id: recording.interaction_id };
  return (
    <Tooltip title={t("recordings.listeners")}>
      <Button
        size="small"
        icon={<AuditOutlined />}
        aria-label={t("recordings.listeners")}
        onClick={() => void navigate({ to: "/audit", search })}
      />
    </Tooltip>
  );
}

/** Who is heard on which side, in the colours of the waveform. */
function Legend() {
  const { t } = useTranslation();
  return (
    <ul className={styles.legend}>
      {(["customer", "agent"] as const).map((who) => (
        <li key={who} data-who={who}>
          <i aria-hidden /> {t(`recordings.side_${who}`)}
        </li>
      ))}
    </ul>
  );
}

interface WaveProps {
  recording: Recording;
  wanted: boolean;
  at: number;
  seek: (to: number) => void;
  toggle: () => void;
}

function Wave({ recording, wanted, at, seek, toggle }: WaveProps) {
  const { t } = useTranslation();
  const mode = useMode((state) => state.mode);
  const canvas = useRef<HTMLCanvasElement>(null);
  const wave = useWaveform(recording.id, wanted);
  const width = useWidth(canvas);
  const duration = Math.max(0.1, recording.duration_s);
  useEffect(() => {
    const { accent, good, line, text } = palettes[mode];
    if (canvas.current && wave.data && width > 0) {
      drawWave(canvas.current, wave.data, at / duration, {
        customer: accent,
        agent: good,
        rest: line,
        now: text,
      });
    }
  }, [wave.data, at, duration, mode, width]);

  function onKeyDown(event: KeyboardEvent) {
    const far = event.shiftKey ? LONG_STEP_S : STEP_S;
    const to = {
      ArrowLeft: at - far,
      ArrowRight: at + far,
      Home: 0,
      End: duration,
    }[event.key];
    if (to !== undefined) seek(to);
    else if (event.key === " ") toggle();
    else return;
    event.preventDefault();
  }

  function onClick(event: MouseEvent<HTMLElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    seek(((event.clientX - box.left) / Math.max(1, box.width)) * duration);
  }

  return (
    <div
      className={styles.wave}
      role="slider"
      tabIndex={0}
      aria-label={t("recordings.seek")}
      aria-valuemin={0}
      aria-valuemax={Math.round(duration)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={`${clock(at)} / ${clock(duration)}`}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <canvas ref={canvas} className={styles.canvas} />
      {!wave.data && (
        <span className={styles.over}>
          {!wanted
            ? t("recordings.press_play")
            : wave.error
              ? t("recordings.no_wave")
              : t("common.loading")}
        </span>
      )}
    </div>
  );
}

/** The element's width, so that it is drawn again when it changes. */
function useWidth(element: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const box = element.current;
    if (!box || !("ResizeObserver" in window)) return;
    const watch = new ResizeObserver(() => setWidth(box.clientWidth));
    watch.observe(box);
    return () => watch.disconnect();
  }, [element]);
  return width;
}
