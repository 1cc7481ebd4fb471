/** An offer rang in vain: say so, and offer the way back. */
import { App, Button } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMeRow } from "../live/hooks";
import { setPresence } from "./PresenceControl";

const MISSED = ["no_answer", "no_reply"];
const KEY = "missed";

export function Missed() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const me = useMeRow();
  const missed = me?.status === "not_ready" && MISSED.includes(me.reason ?? "") ? me.reason : null;
  const since = me?.since;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once each time it happens
  useEffect(() => {
    if (!missed) return;
    notification.warning({
      key: KEY,
      title: t(`missed.${missed}`),
      description: t("missed.hint"),
      duration: 0,
      actions: (
        <Button type="primary" onClick={() => void setPresence({ status: "ready" })}>
          {t("missed.ready")}
        </Button>
      ),
    });
    return () => notification.destroy(KEY);
  }, [missed, since]);
  return null;
}
