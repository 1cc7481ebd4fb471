import { beforeEach, expect, it, vi } from "vitest";
import { Chat } from "../src/chat";
import { mount } from "../src/element";
import { hostStorage } from "../src/host/storage";
import { Server } from "./server";

beforeEach(() => localStorage.clear());

it("keeps what is written and not sent while the panel is closed", async () => {
  const server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  const chat = new Chat({
    base: "https://parley.test",
    entry: "ept_1",
    language: "zh-CN",
    script: null,
    storage: hostStorage("parley.ept_1."),
    connect: server.connect,
  });
  await chat.begin();
  const root = mount(chat, null).shadowRoot;
  const field = () => root?.querySelector("textarea");
  chat.open();
  await vi.waitFor(() => expect(field()).toBeTruthy());
  const written = field() as HTMLTextAreaElement;
  written.value = "还没写完";
  written.dispatchEvent(new Event("input", { bubbles: true }));
  chat.close();
  await vi.waitFor(() => expect(field()).toBeNull());
  chat.open();
  await vi.waitFor(() => expect(field()?.value).toBe("还没写完"));
});
