import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import i18next, { setLanguage, texts } from "../../../i18n";
import { says } from "../BuiltInPrompts";
import { SoundState } from "./PromptForm";
import { isUnderWay, type PromptSound } from "./usePromptSounds";

const sound = (changes: Partial<PromptSound>): PromptSound => ({
  language: "zh-CN",
  uploaded: false,
  state: "ready",
  code: null,
  tried_again: false,
  ...changes,
});

afterEach(cleanup);

describe("the sound of a prompt", () => {
  it.each([
    [sound({ state: "making" }), "settings.prompt.state.making_text"],
    [sound({}), "settings.prompt.state.ready_text"],
    [sound({ state: "making", uploaded: true }), "settings.prompt.state.making_upload"],
    [sound({ uploaded: true }), "settings.prompt.state.ready_upload"],
  ])("says how far it is: %o", (told, key) => {
    setLanguage("en-US");
    render(<SoundState told={told} />);
    expect(screen.getByRole("status").textContent).toContain(i18next.t(key));
  });

  it.each(["zh-CN", "en-US"] as const)("says in %s why it failed and what to do", (language) => {
    setLanguage(language);
    const failed = sound({ state: "failed", code: "audio_silent", uploaded: true });
    render(<SoundState told={failed} />);
    const told = screen.getByRole("alert").textContent;
    expect(told).toContain(i18next.t("settings.prompt.failed.audio_silent"));
    expect(told).not.toContain(i18next.t("settings.prompt.state.tried_again"));
  });

  it("of which nobody knows why it failed points to the log", () => {
    setLanguage("en-US");
    render(<SoundState told={sound({ state: "failed", code: "new_code", tried_again: true })} />);
    const told = screen.getByRole("alert").textContent;
    expect(told).toContain(i18next.t("settings.prompt.failed.unknown"));
    expect(told).toContain(i18next.t("settings.prompt.state.tried_again"));
  });

  it("is asked for again only while something will change by itself", () => {
    expect(
      [sound({ state: "making" }), sound({ state: "failed", tried_again: true })].every(isUnderWay),
    ).toBe(true);
    expect([sound({}), sound({ state: "failed" })].some(isUnderWay)).toBe(false);
  });
});

it("built-in prompts are found by key and by what they say in either language", () => {
  const row = {
    key: "queue_full",
    texts: { "zh-CN": "线路繁忙", "en-US": "Too many callers" },
    durations_s: {},
    unit: false,
  };
  expect(["QUEUE", "繁忙", "callers ", ""].every((text) => says(row, text))).toBe(true);
  expect(says(row, "goodbye")).toBe(false);
  expect(texts("zh-CN")).toHaveProperty("settings.prompt.built_in");
});
