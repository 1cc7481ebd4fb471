import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Chat } from "../src/chat";
import { hostStorage } from "../src/host/storage";
import { unread } from "../src/model/state";
import { Server } from "./server";

const BASE = "https://parley.test";

let server: Server;

function visit(server_ = server, identity: string | null = null): Chat {
  return new Chat({
    base: BASE,
    entry: "ept_1",
    language: "zh-CN",
    script: null,
    storage: hostStorage("parley.ept_1."),
    identity,
    connect: server_.connect,
  });
}

async function opened(): Promise<Chat> {
  const chat = visit();
  await chat.begin();
  chat.open();
  await settle();
  return chat;
}

/** Lets time pass: retries, microtasks, everything that is due. */
async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function texts(chat: Chat): string[] {
  return chat.state.messages.map((message) => message.text);
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a visitor", () => {
  it("costs the server no session and no line before the first click", async () => {
    const chat = visit();
    await chat.begin();
    await settle(60_000);
    expect([server.sessions, server.lines.length]).toEqual([0, 0]);
    chat.open();
    await settle();
    expect([server.sessions, server.lines.length]).toEqual([1, 1]);
  });

  it("sees a message at once and its confirmation when it comes", async () => {
    const chat = await opened();
    server.refuse.send = { type: "beat" };
    chat.send("你好");
    expect(chat.state.pending.map((p) => p.text)).toEqual(["你好"]);
    server.refuse = {};
    server.drop();
    await settle(2_000);
    expect(chat.state.pending).toEqual([]);
    expect(texts(chat)).toEqual(["你好"]);
  });

  it("finds what was not sent after a reload, and it is sent once", async () => {
    const before = await opened();
    server.reachable = false;
    server.drop();
    before.send("还在吗");
    const after = visit();
    server.reachable = true;
    await after.begin();
    after.open();
    await settle(2_000);
    before.flush();
    await settle(30_000); // the other tab comes back too
    expect(server.messages.map((m) => m.text)).toEqual(["还在吗"]);
    expect(texts(after)).toEqual(["还在吗"]);
    expect(localStorage.length).toBeGreaterThan(0);
    expect(Object.keys(localStorage).filter((key) => key.includes(".out."))).toEqual([]);
  });

  it("who never got a session keeps the first message until there is one", async () => {
    const chat = visit();
    await chat.begin();
    server.reachable = false;
    chat.open();
    chat.send("第一句");
    await settle(1_000);
    expect(chat.state.pending).toHaveLength(1);
    server.reachable = true;
    await settle(10_000);
    expect(texts(chat)).toEqual(["第一句"]);
  });

  it("is told why a message was refused, and can send it again", async () => {
    const chat = await opened();
    server.refuse.send = { type: "error", code: "frame_invalid", values: {}, retry: false };
    chat.send("很长");
    await settle();
    expect(chat.state.pending[0]?.failed).toBe("frame_invalid");
    server.refuse = {};
    chat.tryAgain(chat.state.pending[0]?.clientId ?? "");
    await settle();
    expect(texts(chat)).toEqual(["很长"]);
  });

  it("who writes too fast is held back and sent later by itself", async () => {
    const chat = await opened();
    server.refuse.send = {
      type: "error",
      code: "too_many_messages",
      values: { retry_after_s: 7 },
      retry: true,
    };
    chat.send("快");
    await settle(6_000);
    server.refuse = {};
    expect(server.messages).toEqual([]);
    await settle(1_500);
    expect(texts(chat)).toEqual(["快"]);
  });

  it("who signs out leaves nothing for the next person", async () => {
    const chat = await opened();
    chat.send("秘密");
    await settle();
    chat.identify("other");
    await settle(1_000);
    expect(texts(chat)).toEqual([]);
    chat.identify(null);
    expect(chat.state.messages).toEqual([]);
    expect(localStorage.getItem("parley.ept_1.token")).not.toBe("token-vis_1");
  });

  it("without a conversation gives the line back a while after closing the panel", async () => {
    const chat = await opened();
    chat.close();
    await settle(59_000);
    expect(server.lines).toHaveLength(1);
    await settle(2_000);
    expect(server.lines).toHaveLength(0);
  });

  it("with a conversation keeps it, and counts what was not seen", async () => {
    const chat = await opened();
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    document.title = "Shop";
    server.setState({ phase: "connected", interaction_id: "int_1", agent: { name: "林晓" } });
    server.agentSays("看到了");
    expect(unread(chat.state)).toBe(0);
    expect(server.got.at(-1)).toMatchObject({ type: "read", message_id: "msg_1" });
    chat.close();
    await settle(120_000);
    server.agentSays("还有");
    expect(unread(chat.state)).toBe(1);
    expect(document.title).toBe("(1) Shop");
    expect(server.got.at(-1)).toMatchObject({ type: "delivered", message_id: "msg_2" });
    chat.open();
    expect(document.title).toBe("Shop");
    expect(server.got.at(-1)).toMatchObject({ type: "read", message_id: "msg_2" });
  });

  it("of another site is told so and not tried again", async () => {
    const chat = await opened();
    server.drop(4403);
    await settle(60_000);
    expect(chat.state.notice?.code).toBe("origin_refused");
    expect(server.lines).toHaveLength(0);
  });

  it("whose token is no longer good gets a new one", async () => {
    await opened();
    server.drop(4401);
    await settle(5_000);
    expect([server.sessions, server.lines.length]).toEqual([2, 1]);
  });
});

describe("under traffic on both sides with a line that drops anywhere", () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    "nothing is missing and nothing twice (seed %i)",
    async (seed) => {
      const chance = dice(seed);
      const chat = await opened();
      const written: string[] = [];
      for (let step = 0; step < 80; step += 1) {
        const roll = chance();
        if (roll < 0.35) {
          written.push(`v${step}`);
          chat.send(`v${step}`);
        } else if (roll < 0.65) server.agentSays(`a${step}`);
        else if (roll < 0.7) server.drop();
        else if (roll < 0.75) server.loseAnswer = true;
        else if (roll < 0.8) {
          server.reachable = false;
          server.drop();
        } else if (roll < 0.9) server.reachable = true;
        else await settle(chance() * 3_000);
      }
      server.reachable = true;
      await settle(120_000);
      expect(texts(chat)).toEqual(server.messages.map((message) => message.text));
      expect(chat.state.pending).toEqual([]);
      const stored = server.messages.filter((m) => m.sender === "customer").map((m) => m.text);
      expect(stored).toEqual(written);
    },
  );

  it("ten minutes away are made good", async () => {
    const chat = await opened();
    chat.send("先问一句");
    await settle();
    server.reachable = false;
    server.drop();
    for (let minute = 0; minute < 10; minute += 1) {
      server.agentSays(`第 ${minute} 分钟`);
      chat.send(`离线 ${minute}`);
      await settle(60_000);
    }
    server.reachable = true;
    await settle(30_000);
    expect(texts(chat)).toEqual(server.messages.map((message) => message.text));
    expect(texts(chat)).toHaveLength(21);
  });
});

/** Repeatable chance (mulberry32). */
function dice(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
