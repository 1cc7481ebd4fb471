import { useEffect, useRef, useState } from "preact/hooks";
import { newId } from "../chat";
import { errorText } from "../i18n/system";
import { useChat } from "./context";

export type LeaveKind = "message" | "callback";

/** A message for later, or a wish to be called back; it stays open until the server has it. */
export function LeaveForm({ kind, onDone }: { kind: LeaveKind; onDone: () => void }) {
  const { chat, state, language, say } = useChat();
  const [text, setText] = useState("");
  const [phone, setPhone] = useState("");
  const [at, setAt] = useState("");
  const [missing, setMissing] = useState("");
  const [sent, setSent] = useState(false);
  const clientId = useRef(newId()); // the same for each attempt: it is booked once
  const form = useRef<HTMLFormElement>(null);
  const started = useRef(state.messages.length);
  const callback = kind === "callback";

  useEffect(() => form.current?.querySelector<HTMLElement>("input, textarea")?.focus(), []);
  useEffect(() => {
    const saved = state.messages
      .slice(started.current)
      .some((m) => m.key === "message_saved" || m.key === "callback_saved");
    if (saved) onDone();
  }, [state.messages, onDone]);
  useEffect(() => {
    if (state.notice) setSent(false);
  }, [state.notice]);

  const submit = (event: Event) => {
    event.preventDefault();
    const lacking = callback ? !phone.trim() : !text.trim();
    setMissing(lacking ? say(callback ? "needPhone" : "needText") : "");
    if (lacking) return;
    chat.dispatch({ kind: "notice", notice: null });
    const when = callback && at ? new Date(at).toISOString() : null;
    const told = chat.leaveMessage(
      clientId.current,
      text.trim(),
      callback ? phone.trim() : "",
      when,
    );
    if (told) setSent(true);
    else setMissing(errorText(language, "offline", {}));
  };
  const problem =
    missing || (state.notice && errorText(language, state.notice.code, state.notice.values)) || "";
  return (
    <form class="leave" ref={form} onSubmit={submit} noValidate>
      <h3>{say(callback ? "callMe" : "leaveMessage")}</h3>
      {callback && (
        <>
          <label>
            {say("yourPhone")}
            <input
              type="tel"
              autocomplete="tel"
              value={phone}
              aria-invalid={Boolean(problem)}
              onInput={(event) => setPhone(event.currentTarget.value)}
            />
          </label>
          <label>
            {say("callWhen")}
            <input
              type="datetime-local"
              value={at}
              onInput={(event) => setAt(event.currentTarget.value)}
            />
          </label>
        </>
      )}
      <label>
        {say(callback ? "topicOf" : "yourMessage")}
        <textarea
          rows={callback ? 3 : 6}
          maxLength={state.entry?.limits.text_chars}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
      <p class="ways">
        <button type="submit" class="primary" disabled={sent}>
          {say("submit")}
        </button>
        <button
          type="button"
          onClick={() => {
            chat.dispatch({ kind: "notice", notice: null });
            onDone();
          }}
        >
          {say("cancel")}
        </button>
      </p>
    </form>
  );
}
