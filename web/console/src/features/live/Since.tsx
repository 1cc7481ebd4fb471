/** Time in a state: counting up to a day, then only the days. */
import { useTranslation } from "react-i18next";
import { useNow } from "../../live/clock";
import { Elapsed } from "../../ui/Time";

const DAY_MS = 86_400_000;

export function Since({ at, className = "" }: { at: string; className?: string }) {
  const { t } = useTranslation();
  const days = Math.floor((useNow() - Date.parse(at)) / DAY_MS);
  if (days < 1) return <Elapsed since={at} className={className} />;
  return <span className={`num ${className}`}>{t("live.days", { count: days })}</span>;
}
