import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LineNews, SipLine } from "./sip";
import { setOpenLine, tell, usePhone } from "./softphone";

const access = {
  websocket: "/api/v1/phone/line",
  uri: "sip:agt_1@parley",
  user: "agt_1",
  password: "once",
  expires_s: 3600,
  ice_servers: [],
};

let news: LineNews;
const line = {
  answer: vi.fn(),
  reject: vi.fn(),
  hangUp: vi.fn(),
  forget: vi.fn(),
  call: vi.fn(() => "echo"),
  peer: () => null,
  leave: vi.fn(),
  close: vi.fn(),
} satisfies SipLine;
const track = { kind: "audio", enabled: true, stop: vi.fn() };
const stream = { getTracks: () => [track], getAudioTracks: () => [track] };

beforeEach(() => {
  vi.stubGlobal("fetch", async () => Response.json(access));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: async () => stream } });
  setOpenLine(async (_, heard) => {
    news = heard;
    return line;
  });
});

afterEach(() => {
  tell({ type: "wanted", on: false });
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

async function registered(): Promise<void> {
  tell({ type: "wanted", on: true });
  await vi.waitFor(() => expect(usePhone.getState().line).toBe("connecting"));
  news.registered();
}

describe("the softphone", () => {
  it("answers with the microphone what was accepted, and lets it go at the end", async () => {
    await registered();
    news.invited("s1", "int_1", "offer");
    expect(line.answer).not.toHaveBeenCalled();
    tell({ type: "accept", interaction: "int_1" });
    await vi.waitFor(() => expect(line.answer).toHaveBeenCalledWith("s1", stream));
    tell({ type: "muted", id: "s1", on: true });
    expect(track.enabled).toBe(false);
    news.over("s1");
    expect(track.stop).toHaveBeenCalled();
    expect(usePhone.getState().calls).toEqual({});
  });

  it("keeps ringing and tells why when the browser refuses the microphone", async () => {
    const refused = Object.assign(new Error("no"), { name: "NotAllowedError" });
    vi.stubGlobal("navigator", {
      mediaDevices: { getUserMedia: () => Promise.reject(refused) },
    });
    await registered();
    news.invited("s1", "int_1", "resume");
    await vi.waitFor(() => expect(usePhone.getState().microphone).toBe("denied"));
    expect(usePhone.getState().calls.s1?.state).toBe("ringing");
    expect(line.answer).not.toHaveBeenCalled();
  });

  it("hears nothing any more from a line that it gave up", async () => {
    await registered();
    const old = news;
    tell({ type: "elsewhere" });
    old.lost(null);
    expect(usePhone.getState().line).toBe("elsewhere");
    expect(line.leave).toHaveBeenCalled();
  });
});
