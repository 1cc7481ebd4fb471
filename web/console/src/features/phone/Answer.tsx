/** Answering from an offer: what Accept does on a call, how far it is, and why it can't be done. */
import { AudioOutlined, PhoneOutlined, WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useAction } from "../../ui/useAction";
import styles from "./Answer.module.css";
import { usePhoneCall, usePhoneWords } from "./hooks";
import { askMicrophone, tell, usePhone } from "./softphone";
import { takePhone, wishAccept } from "./tabs";

export interface Answering {
  accept: () => void;
  /** It is being answered, or will be as soon as the ringing arrives. */
  busy: boolean;
}

export function useAnswering(interaction: string): Answering {
  const call = usePhoneCall(interaction);
  const early = usePhone((state) => state.early === interaction);
  const line = usePhone((state) => state.line);
  const accept = () => {
    if (line === "elsewhere") wishAccept(interaction);
    else tell({ type: "accept", interaction });
  };
  return { accept, busy: early || call?.state === "answering" };
}

/** What stands between the agent and the caller, with its cure; nothing if all is well. */
export function AnswerHint({ interaction }: { interaction: string }) {
  const { t } = useTranslation();
  const call = usePhoneCall(interaction);
  const early = usePhone((state) => state.early === interaction);
  const { line, microphone } = usePhone();
  const words = usePhoneWords();
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
  if (line !== "registered") {
    return (
      <div className={styles.ill} role="alert">
        <span>
          <WarningOutlined /> <strong>{words.title}</strong>
        </span>
        {words.cure && <span>{words.cure}</span>}
      </div>
    );
  }
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
