/** A supervisor on a live call: listen, whisper, join in, take over, leave; switched without hanging up. */
import {
  CommentOutlined,
  EyeOutlined,
  LogoutOutlined,
  SwapOutlined,
  TeamOutlined,
} from "@ant-design/icons";
import { Button, Popconfirm, Segmented, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Work } from "../../live/protocol";
import { useAction } from "../../ui/useAction";
import { calls, type MonitorRole } from "./api";
import styles from "./Call.module.css";
import { MONITOR_ROLES } from "./supervise";

const ICONS = { monitor: <EyeOutlined />, whisper: <CommentOutlined />, barge: <TeamOutlined /> };

export function Overhearing({ work }: { work: Pick<Work, "id" | "role"> }) {
  const { t } = useTranslation();
  const role = (MONITOR_ROLES as readonly string[]).includes(work.role)
    ? (work.role as MonitorRole)
    : "monitor";
  const change = useAction((next: MonitorRole) => calls.monitor(work.id, next));
  return (
    <div className={styles.over}>
      <Segmented<MonitorRole>
        aria-label={t("phone.supervise.you")}
        value={role}
        disabled={change.busy}
        options={MONITOR_ROLES.map((value) => ({
          value,
          icon: ICONS[value],
          label: t(`phone.supervise.${value === "monitor" ? "listen" : value}`),
          title: t(`phone.supervise.${value === "monitor" ? "listen" : value}_hint`),
        }))}
        onChange={(next) => change.run(next)}
      />
      <span className={styles.grow} />
      <TakeOverCall id={work.id} />
      <LeaveCall id={work.id} />
    </div>
  );
}

interface TakeOverProps {
  id: string;
  refused?: string;
  size?: "small" | "middle";
}

export function TakeOverCall({ id, refused, size }: TakeOverProps) {
  const { t } = useTranslation();
  const take = useAction(() => calls.takeOver(id));
  return (
    <Popconfirm
      title={t("phone.supervise.take_over_sure")}
      description={t("phone.supervise.take_over_hint")}
      okText={t("phone.supervise.take_over")}
      disabled={refused !== undefined}
      onConfirm={() => take.run(undefined)}
    >
      <Tooltip title={refused}>
        <Button
          size={size}
          icon={<SwapOutlined />}
          loading={take.busy}
          disabled={refused !== undefined}
        >
          {t("phone.supervise.take_over")}
        </Button>
      </Tooltip>
    </Popconfirm>
  );
}

export function LeaveCall({ id }: { id: string }) {
  const { t } = useTranslation();
  const leave = useAction(() => calls.leave(id));
  return (
    <Button icon={<LogoutOutlined />} loading={leave.busy} onClick={() => leave.run(undefined)}>
      {t("phone.supervise.leave")}
    </Button>
  );
}
