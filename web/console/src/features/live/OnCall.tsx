/** What a supervisor may do with an agent's call, in the agent's drawer. */
import { useTranslation } from "react-i18next";
import { useWorkItem } from "../../live/hooks";
import type { BusyWith } from "../../live/protocol";
import { useCan } from "../../session/session";
import { DialLink } from "../phone/DialLink";
import { OverhearCall } from "../phone/OverhearCall";
import { TakeOverCall } from "../phone/Overhearing";
import styles from "./Live.module.css";

export function OnCall({ busy }: { busy: BusyWith }) {
  const { t } = useTranslation();
  const may = useCan("interactions.supervise");
  const joined = useWorkItem(busy.interaction_id) !== null; // then it is among its own buttons
  if (!busy.call || busy.role !== "owner") return null;
  return (
    <span className={styles.onCall}>
      {busy.call.number && <DialLink number={busy.call.number} />}
      <span className={styles.call} data-state={busy.call.state}>
        {t(`live.call.${busy.call.state}`)}
      </span>
      <OverhearCall id={busy.interaction_id} phase={busy.phase} size="small" />
      {busy.phase === "connected" && !joined && (
        <TakeOverCall
          id={busy.interaction_id}
          size="small"
          refused={may ? undefined : t("live.may_not")}
        />
      )}
    </span>
  );
}
