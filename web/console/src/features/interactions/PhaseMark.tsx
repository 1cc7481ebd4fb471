/** Where an interaction stands, or how it ended: a shape, a colour and a word. */
import {
  ApartmentOutlined,
  CheckCircleOutlined,
  ClockCircleOutlined,
  CloseCircleOutlined,
  FormOutlined,
  MessageOutlined,
  NotificationOutlined,
  PhoneOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Outcome, Phase } from "../../api/types";
import styles from "./Interactions.module.css";

const PHASES: Record<Phase, [ReactNode, string]> = {
  flow: [<ApartmentOutlined key="i" />, "accent"],
  away: [<FormOutlined key="i" />, "warn"],
  scheduled: [<PhoneOutlined key="i" />, "accent"],
  queued: [<ClockCircleOutlined key="i" />, "warn"],
  offered: [<NotificationOutlined key="i" />, "accent"],
  connected: [<MessageOutlined key="i" />, "good"],
  wrap_up: [<FormOutlined key="i" />, "accent"],
  ended: [<CheckCircleOutlined key="i" />, "muted"],
};

const OUTCOMES: Record<Outcome, [ReactNode, string]> = {
  served: [<CheckCircleOutlined key="i" />, "muted"],
  abandoned: [<CloseCircleOutlined key="i" />, "bad"],
  message_left: [<FormOutlined key="i" />, "muted"],
  callback_booked: [<PhoneOutlined key="i" />, "muted"],
  self_served: [<CheckCircleOutlined key="i" />, "good"],
  unreached: [<CloseCircleOutlined key="i" />, "warn"],
  callback_cancelled: [<CloseCircleOutlined key="i" />, "muted"],
};

export function PhaseMark({ phase, outcome }: { phase: Phase; outcome: Outcome | null }) {
  const { t } = useTranslation();
  const ended = phase === "ended" && outcome;
  const [icon, tone] = ended ? OUTCOMES[outcome] : PHASES[phase];
  return (
    <span className={`${styles.phase} ${styles[tone]}`}>
      {icon} {ended ? t(`outcome.${outcome}`) : t(`phase.${phase}`)}
    </span>
  );
}
