import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Problem } from "../../api/problem";
import { queryClient } from "../../api/query";
import type { Me } from "../../api/types";
import i18next, { setLanguage } from "../../i18n";
import type { Work } from "../../live/protocol";
import { resetLive, useLive } from "../../live/store";
import { forget } from "../../session/kept";
import { useSession } from "../../session/session";
import { desk } from "./api";
import { EMPTY, setDraft, useDraft } from "./draft";
import { retryAll, send, useOutgoing } from "./outgoing";
import Unsent from "./Unsent";
import { WrapUp } from "./WrapUp";

vi.setConfig({ testTimeout: 20_000 });

const GONE = new Problem(409, "not_yours");
const OFFLINE = new Problem(0, "offline", {}, true);
const conversation = { id: "int_1", role: "owner", customer: { name: "陈静" } } as unknown as Work;

function signIn(id: string | null) {
  const me = id && { account: { id }, permissions: [] };
  useSession.setState({ me: me as unknown as Me | null });
}

/** The page is loaded again: all that is left is what the browser keeps. */
function reload(id = "agt_1") {
  signIn(null);
  signIn(id);
}

function write(text: string) {
  send({ interaction_id: "int_1", text, internal: false, mentions: [], attachments: [] });
}

function states() {
  return (useOutgoing.getState().byInteraction.int_1 ?? []).map((each) => [each.text, each.state]);
}

function show() {
  return render(
    <QueryClientProvider client={queryClient}>
      <App>
        <Unsent />
      </App>
    </QueryClientProvider>,
  );
}

const dismiss = () => screen.getByRole("button", { name: i18next.t("desk.unsent.dismiss") });

beforeEach(() => {
  localStorage.clear();
  setLanguage("zh-CN");
  reload();
  useLive.setState({ line: "open", synced: true, work: { int_1: conversation } });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  resetLive();
  signIn(null);
});

it("what the server refused for good is told with text, customer and reason, until dismissed", async () => {
  vi.spyOn(desk, "send").mockRejectedValue(GONE);
  show();
  act(() => write("明天上午送到"));
  await waitFor(() => expect(screen.getByRole("alert")).toBeTruthy());
  act(() => useLive.setState({ work: {} }));
  const told = screen.getByRole("alert").textContent;
  expect(told).toContain("明天上午送到");
  expect(told).toContain("陈静");
  expect(told).toContain(i18next.t("desk.unsent.not_yours"));

  act(() => reload());
  expect(screen.getByRole("alert").textContent).toContain("明天上午送到");
  fireEvent.click(dismiss());
  expect(screen.queryByRole("alert")).toBeNull();
  act(() => reload());
  expect(screen.queryByRole("alert")).toBeNull();
});

it("after a drop everything goes out again in its order, whatever page is shown", async () => {
  const refused = vi.spyOn(desk, "send").mockRejectedValue(OFFLINE);
  useLive.setState({ line: "lost" });
  show();
  act(() => {
    write("一");
    write("二");
  });
  await waitFor(() => expect(states().map(([, state]) => state)).toEqual(["failed", "failed"]));
  expect(screen.queryByRole("alert")).toBeNull(); // it may still go out
  refused.mockReset().mockResolvedValue({ message_id: "msg_1" });
  act(() => useLive.setState({ line: "recovered" }));
  await waitFor(() => expect(states().map(([, state]) => state)).toEqual(["sent", "sent"]));
  expect(refused.mock.calls.map(([, { text }]) => text)).toEqual(["一", "二"]);
});

it("after a reload what was on its way goes out again under the same client id", async () => {
  const sent = vi.spyOn(desk, "send").mockReturnValue(new Promise(() => undefined));
  write("在路上");
  reload();
  expect(states()).toEqual([["在路上", "failed"]]);
  retryAll();
  await waitFor(() => expect(sent).toHaveBeenCalledTimes(2));
  expect(sent.mock.calls[1]).toEqual(sent.mock.calls[0]);
});

it("a draft of a conversation that went away is told too, a moment later", () => {
  vi.useFakeTimers();
  setDraft("int_1", { reply: "写了一半", solution: "换货" });
  show();
  act(() => useLive.setState({ work: {} }));
  expect(screen.queryByRole("alert")).toBeNull();
  act(() => void vi.advanceTimersByTime(3_000));
  expect(screen.getAllByRole("alert").map((each) => each.textContent)).toEqual([
    expect.stringContaining("写了一半"),
    expect.stringContaining("换货"),
  ]);
});

