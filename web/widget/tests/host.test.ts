import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PageWatch, readContext } from "../src/host/page";
import { hostStorage } from "../src/host/storage";
import { duration, opening } from "../src/i18n/format";
import { bytes, errorText, systemText } from "../src/i18n/system";
import { chosenLanguage, WORDS } from "../src/i18n/words";
import type { Page } from "../src/model/types";
import { contrast, onColour, readableOn } from "../src/view/colour";

const SYSTEM_KEYS = [
  "queued",
  "connected",
  "transferred",
  "closed_hours",
  "queue_full",
  "waited_too_long",
  "agent_left",
  "ended_by_agent",
  "ended_by_customer",
  "ended_inactive",
  "message_saved",
  "callback_saved",
];

afterEach(() => vi.restoreAllMocks());

describe("the page", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    history.replaceState(null, "", "/list");
    document.title = "List";
  });
  afterEach(() => vi.useRealTimers());

  it("is followed through the history API, and told once for each change", async () => {
    const script = document.createElement("script");
    script.dataset.context = '{"sku":"A"}';
    const pages: Page[] = [];
    new PageWatch(script, (page) => pages.push(page)).start();
    history.pushState(null, "", "/p/1");
    document.title = "One";
    script.dataset.context = '{"sku":"B"}';
    await vi.advanceTimersByTimeAsync(10);
    history.replaceState(null, "", "/p/1");
    await vi.advanceTimersByTimeAsync(10);
    expect(pages.map((page) => [new URL(page.url).pathname, page.title, page.context])).toEqual([
      ["/list", "List", { sku: "A" }],
      ["/p/1", "One", { sku: "B" }],
    ]);
  });

  it("is told as the site's own code says, without our unread count", () => {
    document.title = "(3) List";
    const pages: Page[] = [];
    const watch = new PageWatch(null, (page) => pages.push(page));
    watch.setContext({ order: "2026" });
    expect(pages[0]).toMatchObject({ title: "List", context: { order: "2026" } });
  });

  it("with a context that is no JSON object has none", () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    expect([readContext("{"), readContext("[1]"), readContext(undefined)]).toEqual([{}, {}, {}]);
  });
});

describe("storage", () => {
  it("works in memory where the browser forbids it", () => {
    vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
      throw new DOMException("denied");
    });
    const storage = hostStorage("p.");
    storage.set("out.1", "x");
    expect([storage.get("out.1"), storage.keys("out.")]).toEqual(["x", ["out.1"]]);
    storage.remove("out.1");
    expect(storage.get("out.1")).toBeNull();
  });
});

describe("words", () => {
  it("exist in both languages for everything the server may say", () => {
    expect(Object.keys(WORDS["en-US"])).toEqual(Object.keys(WORDS["zh-CN"]));
    for (const language of ["zh-CN", "en-US"] as const) {
      for (const key of SYSTEM_KEYS) {
        expect(systemText(language, key, {}), `${language} ${key}`).not.toBe(key);
      }
    }
    expect(systemText("zh-CN", "connected", { agent: "林晓" })).toBe("林晓 为您服务");
  });

  it("follow the tag, then the page, then the browser", () => {
    expect(chosenLanguage("en")).toBe("en-US");
    document.documentElement.lang = "zh-Hans";
    expect(chosenLanguage(undefined)).toBe("zh-CN");
    document.documentElement.lang = "";
  });

  it("tell durations, sizes and openings as people do", () => {
    expect(duration(12, "zh-CN")).toBe("15 秒");
    expect(duration(190, "en-US")).toBe("3 min");
    expect(bytes(10 * 1024 * 1024)).toBe("10 MB");
    expect(errorText("en-US", "file_too_large", { limit: 65536 })).toBe(
      "Files may have at most 64 kB",
    );
    const friday = new Date(2026, 10, 20, 20, 0);
    expect(opening(new Date(2026, 10, 23, 9, 0), friday, "en-US")).toBe("Monday 09:00");
  });
});

describe("colours", () => {
  it("stay readable whatever brand is chosen", () => {
    for (let value = 0; value < 0xffffff; value += 0x0f1e3d) {
      const brand = `#${value.toString(16).padStart(6, "0")}`;
      expect(contrast(onColour(brand), brand), brand).toBeGreaterThanOrEqual(4.5);
      for (const paper of ["#ffffff", "#1b1f27"]) {
        expect(contrast(readableOn(paper, brand), paper), brand).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
