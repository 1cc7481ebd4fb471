"""A small SIP phone with audio, for tests: registers, calls, is called, speaks a tone, presses keys.

SIP over UDP (RFC 3261) and RTP (RFC 3550) on loopback, just enough of both.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import struct
from collections import deque
from collections.abc import Callable

from tests.contract.telephony import tones

LISTEN_S = 0.32  # what came so lately is heard now
LISTEN_FRAMES = 16
REPEAT_S = 0.5
PT_ULAW, PT_DIGIT = 0, 101
RTCP_RECEIVER = 201  # a report of who hears and does not speak (RFC 3550, section 6.4.2)
DIGITS = "0123456789*#"


class Audio(asyncio.DatagramProtocol):
    """One call's RTP: sends a frame each 20 ms, keeps what comes."""

    def __init__(self) -> None:
        self._heard: deque[tuple[float, bytes]] = deque(maxlen=LISTEN_FRAMES)
        self.digits: list[str] = []
        self.sent = 0
        self.silent = False  # sends no sound any more
        self.reports = False  # but RTCP, as phones do that suppress silence
        self._to: tuple[str, int] | None = None
        self._frame = tones.SILENCE
        self._events: deque[bytes] = deque()
        self._last_event = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]
        self.port = transport.get_extra_info("sockname")[1]
        self._task = asyncio.create_task(self._send())

    def datagram_received(self, data: bytes, addr: object) -> None:
        kind = data[1] & 0x7F
        if kind == PT_ULAW:
            self._heard.append((asyncio.get_running_loop().time(), data[12:]))
        elif kind == PT_DIGIT and data[13] & 0x80 and data[4:8] != self._last_event:
            self._last_event = data[4:8]
            self.digits.append(DIGITS[data[12]])

    def speak(self, hz: int | None) -> None:
        """From now on this tone, or silence."""
        self._frame = tones.SILENCE if hz is None else tones.frame(hz)

    def press(self, digits: str) -> None:
        for digit in digits:
            event = DIGITS.index(digit)
            for n in range(8):  # the last three say that it ends
                duration = tones.FRAME * min(n + 1, 6)
                end = 0x80 if n >= 5 else 0
                self._events.append(struct.pack("!BBH", event, end | 10, duration))
            self._events.extend([b""] * 4)

    def talk_to(self, sdp: str) -> None:
        host, port = re.search(r"c=IN IP4 (\S+)", sdp), re.search(r"m=audio (\d+)", sdp)
        if host and port:
            self._to = (host[1], int(port[1]))

    def now(self) -> list[int]:
        """The samples heard just now; nothing if nothing comes."""
        since = asyncio.get_running_loop().time() - LISTEN_S
        return tones.decoded(b"".join(frame for at, frame in self._heard if at > since))

    def close(self) -> None:
        self._task.cancel()
        self.transport.close()

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        number, stamp, source = (
            secrets.randbelow(1000),
            secrets.randbelow(1000),
            secrets.randbits(32),
        )
        due, event_at = loop.time(), 0
        while True:
            event = self._events.popleft() if self._events else b""
            if event and event[2:4] == struct.pack("!H", tones.FRAME):
                event_at = stamp
            kind, at, body = (PT_DIGIT, event_at, event) if event else (PT_ULAW, stamp, self._frame)
            head = struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, at & 0xFFFFFFFF, source)
            if self._to is None or self.transport.is_closing():
                pass
            elif not self.silent:
                self.transport.sendto(head + body, self._to)
                self.sent += 1
            elif self.reports:
                host, port = self._to
                report = struct.pack("!BBHI", 0x80, RTCP_RECEIVER, 1, source)
                self.transport.sendto(report, (host, port + 1))
            number, stamp, due = number + 1, stamp + tones.FRAME, due + 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))


class Call:
    """One dialog. `status` is the final answer, `rang` and `up` and `ended` tell where it stands."""

    def __init__(self, phone: Phone, call_id: str, audio: Audio) -> None:
        self.phone = phone
        self.id = call_id
        self.audio = audio
        self.status = 0
        self.rang = asyncio.Event()
        self.up = asyncio.Event()
        self.ended = asyncio.Event()
        self.headers: dict[str, str] = {}
        self.inbound = False
        self.cseq = 1
        self.local = self.remote = self.target = ""
        self.invite: Request | None = None
        self.sdp = ""
        self.branch = ""
        self.tried_password = False
        self.heard_back = False
        self.repeating: asyncio.Task[None] | None = None

    def answer(self) -> None:
        assert self.invite is not None
        self.status = 200
        self.phone.reply(self.invite, 200, self.local, self.phone.offer(self.audio.port))

    def reject(self, code: int = 486) -> None:
        assert self.invite is not None
        self.status = code
        self.phone.reply(self.invite, code, self.local)
        self._over()

    def hold(self, on: bool) -> None:
        offer = self.phone.offer(self.audio.port, "sendonly" if on else "sendrecv")
        self.cseq += 1
        self.phone.send(self, "INVITE", offer)

    def hang_up(self) -> None:
        if self.ended.is_set():
            return
        if self.up.is_set():
            self.cseq += 1
            self.phone.send(self, "BYE")
            self._over()
        elif self.inbound:
            self.reject(480)
        else:
            self.phone.send(self, "CANCEL", branch=self.branch)

    def _over(self) -> None:
        self.ended.set()
        self.audio.close()


