import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { afterEach, expect, it, vi } from "vitest";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import { queryClient } from "../../api/query";
import { setLanguage } from "../../i18n";
import type { Work } from "../../live/protocol";
import { CallbackForm } from "./Callback";

const work = {
  id: "int_1",
  queue: "que_1",
  customer: { id: "cus_1", name: "王晓燕" },
  call: { number: "+8613800138000" },
} as unknown as Work;

function show(onClose = vi.fn()) {
  render(
    <QueryClientProvider client={queryClient}>
      <App>
        <CallbackForm work={work} onClose={onClose} />
      </App>
    </QueryClientProvider>,
  );
  return onClose;
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

interface Words {
  number: string;
  note: string;
  when: string;
  mine: string;
  go: RegExp;
}

const ZH: Words = {
  number: "号码",
  note: "给回呼人员的备注",
  when: "回呼时间（公司所在时区）",
  mine: "由我来回呼",
  go: /^预约/,
};
const EN: Words = {
  number: "Number",
  note: "Note for whoever calls",
  when: "When (the company's time)",
  mine: "I will make the call",
  go: /^Book the callback/,
};

it.each([
  ["zh-CN", ZH],
  ["en-US", EN],
] as const)(
  "a callback is booked with a number, a time and a note (%s)",
  async (language, words) => {
    setLanguage(language);
    const { number, note, when, mine, go } = words;
    const post = vi.spyOn(api, "post").mockResolvedValue({ interaction_id: "int_2" });
    const closed = show();
    expect(screen.getByLabelText<HTMLInputElement>(number).value).toBe("+8613800138000");
    expect(screen.getByLabelText(when)).toBeTruthy();
    fireEvent.change(screen.getByLabelText(number), { target: { value: " 021 6888 0000 " } });
    fireEvent.change(screen.getByLabelText(note), { target: { value: "pump" } });
    fireEvent.click(screen.getByLabelText(mine));
    fireEvent.click(screen.getByRole("button", { name: go }));
    await waitFor(() => expect(closed).toHaveBeenCalled());
    const [path, body] = post.mock.calls[0] as [string, Record<string, string>];
    expect(path).toBe("/interactions/int_1/callback");
    expect(body).toMatchObject({
      number: "021 6888 0000",
      queue: "que_1",
      note: "pump",
      owned: true,
    });
    expect(Date.parse(body.at as string)).toBeGreaterThan(Date.now());
  },
);

it("what is wrong with the time is said at the time", async () => {
  setLanguage("en-US");
  const errors = [{ field: "at", code: "in_the_past", values: {} }];
  const problem = new Problem(422, "validation", {}, false, errors);
  vi.spyOn(api, "post").mockRejectedValue(problem);
  const closed = show();
  fireEvent.click(screen.getByRole("button", { name: /^Book the callback/ }));
  expect(await screen.findByText("It must lie in the future")).toBeTruthy();
  expect(closed).not.toHaveBeenCalled();
});

it("trying again after a lost answer is the same booking, and another once it was changed", async () => {
  setLanguage("en-US");
  const post = vi.spyOn(api, "post").mockRejectedValue(new Problem(0, "offline", {}, true));
  show();
  const go = () => fireEvent.click(screen.getByRole("button", { name: /^Book the callback/ }));
  const sent = () => post.mock.calls.map(([, body]) => (body as { client_id: string }).client_id);
  go();
  await waitFor(() => expect(sent()).toHaveLength(1));
  await screen.findByRole("alert");
  go();
  await waitFor(() => expect(sent()).toHaveLength(2));
  expect(sent()[0]).toBeTruthy();
  expect(sent()[1]).toBe(sent()[0]);
  fireEvent.change(screen.getByLabelText("Number"), { target: { value: "021 6888 0000" } });
  go();
  await waitFor(() => expect(sent()).toHaveLength(3));
  expect(sent()[2]).not.toBe(sent()[0]);
});
