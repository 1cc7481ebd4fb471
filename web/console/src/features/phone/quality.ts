/** How good a call's line is, from two readings of its statistics. Pure. Source: W3C webrtc-stats. */

export interface Reading {
  at: number; // ms
  received: number; // packets, since the start
  lost: number;
  jitter_ms: number;
  rtt_ms: number | null;
}

export type Grade = "good" | "fair" | "poor";

export interface Quality {
  grade: Grade;
  loss: number; // 0..1 since the reading before
  jitter_ms: number;
  rtt_ms: number | null;
}

/** Beyond these a listener notices (fair), or understands badly (poor). Source: ITU-T G.107, G.114. */
const FAIR = { loss: 0.015, jitter_ms: 30, rtt_ms: 250 };
const POOR = { loss: 0.05, jitter_ms: 60, rtt_ms: 500 };

export function readingOf(stats: Iterable<Record<string, unknown>>, at: number): Reading | null {
  let found: Reading | null = null;
  let rtt: number | null = null;
  for (const each of stats) {
    if (each.type === "inbound-rtp" && each.kind === "audio") {
      found = {
        at,
        received: figure(each.packetsReceived),
        lost: Math.max(0, figure(each.packetsLost)),
        jitter_ms: figure(each.jitter) * 1000,
        rtt_ms: null,
      };
    }
    if (each.type === "remote-inbound-rtp" && each.roundTripTime !== undefined) {
      rtt = figure(each.roundTripTime) * 1000;
    } else if (rtt === null && each.type === "candidate-pair" && each.nominated) {
      rtt =
        each.currentRoundTripTime === undefined ? null : figure(each.currentRoundTripTime) * 1000;
    }
  }
  return found && { ...found, rtt_ms: rtt };
}

export function qualityOf(before: Reading, now: Reading): Quality {
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const loss = received + lost === 0 ? 0 : lost / (received + lost);
  const figures = { loss, jitter_ms: now.jitter_ms, rtt_ms: now.rtt_ms ?? 0 };
  const over = (limits: typeof FAIR) =>
    figures.loss > limits.loss ||
    figures.jitter_ms > limits.jitter_ms ||
    figures.rtt_ms > limits.rtt_ms;
  const grade = over(POOR) ? "poor" : over(FAIR) ? "fair" : "good";
  return { grade, loss, jitter_ms: now.jitter_ms, rtt_ms: now.rtt_ms };
}

function figure(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
