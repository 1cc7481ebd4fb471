import { describe, expect, it } from "vitest";
import {
  type Access,
  type Command,
  callOf,
  type Input,
  initial,
  type PhoneState,
  step,
  waitMs,
} from "./machine";

const access: Access = {
  websocket: "/api/v1/phone/line",
  uri: "sip:agt_1@parley",
  user: "agt_1",
  password: "once",
  expires_s: 3600,
  ice_servers: [],
};

function play(inputs: Input[], from: PhoneState = initial): [PhoneState, Command[]] {
  const done: Command[] = [];
  let state = from;
  for (const input of inputs) {
    const [next, commands] = step(state, input);
    state = next;
    done.push(...commands);
  }
  return [state, done];
}

const kinds = (commands: Command[]) => commands.map((each) => each.type);

const REGISTERED: Input[] = [
  { type: "wanted", on: true },
  { type: "opened", access },
  { type: "registered" },
];
const [ready] = play(REGISTERED);
const invite = (purpose: "offer" | "resume" | "consult" | "supervise" | "dial", id = "s1") =>
  ({ type: "invited", id, interaction: "int_1", purpose }) as const;

describe("the line", () => {
  it("opens, connects and registers", () => {
    const [state, commands] = play(REGISTERED);
    expect(state.line).toBe("registered");
    expect(kinds(commands)).toEqual(["leave", "open", "connect"]);
  });

  it("comes back with a growing wait and fresh credentials, and forgets the tries once registered", () => {
    const lost: Input = { type: "lost", cause: null, now: 1000, chance: 0.5 };
    const [once, commands] = play([lost], ready);
    expect(once).toMatchObject({ line: "waiting", tries: 1, retryAt: 1500 });
    expect(commands).toContainEqual({ type: "wait", ms: 500 });
    const [again] = play([{ type: "due" }, { type: "opened", access }, lost], once);
    expect(again.retryAt).toBe(2000);
    const [well] = play(
      [{ type: "soon" }, { type: "opened", access }, { type: "registered" }],
      again,
    );
    expect(well).toMatchObject({ line: "registered", tries: 0, retryAt: null });
  });

  it("waits no longer than its limit", () => {
    expect(waitMs(30, 1)).toBeLessThanOrEqual(18_000);
  });

  it("stays off with its cause when the server says that trying again won't help", () => {
    const refused: Input = {
      type: "refused",
      cause: "voice_off",
      retry: false,
      now: 0,
      chance: 0,
    };
    const [state] = play([{ type: "wanted", on: true }, refused]);
    expect(state).toMatchObject({ line: "off", cause: "voice_off" });
  });

  it("keeps calls that are up when it is lost, and ends them when no phone is wanted any more", () => {
    const [up] = play([invite("dial"), { type: "up", id: "s1" }], ready);
    const [lost, commands] = play([{ type: "lost", cause: null, now: 0, chance: 0 }], up);
    expect(callOf(lost, "int_1")?.state).toBe("up");
    expect(kinds(commands)).not.toContain("close");
    const [off, closing] = play([{ type: "wanted", on: false }], up);
    expect(off.calls).toEqual({});
    expect(kinds(closing)).toEqual(["close"]);
  });

  it("is given up to another tab and taken back when that one goes", () => {
    const [away, left] = play([{ type: "elsewhere" }], ready);
    expect([away.line, kinds(left)]).toEqual(["elsewhere", ["leave"]]);
    const [back, commands] = play([{ type: "free" }], away);
    expect([back.line, kinds(commands)]).toEqual(["opening", ["leave", "open"]]);
  });

  it("ignores what comes too late", () => {
    const [state, commands] = play([{ type: "opened", access }, { type: "registered" }]);
    expect([state, commands]).toEqual([initial, []]);
  });
});

describe("a call that comes in", () => {
  it("rings until it is accepted", () => {
    const [ringing, none] = play([invite("offer")], ready);
    expect([callOf(ringing, "int_1")?.state, none]).toEqual(["ringing", []]);
    const [answering, commands] = play([{ type: "accept", interaction: "int_1" }], ringing);
    expect(callOf(answering, "int_1")?.state).toBe("answering");
    expect(commands).toEqual([{ type: "answer", id: "s1", purpose: "offer" }]);
  });

  it("is answered at once if it was accepted before it came", () => {
    const [, commands] = play([{ type: "accept", interaction: "int_1" }, invite("offer")], ready);
    expect(kinds(commands)).toEqual(["answer"]);
  });

  it("is not answered if the offer was withdrawn meanwhile", () => {
    const [state, commands] = play(
      [
        { type: "accept", interaction: "int_1" },
        { type: "gone", interaction: "int_1" },
        invite("offer"),
      ],
      ready,
    );
    expect([callOf(state, "int_1")?.state, commands]).toEqual(["ringing", []]);
  });

  it.each(["resume", "supervise", "dial"] as const)("is answered by itself to %s", (purpose) => {
    const [state, commands] = play([invite(purpose)], ready);
    expect(callOf(state, "int_1")?.state).toBe("answering");
    expect(kinds(commands)).toEqual(["answer"]);
  });

  it("asks a colleague who is consulted", () => {
    expect(callOf(play([invite("consult")], ready)[0], "int_1")?.state).toBe("ringing");
  });

  it("replaces the lost one of the same interaction, which ends without a word", () => {
    const [up] = play([invite("offer"), { type: "up", id: "s1" }], ready);
    const [state, commands] = play([invite("resume", "s2")], up);
    expect(Object.keys(state.calls)).toEqual(["s2"]);
    expect(commands[0]).toEqual({ type: "forget", id: "s1" });
  });

  it("rings again when there is no microphone, and says so", () => {
    const [state] = play(
      [
        invite("offer"),
        { type: "accept", interaction: "int_1" },
        { type: "no_microphone", id: "s1", why: "denied" },
      ],
      ready,
    );
    expect([callOf(state, "int_1")?.state, state.microphone]).toEqual(["ringing", "denied"]);
  });

  it("ends here when nobody else will end it", () => {
    const [state, commands] = play([invite("dial"), { type: "stale", id: "s1" }], ready);
    expect([state.calls, commands.at(-1)]).toEqual([{}, { type: "forget", id: "s1" }]);
  });

  it("is forgotten once it is over", () => {
    const [state] = play([invite("dial"), { type: "over", id: "s1" }], ready);
    expect(state.calls).toEqual({});
  });

  it("is muted here at once", () => {
    const [state, commands] = play([invite("dial"), { type: "muted", id: "s1", on: true }], ready);
    expect(callOf(state, "int_1")?.muted).toBe(true);
    expect(commands.at(-1)).toEqual({ type: "mute", id: "s1", on: true });
  });
});
