/** From the board or an interaction's page: begin to listen, whisper or join in; then switch and leave. */
import { CommentOutlined, EyeOutlined, TeamOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useWorkItem } from "../../live/hooks";
import { useCan } from "../../session/session";
import { useAction } from "../../ui/useAction";
import { calls, type MonitorRole } from "./api";
import { ConsentWait, useOpenQuestion } from "./Consent";
import { usePhoneReady, usePhoneWords } from "./hooks";
import { Overhearing } from "./Overhearing";
import { MONITOR_ROLES } from "./supervise";

const ICONS = { monitor: <EyeOutlined />, whisper: <CommentOutlined />, barge: <TeamOutlined /> };

interface Props {
  id: string;
  phase: string;
  refused?: string;
  size?: "small" | "middle";
}

export function OverhearCall({ id, phase, refused, size }: Props) {
  const { t } = useTranslation();
  const may = useCan("interactions.supervise");
  const work = useWorkItem(id);
  const words = usePhoneWords();
  const ready = usePhoneReady();
  const join = useAction((role: MonitorRole) => calls.monitor(id, role));
  const asked = useOpenQuestion(id);
  if (!may || phase !== "connected") return null;
  if (work && (MONITOR_ROLES as readonly string[]).includes(work.role)) {
    return <Overhearing work={work} />;
  }
  if (asked) return <ConsentWait asked={asked} size={size} />;
  const why = refused ?? (ready ? undefined : `${t("phone.supervise.needs_phone")} ${words.title}`);
  return (
    <>
      {MONITOR_ROLES.map((role) => {
        const word = role === "monitor" ? "listen" : role;
        return (
          <Tooltip key={role} title={why ?? t(`phone.supervise.${word}_hint`)}>
            <Button
              size={size}
              icon={ICONS[role]}
              disabled={why !== undefined}
              loading={join.busy}
              onClick={() => join.run(role)}
            >
              {t(`phone.supervise.${word}`)}
            </Button>
          </Tooltip>
        );
      })}
    </>
  );
}
