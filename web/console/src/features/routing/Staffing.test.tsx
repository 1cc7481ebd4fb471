import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, it } from "vitest";
import i18next, { setLanguage } from "../../i18n";
import type { Trial } from "./model";
import { type Counts, changed, Staffing } from "./Staffing";

const agent = (id: string, name: string): Trial["agents"][number] => ({
  id,
  names: { "zh-CN": name, "en-US": name },
  figures: {},
});

let told: Counts;

function Trying({ agents, from = {} }: { agents: Trial["agents"]; from?: Counts }) {
  const [counts, setCounts] = useState<Counts>(from);
  told = counts;
  return <Staffing agents={agents} counts={counts} onChange={setCounts} />;
}

const input = (name: string) => screen.getByLabelText<HTMLInputElement>(name);

function type(name: string, text: string) {
  fireEvent.change(input(name), { target: { value: text } });
  fireEvent.blur(input(name));
}

afterEach(cleanup);

it.each(["zh-CN", "en-US"] as const)("who was there is there once more, in %s", (language) => {
  setLanguage(language);
  render(<Trying agents={[agent("ann", "Ann"), agent("bob", "Bob")]} />);
  expect(screen.getByText(i18next.t("routing.try.staffing"))).toBeTruthy();
  expect([input("Ann").value, input("Bob").value]).toEqual(["1", "1"]);
  expect(changed(told)).toEqual([]);
});

it("asks the server only for those who are to be more, fewer or absent", () => {
  render(<Trying agents={[agent("ann", "Ann"), agent("bob", "Bob"), agent("cat", "Cat")]} />);
  type("Ann", "3");
  type("Bob", "0");
  type("Cat", "2");
  type("Cat", "1");
  expect(changed(told)).toEqual([
    { agent_id: "ann", count: 3 },
    { agent_id: "bob", count: 0 },
  ]);
});

it("takes nobody for as it was, and never more than ten or fewer than none", () => {
  render(<Trying agents={[agent("ann", "Ann")]} from={{ ann: 4 }} />);
  type("Ann", "");
  expect(changed(told)).toEqual([]);
  type("Ann", "99");
  expect(input("Ann").value).toBe("10");
  type("Ann", "-3");
  expect(input("Ann").value).toBe("0");
});

it("keeps whoever was taken away changeable, and does not ask about added colleagues", () => {
  render(<Trying agents={[agent("bob", "Bob"), agent("bob+1", "Bob +1")]} from={{ ann: 0 }} />);
  expect(screen.queryByLabelText("Bob +1")).toBeNull();
  type("ann", "1");
  expect(changed(told)).toEqual([]);
});

it("shows nothing before a day was tried", () => {
  const { container } = render(<Trying agents={[]} />);
  expect(container.textContent).toBe("");
});
