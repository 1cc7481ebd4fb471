import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { errorText } from "../i18n/system";
import { textIn } from "../i18n/texts";
import { Composer } from "./Composer";
import { useChat } from "./context";
import { Header } from "./Header";
import { LeaveForm, type LeaveKind } from "./LeaveForm";
import { Log } from "./Log";
import { RateCard } from "./RateCard";
import { AwayCard, WaitCard } from "./WaitCard";

export function Panel() {
  const { chat, state, language, say } = useChat();
  const [leaving, setLeaving] = useState<LeaveKind | null>(null);
  const [dropping, setDropping] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const stay = useCallback(() => setLeaving(null), []);
  useEffect(() => {
    box.current?.querySelector<HTMLElement>(fullScreen() ? ".panel-close" : "textarea")?.focus();
    return lockPage();
  }, []);
  const away = state.visitor.phase === "away";
  const closed = !state.entry?.open && state.visitor.phase === "idle";
  return (
    <section
      ref={box}
      class="panel"
      role="dialog"
      aria-modal={fullScreen()}
      aria-label={textIn(state.entry?.names, language) || say("title")}
      onKeyDown={(event) => onKey(event, box.current, () => chat.close())}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        chat.uploads.add(event.dataTransfer?.files ?? []);
      }}
    >
      <Header />
      <LineBanner />
      {leaving ? (
        <LeaveForm kind={leaving} onDone={stay} />
      ) : (
        <>
          <Log>
            {(away || closed) && <AwayCard onLeave={setLeaving} />}
            <WaitCard onLeave={setLeaving} />
            <RateCard />
          </Log>
          {state.notice && (
            <div class="notice" role="alert">
              <span>{errorText(language, state.notice.code, state.notice.values)}</span>
              <button
                type="button"
                class="link"
                onClick={() => chat.dispatch({ kind: "notice", notice: null })}
              >
                {say("dismiss")}
              </button>
            </div>
          )}
          <Composer />
        </>
      )}
      {dropping && <div class="drop">{say("drop")}</div>}
    </section>
  );
}

function LineBanner() {
  const { state, say } = useChat();
  const [late, setLate] = useState(false);
  const broken =
    state.line === "lost" || (state.line === "connecting" && state.messages.length > 0);
  useEffect(() => {
    if (!broken) return setLate(false);
    const timer = setTimeout(() => setLate(true), 1_500); // a short reconnect is nobody's business
    return () => clearTimeout(timer);
  }, [broken]);
  const offline = !navigator.onLine;
  if (!late && !(offline && state.line !== "on"))
    return <div class="banner" role="status" hidden />;
  return (
    <div class="banner" role="status">
      {offline || state.pending.length > 0 ? say("offline") : say("reconnecting")}
    </div>
  );
}

function fullScreen(): boolean {
  return matchMedia("(max-width: 480px)").matches;
}

/** The page behind a full-screen panel stays where it was. */
function lockPage(): () => void {
  if (!fullScreen()) return () => {};
  const root = document.documentElement;
  const before = root.style.overflow;
  root.style.overflow = "hidden";
  return () => {
    root.style.overflow = before;
  };
}

function onKey(event: KeyboardEvent, box: HTMLElement | null, close: () => void): void {
  if (event.key === "Escape" && !event.defaultPrevented) {
    event.stopPropagation();
    close();
  }
  if (event.key === "Tab" && box && fullScreen()) keepFocus(event, box);
}

/** Nothing behind a full-screen panel can be reached, so Tab goes round inside. */
function keepFocus(event: KeyboardEvent, box: HTMLElement): void {
  const all = [...box.querySelectorAll<HTMLElement>("button, textarea, input, a[href]")].filter(
    (each) => !each.hasAttribute("disabled") && each.offsetParent !== null,
  );
  const [first, last] = [all[0], all.at(-1)];
  const root = box.getRootNode() as ShadowRoot;
  const edge = event.shiftKey ? first : last;
  if (root.activeElement === edge) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