it("what one account left is not shown to another, and is forgotten on sign-out", async () => {
  vi.spyOn(desk, "send").mockRejectedValue(GONE);
  write("给王姐的");
  await waitFor(() => expect(states()).toEqual([["给王姐的", "failed"]]));
  reload("agt_2");
  expect(states()).toEqual([]);
  reload("agt_1");
  expect(states()).toEqual([["给王姐的", "failed"]]);
  signIn(null);
  forget("agt_1");
  signIn("agt_1");
  expect(states()).toEqual([]);
  expect(localStorage.getItem("parley.kept.agt_1.outgoing")).toBeNull();
});

// --- wrap-up ---------------------------------------------------------------------------------------

const wrapping = (more: object = {}) =>
  ({
    ...conversation,
    role: "wrap_up",
    wrap_up: { since: new Date().toISOString(), until: null, dispositions: [], ...more },
  }) as unknown as Work;

function wrapUp(work: Work) {
  return render(
    <QueryClientProvider client={queryClient}>
      <App>
        <WrapUp work={work} />
      </App>
    </QueryClientProvider>,
  );
}

function Kept() {
  return useDraft("int_1")[0].solution;
}

it("a wrap-up that was begun is still there after another conversation was looked at", () => {
  queryClient.setQueryData(
    ["dispositions"],
    [{ id: "swap", names: { "zh-CN": "换货" }, group: "", resolved: true, active: true }],
  );
  const { unmount } = wrapUp(wrapping({ disposition_required: true }));
  fireEvent.click(screen.getByRole("radio", { name: "换货" }));
  const box = () => screen.getByRole("textbox", { name: i18next.t("desk.solution") });
  fireEvent.change(box(), { target: { value: "已寄新灯" } });
  unmount();
  reload();
  wrapUp(wrapping({ disposition_required: true }));
  expect((box() as HTMLTextAreaElement).value).toBe("已寄新灯");
  expect(screen.getByRole("radio", { name: /换货/ }).getAttribute("aria-checked")).toBe("true");
});

it("a wrap-up that was begun is there again when a call whose transfer failed comes back", () => {
  vi.useFakeTimers();
  queryClient.setQueryData(
    ["dispositions"],
    [{ id: "swap", names: { "zh-CN": "换货" }, group: "", resolved: true, active: true }],
  );
  show();
  const form = wrapUp(wrapping());
  fireEvent.click(screen.getByRole("radio", { name: "换货" }));
  const box = () =>
    screen.getByRole<HTMLTextAreaElement>("textbox", {
      name: i18next.t("desk.solution"),
    });
  fireEvent.change(box(), { target: { value: "已寄新灯" } });
  form.unmount();
  const pass = (work: Record<string, Work>) => {
    act(() => useLive.setState({ work }));
    act(() => void vi.advanceTimersByTime(3_000));
  };
  pass({});
  expect(screen.getByRole("alert").textContent).toContain("已寄新灯"); // it might not come back
  pass({});
  expect(screen.getAllByRole("alert")).toHaveLength(1);
  pass({ int_1: conversation });
  expect(screen.queryByRole("alert")).toBeNull();
  wrapUp(wrapping());
  expect(box().value).toBe("已寄新灯");
  expect(screen.getByRole("radio", { name: /换货/ }).getAttribute("aria-checked")).toBe("true");
});

it("a timed wrap-up is saved with what was typed just before its time is over", async () => {
  vi.useFakeTimers();
  const saved = vi.spyOn(desk, "wrapUp").mockResolvedValue({});
  const until = new Date(Date.now() + 30_000).toISOString();
  setDraft("int_1", { ...EMPTY, solution: "已寄新灯" });
  wrapUp(wrapping({ disposition_required: false, until }));
  await act(() => vi.advanceTimersByTimeAsync(27_000));
  expect(saved).not.toHaveBeenCalled();
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  expect(saved.mock.calls).toEqual([
    ["int_1", { disposition: null, note: "已寄新灯", resolved: null, ready: false }],
  ]);
  render(<Kept />);
  expect(screen.queryByText("已寄新灯")).toBeNull();
});
