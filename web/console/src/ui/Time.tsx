/** Times as people read them, always live. */
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../i18n";
import { useNow } from "../live/clock";
import { clock, fullTime, shortTime } from "./format";

const MINUTE_S = 60;
const HOUR_S = 3_600;

/** `m:ss` since then, counting. */
export function Elapsed({ since, className }: { since: string; className?: string }) {
  const now = useNow();
  return (
    <span className={`num ${className ?? ""}`} role="timer">
      {clock((now - Date.parse(since)) / 1000)}
    </span>
  );
}

/** `m:ss` until then, counting down; 0:00 after. */
export function Remaining({ until, className }: { until: string; className?: string }) {
  const now = useNow();
  return (
    <span className={`num ${className ?? ""}`} role="timer">
      {clock(Math.ceil((Date.parse(until) - now) / 1000))}
    </span>
  );
}

/** Relative up to an hour, then absolute; full on hover. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const now = useNow();
  const seconds = (now - Date.parse(at)) / 1000;
  const text =
    seconds < MINUTE_S
      ? t("time.now")
      : seconds < HOUR_S
        ? t("time.minutes_ago", { count: Math.floor(seconds / MINUTE_S) })
        : shortTime(at, now, language);
  return (
    <Tooltip title={fullTime(at, language)} mouseEnterDelay={0.4}>
      <time dateTime={at} className={`num ${className ?? ""}`}>
        {text}
      </time>
    </Tooltip>
  );
}
