import { useState } from "preact/hooks";
import { clock } from "../i18n/format";
import { bytes, errorText, systemText } from "../i18n/system";
import type { FileInfo, Message, Pending } from "../model/types";
import { useChat } from "./context";
import { Icon, type IconName } from "./icons";

export function Bubble({ message, named }: { message: Message; named: boolean }) {
  const { state, language, say } = useChat();
  if (message.sender === "system") {
    const text = message.key ? systemText(language, message.key, message.values) : message.text;
    return <p class="system">{text}</p>;
  }
  const mine = message.sender === "customer";
  const who = mine ? say("you") : (message.agent_name ?? say("agent"));
  return (
    <div class={`said ${mine ? "is-mine" : ""}`}>
      {named && !mine && <span class="who">{who}</span>}
      <div class={`bubble ${mine ? "from-me" : "from-agent"}`}>
        <span class="hidden">{who}: </span>
        {message.text && <Text text={message.text} />}
        {message.attachments.map((file) => (
          <Attached key={file.id} file={file} />
        ))}
      </div>
      <span class="meta">
        {clock(new Date(message.at), language)}
        {mine && <Tick message={message} readTo={state.readTo} deliveredTo={state.deliveredTo} />}
      </span>
    </div>
  );
}

function Tick(props: { message: Message; readTo: number; deliveredTo: number }) {
  const { say } = useChat();
  const { seq } = props.message;
  if (seq <= props.readTo) return <State icon="ticks" text={say("read")} strong />;
  return seq <= props.deliveredTo ? (
    <State icon="ticks" text={say("delivered")} />
  ) : (
    <State icon="tick" text={say("sent")} />
  );
}

function State({ icon, text, strong = false }: { icon: IconName; text: string; strong?: boolean }) {
  return (
    <span class={`tick ${strong ? "is-read" : ""}`} title={text}>
      <Icon name={icon} />
      <span class="hidden">{text}</span>
    </span>
  );
}

/** Not confirmed by the server yet: kept here, sent by itself when it can be. */
export function PendingBubble({ pending }: { pending: Pending }) {
  const { chat, state, language, say } = useChat();
  const waits = state.line !== "on";
  return (
    <div class="said is-mine">
      <div class={`bubble from-me ${pending.failed ? "is-failed" : "is-pending"}`}>
        {pending.text && <Text text={pending.text} />}
        {pending.files.map((file) => (
          <Attached key={file.id} file={file} />
        ))}
      </div>
      {pending.failed ? (
        <span class="meta is-failed" role="alert">
          <Icon name="alert" /> {say("notSent")}: {errorText(language, pending.failed, {})}
          <button type="button" class="link" onClick={() => chat.tryAgain(pending.clientId)}>
            {say("tryAgain")}
          </button>
          <button type="button" class="link" onClick={() => chat.discard(pending.clientId)}>
            {say("discard")}
          </button>
        </span>
      ) : (
        <span class="meta">
          <State
            icon={pending.acked ? "tick" : "clock"}
            text={say(pending.acked ? "sent" : "sending")}
          />
          {waits && say("waitsForNet")}
        </span>
      )}
    </div>
  );
}

const LINK = /(https?:\/\/[^\s<>"',。;!?()]+)/;

function Text({ text }: { text: string }) {
  return (
    <span class="text">
      {text.split(LINK).map((part, place) =>
        place % 2 ? (
          <a
            key={part + String(place)}
            href={part}
            target="_blank"
            rel="noopener noreferrer nofollow"
          >
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </span>
  );
}

function Attached({ file }: { file: FileInfo }) {
  const { chat, say } = useChat();
  const [broken, setBroken] = useState(false); // the page's policy may forbid foreign pictures
  const url = chat.fileUrl(file.url);
  if (file.media_type.startsWith("image/") && !broken) {
    return (
      <a class="picture" href={url} target="_blank" rel="noopener">
        <img
          src={url}
          alt={say("image", { name: file.name })}
          loading="lazy"
          onError={() => setBroken(true)}
        />
      </a>
    );
  }
  return (
    <a class="file" href={url} target="_blank" rel="noopener" download={file.name}>
      <Icon name="file" />
      <span>{file.name}</span>
      <small>{bytes(file.size)}</small>
    </a>
  );
}
