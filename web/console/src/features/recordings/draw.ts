/** A waveform on a canvas: the customer above the middle, who served below; what was played is darker. */
import type { Waveform } from "./api";

export interface Ink {
  customer: string;
  agent: string;
  rest: string;
  now: string;
}

const BAR_PX = 2;
const GAP_PX = 1;

/** The loudest peak of each of `count` equal spans, per channel. */
export function bars(peaks: Waveform["peaks"], count: number): [number, number][] {
  return Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * peaks.length) / count));
    const span = peaks.slice(from, to);
    return [
      Math.max(0, ...span.map(([left]) => left)),
      Math.max(0, ...span.map(([, right]) => right)),
    ];
  });
}

export function drawWave(canvas: HTMLCanvasElement, wave: Waveform, share: number, ink: Ink): void {
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  canvas.width = width * scale;
  canvas.height = height * scale;
  context.scale(scale, scale);
  const count = Math.floor(width / (BAR_PX + GAP_PX));
  const middle = height / 2;
  bars(wave.peaks, count).forEach(([customer, agent], at) => {
    const x = at * (BAR_PX + GAP_PX);
    const played = x / width <= share;
    context.fillStyle = played ? ink.customer : ink.rest;
    const up = Math.max(1, customer * (middle - 2));
    context.fillRect(x, middle - up - 0.5, BAR_PX, up);
    context.fillStyle = played ? ink.agent : ink.rest;
    const down = Math.max(1, agent * (middle - 2));
    context.fillRect(x, middle + 0.5, BAR_PX, down);
  });
  context.fillStyle = ink.now;
  context.fillRect(Math.min(width - 1.5, share * width), 0, 1.5, height);
}
