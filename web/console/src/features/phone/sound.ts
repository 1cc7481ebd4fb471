/** Microphone and loudspeaker: which devices, why there is none, how loud somebody speaks. */
import type { Microphone } from "./machine";

const INPUT = "parley.phone.input";
const OUTPUT = "parley.phone.output";

export interface Devices {
  inputs: MediaDeviceInfo[];
  outputs: MediaDeviceInfo[];
}

export function chosenInput(): string {
  return localStorage.getItem(INPUT) ?? "";
}

export function chosenOutput(): string {
  return localStorage.getItem(OUTPUT) ?? "";
}

export function chooseInput(id: string): void {
  localStorage.setItem(INPUT, id);
}

export function chooseOutput(id: string): void {
  localStorage.setItem(OUTPUT, id);
}

export class NoMicrophone extends Error {
  constructor(readonly why: Microphone) {
    super(why);
  }
}

/** The chosen microphone, else any. Raises NoMicrophone. */
export async function openMicrophone(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new NoMicrophone("insecure");
  const plain = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  const chosen = chosenInput();
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: chosen ? { ...plain, deviceId: { ideal: chosen } } : plain,
    });
  } catch (error) {
    throw new NoMicrophone(whyOf(error));
  }
}

export function whyOf(error: unknown): Microphone {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  return "busy";
}

/** Whether we may use the microphone, without asking. */
export async function microphoneState(): Promise<Microphone> {
  if (!navigator.mediaDevices) return "insecure";
  try {
    const { state } = await navigator.permissions.query({ name: "microphone" as PermissionName });
    return state === "granted" ? "allowed" : state === "denied" ? "denied" : "unknown";
  } catch {
    return "unknown"; // Firefox does not tell
  }
}

export async function listDevices(): Promise<Devices> {
  const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return {
    inputs: all.filter((each) => each.kind === "audioinput" && each.deviceId !== "communications"),
    outputs: all.filter(
      (each) => each.kind === "audiooutput" && each.deviceId !== "communications",
    ),
  };
}

export function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A microphone that says nothing: for who only listens and has none. */
export function silence(): MediaStream {
  const context = new AudioContext();
  return context.createMediaStreamDestination().stream;
}

export interface Speaker {
  play: (stream: MediaStream) => Promise<void>;
  device: (id: string) => Promise<void>;
  stop: () => void;
}

/** Plays what the other side says on the chosen device. */
export function speaker(): Speaker {
  const element = document.createElement("audio");
  element.autoplay = true;
  const device = async (id: string) => {
    if ("setSinkId" in element) await element.setSinkId(id).catch(() => undefined);
  };
  return {
    play: async (stream) => {
      element.srcObject = stream;
      await device(chosenOutput());
      await element.play();
    },
    device,
    stop: () => {
      element.pause();
      element.srcObject = null;
    },
  };
}

/** How loud a stream is, 0..1, told ten times a second; the result stops it. */
export function meter(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

const FLOOR_DB = -60;

/** Mean power of samples -1..1 on a scale where speech moves: -60 dB is 0, full scale 1. */
export function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, each) => sum + each * each, 0) / Math.max(1, samples.length);
  if (power === 0) return 0;
  return Math.max(0, Math.min(1, 1 - (10 * Math.log10(power)) / FLOOR_DB));
}
