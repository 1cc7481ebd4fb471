import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import i18next, { setLanguage } from "../../i18n";
import { Findings, worst } from "./Findings";
import type { Finding } from "./model";

const found = (severity: Finding["severity"]): Finding => ({
  code: "rule_without_effect",
  severity,
  where: "rule:vip",
  values: {},
  texts: { "zh-CN": "这条规则没有任何作用", "en-US": "The rule changes nothing" },
});

it.each([
  ["zh-CN", "这条规则没有任何作用"],
  ["en-US", "The rule changes nothing"],
] as const)("a finding is told in %s, with how bad it is in words", async (language, text) => {
  setLanguage(language);
  const { unmount } = render(<Findings findings={[found("error"), found("warning")]} />);
  expect(screen.getAllByText(text)).toHaveLength(2);
  expect(screen.getByRole("img", { name: i18next.t("routing.finding.error") })).toBeTruthy();
  expect(screen.getByRole("img", { name: i18next.t("routing.finding.warning") })).toBeTruthy();
  unmount();
});

it("one error outweighs any warnings", () => {
  expect(worst([found("warning"), found("error")])).toBe("error");
  expect(worst([found("warning")])).toBe("warning");
  expect(worst([])).toBeUndefined();
});
