import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import i18next, { setLanguage } from "../../../i18n";
import type { Catalogue } from "../catalogue";
import { bodyOf, type Draft } from "../draft";
import { type EntryPointBody, newEntryPoint } from "../model";
import { EntryPointForm } from "./EntryPointForm";

vi.setConfig({ testTimeout: 20_000 });
afterEach(cleanup);

it.each(["zh-CN", "en-US"] as const)(
  "the title, the accent, the country and the blocked networks can be set (%s)",
  (language) => {
    setLanguage(language);
    const set = vi.fn();
    const body = { ...newEntryPoint, blocked_networks: ["203.0.113.0/24"] };
    const draft = { body, set, problems: {} } as unknown as Draft<EntryPointBody>;
    const all = { queues: [] } as unknown as Catalogue;
    render(<EntryPointForm draft={draft} all={all} id={null} />);
    const type = (key: string, value: string, suffix = "") => {
      const label = i18next.t(`settings.entry_point.${key}`) + suffix;
      fireEvent.change(screen.getByLabelText(label, { selector: "input" }), { target: { value } });
    };
    type("names", "Shop", ` (${i18next.t("settings.language.en-US")})`);
    type("accent", "#aa0000");
    type("country", "cn");
    expect(set.mock.calls.map(([changes]) => changes)).toEqual([
      { names: { "en-US": "Shop" } },
      { accent: "#aa0000" },
      { country: "CN" },
    ]);
    expect(screen.getByText("203.0.113.0/24")).toBeTruthy();
  },
);

it("a stored accent is part of what is saved again", () => {
  expect(bodyOf({ ...newEntryPoint, accent: "#aa0000" }, newEntryPoint).accent).toBe("#aa0000");
});
