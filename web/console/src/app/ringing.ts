/** How an offer makes itself heard: a ring, a blinking title, a desktop notification. */
import type { TFunction } from "i18next";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import type { Work } from "../live/protocol";
import { useLive } from "../live/store";

const KEY = "parley.sound";
const RING_EVERY_MS = 2_000;
const BLINK_MS = 800;
const TITLE = "Parley";
/** Two rising tones, Hz and seconds. */
const RING: [hz: number, from: number, to: number][] = [
  [660, 0, 0.16],
  [880, 0.18, 0.42],
];
/** A telephone's two tones together, as in many countries: two short bursts. */
const PHONE_RING: typeof RING = [
  [440, 0, 0.4],
  [480, 0, 0.4],
  [440, 0.6, 1.0],
  [480, 0.6, 1.0],
];
const PHONE_RING_EVERY_MS = 3_000;
const BLIP: [hz: number, from: number, to: number][] = [[740, 0, 0.1]];

export const useSound = create<{ on: boolean }>(() => ({
  on: localStorage.getItem(KEY) !== "off",
}));

export function setSound(on: boolean): void {
  localStorage.setItem(KEY, on ? "on" : "off");
  useSound.setState({ on });
}

let audio: AudioContext | null = null;

/** Browsers let a page sound only after a gesture: call this from one. */
export function unlock(): void {
  audio ??= new AudioContext();
  if (audio.state === "suspended") void audio.resume();
  if ("Notification" in window && Notification.permission === "default") {
    void Notification.requestPermission();
  }
}

function play(tones: typeof RING, loudness: number): void {
  if (audio?.state !== "running" || !useSound.getState().on) return;
  for (const [hz, from, to] of tones) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + from;
    const end = audio.currentTime + to;
    tone.frequency.value = hz;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(loudness, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, end);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(end);
  }
}

/** `asked`: my phone rings for something that is no offer. */
export function useRinging(offers: Work[], asked = false): void {
  useFirstGesture();
  const { t } = useTranslation();
  const first = offers[0];
  const unread = useLive((state) =>
    Object.values(state.work).reduce((sum, each) => sum + each.unread, 0),
  );
  const calm = asked ? t("phone.consulted") : null;
  useBlinkingTitle(first ? titleOf(first, t) : calm, unread);
  const call = asked || offers.some((each) => each.channel === "voice");
  useRing(call ? "phone" : first ? "plain" : null);
  useNotification(first, t);
  useBlip(unread);
}

/** Who waits for my answer: a customer, or a colleague who asks for help. */
export function titleOf(work: Work, t: TFunction): string {
  return work.invitation
    ? t("offer.asks", { name: work.invitation.by })
    : t("offer.title", { name: work.customer.name });
}

function useFirstGesture(): void {
  useEffect(() => {
    const once = () => unlock();
    window.addEventListener("pointerdown", once, { once: true });
    window.addEventListener("keydown", once, { once: true });
    return () => {
      window.removeEventListener("pointerdown", once);
      window.removeEventListener("keydown", once);
    };
  }, []);
}

function useBlinkingTitle(alert: string | null, unread: number): void {
  useEffect(() => {
    const calm = unread > 0 ? `(${unread}) ${TITLE}` : TITLE;
    document.title = calm;
    if (!alert) return;
    let shown = false;
    const timer = setInterval(() => {
      shown = !shown;
      document.title = shown ? `● ${alert}` : calm;
    }, BLINK_MS);
    return () => {
      clearInterval(timer);
      document.title = calm;
    };
  }, [alert, unread]);
}

function useRing(kind: "phone" | "plain" | null): void {
  useEffect(() => {
    if (!kind) return;
    const tones = kind === "phone" ? PHONE_RING : RING;
    const every = kind === "phone" ? PHONE_RING_EVERY_MS : RING_EVERY_MS;
    play(tones, 0.25);
    const timer = setInterval(() => play(tones, 0.25), every);
    return () => clearInterval(timer);
  }, [kind]);
}

/** Only when the page is not in front, and only once per offer. */
function useNotification(offer: Work | undefined, t: TFunction): void {
  const id = offer?.id;
  const title = offer ? t("offer.title", { name: offer.customer.name }) : "";
  const body = offer?.call?.number || offer?.last_message?.text || offer?.page.title || "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per offer
  useEffect(() => {
    if (!id || !document.hidden || !("Notification" in window)) return;
    if (Notification.permission !== "granted") return;
    const shown = new Notification(title, {
      body,
      tag: id,
      requireInteraction: true,
      icon: "/icon.svg",
    });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
    return () => shown.close();
  }, [id]);
}

/** A soft tone when something new waits for an answer. */
function useBlip(unread: number): void {
  const before = useRef(unread);
  useEffect(() => {
    if (unread > before.current) play(BLIP, 0.08);
    before.current = unread;
  }, [unread]);
}
