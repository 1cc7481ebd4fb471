// <script src="https://host/widget.js" data-entry="…" async></script>: all a page needs.

import { Chat } from "./chat";
import { mount } from "./element";
import { hostStorage } from "./host/storage";
import { chosenLanguage } from "./i18n/words";
import { Problem } from "./net/client";

export interface ParleyApi {
  open(): void;
  close(): void;
  /** A token signed by the site's server; null when its customer signs out. */
  identify(token: string | null): void;
  /** What the visitor looks at; null: what the script tag says. */
  setContext(context: Record<string, unknown> | null): void;
}

declare global {
  interface Window {
    Parley?: ParleyApi;
  }
}

const AGAIN_MS = [2_000, 10_000, 60_000];

function ownScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement) return current;
  return document.querySelector<HTMLScriptElement>("script[data-entry][src*='widget.js']");
}

function start(): void {
  const script = ownScript();
  const entry = script?.dataset.entry;
  if (!script || !entry) {
    console.error("Parley: the script tag needs data-entry.");
    return;
  }
  if (window.Parley) return; // included twice
  const base = new URL(script.src, location.href).origin;
  const chat = new Chat({
    base,
    entry,
    script,
    language: chosenLanguage(script.dataset.lang),
    storage: hostStorage(`parley.${entry}.`),
    identity: script.dataset.identity || null,
  });
  window.Parley = {
    open: () => chat.open(),
    close: () => chat.close(),
    identify: (token) => chat.identify(token),
    setContext: (context) => chat.setContext(context),
  };
  whenReady(() => begin(chat, script, 0));
}

function begin(chat: Chat, script: HTMLElement, attempt: number): void {
  chat.begin().then(
    () => mount(chat, script),
    (error: unknown) => {
      const problem = error instanceof Problem ? error : null;
      const wait = AGAIN_MS[attempt];
      const later = problem === null || problem.status === 0 || problem.status >= 429;
      console.warn(`Parley: the chat did not start (${problem?.code ?? String(error)}).`);
      if (later && wait) setTimeout(() => begin(chat, script, attempt + 1), wait);
    },
  );
}

function whenReady(act: () => void): void {
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", act, { once: true });
  else act();
}

start();
