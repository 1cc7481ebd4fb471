// <parley-chat>: a shadow root with a constructed style sheet, so that neither the page's styles nor
// its content policy reach inside, and nothing of ours leaks out.

import { render } from "preact";
import type { Chat } from "./chat";
import { App } from "./view/App";
import { onColour, readableOn } from "./view/colour";
import frame from "./view/frame.css?inline";
import talk from "./view/talk.css?inline";

const PAPER = { light: "#ffffff", dark: "#1b1f27" };

export function mount(chat: Chat, script: HTMLElement | null): HTMLElement {
  const host = document.createElement("parley-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(talk + frame);
  root.adoptedStyleSheets = [sheet];
  host.lang = chat.options.language;
  const place = () => paint(host, chat, script);
  place();
  chat.subscribe(place);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", place);
  document.body.append(host);
  render(<App chat={chat} />, root);
  return host;
}

function paint(host: HTMLElement, chat: Chat, script: HTMLElement | null): void {
  const { theme = "light", position = "right" } = script?.dataset ?? {};
  const dark =
    theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  const main = chat.state.entry?.colour ?? "#1f5eff";
  const accent = chat.state.entry?.accent ?? main;
  const paper = dark ? PAPER.dark : PAPER.light;
  const colours = {
    "--main": main,
    "--on-main": onColour(main),
    "--mine": accent,
    "--on-mine": onColour(accent),
    "--link": readableOn(paper, main),
  };
  for (const [name, value] of Object.entries(colours)) {
    if (host.style.getPropertyValue(name) !== value) host.style.setProperty(name, value);
  }
  host.dataset.theme = dark ? "dark" : "light";
  host.dataset.side = position === "left" ? "left" : "right";
}
