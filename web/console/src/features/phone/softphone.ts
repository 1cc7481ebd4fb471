/** The softphone: carries out what the machine says, tells it what happened, and holds what is not pure. */
import { create } from "zustand";
import { api } from "../../api/client";
import { Problem } from "../../api/problem";
import {
  type Access,
  type Command,
  type Input,
  initial,
  isIdle,
  type Microphone,
  type PhoneState,
  type Purpose,
  step,
} from "./machine";
import { type Quality, qualityOf, type Reading, readingOf } from "./quality";
import { type OpenLine, openLine, type SipLine } from "./sip";
import {
  microphoneState,
  NoMicrophone,
  openMicrophone,
  type Speaker,
  silence,
  speaker,
  stop,
} from "./sound";

interface Phone extends PhoneState {
  /** Of each call that is up, measured every two seconds. */
  quality: Record<string, Quality>;
  /** The browser wants a click before it plays. */
  soundBlocked: boolean;
  microphoneStream: MediaStream | null;
}

export const usePhone = create<Phone>(() => ({
  ...initial,
  quality: {},
  soundBlocked: false,
  microphoneStream: null,
}));

const MEASURE_MS = 2_000;
const EXPIRY_CHECK_MS = 30_000;
const EXPIRY_MARGIN_MS = 60_000;

interface Audio {
  line: SipLine;
  speaker: Speaker;
  microphone: MediaStream | null;
  reading: Reading | null;
}

let open: OpenLine = openLine;
let line: SipLine | null = null;
let generation = 0;
let retry: ReturnType<typeof setTimeout> | undefined;
let expiresAt = Number.POSITIVE_INFINITY;
/** Lines that were given up but still have calls, by call. */
const audio = new Map<string, Audio>();

/** For tests: another way to open lines. */
export function setOpenLine(opener: OpenLine): void {
  open = opener;
}

export function tell(input: Input): void {
  const { quality, soundBlocked, microphoneStream, ...state } = usePhone.getState();
  const [next, commands] = step(state, input);
  usePhone.setState(next);
  for (const command of commands) carryOut(command);
}

function carryOut(command: Command): void {
  switch (command.type) {
    case "open":
      void openPhone();
      break;
    case "connect":
      void connect(command.access);
      break;
    case "leave":
      leave((old) => old.leave());
      break;
    case "close":
      for (const id of [...audio.keys()]) silenceCall(id);
      leave((old) => old.close());
      break;
    case "wait":
      clearTimeout(retry);
      retry = setTimeout(() => tell({ type: "due" }), command.ms);
      break;
    case "answer":
      void answer(command.id, command.purpose);
      break;
    case "reject":
      audio.get(command.id)?.line.reject(command.id);
      break;
    case "hang_up":
      audio.get(command.id)?.line.hangUp(command.id);
      break;
    case "forget":
      audio.get(command.id)?.line.forget(command.id);
      silenceCall(command.id);
      break;
    case "mute":
      setTracks(audio.get(command.id)?.microphone ?? null, !command.on);
      break;
  }
}

async function openPhone(): Promise<void> {
  const asked = ++generation;
  try {
    const access = await api.post<Access>("/phone");
    if (asked === generation) tell({ type: "opened", access });
  } catch (error) {
    if (asked !== generation) return;
    const problem = error instanceof Problem ? error : null;
    tell({
      type: "refused",
      cause: problem?.code ?? "unknown",
      retry: problem?.retry ?? true,
      now: Date.now(),
      chance: Math.random(),
    });
  }
}

async function connect(access: Access): Promise<void> {
  const asked = generation;
  const current = () => asked === generation;
  const opened = await open(access, {
    registered: () => current() && tell({ type: "registered" }),
    lost: (cause) => {
      if (current()) tell({ type: "lost", cause, now: Date.now(), chance: Math.random() });
    },
    invited: (id, interaction, purpose) => {
      adopt(id, opened);
      tell({ type: "invited", id, interaction, purpose });
    },
    up: (id) => tell({ type: "up", id }),
    over: (id) => {
      silenceCall(id);
      tell({ type: "over", id });
    },
    heard: (id, stream) => void hear(id, stream),
  });
  if (!current()) {
    opened.close();
    return;
  }
  line = opened;
  expiresAt = Date.now() + access.expires_s * 1000 - EXPIRY_MARGIN_MS;
}

function leave(how: (old: SipLine) => void): void {
  generation += 1;
  clearTimeout(retry);
  if (line) how(line);
  line = null;
  expiresAt = Number.POSITIVE_INFINITY;
}

function adopt(id: string, on: SipLine): void {
  audio.set(id, { line: on, speaker: speaker(), microphone: null, reading: null });
}

