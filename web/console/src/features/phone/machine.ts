/** The softphone as a pure state machine: news and wishes in, the next state and what to do out.
 *
 * `line` is the way to the telephone engine, `calls` are SIP sessions by their id. The core decides about
 * calls; this only answers, keeps and ends the audio of this browser.
 */

export type Line = "off" | "elsewhere" | "opening" | "connecting" | "registered" | "waiting";

/** Why an INVITE came (header X-Parley-Purpose); `echo` is our own test call. */
export type Purpose = "offer" | "resume" | "consult" | "supervise" | "dial" | "echo";

export type Microphone = "unknown" | "allowed" | "denied" | "missing" | "busy" | "insecure";

export interface Access {
  websocket: string;
  uri: string;
  user: string;
  password: string;
  expires_s: number;
  ice_servers: RTCIceServer[];
}

export interface PhoneCall {
  id: string;
  interaction: string | null;
  purpose: Purpose;
  state: "ringing" | "answering" | "up";
  muted: boolean;
}

export interface PhoneState {
  wanted: boolean;
  line: Line;
  /** Code of `problem.<code>` or `phone.cause.<code>`: why there is no line. */
  cause: string | null;
  tries: number;
  /** When the next try is due, ms of our clock. */
  retryAt: number | null;
  calls: Record<string, PhoneCall>;
  /** Accepted before its INVITE came: answered as soon as it does. */
  early: string | null;
  microphone: Microphone;
}

export const initial: PhoneState = {
  wanted: false,
  line: "off",
  cause: null,
  tries: 0,
  retryAt: null,
  calls: {},
  early: null,
  microphone: "unknown",
};

export type Input =
  | { type: "wanted"; on: boolean; cause?: string | null }
  | { type: "elsewhere" } // another tab of this browser has the phone
  | { type: "free" } // … no longer
  | { type: "opened"; access: Access }
  | { type: "refused"; cause: string; retry: boolean; now: number; chance: number }
  | { type: "registered" }
  | { type: "lost"; cause: string | null; now: number; chance: number }
  | { type: "due" }
  | { type: "soon" } // the network is back: try at once
  | { type: "expiring" } // the credentials end soon: open new ones, but never during a call
  | { type: "invited"; id: string; interaction: string | null; purpose: Purpose }
  | { type: "called"; id: string } // our own echo test
  | { type: "accept"; interaction: string }
  | { type: "answer"; id: string }
  | { type: "reject"; id: string }
  | { type: "hang_up"; id: string }
  | { type: "no_microphone"; id: string; why: Microphone }
  | { type: "microphone"; state: Microphone }
  | { type: "up"; id: string }
  | { type: "over"; id: string }
  | { type: "stale"; id: string } // its work is gone, or its audio is: nobody will end it
  | { type: "gone"; interaction: string } // the work row is gone: nothing to accept any more
  | { type: "muted"; id: string; on: boolean };

export type Command =
  | { type: "open" } // POST /phone
  | { type: "connect"; access: Access }
  | { type: "leave" } // give the line up; calls that are up keep their audio
  | { type: "close" } // … and end the calls
  | { type: "wait"; ms: number }
  | { type: "answer"; id: string; purpose: Purpose }
  | { type: "reject"; id: string }
  | { type: "hang_up"; id: string }
  | { type: "forget"; id: string } // end its audio here without telling anybody: it was replaced
  | { type: "mute"; id: string; on: boolean };

const AUTOMATIC: ReadonlySet<Purpose> = new Set(["resume", "supervise", "dial"]);
const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 15_000;
const JITTER = 0.4;

/** Wait before try `n` (0, 1, …), ms; `chance` in 0..1 spreads phones that lost the same server. */
export function waitMs(n: number, chance: number): number {
  return Math.round(
    Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** n) * (1 - JITTER / 2 + JITTER * chance),
  );
}

export type Step = [PhoneState, Command[]];

export function step(state: PhoneState, input: Input): Step {
  switch (input.type) {
    case "wanted":
      return wanted(state, input.on, input.cause ?? null);
    case "elsewhere":
      return [{ ...state, line: "elsewhere", cause: null, retryAt: null }, [{ type: "leave" }]];
    case "free":
      return state.line === "elsewhere" && state.wanted ? open(state) : [state, []];
    case "opened":
      if (state.line !== "opening") return [state, []];
      return [{ ...state, line: "connecting" }, [{ type: "connect", access: input.access }]];
    case "refused":
      if (state.line !== "opening") return [state, []];
      if (!input.retry) return [{ ...state, line: "off", cause: input.cause }, []];
      return retry(state, input.cause, input);
    case "registered":
      if (state.line !== "connecting") return [state, []];
      return [{ ...state, line: "registered", cause: null, tries: 0, retryAt: null }, []];
    case "lost":
      if (state.line !== "connecting" && state.line !== "registered") return [state, []];
      return retry(state, input.cause, input);
    case "due":
    case "soon":
      return state.line === "waiting" && state.wanted ? open(state) : [state, []];
    case "expiring":
      return state.line === "registered" && isIdle(state) ? open(state) : [state, []];
    default:
      return call(state, input);
  }
}

