/** How good a line is: bars and a word, its figures on hover. */
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { percent } from "../../ui/format";
import styles from "./Phone.module.css";
import { usePhone } from "./softphone";

const BARS = { good: 3, fair: 2, poor: 1 } as const;

export function QualityMark({ call }: { call: string }) {
  const { t } = useTranslation();
  const quality = usePhone((state) => state.quality[call]);
  if (!quality) return null;
  const figures = t("phone.quality.figures", {
    loss: percent(quality.loss, 1),
    jitter: Math.round(quality.jitter_ms),
    rtt: quality.rtt_ms === null ? "–" : Math.round(quality.rtt_ms),
  });
  const word = t(`phone.quality.${quality.grade}`);
  return (
    <Tooltip title={`${t(`phone.quality.${quality.grade}_hint`)} ${figures}`}>
      <span className={styles.quality} data-grade={quality.grade}>
        <span className={styles.bars} aria-hidden>
          {[1, 2, 3].map((bar) => (
            <i key={bar} data-on={bar <= BARS[quality.grade]} />
          ))}
        </span>
        {word}
      </span>
    </Tooltip>
  );
}
