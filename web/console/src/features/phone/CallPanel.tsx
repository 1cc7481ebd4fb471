/** A call in the middle of the desk: whose number, what they chose, who is on it, and the call bar. */
import { PauseCircleOutlined, WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CallRow, Work } from "../../live/protocol";
import { phone } from "../../ui/format";
import styles from "./Call.module.css";
import { CallBar, Line } from "./CallBar";
import { ConsentAsks } from "./Consent";
import { DialLink } from "./DialLink";
import { useOutsidePhone, usePhoneCall } from "./hooks";
import { Legs } from "./Legs";
import { Overhearing } from "./Overhearing";
import { tell, unblockSound, usePhone } from "./softphone";

interface Props {
  work: Work;
  onDialog: (dialog: "transfer" | "consult") => void;
}

const SUPERVISES = ["monitor", "whisper", "barge"];

export function CallPanel({ work, onDialog }: Props) {
  const { t } = useTranslation();
  const { call } = work;
  if (!call) return null;
  const talking = work.role === "owner" && !work.conversation_ended;
  return (
    <section className={styles.panel} aria-label={t("phone.call.label")}>
      <Facts work={work} call={call}>
        {talking && <Line interaction={work.id} />}
      </Facts>
      {work.role !== "wrap_up" && <Trouble work={work} call={call} />}
      {talking && <ConsentAsks work={work} />}
      {talking && <CallBar work={work} call={call} onDialog={onDialog} />}
      {SUPERVISES.includes(work.role) && <Overhearing work={work} />}
      {call.legs.length > 0 && <Legs work={work} call={call} />}
    </section>
  );
}

interface FactsProps {
  work: Work;
  call: CallRow;
  children: ReactNode;
}

/** Number, number that was dialled, trunk; keys pressed in the flow and what it learned. The number
 * can be called again once its call is over. */
function Facts({ work, call, children }: FactsProps) {
  const { t } = useTranslation();
  const number = call.callback?.number || call.number;
  return (
    <div className={styles.facts}>
      <strong className={`${styles.number} num`}>
        {!number ? (
          t("phone.withheld")
        ) : work.role === "wrap_up" ? (
          <DialLink number={number} customer_id={work.customer.id} />
        ) : (
          phone(number)
        )}
      </strong>
      <span className="muted">
        {[
          call.callback && call.callback.attempt > 0
            ? t("phone.call.callback_of", { count: call.callback.attempt })
            : t(`phone.call.direction_${call.direction}`),
          call.dnis && t("phone.call.dnis", { number: phone(call.dnis) }),
        ]
          .filter(Boolean)
          .join(" · ")}
      </span>
      {call.keys.length > 0 && (
        <Chip label={t("phone.call.keys")}>
          {call.keys.map((key, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same key may be pressed twice
            <kbd key={index}>{key}</kbd>
          ))}
        </Chip>
      )}
      {Object.entries(call.variables).map(([name, value]) => (
        <Chip key={name} label={name}>
          {value}
        </Chip>
      ))}
      <span className={styles.grow} />
      {children}
    </div>
  );
}

function Chip({ label, children }: { label: string; children: ReactNode }) {
  return (
    <span className={styles.chip}>
      <span className="muted">{label}</span> <span className="num">{children}</span>
    </span>
  );
}

/** What one must know at once: lost phone, no sound, muted, the customer on hold. */
function Trouble({ work, call }: { work: Work; call: CallRow }) {
  const { t } = useTranslation();
  const session = usePhoneCall(work.id);
  const blocked = usePhone((state) => state.soundBlocked);
  const outside = useOutsidePhone();
  const mine = call.legs.find((leg) => leg.id === call.my_leg);
  if (session?.state === "ringing") {
    return (
      <Warning tone="bad">
        {t("phone.call.rejoining")}
        <Button size="small" onClick={() => tell({ type: "answer", id: session.id })}>
          {t("offer.accept")}
        </Button>
      </Warning>
    );
  }
  if (call.rejoining) {
    return (
      <Warning tone="bad">
        {t(outside ? "phone.call.rejoining_outside" : "phone.call.rejoining")}
      </Warning>
    );
  }
  if (session && blocked) {
    return (
      <Warning tone="bad">
        <Button size="small" type="primary" onClick={unblockSound}>
          {t("phone.let_play")}
        </Button>
      </Warning>
    );
  }
  if (mine?.state === "up" && !session && !outside) {
    return <Warning tone="warn">{t("phone.call.no_audio")}</Warning>;
  }
  if (session?.state === "answering") {
    return <Warning tone="calm">{t("phone.call.connecting")}</Warning>;
  }
  return (
    <>
      {(call.muted || session?.muted) && <Warning tone="warn">{t("phone.call.muted")}</Warning>}
      {call.held && (
        <Warning tone="warn" icon={<PauseCircleOutlined />}>
          {t("phone.call.held")}
        </Warning>
      )}
    </>
  );
}

interface WarningProps {
  tone: "bad" | "warn" | "calm";
  icon?: ReactNode;
  children: ReactNode;
}

function Warning({ tone, icon, children }: WarningProps) {
  return (
    <div className={styles.warning} data-tone={tone} role="status">
      {icon ?? (tone === "calm" ? null : <WarningOutlined />)} {children}
    </div>
  );
}
