/** The thin seam to JsSIP: one registered line of this browser, and the SIP sessions on it.
 *
 * A line is used once: when it is lost, the softphone opens another with fresh credentials. Sessions that are
 * up keep their audio (it does not go through the line), until they are ended or replaced.
 */

import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from "jssip/lib/UA";
import type { Access, Purpose } from "./machine";

export interface LineNews {
  registered: () => void;
  /** The line is gone for good; `cause` if the other side said why. */
  lost: (cause: string | null) => void;
  invited: (id: string, interaction: string | null, purpose: Purpose) => void;
  up: (id: string) => void;
  over: (id: string) => void;
  /** What the other side says. */
  heard: (id: string, stream: MediaStream) => void;
}

export interface SipLine {
  answer: (id: string, microphone: MediaStream) => void;
  reject: (id: string) => void;
  hangUp: (id: string) => void;
  /** End the audio without a word to the other side. */
  forget: (id: string) => void;
  /** Calls a user part of our own domain; the session's id. */
  call: (user: string, microphone: MediaStream) => string;
  peer: (id: string) => RTCPeerConnection | null;
  /** No more registration; sessions that are up stay. */
  leave: () => void;
  close: () => void;
}

export type OpenLine = (access: Access, news: LineNews) => Promise<SipLine>;

const REGISTER_EXPIRES_S = 120;
/** JsSIP must not come back by itself: it would do so with credentials that no longer work. */
const NEVER_S = 86_400;
const BUSY_HERE = 486;
/** Candidates that come later than this after the last one are not waited for. */
const ICE_CALM_MS = 400;
/** The same where STUN or TURN is asked: a relay answers after a few round trips. */
const ICE_SERVERS_CALM_MS = 2_000;
const PURPOSES: readonly string[] = ["offer", "resume", "consult", "supervise", "dial"];

export const openLine: OpenLine = async (access, news) => {
  const { UA, WebSocketInterface } = await import("jssip");
  const socket = new WebSocketInterface(lineAddress(access.websocket));
  const ua = new UA({
    sockets: [socket],
    uri: access.uri,
    authorization_user: access.user,
    password: access.password,
    register: true,
    register_expires: REGISTER_EXPIRES_S,
    session_timers: false,
    user_agent: "Parley",
    connection_recovery_min_interval: NEVER_S,
    connection_recovery_max_interval: NEVER_S,
  });
  const calmMs = access.ice_servers.length > 0 ? ICE_SERVERS_CALM_MS : ICE_CALM_MS;
  const sessions = new Map<string, RTCSession>();
  let left = false;

  function lost(cause: string | null): void {
    if (left) return;
    left = true;
    news.lost(cause);
  }

  function keep(session: RTCSession): string {
    const { id } = session;
    sessions.set(id, session);
    const over = () => {
      if (!sessions.delete(id)) return;
      news.over(id);
      if (left && sessions.size === 0) ua.stop();
    };
    session.on("confirmed", () => news.up(id));
    session.on("ended", over);
    session.on("failed", over);
    listen(session, id);
    return id;
  }

  function listen(session: RTCSession, id: string): void {
    let calm: ReturnType<typeof setTimeout> | undefined;
    session.on("icecandidate", ({ ready }) => {
      clearTimeout(calm);
      calm = setTimeout(ready, calmMs);
    });
    const hear = (peer: RTCPeerConnection) =>
      peer.addEventListener("track", ({ track, streams }) =>
        news.heard(id, streams[0] ?? new MediaStream([track])),
      );
    if (session.connection) hear(session.connection);
    else session.on("peerconnection", ({ peerconnection }) => hear(peerconnection));
  }

  ua.on("registered", () => news.registered());
  ua.on("registrationFailed", ({ cause }) => lost(String(cause ?? "")));
  ua.on("disconnected", () => lost(null));
  ua.on("newRTCSession", (event: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) => {
    if (event.originator !== "remote") return;
    const id = keep(event.session);
    const header = (name: string) => event.request.getHeader(name) || null;
    news.invited(id, header("X-Parley-Interaction"), purposeOf(header("X-Parley-Purpose")));
  });
  ua.start();

  const pcConfig: RTCConfiguration = { iceServers: access.ice_servers, rtcpMuxPolicy: "require" };
  const options = (microphone: MediaStream) => ({
    mediaStream: microphone,
    mediaConstraints: { audio: true, video: false },
    pcConfig,
  });
  return {
    answer: (id, microphone) => sessions.get(id)?.answer(options(microphone)),
    reject: (id) => end(sessions.get(id), { status_code: BUSY_HERE }),
    hangUp: (id) => end(sessions.get(id)),
    forget: (id) => {
      const session = sessions.get(id);
      sessions.delete(id);
      session?.connection?.close();
      if (left && sessions.size === 0) ua.stop();
    },
    call: (user, microphone) => {
      const session = ua.call(`sip:${user}@${domainOf(access.uri)}`, options(microphone));
      return keep(session);
    },
    peer: (id) => sessions.get(id)?.connection ?? null,
    leave: () => {
      left = true;
      if (sessions.size === 0) ua.stop();
      else socket.disconnect();
    },
    close: () => {
      left = true;
      ua.stop();
    },
  };
};

function end(session: RTCSession | undefined, how?: { status_code: number }): void {
  if (!session || session.isEnded()) return;
  session.terminate(session.isEstablished() ? undefined : how);
}

function purposeOf(text: string | null): Purpose {
  return text && PURPOSES.includes(text) ? (text as Purpose) : "offer";
}

function domainOf(uri: string): string {
  return /@([^;>]+)/.exec(uri)?.[1] ?? "parley";
}

function lineAddress(path: string): string {
  if (/^wss?:/.test(path)) return path;
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${window.location.host}${path}`;
}
