import { useEffect, useRef } from "preact/hooks";
import { useChat } from "./context";

const ALL = [
  ..."😀😄😂🙂😉😊😍😘🤔😅😭😢😡😱😴🤗",
  ..."👍👎👌🙏👏💪🤝👋🎉🎁🌹❤💔🔥⭐✅",
  ..."❌❓❗💡📦🚚🏠📞📷🧾💰🕒🌞🌙☔🍵",
];
const COLUMNS = 8;

/** A grid of often used ones, walked with the arrow keys. */
export function Emoji(props: { onPick: (emoji: string) => void; onClose: () => void }) {
  const { say } = useChat();
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => grid.current?.querySelector("button")?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      props.onClose();
      return;
    }
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS }[event.key];
    const buttons = [...(grid.current?.querySelectorAll("button") ?? [])];
    const root = grid.current?.getRootNode() as ShadowRoot | undefined;
    const at = buttons.indexOf(root?.activeElement as HTMLButtonElement);
    if (by === undefined || at < 0) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + by))]?.focus();
  };
  return (
    <div class="emoji" ref={grid} role="toolbar" aria-label={say("emoji")} onKeyDown={onKeyDown}>
      {ALL.map((emoji, place) => (
        <button
          key={emoji}
          type="button"
          tabIndex={place === 0 ? 0 : -1}
          onClick={() => props.onPick(emoji)}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
