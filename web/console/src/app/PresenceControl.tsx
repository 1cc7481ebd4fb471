/** My presence, always in view: state, reason, time in state; one click or F8 changes it. */
import { DownOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown, type MenuProps } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "../api/client";
import type { PresenceStatus, Reason } from "../api/types";
import { useNames } from "../i18n";
import { useMeRow } from "../live/hooks";
import { useKeys } from "../ui/keys";
import { Keys, PresenceDot } from "../ui/Marks";
import { Elapsed } from "../ui/Time";
import { useAction } from "../ui/useAction";
import styles from "./PresenceControl.module.css";

export interface PresenceChoice {
  status: PresenceStatus;
  reason?: string;
}

export function setPresence(choice: PresenceChoice) {
  return api.put("/presence", choice);
}

export function useReasons() {
  return useQuery({
    queryKey: ["reasons", "presence"],
    queryFn: ({ signal }) => api.get<Reason[]>("/presence/reasons", undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The reason in words: the tenant's, or one the system gave. */
export function useReasonName(): (reason: string | null) => string {
  const { t } = useTranslation();
  const names = useNames();
  const reasons = useReasons().data;
  return (reason) => {
    if (!reason) return "";
    const found = reasons?.find((each) => each.id === reason);
    return found ? names(found.names) : t(`reason.${reason}`, { defaultValue: reason });
  };
}

export function PresenceControl() {
  const { t } = useTranslation();
  const me = useMeRow();
  const names = useNames();
  const reasonName = useReasonName();
  const reasons = useReasons().data ?? [];
  const change = useAction(setPresence);
  const [open, setOpen] = useState(false);
  const toggle = () => me && change.run({ status: me.status === "ready" ? "not_ready" : "ready" });
  useKeys({ F8: toggle });

  const status = me?.status ?? "offline";
  const reason = reasonName(me?.reason ?? null);
  const items: MenuProps["items"] = [
    choice("ready", t("presence.ready"), { status: "ready" }),
    ...(reasons.length
      ? reasons.map((each) =>
          choice(`r:${each.id}`, `${t("presence.not_ready")} · ${names(each.names)}`, {
            status: "not_ready",
            reason: each.id,
          }),
        )
      : [choice("not_ready", t("presence.not_ready"), { status: "not_ready" as const })]),
    { type: "divider" },
    choice("offline", t("presence.offline"), { status: "offline" }),
  ];

  function choice(key: string, label: string, to: PresenceChoice) {
    return {
      key,
      label: (
        <span className={styles.choice}>
          <PresenceDot status={to.status} /> {label}
        </span>
      ),
      extra: key === (status === "ready" ? "not_ready" : "ready") ? "F8" : undefined,
      onClick: () => change.run(to),
    };
  }

  return (
    <Dropdown
      trigger={["click"]}
      open={open}
      onOpenChange={setOpen}
      menu={{ items, selectable: true, selectedKeys: [me?.reason ? `r:${me.reason}` : status] }}
    >
      <Button type="text" className={styles.control} loading={change.busy} disabled={!me}>
        <span className="sr-only">{t("presence.mine")}</span>
        <PresenceDot status={status} />
        <span className={styles.words}>
          <strong>{t(`presence.${status}`)}</strong>
          {reason && <span className={styles.reason}>{reason}</span>}
        </span>
        {me && <Elapsed since={me.since} className={styles.since} />}
        <Keys name="F8" />
        <DownOutlined className={styles.arrow} />
      </Button>
    </Dropdown>
  );
}
