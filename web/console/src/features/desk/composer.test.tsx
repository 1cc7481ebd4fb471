import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import * as client from "../../api/client";
import { queryClient } from "../../api/query";
import type { Attachment, Me, RenderedReply } from "../../api/types";
import i18next, { setLanguage } from "../../i18n";
import type { Work } from "../../live/protocol";
import { resetLive } from "../../live/store";
import { useSession } from "../../session/session";
import { Composer } from "./Composer";
import { EMPTY, setDraft } from "./draft";
import { giveUpDrafts, useOutgoing } from "./outgoing";

vi.setConfig({ testTimeout: 20_000 });

const work = (id: string) => ({ id, role: "owner", channel: "chat" }) as unknown as Work;
const PHOTO = { id: "att_1", name: "lamp.png" } as unknown as Attachment;

function show(id = "int_1") {
  return render(
    <QueryClientProvider client={queryClient}>
      <App>
        <Composer key={id} work={work(id)} />
      </App>
    </QueryClientProvider>,
  );
}

const box = () =>
  screen.getByRole("textbox", { name: i18next.t("desk.reply_box") }) as HTMLTextAreaElement;

beforeEach(() => {
  localStorage.clear();
  setLanguage("zh-CN");
  useSession.setState({ me: { account: { id: "agt_1" }, permissions: [] } as unknown as Me });
  queryClient.setQueryData(
    ["canned-replies", "render", "int_1"],
    [
      {
        id: "rep_1",
        shortcut: "thx",
        names: { "zh-CN": "感谢" },
        group: "",
        language: "zh-CN",
        text: "谢谢您的耐心",
        missing: [],
      } as RenderedReply,
    ],
  );
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  resetLive();
  useSession.setState({ me: null });
});

it("the button asks for a canned reply at the caret, and what was typed stays", async () => {
  setDraft("int_1", { ...EMPTY, reply: "您好。再见" });
  show();
  box().setSelectionRange(3, 3);
  fireEvent.click(screen.getByRole("button", { name: i18next.t("desk.canned") }));
  expect(box().value).toBe("您好。/再见");
  fireEvent.click(await screen.findByText("谢谢您的耐心"));
  expect(box().value).toBe("您好。谢谢您的耐心再见");
}, 20_000);

it("a slash at the start of a word looks for what follows it", () => {
  show();
  fireEvent.change(box(), { target: { value: "好的 /th" } });
  expect(screen.getByRole("option").textContent).toContain("谢谢您的耐心");
  fireEvent.keyDown(window, { key: "Enter" });
  expect(box().value).toBe("好的 谢谢您的耐心");
});

it("files stay with their conversation while another one is looked at", async () => {
  const aborted = vi.fn();
  vi.spyOn(client, "upload").mockImplementation((_path, _file, _tell, signal) => {
    signal?.addEventListener("abort", aborted);
    return Promise.resolve(PHOTO) as never;
  });
  const { unmount } = show();
  const photo = new File(["…"], "lamp.png", { type: "image/png" });
  fireEvent.paste(box(), { clipboardData: { files: [photo] } });
  expect(screen.getByText("lamp.png")).toBeTruthy();
  unmount();
  await act(async () => undefined); // it arrives while the other one is open
  const other = show("int_2");
  expect(screen.queryByText("lamp.png")).toBeNull();
  other.unmount();
  show();
  expect(screen.getByText("lamp.png")).toBeTruthy();
  expect(aborted).not.toHaveBeenCalled();

  // the conversation is gone: what had arrived is told as not sent
  act(() => giveUpDrafts(() => false));
  const [told] = useOutgoing.getState().byInteraction.int_1 ?? [];
  expect(told).toMatchObject({ text: "", state: "failed", attachments: [PHOTO] });
  expect(screen.queryByText("lamp.png")).toBeNull();
});
