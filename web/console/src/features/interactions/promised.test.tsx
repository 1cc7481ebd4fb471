import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { afterEach, expect, it, vi } from "vitest";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import { queryClient } from "../../api/query";
import { setLanguage } from "../../i18n";
import { phone } from "../../ui/format";
import { PromisedCall } from "./PromisedCall";

vi.mock("../phone/DialLink", () => ({ DialLink: (of: { number: string }) => phone(of.number) }));

const TOMORROW = new Date(Date.now() + 24 * 3_600_000).toISOString();

function show(at: string | null = TOMORROW, owner: string | null = null) {
  render(
    <QueryClientProvider client={queryClient}>
      <App>
        <PromisedCall id="int_2" callback={{ number: "+8613800138000", at, owner_name: owner }} />
      </App>
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it.each([
  ["zh-CN", "待回呼", "取消 +86 138 0013 8000 的回呼", "取消回呼", "已取消回呼"],
  [
    "en-US",
    "Callback planned",
    "Cancel the callback to +86 138 0013 8000",
    "Cancel callback",
    "The callback is cancelled",
  ],
] as const)(
  "a promised call is shown and cancelled after a question (%s)",
  async (language, title, button, yes, done) => {
    setLanguage(language);
    const post = vi.spyOn(api, "post").mockResolvedValue({});
    show();
    expect(screen.getByRole("group", { name: title }).textContent).toContain("+86 138 0013 8000");
    fireEvent.click(screen.getByRole("button", { name: button }));
    expect(post).not.toHaveBeenCalled();
    fireEvent.click(await screen.findByRole("button", { name: yes }));
    expect(await screen.findByText(done)).toBeTruthy();
    expect(post.mock.calls).toEqual([["/interactions/int_2/cancel-callback"]]);
  },
);

it("one that is being made is said to be, and is looked at again", async () => {
  setLanguage("en-US");
  vi.spyOn(api, "post").mockRejectedValue(new Problem(409, "being_called", {}, false));
  const again = vi.spyOn(queryClient, "invalidateQueries");
  show(null);
  fireEvent.click(screen.getByRole("button", { name: /^Cancel the callback/ }));
  fireEvent.click(await screen.findByRole("button", { name: "Cancel callback" }));
  expect(await screen.findByText(/already being called/)).toBeTruthy();
  await waitFor(() => expect(again).toHaveBeenCalledWith({ queryKey: ["interactions"] }));
});

it.each([
  ["zh-CN", "由 林晓 回呼"],
  ["en-US", "by 林晓"],
] as const)("who promised to call is named (%s)", (language, words) => {
  setLanguage(language);
  show(TOMORROW, "林晓");
  expect(screen.getByText(new RegExp(words))).toBeTruthy();
});