function wanted(state: PhoneState, on: boolean, cause: string | null): Step {
  if (on && !state.wanted) return open({ ...state, wanted: true });
  if (!on && state.wanted) {
    return [{ ...initial, microphone: state.microphone, cause }, [{ type: "close" }]];
  }
  return [on ? state : { ...state, cause }, []];
}

function open(state: PhoneState): Step {
  return [{ ...state, line: "opening", retryAt: null }, [{ type: "leave" }, { type: "open" }]];
}

function retry(
  state: PhoneState,
  cause: string | null,
  { now, chance }: { now: number; chance: number },
): Step {
  const ms = waitMs(state.tries, chance);
  return [
    { ...state, line: "waiting", cause, tries: state.tries + 1, retryAt: now + ms },
    [{ type: "leave" }, { type: "wait", ms }],
  ];
}

function call(state: PhoneState, input: Input): Step {
  switch (input.type) {
    case "invited":
      return invited(state, input);
    case "called":
      return [put(state, fresh(input.id, null, "echo", "answering")), []];
    case "accept": {
      const ringing = ringingFor(state, input.interaction);
      return ringing ? answer(state, ringing) : [{ ...state, early: input.interaction }, []];
    }
    case "answer": {
      const found = state.calls[input.id];
      return found?.state === "ringing" ? answer(state, found) : [state, []];
    }
    case "reject":
      return [state, state.calls[input.id] ? [{ type: "reject", id: input.id }] : []];
    case "hang_up":
      return [state, state.calls[input.id] ? [{ type: "hang_up", id: input.id }] : []];
    case "no_microphone":
      return [{ ...change(state, input.id, { state: "ringing" }), microphone: input.why }, []];
    case "microphone":
      return [{ ...state, microphone: input.state }, []];
    case "up":
      return [{ ...change(state, input.id, { state: "up" }) }, []];
    case "over":
      return [without(state, input.id), []];
    case "stale":
      return [
        without(state, input.id),
        state.calls[input.id] ? [{ type: "forget", id: input.id }] : [],
      ];
    case "gone":
      return [state.early === input.interaction ? { ...state, early: null } : state, []];
    case "muted":
      return state.calls[input.id]
        ? [
            change(state, input.id, { muted: input.on }),
            [{ type: "mute", id: input.id, on: input.on }],
          ]
        : [state, []];
    default:
      return [state, []];
  }
}

function invited(
  state: PhoneState,
  { id, interaction, purpose }: { id: string; interaction: string | null; purpose: Purpose },
): Step {
  // The core dials again only when it took the earlier leg for lost.
  const old = Object.values(state.calls).filter(
    (each) => interaction !== null && each.interaction === interaction,
  );
  const kept = old.reduce((now, each) => without(now, each.id), state);
  const forget = old.map((each): Command => ({ type: "forget", id: each.id }));
  const arrived = fresh(id, interaction, purpose, "ringing");
  const early = interaction !== null && state.early === interaction;
  if (!AUTOMATIC.has(purpose) && !early) return [put(kept, arrived), forget];
  const [next, commands] = answer({ ...put(kept, arrived), early: null }, arrived);
  return [next, [...forget, ...commands]];
}

function answer(state: PhoneState, found: PhoneCall): Step {
  return [
    change({ ...state, early: null }, found.id, { state: "answering" }),
    [{ type: "answer", id: found.id, purpose: found.purpose }],
  ];
}

function fresh(
  id: string,
  interaction: string | null,
  purpose: Purpose,
  state: PhoneCall["state"],
): PhoneCall {
  return { id, interaction, purpose, state, muted: false };
}

function put(state: PhoneState, found: PhoneCall): PhoneState {
  return { ...state, calls: { ...state.calls, [found.id]: found } };
}

function change(state: PhoneState, id: string, changes: Partial<PhoneCall>): PhoneState {
  const found = state.calls[id];
  return found ? put(state, { ...found, ...changes }) : state;
}

function without(state: PhoneState, id: string): PhoneState {
  const { [id]: _, ...calls } = state.calls;
  return { ...state, calls };
}

export function isIdle(state: PhoneState): boolean {
  return Object.keys(state.calls).length === 0;
}

export function callOf(state: PhoneState, interaction: string): PhoneCall | null {
  return Object.values(state.calls).find((each) => each.interaction === interaction) ?? null;
}

function ringingFor(state: PhoneState, interaction: string): PhoneCall | null {
  const found = callOf(state, interaction);
  return found?.state === "ringing" ? found : null;
}
