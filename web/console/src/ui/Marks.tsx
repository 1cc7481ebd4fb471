/** Small marks used everywhere: channel, presence, tier. Colour never stands alone. */
import {
  CarryOutOutlined,
  CommentOutlined,
  FormOutlined,
  MailOutlined,
  MessageOutlined,
  PhoneOutlined,
  ShareAltOutlined,
} from "@ant-design/icons";
import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Channel, PresenceStatus } from "../api/types";
import styles from "./Marks.module.css";

const CHANNELS: Record<Channel, ReactNode> = {
  voice: <PhoneOutlined />,
  chat: <CommentOutlined />,
  email: <MailOutlined />,
  sms: <MessageOutlined />,
  social: <ShareAltOutlined />,
  form: <FormOutlined />,
  task: <CarryOutOutlined />,
};

export function ChannelMark({ channel }: { channel: Channel }) {
  const { t } = useTranslation();
  const name = t(`channel.${channel}`);
  return (
    <Tooltip title={name}>
      <span role="img" aria-label={name} className={styles.channel}>
        {CHANNELS[channel]}
      </span>
    </Tooltip>
  );
}

/** A dot with its own shape per status: full, half, ring. */
export function PresenceDot({ status }: { status: PresenceStatus }) {
  return <span aria-hidden className={`${styles.dot} ${styles[status]}`} />;
}

export function Tier({ tier }: { tier: string | null | undefined }) {
  if (!tier) return null;
  return <span className={styles.tier}>{tier}</span>;
}

/** The last two Chinese characters, else the first letters of two words. */
function initials(name: string): string {
  const characters = name.match(/[\u3400-\u9fff]/g);
  if (characters) return characters.slice(-2).join("");
  const words = name.split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => word[0])
    .join("")
    .toUpperCase();
}

/** Initials on a quiet ground; the same person has always the same shade. */
export function Face({ name, size = 28 }: { name: string; size?: number }) {
  const letters = initials(name);
  const shade = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 5;
  return (
    <span
      aria-hidden
      className={`${styles.face} ${styles[`shade${shade}`]}`}
      style={{ width: size, height: size, fontSize: size * 0.4 }}
    >
      {letters}
    </span>
  );
}

/** A shortcut beside a name, e.g. inside a button; not part of the name unless `spoken`. */
export function Keys({ name, spoken = false }: { name: string; spoken?: boolean }) {
  return (
    <span aria-hidden={!spoken} className={styles.keys}>
      {name.split("+").map((part) => (
        <kbd key={part} className={styles.key}>
          {part}
        </kbd>
      ))}
    </span>
  );
}
