/** What screens ask of the phone. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useShallow } from "zustand/react/shallow";
import type { Me } from "../../api/types";
import { useNames } from "../../i18n";
import { useMeRow } from "../../live/hooks";
import { useCan, useSession } from "../../session/session";
import { phone as asNumber } from "../../ui/format";
import { useVoice } from "./api";
import { callOf, type Microphone, type PhoneCall, type PhoneState } from "./machine";
import { usePhone } from "./softphone";

export function usePhoneCall(interaction: string): PhoneCall | null {
  return usePhone((state) => callOf(state, interaction));
}

/** Serves calls, or may listen to them: has a phone. */
export function useHasPhone(): boolean {
  const me = useMeRow();
  const supervises = useCan("interactions.supervise");
  const may = useCan("phone.own");
  return may && me !== null && ((me.capacity.voice ?? 0) > 0 || supervises);
}

/** A phone outside the browser, which is picked up by hand: this page has neither its microphone nor its sound. */
export interface OutsidePhone {
  kind: "sip" | "number";
  number: string;
}

export function useOutsidePhone(): OutsidePhone | null {
  return useSession(useShallow(({ me }) => outside(me?.phone)));
}

export function outside(phone: Me["phone"] | undefined): OutsidePhone | null {
  const kind = phone?.kind;
  return kind === "sip" || kind === "number" ? { kind, number: phone?.number ?? "" } : null;
}

/** It can be rung, in this tab or elsewhere. */
export function usePhoneReady(): boolean {
  const elsewhere = useOutsidePhone() !== null;
  const reachable = useMeRow()?.phone ?? false;
  const line = usePhone((state) => state.line);
  return elsewhere ? reachable : line === "registered" || line === "elsewhere";
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
  const mine = useOutsidePhone();
  const reachable = useMeRow()?.phone ?? false;
  const soft = usePhone(
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
  return mine ? outsideWords(mine, reachable, t) : softWords(soft, t);
}

export function outsideWords(mine: OutsidePhone, reachable: boolean, t: TFunction): PhoneWords {
  const words = `phone.outside.${mine.kind}_${reachable ? "ready" : "away"}`;
  return {
    health: reachable ? "good" : "bad",
    title: t(words, { number: asNumber(mine.number) }),
    cure: t(`${words}_hint`),
  };
}

type Soft = Pick<PhoneState, "line" | "cause"> & { microphone: Microphone };

function softWords({ line, cause, microphone }: Soft, t: TFunction): PhoneWords {
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
  const ready = usePhoneReady();
  if (!may || !me) return t("phone.why.may_not");
  if (!me.capacity.voice) return t("phone.why.no_calls");
  if (voice && voice.state !== "on") return words.title;
  if (me.status === "offline") return t("phone.why.offline");
  if (!ready) return `${words.title} ${words.cure}`;
  return undefined;
}
