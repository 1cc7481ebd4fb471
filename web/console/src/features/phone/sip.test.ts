import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Access } from "./machine";
import { openLine } from "./sip";

const session = {
  id: "s1",
  on: vi.fn(),
  connection: null,
  answer: vi.fn(),
};
const ua = { on: vi.fn(), start: vi.fn(), stop: vi.fn(), call: vi.fn(() => session) };

vi.mock("jssip", () => ({
  UA: vi.fn(function UA() {
    return ua;
  }),
  WebSocketInterface: vi.fn(),
}));

const relay = { urls: ["turn:turn.example:3478"], username: "parley", credential: "s3cret" };
const access: Access = {
  websocket: "/api/v1/phone/line",
  uri: "sip:agt_1@parley",
  user: "agt_1",
  password: "once",
  expires_s: 3600,
  ice_servers: [{ urls: ["stun:stun.example:3478"] }, relay],
};
const news = {
  registered: vi.fn(),
  lost: vi.fn(),
  invited: vi.fn(),
  up: vi.fn(),
  over: vi.fn(),
  heard: vi.fn(),
};
const microphone = {} as MediaStream;

/** What JsSIP was told to do when this happens. */
function handler(of: { on: { mock: { calls: unknown[][] } } }, event: string) {
  const found = of.on.mock.calls.find(([name]) => name === event);
  return found?.[1] as (data: unknown) => void;
}

beforeEach(() => vi.clearAllMocks());

describe("a line behind a NAT", () => {
  it("gives the STUN and TURN servers it was told to calls in both directions", async () => {
    const line = await openLine(access, news);
    line.call("echo", microphone);
    const config = { iceServers: access.ice_servers, rtcpMuxPolicy: "require" };
    expect(ua.call).toHaveBeenCalledWith(
      "sip:echo@parley",
      expect.objectContaining({ pcConfig: config }),
    );
    handler(
      ua,
      "newRTCSession",
    )({ originator: "remote", session, request: { getHeader: () => null } });
    line.answer("s1", microphone);
    expect(session.answer).toHaveBeenCalledWith(expect.objectContaining({ pcConfig: config }));
  });

  it("waits for a relay's candidate, which comes later than its own", async () => {
    vi.useFakeTimers();
    try {
      const ready = vi.fn();
      (await openLine(access, news)).call("echo", microphone);
      handler(session, "icecandidate")({ ready });
      vi.advanceTimersByTime(1_900);
      expect(ready).not.toHaveBeenCalled();
      vi.advanceTimersByTime(200);
      expect(ready).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });
});
