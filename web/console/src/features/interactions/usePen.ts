/** The pen that writes sentences in the person's language. */
import { useTranslation } from "react-i18next";
import { useReasonName } from "../../app/PresenceControl";
import { pick, useLanguage } from "../../i18n";
import { clock } from "../../ui/format";
import { timeZone } from "../../ui/zone";
import { type Option, useDispositionOptions, useSkillOptions } from "./nouns";
import type { Pen } from "./sentences";
import { useRuleName } from "./useRuleName";

/** Time of day to the second, in the language's way. */
export function timeOfDay(iso: string, language: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime())
    ? ""
    : new Intl.DateTimeFormat(language, {
        timeStyle: "medium",
        hourCycle: "h23",
        timeZone: timeZone(),
      }).format(at);
}

function named(options: Option[], id: string): string {
  return options.find((option) => option.value === id)?.label ?? id;
}

export function usePen(): Pen {
  const { t } = useTranslation();
  const language = useLanguage();
  const reason = useReasonName();
  const dispositions = useDispositionOptions();
  const skills = useSkillOptions();
  const rule = useRuleName();
  return {
    duration: clock,
    time: (iso) => timeOfDay(iso, language),
    text: (texts) => pick(texts as Record<string, string>, language),
    reason: (id) => {
      const name = reason(id);
      return name ? t("interactions.reason", { name }) : "";
    },
    disposition: (id) => named(dispositions, id),
    skill: (id) => named(skills, id),
    rule,
    leg: () => t("interactions.leg.somebody"),
    place: (place) => t(`interactions.place.${place}`, { defaultValue: place }),
    nodeKind: (kind) => t(`interactions.node_kind.${kind}`, { defaultValue: kind }),
    thisOne: t("interactions.why.itself"),
    unknown: t("interactions.somebody"),
  };
}
