import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import i18next, { setLanguage } from "../../../i18n";
import type { Catalogue } from "../catalogue";
import type { Draft } from "../draft";
import { newQueue, type QueueBody } from "../model";
import { QueueCalls } from "./QueueCalls";

afterEach(cleanup);

it.each(["zh-CN", "en-US"] as const)(
  "answering machines are looked for if asked (%s)",
  (language) => {
    setLanguage(language);
    const set = vi.fn();
    const draft = { body: newQueue, set, problems: {} } as unknown as Draft<QueueBody>;
    render(<QueueCalls draft={draft} all={{} as Catalogue} id={null} />);
    const box = screen.getByLabelText(i18next.t("settings.queue.callback_amd"));
    expect(box.getAttribute("aria-checked")).toBe("false");
    expect(screen.getByText(i18next.t("settings.queue.callback_amd_help"))).toBeTruthy();
    fireEvent.click(box);
    expect(set).toHaveBeenCalledWith({ callback_amd: true });
  },
);
