import { useEffect, useRef, useState } from "preact/hooks";
import { duration, opening } from "../i18n/format";
import { textIn } from "../i18n/texts";
import { useChat } from "./context";
import { Icon } from "./icons";

export function Header() {
  const { chat, state, language, say } = useChat();
  const logo = state.entry?.logo;
  return (
    <div class="head">
      {logo && <img class="logo" src={chat.fileUrl(logo)} alt="" />}
      <div class="head-text">
        <h2>{textIn(state.entry?.names, language) || say("title")}</h2>
        <p>{useStatus()}</p>
      </div>
      <Menu />
      <button
        type="button"
        class="icon-button panel-close"
        aria-label={say("close")}
        onClick={() => chat.close()}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Who is there, in one line; how soon they answer is measured, not claimed. */
function useStatus(): string {
  const { state, language, say } = useChat();
  const { visitor, entry } = state;
  if (visitor.agent) return say("connectedTo", { agent: visitor.agent.name });
  if (visitor.position !== null) return say("waiting");
  if (entry && !entry.open) {
    if (!entry.opens_at) return say("closedNow");
    return say("opensAt", { time: opening(new Date(entry.opens_at), new Date(), language) });
  }
  const usual = entry?.usual_reply_s;
  if (usual === null || usual === undefined) return say("online");
  return say("usualReply", { time: duration(usual, language) });
}

function Menu() {
  const { chat, state, say } = useChat();
  const [open, setOpen] = useState(false);
  const [sure, setSure] = useState(false);
  const [sound, setSound] = useState(chat.soundOn());
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return setSure(false);
    box.current?.querySelector<HTMLElement>("[role=menu] button")?.focus();
  }, [open]);
  const talking = ["away", "queued", "offered", "connected"].includes(state.visitor.phase);
  const close = (act: () => void) => () => {
    setOpen(false);
    act();
    box.current?.querySelector<HTMLElement>("button")?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of its buttons pass through here
    <div
      class="menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key === "Escape" && open) {
          event.preventDefault();
          close(() => {})();
        }
        if (event.key.startsWith("Arrow")) step(event, box.current);
      }}
      onFocusOut={(event) => {
        if (!box.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <button
        type="button"
        class="icon-button"
        aria-label={say("menu")}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" />
      </button>
      {open && (
        <div class="menu-list" role="menu">
          <button
            type="button"
            role="menuitem"
            onClick={close(() => {
              chat.setSound(!sound);
              setSound(!sound);
            })}
          >
            {say(sound ? "soundOff" : "soundOn")}
          </button>
          {state.messages.length > 0 && (
            <button type="button" role="menuitem" onClick={close(() => void chat.transcript())}>
              {say("transcript")}
            </button>
          )}
          {talking && (
            <button
              type="button"
              role="menuitem"
              onClick={sure ? close(() => chat.end()) : () => setSure(true)}
            >
              {say(sure ? "endSure" : "end")} {sure && <b>{say("yes")}</b>}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function step(event: KeyboardEvent, box: HTMLElement | null): void {
  const items = [...(box?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
  const root = box?.getRootNode() as ShadowRoot | undefined;
  const at = items.indexOf(root?.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  const by = event.key === "ArrowDown" ? 1 : -1;
  items[(at + by + items.length) % items.length]?.focus();
}
