import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { moment } from "../i18n/format";
import { textIn } from "../i18n/texts";
import { lastSeq } from "../model/state";
import type { Message } from "../model/types";
import { Bubble, PendingBubble } from "./Bubble";
import { useChat } from "./context";
import { Icon } from "./icons";

const APART_MS = 5 * 60_000; // a time is shown when nobody wrote for so long
const NEAR_PX = 80; // whoever is this near the end wants to stay there

export function Log({ children }: { children: ComponentChildren }) {
  const { chat, state, language, say } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const inside = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  const height = useRef(0);
  const top = useRef(0);
  const [behind, setBehind] = useState(false);
  const last = lastSeq(state);
  const first = state.messages[0]?.seq;

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each new message
  useEffect(() => {
    if (!near.current) setBehind(true);
  }, [last]);

  useEffect(() => {
    const follow = new ResizeObserver(() => {
      const log = box.current; // a picture was loaded, a card unfolded: the end stays in view
      if (log && near.current) log.scrollTop = log.scrollHeight;
      if (log) height.current = log.scrollHeight;
    });
    for (const each of [box.current, inside.current]) if (each) follow.observe(each);
    return () => follow.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when older messages came on top
  useLayoutEffect(() => {
    const log = box.current; // what is being read stays in place
    if (log && !near.current) log.scrollTop += log.scrollHeight - height.current;
    if (log) height.current = log.scrollHeight;
  }, [first]);

  const toEnd = () => {
    near.current = true;
    setBehind(false);
    box.current?.scrollTo({ top: box.current.scrollHeight });
  };
  const greeting = textIn(state.entry?.texts.greeting, language);
  const typing = state.typingUntil > 0;
  return (
    <div class="log-box">
      <div
        ref={box}
        class="log"
        role="log"
        aria-live="polite"
        aria-label={say("log")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
        tabIndex={0}
        onScroll={() => {
          const log = box.current;
          if (!log) return;
          const below = log.scrollHeight - log.scrollTop - log.clientHeight;
          // only who scrolled up reads above: the end may also have moved on by itself
          if (below < NEAR_PX) near.current = true;
          else if (log.scrollTop < top.current) near.current = false;
          top.current = log.scrollTop;
          if (near.current) setBehind(false);
        }}
      >
        <div ref={inside} class="log-in">
          {state.historyBefore !== null && (
            <button type="button" class="link earlier" onClick={() => void chat.earlier()}>
              {say("earlier")}
            </button>
          )}
          {greeting && state.historyBefore === null && <p class="bubble from-agent">{greeting}</p>}
          <Messages messages={state.messages} />
          {state.pending.map((pending) => (
            <PendingBubble key={pending.clientId} pending={pending} />
          ))}
          <Topics />
          {children}
          {typing && (
            <p class="typing">
              <span class="hidden">
                {state.visitor.agent?.name ?? say("agent")} {say("typing")}
              </span>
              <i />
              <i />
              <i />
            </p>
          )}
        </div>
      </div>
      {behind && (
        <button type="button" class="to-end" onClick={toEnd}>
          <Icon name="down" /> {say("newMessages")}
        </button>
      )}
    </div>
  );
}

function Messages({ messages }: { messages: Message[] }) {
  const { language } = useChat();
  const now = useMinute();
  return (
    <>
      {messages.map((message, place) => {
        const before = messages[place - 1];
        const at = new Date(message.at);
        const apart = !before || at.getTime() - Date.parse(before.at) > APART_MS;
        const same =
          !apart && before?.sender === message.sender && before.agent_name === message.agent_name;
        return [
          apart && (
            <time key={`${message.id}-at`} class="time" dateTime={message.at}>
              {moment(at, now, language)}
            </time>
          ),
          <Bubble key={message.id} message={message} named={!same} />,
        ];
      })}
    </>
  );
}

function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** One click to say what it is about, as long as nothing was said. */
function Topics() {
  const { chat, state, language, say } = useChat();
  const topics = state.entry?.topics ?? [];
  if (state.visitor.phase !== "idle" || state.pending.length > 0 || topics.length === 0)
    return null;
  if (!state.entry?.open || state.rate) return null;
  return (
    <fieldset class="topics">
      <legend>{say("topics")}</legend>
      {topics.map((topic) => (
        <button
          key={topic.key}
          type="button"
          onClick={() => chat.send(textIn(topic.names, language), topic.key)}
        >
          {textIn(topic.names, language)}
        </button>
      ))}
    </fieldset>
  );
}
