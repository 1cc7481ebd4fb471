/** The line of colour along the top edge: what I am, seen from the corner of the eye. */
import { rings } from "../live/hooks";
import { useLive } from "../live/store";
import styles from "./Frame.module.css";

export function TopLine() {
  const mood = useLive(({ me, work }) => {
    const all = Object.values(work);
    if (all.some(rings)) return "ringing";
    if (all.some((each) => each.role === "owner")) return "talking";
    if (all.some((each) => each.role === "wrap_up")) return "wrap_up";
    return me?.status ?? "offline";
  });
  return <div aria-hidden className={`${styles.line} ${styles[`line_${mood}`] ?? ""}`} />;
}
