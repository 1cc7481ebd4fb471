/** What screens ask of the phone. */
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import { useNames } from "../../i18n";
import { useMeRow } from "../../live/hooks";
import { useCan } from "../../session/session";
import { useVoice } from "./api";
import { callOf, type PhoneCall } from "./machine";
import { usePhone } from "./softphone";

export function usePhoneCall(interaction: string): PhoneCall | null {
  return usePhone((state) => callOf(state, interaction));
}

/** Serves calls, or may listen to them: has a phone in the browser. */
export function useHasPhone(): boolean {
  const me = useMeRow();
  const supervises = useCan("interactions.supervise");
  const may = useCan("phone.own");
  return may && me !== null && ((me.capacity.voice ?? 0) > 0 || supervises);
}

export type Health = "good" | "busy" | "bad";

export interface PhoneWords {
  health: Health;
  title: string;
  cure: string;
}

/** The phone's state in words: what it is and, if it is not well, what to do. */
export function usePhoneWords(): PhoneWords {
  const { t } = useTranslation();
  const names = useNames();
  const voice = useVoice().data;
  const { line, cause, microphone } = usePhone(
    useShallow((state) => ({
      line: state.line,
      cause: state.cause,
      microphone: state.microphone,
    })),
  );
  if (voice && voice.state !== "on") {
    const health = voice.state === "starting" ? "busy" : "bad";
    return {
      health,
      title: names(voice.cause) || t(`phone.voice.${voice.state}`),
      cure: names(voice.cure),
    };
  }
  if (line === "registered") {
    const ill = microphone !== "allowed" && microphone !== "unknown";
    return {
      health: ill ? "bad" : "good",
      title: t(ill ? `phone.microphone.${microphone}` : "phone.line.registered"),
      cure: t(ill ? `phone.cure.${microphone}` : "phone.line.registered_hint"),
    };
  }
  const why = cause ? t(`problem.${cause}`, { defaultValue: "" }) : "";
  return {
    health: line === "off" || line === "elsewhere" ? "bad" : "busy",
    title: t(`phone.line.${line}`),
    cure: why || t(`phone.line.${line}_hint`),
  };
}

/** Why no number can be called now; undefined: it can. */
export function useWhyNoCall(): string | undefined {
  const { t } = useTranslation();
  const me = useMeRow();
  const may = useCan("phone.own");
  const words = usePhoneWords();
  const voice = useVoice().data;
  const registered = usePhone((state) => state.line === "registered" || state.line === "elsewhere");
  if (!may || !me) return t("phone.why.may_not");
  if (!me.capacity.voice) return t("phone.why.no_calls");
  if (voice && voice.state !== "on") return words.title;
  if (me.status === "offline") return t("phone.why.offline");
  if (!registered) return `${words.title} ${words.cure}`;
  return undefined;
}
