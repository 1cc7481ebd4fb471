/** Answering from an offer: what Accept does on a call, how far it is, and why it can't be done. */
import { AudioOutlined, PhoneOutlined, WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useAction } from "../../ui/useAction";
import styles from "./Answer.module.css";
import { useOutsidePhone, usePhoneCall, usePhoneReady, usePhoneWords } from "./hooks";
import { askMicrophone, tell, usePhone } from "./softphone";
import { takePhone, wishAccept } from "./tabs";

export interface Answering {
  accept: () => void;
  /** It is being answered, or will be as soon as the ringing arrives. */
  busy: boolean;
  /** Answered by picking up a phone outside the browser; `accept` does nothing. */
  byHand: boolean;
}

export function useAnswering(interaction: string): Answering {
  const call = usePhoneCall(interaction);
  const early = usePhone((state) => state.early === interaction);
  const line = usePhone((state) => state.line);
  const byHand = useOutsidePhone() !== null;
  const accept = () => {
    if (byHand) return;
    if (line === "elsewhere") wishAccept(interaction);
    else tell({ type: "accept", interaction });
  };
  return { accept, busy: early || call?.state === "answering", byHand };
}

/** What stands between the agent and the caller, with its cure; nothing if all is well. */
export function AnswerHint({ interaction }: { interaction: string }) {
  const outside = useOutsidePhone();
  return outside ? <PickUp /> : <SoftHint interaction={interaction} />;
}

function PickUp() {
  const { t } = useTranslation();
  const mine = useOutsidePhone();
  const ready = usePhoneReady();
  if (!ready) return <Ill />;
  return (
    <div className={styles.note} role="status">
      <span>
        <PhoneOutlined /> {t(`phone.answer.pick_up_${mine?.kind}`)}
      </span>
    </div>
  );
}

function Ill() {
  const words = usePhoneWords();
  return (
    <div className={styles.ill} role="alert">
      <span>
        <WarningOutlined /> <strong>{words.title}</strong>
      </span>
      {words.cure && <span>{words.cure}</span>}
    </div>
  );
}

function SoftHint({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const call = usePhoneCall(interaction);
  const early = usePhone((state) => state.early === interaction);
  const { line, microphone } = usePhone();
  const ask = useAction(askMicrophone);
  if (microphone !== "allowed" && microphone !== "unknown") {
    return (
      <div className={styles.ill} role="alert">
        <span>
          <WarningOutlined /> <strong>{t(`phone.microphone.${microphone}`)}</strong>
        </span>
        <span>{t(`phone.cure.${microphone}`)}</span>
        <Button
          size="small"
          icon={<AudioOutlined />}
          loading={ask.busy}
          onClick={() => ask.run(undefined)}
        >
          {t("phone.allow_microphone")}
        </Button>
      </div>
    );
  }
  if (line === "elsewhere") {
    return (
      <div className={styles.note}>
        <span>{t("phone.answer.elsewhere")}</span>
        <Button size="small" onClick={takePhone}>
          {t("phone.use_here")}
        </Button>
      </div>
    );
  }
  if (line !== "registered") return <Ill />;
  if (call?.state === "answering") {
    return <div className={styles.note}>{t("phone.answer.answering")}</div>;
  }
  if (early) return <div className={styles.note}>{t("phone.answer.early")}</div>;
  if (microphone === "unknown" && call) {
    return (
      <div className={styles.note}>
        <PhoneOutlined /> {t("phone.answer.will_ask")}
      </div>
    );
  }
  return null;
}
