import { useEffect, useRef, useState } from "preact/hooks";
import type { Chat } from "../chat";
import { unread } from "../model/state";
import { Shared, useChat } from "./context";
import { Icon } from "./icons";
import { Panel } from "./Panel";

export function App({ chat }: { chat: Chat }) {
  const [state, setState] = useState(chat.state);
  useEffect(() => {
    const show = () => setState(chat.state);
    show(); // it may have changed since it was drawn
    return chat.subscribe(show);
  }, [chat]);
  if (!state.entry) return null;
  return (
    <Shared.Provider value={{ chat, state }}>
      {state.open && <Panel />}
      <Launcher />
    </Shared.Provider>
  );
}

function Launcher() {
  const { chat, state, say } = useChat();
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(state.open);
  const count = unread(state);
  useEffect(() => {
    if (wasOpen.current && !state.open) button.current?.focus(); // where the visitor came from
    wasOpen.current = state.open;
  }, [state.open]);
  const name = state.open ? say("close") : count ? say("openUnread", { n: count }) : say("open");
  return (
    <button
      ref={button}
      type="button"
      class={`launcher ${state.open ? "is-open" : ""}`}
      aria-label={name}
      aria-expanded={state.open}
      onClick={() => (state.open ? chat.close() : chat.open())}
    >
      <Icon name={state.open ? "down" : "chat"} filled={!state.open} />
      {count > 0 && !state.open && <span class="badge">{count > 99 ? "99+" : count}</span>}
    </button>
  );
}
