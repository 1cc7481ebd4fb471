/** What can be done with a call now, and if not, why: a key of `phone.call.<why>`. Pure; the server decides. */
import type { CallLeg, CallRow } from "../../live/protocol";

export interface Controls {
  mute: string | null;
  hold: string | null;
  keypad: string | null;
  transfer: string | null;
  consult: string | null;
  merge: string | null;
  record: string | null;
}

export function controls(call: CallRow): Controls {
  const customer = call.legs.find((leg) => leg.role === "customer");
  const reached = customer?.state === "up" ? null : "only_connected";
  const mine = call.legs.find((leg) => leg.id === call.my_leg);
  const onPhone = mine?.state === "up" ? null : "only_connected";
  const consulting = call.consulting ? "in_consult" : null;
  return {
    mute: onPhone,
    hold: reached ?? consulting,
    keypad: reached,
    transfer: reached ?? consulting,
    consult: reached ?? consulting,
    merge: aside(call)?.state === "up" ? null : "nobody_aside",
    record: call.recording === "off" ? "not_recorded" : null,
  };
}

/** Who is being consulted: they speak with the owner while the customer hears music. */
export function aside(call: CallRow): CallLeg | null {
  if (!call.consulting) return null;
  const others = call.legs.filter((leg) => leg.role !== "customer" && leg.id !== call.my_leg);
  return others.find((leg) => leg.place === "aside") ?? others.find((leg) => !leg.place) ?? null;
}