async function answer(id: string, purpose: Purpose): Promise<void> {
  const call = audio.get(id);
  if (!call) return;
  try {
    const microphone = await microphoneFor(purpose);
    if (!audio.has(id)) return stop(microphone); // it ended while we asked
    attach(id, microphone);
    call.line.answer(id, microphone);
  } catch (error) {
    tell({ type: "no_microphone", id, why: error instanceof NoMicrophone ? error.why : "busy" });
  }
}

/** Who only listens needs none. */
async function microphoneFor(purpose: Purpose): Promise<MediaStream> {
  try {
    return await openMicrophone();
  } catch (error) {
    if (purpose === "supervise") return silence();
    throw error;
  }
}

function attach(id: string, microphone: MediaStream): void {
  const call = audio.get(id);
  if (!call) return;
  call.microphone = microphone;
  usePhone.setState({ microphoneStream: microphone, microphone: "allowed" });
}

function silenceCall(id: string): void {
  const call = audio.get(id);
  if (!call) return;
  audio.delete(id);
  call.speaker.stop();
  stop(call.microphone);
  const { [id]: _, ...quality } = usePhone.getState().quality;
  const left = [...audio.values()].at(-1)?.microphone ?? null;
  usePhone.setState({ quality, microphoneStream: left });
}

async function hear(id: string, stream: MediaStream): Promise<void> {
  try {
    await audio.get(id)?.speaker.play(stream);
    usePhone.setState({ soundBlocked: false });
  } catch (error) {
    const blocked = error instanceof Error && error.name === "NotAllowedError";
    if (blocked) usePhone.setState({ soundBlocked: true });
  }
}

function setTracks(stream: MediaStream | null, on: boolean): void {
  for (const track of stream?.getAudioTracks() ?? []) track.enabled = on;
}

/** Call ourselves: what one says comes back. Raises NoMicrophone. */
export async function echo(): Promise<void> {
  if (!line || !isIdle(usePhone.getState())) return;
  const on = line;
  const microphone = await openMicrophone();
  const id = on.call("echo", microphone);
  adopt(id, on);
  attach(id, microphone);
  tell({ type: "called", id });
}

/** Ask for the microphone once, so that the first call need not. */
export async function askMicrophone(): Promise<Microphone> {
  let state: Microphone = "allowed";
  try {
    stop(await openMicrophone());
  } catch (error) {
    state = error instanceof NoMicrophone ? error.why : "busy";
  }
  tell({ type: "microphone", state });
  return state;
}

/** Another device for calls that are up too. */
export async function switchMicrophone(): Promise<void> {
  for (const [id, call] of audio) {
    const sender = call.line
      .peer(id)
      ?.getSenders()
      .find((each) => each.track?.kind === "audio");
    if (!sender) continue;
    const fresh = await openMicrophone();
    setTracks(fresh, !usePhone.getState().calls[id]?.muted);
    await sender.replaceTrack(fresh.getAudioTracks()[0] ?? null);
    stop(call.microphone);
    attach(id, fresh);
  }
}

export function switchSpeaker(device: string): void {
  for (const call of audio.values()) void call.speaker.device(device);
}

/** After a click the browser lets us play. */
export function unblockSound(): void {
  for (const [id, call] of audio) {
    const receivers = call.line.peer(id)?.getReceivers() ?? [];
    const tracks = receivers.map((each) => each.track).filter((each) => each.kind === "audio");
    if (tracks.length) void hear(id, new MediaStream(tracks));
  }
}

async function measure(): Promise<void> {
  for (const [id, call] of audio) {
    const peer = call.line.peer(id);
    if (peer?.connectionState === "failed") tell({ type: "stale", id });
    if (peer?.connectionState !== "connected") continue;
    const reading = readingOf([...(await peer.getStats()).values()], Date.now());
    if (!reading) continue;
    const before = call.reading;
    call.reading = reading;
    if (!before) continue;
    usePhone.setState(({ quality }) => ({
      quality: { ...quality, [id]: qualityOf(before, reading) },
    }));
  }
}

/** Keeps the phone for as long as the console is open; the result ends it. */
export function startPhone(): () => void {
  const measuring = setInterval(() => void measure(), MEASURE_MS);
  const expiry = setInterval(() => {
    if (Date.now() > expiresAt) tell({ type: "expiring" });
  }, EXPIRY_CHECK_MS);
  const soon = () => tell({ type: "soon" });
  window.addEventListener("online", soon);
  void microphoneState().then((state) => tell({ type: "microphone", state }));
  return () => {
    clearInterval(measuring);
    clearInterval(expiry);
    window.removeEventListener("online", soon);
    tell({ type: "wanted", on: false });
  };
}