class Request:
    """A message that came in."""

    def __init__(self, data: bytes) -> None:
        head, _, self.body = data.decode(errors="replace").partition("\r\n\r\n")
        self.first, *lines = head.split("\r\n")
        self.vias = [line for line in lines if line.lower().startswith("via:")]
        self.headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            self.headers.setdefault(name.strip().lower(), value.strip())
        self.cseq, self.method = self.headers["cseq"].split()


class Phone(asyncio.DatagramProtocol):
    """A SIP user on a port of its own. `rings` is told of each call that comes in."""

    def __init__(
        self, user: str, server: tuple[str, int], password: str = "", host: str = "127.0.0.1"
    ) -> None:
        self.user = user
        self.host = host
        self.calls: dict[str, Call] = {}
        self.asleep = False  # hears nothing
        self.rings: Callable[[Call], None] = lambda call: None
        self._server = server
        self._password = password

    @classmethod
    async def open(
        cls, user: str, server: tuple[str, int], password: str = "", host: str = "127.0.0.1"
    ) -> Phone:
        loop = asyncio.get_running_loop()
        _, phone = await loop.create_datagram_endpoint(
            lambda: cls(user, server, password, host), local_addr=(host, 0)
        )
        return phone

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]
        self.port = transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        for call in self.calls.values():
            call.heard_back = True
            call.hang_up()
            call.audio.close()
        self.transport.close()

    async def register(self, expires_s: int = 300) -> int:
        """The final status."""
        call = self._dialog(
            secrets.token_hex(8), await self._audio(), f"sip:127.0.0.1:{self._server[1]}"
        )
        call.remote = f"<sip:{self.user}@127.0.0.1>"
        call.sdp = f"Expires: {expires_s}"
        self.send(call, "REGISTER", extra=call.sdp + "\r\n")
        await asyncio.wait_for(call.up.wait(), 5)
        call.audio.close()
        return call.status

    async def call(self, number: str, *, headers: str = "") -> Call:
        """An INVITE is on its way."""
        audio = await self._audio()
        call = self._dialog(
            secrets.token_hex(8), audio, f"sip:{number}@127.0.0.1:{self._server[1]}"
        )
        call.remote = f"<{call.target}>"
        call.sdp = self.offer(audio.port)
        self.send(call, "INVITE", call.sdp, headers)
        call.repeating = asyncio.create_task(self._repeat(call, headers))
        return call

    async def _repeat(self, call: Call, headers: str) -> None:
        """Until somebody answers at all (RFC 3261, timer A)."""
        branch = call.branch
        while not call.heard_back:
            await asyncio.sleep(REPEAT_S)
            if not call.heard_back:
                self.send(call, "INVITE", call.sdp, headers, branch)

    def _dialog(self, call_id: str, audio: Audio, target: str) -> Call:
        call = self.calls[call_id] = Call(self, call_id, audio)
        call.target = target
        call.local = f"<sip:{self.user}@127.0.0.1>;tag={secrets.token_hex(4)}"
        return call

    async def _audio(self) -> Audio:
        loop = asyncio.get_running_loop()
        _, audio = await loop.create_datagram_endpoint(Audio, local_addr=(self.host, 0))
        return audio

    def offer(self, port: int, direction: str = "sendrecv") -> str:
        lines = (
            "v=0", f"o=- 1 {secrets.randbelow(9999)} IN IP4 {self.host}", "s=-", f"c=IN IP4 {self.host}",
            "t=0 0", f"m=audio {port} RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", f"a={direction}", "",
        )  # fmt: skip
        return "\r\n".join(lines)

    # --- the wire -------------------------------------------------------------------------------

    def send(
        self, call: Call, method: str, body: str = "", extra: str = "", branch: str = ""
    ) -> None:
        call.branch = branch or "z9hG4bK" + secrets.token_hex(8)
        kind = "Content-Type: application/sdp\r\n" if body else ""
        self._write(
            f"{method} {call.target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={call.branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {call.local}\r\nTo: {call.remote}\r\nCall-ID: {call.id}\r\n"
            f"CSeq: {call.cseq} {method}\r\nContact: <sip:{self.user}@{self.host}:{self.port}>\r\n"
            f"{extra}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def reply(self, request: Request, code: int, to: str = "", body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        vias = "\r\n".join(request.vias)
        headers = request.headers
        self._write(
            f"SIP/2.0 {code} x\r\n{vias}\r\nFrom: {headers['from']}\r\nTo: {to or headers['to']}\r\n"
            f"Call-ID: {headers['call-id']}\r\nCSeq: {headers['cseq']}\r\n"
            f"Contact: <sip:{self.user}@{self.host}:{self.port}>\r\n"
            f"{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        )

    def _write(self, text: str) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(text.encode(), self._server)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if len(data) < 10 or self.asleep:
            return
        message = Request(data)
        call = self.calls.get(message.headers["call-id"])
        if message.first.startswith("SIP/2.0"):
            if call is not None:
                call.heard_back = True
                self._answered(call, message, int(message.first.split()[1]))
        elif message.method == "INVITE" and call is None:
            task = asyncio.create_task(self._invited(message))
            task.add_done_callback(lambda done: done.result())
        else:
            self._asked(call, message)

    async def _invited(self, message: Request) -> None:
        call = Call(self, message.headers["call-id"], await self._audio())
        self.calls[call.id] = call
        call.inbound, call.invite, call.headers = True, message, message.headers
        call.local = message.headers["to"] + f";tag={secrets.token_hex(4)}"
        call.remote = message.headers["from"]
        call.target = _uri(message.headers["contact"])
        call.audio.talk_to(message.body)
        self.reply(message, 180, call.local)
        self.rings(call)

    def _asked(self, call: Call | None, message: Request) -> None:
        """A request within a dialog, or an OPTIONS."""
        if message.method == "ACK":
            if call is not None and call.status == 200:
                call.up.set()
            return
        if call is None:
            self.reply(message, 200 if message.method == "OPTIONS" else 481)
            return
        if message.method == "INVITE":
            call.audio.talk_to(message.body)
            self.reply(message, 200, body=self.offer(call.audio.port))
            return
        self.reply(message, 200)
        if message.method == "CANCEL" and call.invite is not None and not call.status:
            self.reply(call.invite, 487, call.local)
        if message.method in ("BYE", "CANCEL"):
            call._over()

    def _answered(self, call: Call, message: Request, code: int) -> None:
        if message.method not in ("INVITE", "REGISTER"):
            return
        if message.method == "INVITE":
            if code == 180:
                call.rang.set()
            if code >= 200:
                self._acknowledge(call, message, code)
        if code in (401, 407) and self._password and not call.tried_password:
            self._again(call, message)
            return
        if message.body:
            call.audio.talk_to(message.body)
        if code < 200 or call.up.is_set():
            return
        call.status = code
        call.rang.set()
        if code < 300 or message.method == "REGISTER":
            call.up.set()
        else:
            call._over()

    def _acknowledge(self, call: Call, message: Request, code: int) -> None:
        call.remote = message.headers["to"]
        if code < 300:
            call.target = _uri(message.headers.get("contact", "")) or call.target
            self.send(call, "ACK")
            return
        found = re.search(r"branch=([^;\s]+)", message.headers["via"])
        self.send(call, "ACK", branch=found[1] if found else "")

    def _again(self, call: Call, message: Request) -> None:
        """The same with the password (RFC 2617, MD5, qop auth)."""
        call.tried_password = True
        call.cseq += 1
        call.remote = re.sub(r";tag=.*", "", call.remote)
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', message.headers["www-authenticate"]))
        first = _md5(f"{self.user}:{asked['realm']}:{self._password}")
        second = _md5(f"{message.method}:{call.target}")
        response = _md5(f"{first}:{asked['nonce']}:00000001:0a4f113b:auth:{second}")
        opaque = f',opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        line = (
            f'Authorization: Digest username="{self.user}",realm="{asked["realm"]}",'
            f'nonce="{asked["nonce"]}",uri="{call.target}",response="{response}",algorithm=MD5,'
            f'cnonce="0a4f113b",qop=auth,nc=00000001{opaque}\r\n'
        )
        if message.method == "REGISTER":
            self.send(call, "REGISTER", extra=line + call.sdp + "\r\n")
        else:
            self.send(call, "INVITE", call.sdp, line)


def _uri(header: str) -> str:
    found = re.search(r"<([^>]+)>", header)
    return found[1] if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
