/** Give a waiting interaction to one agent: ready members of its queue first, the others with why not. */
import { UserAddOutlined } from "@ant-design/icons";
import { Button, Dropdown, type MenuProps, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Colleague } from "../../api/types";
import { PresenceDot } from "../../ui/Marks";
import { useAction } from "../../ui/useAction";
import { act } from "./api";
import styles from "./Interactions.module.css";
import { useColleagues } from "./nouns";

interface Props {
  interactionId: string;
  queue: string | null;
  refused?: string;
  small?: boolean;
}

/** Free ones first, then ready, then by name: the likeliest is on top. */
export function byFitness(queue: string | null): (a: Colleague, b: Colleague) => number {
  const rank = (agent: Colleague) =>
    (agent.queues.includes(queue ?? "") ? 0 : 4) +
    (agent.free ? 0 : 2) +
    (agent.status === "ready" ? 0 : 1);
  return (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name);
}

export function AssignPicker({ interactionId, queue, refused, small }: Props) {
  const { t } = useTranslation();
  const colleagues = useColleagues();
  const assign = useAction((agentId: string) => act.assign(interactionId, agentId), {
    done: "interactions.assigned",
  });
  const items: MenuProps["items"] = [...colleagues].sort(byFitness(queue)).map((agent) => ({
    key: agent.id,
    label: (
      <span className={styles.colleague}>
        <PresenceDot status={agent.status} /> {agent.name}
      </span>
    ),
    extra: t(`presence.${agent.status}`),
    disabled: agent.status === "offline",
    onClick: () => assign.run(agent.id),
  }));
  return (
    <Tooltip title={refused}>
      <Dropdown
        trigger={["click"]}
        disabled={refused !== undefined}
        menu={{ items, style: { maxHeight: 360, overflow: "auto" } }}
      >
        <Button
          size={small ? "small" : "middle"}
          icon={<UserAddOutlined />}
          loading={assign.busy}
          disabled={refused !== undefined}
        >
          {t("interactions.assign")}
        </Button>
      </Dropdown>
    </Tooltip>
  );
}
