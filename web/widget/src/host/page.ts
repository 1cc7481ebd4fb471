// The page the visitor is on, followed as the site navigates, also without reloading.

import type { Page } from "../model/types";

export class PageWatch {
  private last = "";
  private override: Record<string, unknown> | null = null;

  /** `told` hears of each page that differs from the one before, also of the first. */
  constructor(
    private readonly script: HTMLElement | null,
    private readonly told: (page: Page) => void,
  ) {}

  start(): void {
    const look = () => setTimeout(() => this.look(), 0); // the site sets its title first
    addEventListener("popstate", look);
    addEventListener("hashchange", look);
    follow("pushState", look);
    follow("replaceState", look);
    if (this.script) {
      new MutationObserver(look).observe(this.script, { attributeFilter: ["data-context"] });
    }
    const title = document.querySelector("title");
    if (title) new MutationObserver(look).observe(title, { childList: true, characterData: true });
    this.look();
  }

  /** Set by the site's own code; null: what the script tag says. */
  setContext(context: Record<string, unknown> | null): void {
    this.override = context;
    this.look();
  }

  current(): Page {
    return {
      url: location.href,
      title: document.title.replace(/^\(\d+\)\s?/, ""), // without our own unread count
      context: this.override ?? readContext(this.script?.dataset.context),
    };
  }

  private look(): void {
    const page = this.current();
    const seen = JSON.stringify(page);
    if (seen === this.last) return;
    this.last = seen;
    this.told(page);
  }
}

export function readContext(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    console.warn("Parley: data-context is not valid JSON and is ignored.");
    return {};
  }
}

function follow(name: "pushState" | "replaceState", told: () => void): void {
  const original = history[name].bind(history);
  history[name] = (...args: Parameters<History["pushState"]>) => {
    original(...args);
    told();
  };
}
