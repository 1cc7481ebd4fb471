import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { errorText } from "../i18n/system";
import { useChat } from "./context";
import { Emoji } from "./Emoji";
import { Icon } from "./icons";

const MAX_HEIGHT_PX = 120;

export function Composer() {
  const { chat, state, say } = useChat();
  const text = state.draft;
  const setText = (draft: string) => chat.dispatch({ kind: "draft", text: draft });
  const [picking, setPicking] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const limits = state.entry?.limits;
  const uploading = chat.uploads.busy();
  const stored = state.uploads.some((upload) => upload.file);
  const ready = (text.trim() !== "" || stored) && !uploading;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the field grows with its text
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [text]);

  const send = () => {
    if (!ready) return;
    chat.send(text);
    setText("");
    setPicking(false);
    field.current?.focus();
  };
  const insert = (emoji: string) => {
    const area = field.current;
    const [from, to] = [area?.selectionStart ?? text.length, area?.selectionEnd ?? text.length];
    setText(text.slice(0, from) + emoji + text.slice(to));
    setPicking(false);
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + emoji.length, from + emoji.length);
    });
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Files />
      {picking && (
        <Emoji
          onPick={insert}
          onClose={() => {
            setPicking(false);
            field.current?.focus();
          }}
        />
      )}
      <textarea
        ref={field}
        rows={1}
        value={text}
        maxLength={limits?.text_chars}
        placeholder={say("write")}
        aria-label={say("write")}
        onInput={(event) => {
          setText(event.currentTarget.value);
          chat.typing(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          const plain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
          if (event.key === "Enter" && plain && !event.isComposing) {
            event.preventDefault();
            send();
          }
        }}
        onPaste={(event) => {
          const files = event.clipboardData?.files;
          if (!files?.length) return;
          event.preventDefault();
          chat.uploads.add(files);
        }}
      />
      <div class="tools">
        <button
          type="button"
          class="icon-button"
          aria-label={say("emoji")}
          aria-expanded={picking}
          onClick={() => setPicking(!picking)}
        >
          <Icon name="smile" />
        </button>
        {limits && limits.file_types.length > 0 && (
          <button
            type="button"
            class="icon-button"
            aria-label={say("attach")}
            onClick={() => picker.current?.click()}
          >
            <Icon name="clip" />
          </button>
        )}
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          accept={limits?.file_types.join(",")}
          onChange={(event) => {
            chat.uploads.add(event.currentTarget.files ?? []);
            event.currentTarget.value = "";
          }}
        />
        <button type="submit" class="icon-button send" aria-label={say("send")} disabled={!ready}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

function Files() {
  const { chat, state, language, say } = useChat();
  if (state.uploads.length === 0) return null;
  return (
    <ul class="uploads">
      {state.uploads.map((upload) => (
        <li key={upload.id} class={upload.failed ? "is-failed" : ""}>
          <span class="upload-name">{upload.name}</span>
          {upload.failed && (
            <span role="alert">
              {errorText(language, upload.failed.code, upload.failed.values)}
            </span>
          )}
          {!upload.failed && !upload.file && (
            <progress
              value={upload.progress}
              max={1}
              aria-label={say("uploading", { name: upload.name })}
            />
          )}
          <button
            type="button"
            class="icon-button small"
            aria-label={say("remove", { name: upload.name })}
            onClick={() => chat.uploads.remove(upload.id)}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}
