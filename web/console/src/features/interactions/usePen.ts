/** The pen that writes sentences in the person's language. */
import { useTranslation } from "react-i18next";
import { useReasonName } from "../../app/PresenceControl";
import { pick, useLanguage } from "../../i18n";
import { clock, fullTime } from "../../ui/format";
import { useDispositionOptions } from "./nouns";
import type { Pen } from "./sentences";

/** Time of day to the second, in the language's way. */
export function timeOfDay(iso: string, language: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? ""
    : new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" }).format(at);
}

export function usePen(): Pen {
  const { t } = useTranslation();
  const language = useLanguage();
  const reason = useReasonName();
  const dispositions = useDispositionOptions();
  return {
    duration: clock,
    time: (iso) =>
      new Date(iso).toDateString() === new Date().toDateString()
        ? timeOfDay(iso, language)
        : fullTime(iso, language),
    text: (texts) => pick(texts as Record<string, string>, language),
    reason: (id) => {
      const name = reason(id);
      return name ? t("interactions.reason", { name }) : "";
    },
    disposition: (id) => dispositions.find((each) => each.value === id)?.label ?? id,
    unknown: t("interactions.somebody"),
  };
}
