/** What is wrong with the telephone is said at the top, in one's own language. */
import { cleanup, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import "../../i18n";
import type { TrunkFigures, VoiceStatus } from "../phone/api";
import { VoiceAlarm } from "./VoiceCard";

let told: Partial<VoiceStatus> = {};
vi.mock("../phone/api", () => ({ useVoice: () => ({ data: told }) }));

const well: Partial<VoiceStatus> = { state: "on", cause: {}, cure: {}, trunks: [], warnings: [] };
const trunk = { id: "t1", name: "Carrier", registered: null, problem: null } as TrunkFigures;

beforeEach(() => i18next.changeLanguage("en-US"));
afterEach(cleanup);

it("says nothing while all is well", () => {
  told = { ...well, trunks: [trunk] };
  render(<VoiceAlarm />);
  expect(screen.queryByRole("alert")).toBeNull();
});

it.each([
  ["en-US", "calls are not recorded"],
  ["zh-CN", "通话不录音"],
])("warns of what works, and not as it should (%s)", async (language, sentence) => {
  await i18next.changeLanguage(language);
  told = { ...well, warnings: [{ "en-US": "calls are not recorded", "zh-CN": "通话不录音" }] };
  render(<VoiceAlarm />);
  expect(screen.getByRole("alert").textContent).toContain(sentence);
});

it("names the carrier that is refused, and why", () => {
  const problem = { "en-US": "its certificate expired", "zh-CN": "证书已过期" };
  told = { ...well, trunks: [{ ...trunk, problem }] };
  render(<VoiceAlarm />);
  const alarm = screen.getByRole("alert").textContent;
  expect(alarm).toContain("Carrier");
  expect(alarm).toContain("its certificate expired");
});
