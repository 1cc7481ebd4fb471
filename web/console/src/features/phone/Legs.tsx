/** Who is on the call: each leg with where it stands and since when; the consultation's next steps. */
import {
  AudioMutedOutlined,
  CloseOutlined,
  CustomerServiceOutlined,
  EyeOutlined,
  PhoneOutlined,
  RollbackOutlined,
  SwapOutlined,
  UserOutlined,
} from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { CallLeg, CallRow, Work } from "../../live/protocol";
import { phone } from "../../ui/format";
import { Elapsed } from "../../ui/Time";
import { useAction } from "../../ui/useAction";
import { calls } from "./api";
import styles from "./Call.module.css";
import { aside } from "./controls";

const ICONS = {
  customer: <UserOutlined />,
  agent: <CustomerServiceOutlined />,
  party: <PhoneOutlined />,
};

interface Props {
  work: Work;
  call: CallRow;
}

export function Legs({ work, call }: Props) {
  const { t } = useTranslation();
  return (
    <ul className={styles.legs} aria-label={t("phone.legs.title")}>
      {call.legs.map((leg) => (
        <li key={leg.id} className={styles.leg} data-state={leg.state} data-place={leg.place}>
          <Leg leg={leg} mine={leg.id === call.my_leg} />
          {work.role === "owner" && <Actions work={work} call={call} leg={leg} />}
        </li>
      ))}
    </ul>
  );
}

function Leg({ leg, mine }: { leg: CallLeg; mine: boolean }) {
  const { t } = useTranslation();
  const words =
    leg.state === "up"
      ? t(`phone.legs.place.${leg.place ?? "alone"}`)
      : t(`phone.legs.state.${leg.state}`);
  const silent = leg.place === "listen";
  return (
    <>
      <span className={styles.legIcon} role="img" aria-label={t(`phone.legs.${leg.role}`)}>
        {silent ? <EyeOutlined /> : ICONS[leg.role]}
      </span>
      <span className={styles.legName}>
        {mine ? t("phone.legs.me") : phone(leg.name || leg.number || "–")}
      </span>
      <span className={styles.legPlace}>
        {words}
        {leg.muted && (
          <span className={styles.legMuted}>
            <AudioMutedOutlined /> {t("phone.legs.muted")}
          </span>
        )}
      </span>
      <Elapsed since={leg.since} className={styles.legSince} />
    </>
  );
}

function Actions({ work, call, leg }: Props & { leg: CallLeg }) {
  const { t } = useTranslation();
  const drop = useAction(() => calls.drop(work.id, leg.id));
  const hand = useAction(
    () =>
      calls.transfer(work.id, {
        ...(leg.agent_id ? { to_agent: leg.agent_id } : { to_number: leg.number ?? "" }),
        note: "",
      }),
    { done: "phone.hand.transferred" },
  );
  const other = leg.role !== "customer" && leg.id !== call.my_leg;
  if (!other || leg.place === "listen" || leg.place === "whisper") return null;
  const name = leg.name || leg.number || "";
  if (aside(call)?.id === leg.id) {
    return (
      <span className={styles.legActions}>
        {leg.state === "up" && (
          <Button
            size="small"
            type="primary"
            icon={<SwapOutlined />}
            loading={hand.busy}
            onClick={() => hand.run(undefined)}
          >
            {t("phone.call.complete", { name })}
          </Button>
        )}
        <Button
          size="small"
          icon={<RollbackOutlined />}
          loading={drop.busy}
          onClick={() => drop.run(undefined)}
        >
          {t("phone.call.back")}
        </Button>
      </span>
    );
  }
  return (
    <Tooltip title={t("phone.call.drop", { name })}>
      <Button
        size="small"
        type="text"
        icon={<CloseOutlined />}
        aria-label={t("phone.call.drop", { name })}
        loading={drop.busy}
        onClick={() => drop.run(undefined)}
      />
    </Tooltip>
  );
}
