/** A small line of the last half hour with the band of the target behind it. */
import styles from "./Live.module.css";

const WIDTH = 132;
const HEIGHT = 28;
const PAD = 2;

interface Props {
  values: (number | null)[];
  /** The good side of the target: from … to, in the unit of the values. */
  band?: { from: number; to: number };
}

export function Spark({ values, band }: Props) {
  const known = values.filter((value): value is number => value !== null);
  const high = Math.max(...known, band ? Math.min(band.to, band.from * 2 || band.to) : 0, 1e-6);
  const y = (value: number) => HEIGHT - PAD - (Math.min(value, high) / high) * (HEIGHT - 2 * PAD);
  const x = (at: number) => (at / Math.max(1, values.length - 1)) * WIDTH;
  const points = values.flatMap((value, at) =>
    value === null ? [] : [`${x(at).toFixed(1)},${y(value).toFixed(1)}`],
  );
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {band && (
        <rect
          x="0"
          width={WIDTH}
          y={y(band.to)}
          height={Math.max(1, y(band.from) - y(band.to))}
          className={styles.band}
        />
      )}
      {points.length > 1 && <polyline points={points.join(" ")} className={styles.line} />}
    </svg>
  );
}
