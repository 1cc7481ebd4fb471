/** The swim-lane of one interaction: who had it in which state, folded from its events. Pure. */

import type { JournalRow } from "../../api/types";

export type LaneState =
  | "queued"
  | "away"
  | "offered"
  | "connected"
  | "wrap_up"
  | "consult"
  | "monitor"
  | "flow"
  | "scheduled"
  | "dialling"
  | "ringing"
  | "talk"
  | "held"
  | "music"
  | "alone"
  | "aside"
  | "listen"
  | "whisper"
  | "recorded";

export interface Segment {
  state: LaneState;
  from: number; // ms since the epoch
  to: number | null; // null: still so
}

export interface Lane {
  key: string;
  /** `leg`: a phone on the call; `menu`: the flow; `recording`: what is kept of it. */
  kind: "queue" | "agent" | "leg" | "menu" | "recording";
  id: string;
  segments: Segment[];
}

export interface Mark {
  at: number;
  kind: "customer" | "agent" | "internal" | "rated" | "customer_away" | "key";
}

export interface Chart {
  from: number;
  to: number; // of the last event; a live one goes on from here
  live: boolean;
  lanes: Lane[];
  marks: Mark[];
}

class Drawing {
  readonly lanes: Lane[] = [];
  readonly marks: Mark[] = [];
  readonly customerLegs = new Set<string>();
  ended = false;
  held = false;

  open(kind: Lane["kind"], id: string, state: LaneState, at: number): void {
    this.close(kind, id, at);
    const key = `${kind}:${id}`;
    let lane = this.lanes.find((one) => one.key === key);
    if (!lane) {
      lane = { key, kind, id, segments: [] };
      this.lanes.push(lane);
    }
    lane.segments.push({ state, from: at, to: null });
  }

  /** Open it unless it is so already. */
  be(kind: Lane["kind"], id: string, state: LaneState, at: number): void {
    const last = this.lanes.find((one) => one.key === `${kind}:${id}`)?.segments.at(-1);
    if (last?.to !== null || last.state !== state) this.open(kind, id, state, at);
  }

  close(kind: Lane["kind"], id: string | null, at: number, states?: LaneState[]): void {
    for (const lane of this.lanes) {
      if (lane.kind !== kind || (id !== null && lane.id !== id)) continue;
      for (const segment of lane.segments) {
        if (segment.to === null && (!states || states.includes(segment.state))) segment.to = at;
      }
    }
  }
}

const id = (value: unknown): string => (typeof value === "string" ? value : "?");

function draw(drawing: Drawing, recorded: JournalRow, at: number): void {
  const { kind, event } = recorded;
  const agent = id(event.agent_id);
  drawLegs(drawing, recorded, at);
  switch (kind) {
    case "Queued":
      drawing.close("menu", null, at);
      drawing.close("queue", null, at);
      drawing.open("queue", id(event.queue), "queued", at);
      break;
    case "WentAway":
      drawing.close("queue", null, at);
      drawing.open("queue", id(event.queue), "away", at);
      break;
    case "Offered":
      drawing.open("agent", agent, "offered", at);
      break;
    case "OfferEnded":
      drawing.close("agent", agent, at, ["offered"]);
      break;
    case "Connected":
      drawing.close("queue", null, at);
      drawing.close("agent", null, at, ["offered", "connected"]);
      drawing.open("agent", agent, "connected", at);
      break;
    case "Released":
      drawing.close("agent", agent, at, ["connected", "offered", "wrap_up"]);
      break;
    case "Joined":
      drawing.open("agent", agent, overhears(event.role) ? "monitor" : "consult", at);
      break;
    case "Parted":
      drawing.close("agent", agent, at, ["consult", "monitor"]);
      break;
    case "ConversationEnded":
      drawing.close("agent", null, at, ["connected"]);
      break;
    case "WrapUpStarted":
      drawing.open("agent", agent, "wrap_up", at);
      break;
    case "WrapUpEnded":
      drawing.close("agent", agent, at, ["wrap_up"]);
      break;
    case "MessageLeft":
    case "Ended":
      drawing.close("menu", null, at);
      drawing.close("queue", null, at);
      drawing.close("agent", null, at);
      drawing.ended = drawing.ended || kind === "Ended";
      break;
    case "MessageAdded":
      if (event.visibility === "internal") drawing.marks.push({ at, kind: "internal" });
      else if (event.sender === "customer") drawing.marks.push({ at, kind: "customer" });
      else if (event.sender === "agent") drawing.marks.push({ at, kind: "agent" });
      break;
    case "Rated":
      drawing.marks.push({ at, kind: "rated" });
      break;
    case "CustomerAway":
      drawing.marks.push({ at, kind: "customer_away" });
      break;
  }
}

function overhears(role: unknown): boolean {
  return role === "monitor" || role === "whisper" || role === "barge";
}

/** What is true of a call only: its legs, where they stand, the flow, the recording. */
function drawLegs(drawing: Drawing, { kind, event }: JournalRow, at: number): void {
  const leg = id(event.leg_id);
  switch (kind) {
    case "LegStarted":
      if (event.role === "customer") drawing.customerLegs.add(leg);
      drawing.open("leg", leg, "dialling", at);
      break;
    case "LegRinging":
      drawing.open("leg", leg, "ringing", at);
      break;
    case "LegUp":
      drawing.open("leg", leg, "alone", at);
      break;
    case "LegOver":
      drawing.close("leg", leg, at);
      break;
    case "CustomerHeld":
    case "CustomerRetrieved":
      drawing.held = kind === "CustomerHeld";
      break;
    case "Arranged":
      arrange(drawing, event, at);
      break;
    case "FlowEntered":
      drawing.be("menu", "menu", "flow", at);
      break;
    case "FlowLeft":
      drawing.close("menu", null, at);
      break;
    case "CallbackPlanned":
      if (event.at_time) drawing.open("menu", "menu", "scheduled", at);
      break;
    case "KeyPressed":
      drawing.marks.push({ at, kind: "key" });
      break;
  }
}

function arrange(drawing: Drawing, event: JournalRow["event"], at: number): void {
  const plans = Array.isArray(event.legs) ? (event.legs as Record<string, unknown>[]) : [];
  for (const plan of plans) {
    const leg = id(plan.leg_id);
    const held = drawing.held && plan.place === "music" && drawing.customerLegs.has(leg);
    drawing.be("leg", leg, held ? "held" : (id(plan.place) as LaneState), at);
  }
  if (event.recording === "on") drawing.be("recording", id(event.recording_id), "recorded", at);
  else drawing.close("recording", null, at);
}

/** Lanes in the order they were first used; `null` while there is nothing to draw. */
export function chart(events: readonly JournalRow[]): Chart | null {
  const first = events[0];
  if (!first) return null;
  const drawing = new Drawing();
  let to = Date.parse(first.at);
  for (const recorded of events) {
    const at = Date.parse(recorded.at);
    // a rating may come a day later: it must not squeeze the conversation into one pixel
    if (!drawing.ended) to = Math.max(to, at);
    draw(drawing, recorded, Math.min(at, drawing.ended ? to : at));
  }
  return {
    from: Date.parse(first.at),
    to,
    live: !drawing.ended,
    lanes: drawing.lanes,
    marks: drawing.marks,
  };
}
