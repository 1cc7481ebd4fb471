/** The telephone on the board: state, trunks and figures; an alarm at the top when it is lost. */
import { CheckCircleOutlined, PhoneOutlined, WarningOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Texts } from "../../api/types";
import { useNames } from "../../i18n";
import { type TrunkFigures, useVoice, type VoiceStatus } from "../phone/api";
import styles from "./Live.module.css";

/** Only when calls should be possible and are not, or something about them is not as it should be. */
export function VoiceAlarm() {
  const { t } = useTranslation();
  const names = useNames();
  const voice = useVoice(true).data;
  if (!voice) return null;
  const down = voice.trunks.filter((trunk) => trunk.registered === false || trunk.problem);
  if (voice.state !== "lost" && down.length === 0) return <Warnings texts={voice.warnings} />;
  return (
    <div className={styles.alarm} role="alert">
      <WarningOutlined />
      {voice.state === "lost" ? (
        <>
          <strong>{names(voice.cause) || t("phone.voice.lost")}</strong>
          <span>{names(voice.cure)}</span>
        </>
      ) : (
        <>
          <strong>
            {t("live.trunks_lost", {
              names: down.map((each) => each.name).join(t("live.between")),
            })}
          </strong>
          {down.map((each) => each.problem && <span key={each.id}>{names(each.problem)}</span>)}
        </>
      )}
    </div>
  );
}

function Warnings({ texts }: { texts: Texts[] }) {
  const names = useNames();
  if (texts.length === 0) return null;
  return (
    <div className={styles.alarm} role="alert">
      <WarningOutlined />
      {texts.map((text) => (
        <strong key={text["en-US"]}>{names(text)}</strong>
      ))}
    </div>
  );
}

export function VoiceCard() {
  const { t } = useTranslation();
  const voice = useVoice(true).data;
  if (!voice) return null;
  return (
    <section className={styles.voice} aria-label={t("phone.engine.title")}>
      <Head voice={voice} />
      {voice.trunks.length > 0 && <Trunks trunks={voice.trunks} />}
    </section>
  );
}

function Head({ voice }: { voice: VoiceStatus }) {
  const { t } = useTranslation();
  const names = useNames();
  const good = voice.state === "on";
  const figures = [
    ["legs", voice.legs],
    ["phones", voice.phones],
    ["turned_away", voice.turned_away],
  ] as const;
  return (
    <div className={styles.voiceHead}>
      <h2>
        <PhoneOutlined /> {t("phone.engine.title")}
      </h2>
      <span className={styles.voiceState} data-good={good}>
        {good ? <CheckCircleOutlined /> : <WarningOutlined />}{" "}
        {(!good && names(voice.cause)) || t(`phone.voice.${voice.state}`)}
      </span>
      {!good && <span className="muted">{names(voice.cure)}</span>}
      {good &&
        figures.map(([name, value]) => (
          <span key={name} className="muted">
            {t(`phone.engine.${name}`)} <strong className="num">{value}</strong>
          </span>
        ))}
    </div>
  );
}

function Trunks({ trunks }: { trunks: TrunkFigures[] }) {
  const { t } = useTranslation();
  return (
    <table className={styles.trunks}>
      <thead>
        <tr>
          {["trunk", "registration", "calls", "carried", "rejected"].map((column) => (
            <th key={column} scope="col">
              {t(`phone.engine.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {trunks.map((trunk) => (
          <tr key={trunk.id}>
            <th scope="row">{trunk.name}</th>
            <td className={trunk.registered === false ? styles.lostTrunk : undefined}>
              {trunk.registered === false && <WarningOutlined />}{" "}
              {t(
                `phone.engine.${trunk.registered === null ? "no_registration" : trunk.registered ? "registered" : "not_registered"}`,
              )}
            </td>
            <td className="num">
              {trunk.limit === null
                ? trunk.calls
                : t("phone.engine.calls_of", { calls: trunk.calls, limit: trunk.limit })}
            </td>
            <td className="num">{trunk.carried}</td>
            <td className="num">{trunk.rejected}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
