/** A small line with the band of the target behind it, or with bars of what came beneath it. */
import styles from "./Live.module.css";

const WIDTH = 132;
const HEIGHT = 28;
const PAD = 2;

interface Props {
  values: (number | null)[];
  /** The good side of the target: from … to, in the unit of the values. */
  band?: { from: number; to: number };
  /** On a scale of their own. */
  bars?: number[];
}

export function Spark({ values, band, bars = [] }: Props) {
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
      <Bars of={bars} />
      {points.length > 1 && <polyline points={points.join(" ")} className={styles.line} />}
    </svg>
  );
}

function Bars({ of }: { of: number[] }) {
  const most = Math.max(...of, 1);
  const step = WIDTH / Math.max(1, of.length);
  const path = of.map((value, at) => {
    const height = (value / most) * (HEIGHT - 2 * PAD);
    return value
      ? `M${(at * step).toFixed(1)} ${HEIGHT - PAD}v${-height.toFixed(1)}h${(step * 0.7).toFixed(1)}v${height.toFixed(1)}z`
      : "";
  });
  return <path d={path.join("")} className={styles.bars} />;
}
