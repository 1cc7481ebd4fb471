"""A telephone on one UDP port: registers, places and takes calls. Everything is repeated until it is
answered, as UDP loses messages (RFC 3261, section 17)."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self, cast

from parley.demo.phone.audio import Audio
from parley.demo.phone.call import Call, State
from parley.demo.phone.message import (
    Message,
    authorisation,
    build,
    describe,
    parse,
    peer_in,
    uri_in,
)

REPEAT_S, REPEATS = 0.5, 6
MOST_ANSWERS = 2_000
ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, REFER, NOTIFY, INFO"
REASONS = {100: "Trying", 180: "Ringing", 200: "OK", 202: "Accepted", 480: "Unavailable",
           486: "Busy Here", 487: "Request Terminated", 603: "Decline"}  # fmt: skip
Pairs = list[tuple[str, str]]


@dataclass(slots=True)
class Dialog:
    """What messages of one call, or of a registration, carry."""

    target: str
    local: str
    remote: str
    id: str = field(default_factory=lambda: secrets.token_hex(12))
    number: int = 0
    invite: Message | None = None  # an incoming one that is not answered yet
    invite_branch: str = ""  # of ours, for a CANCEL
    extra: Pairs = field(default_factory=list)
    cancelled: bool = False
    tried: bool = False  # a password was given already
    done: asyncio.Future[int] | None = None  # of what is no call
    call: Call | None = None
    body: str = ""


class Phone(asyncio.DatagramProtocol):
    """`taken`, if given, hears of each incoming call, which already rings; else it waits in
    `arrived`."""

    def __init__(
        self, server: tuple[str, int], user: str, password: str | None = None, *,
        host: str = "127.0.0.1", name: str = "", taken: Callable[[Call], None] | None = None,
    ) -> None:  # fmt: skip
        self.user = user
        self.arrived: asyncio.Queue[Call] = asyncio.Queue()
        self._server = server
        self._password = password
        self._host = host
        self._name = name
        self._taken = taken
        self._dialogs: dict[str, Dialog] = {}
        self._repeating: dict[str, asyncio.Task[None]] = {}
        self._answers: dict[tuple[str, str], bytes] = {}  # to requests that may be repeated
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport

    async def open(self, port: int = 0) -> Self:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: self, local_addr=(self._host, port))
        return self

    def close(self) -> None:
        """At once; calls are hung up."""
        for dialog in list(self._dialogs.values()):
            if dialog.call is not None:
                dialog.call.hang_up()
                dialog.call.become(State.ENDED)
        for task in (*self._repeating.values(), *self._tasks):
            task.cancel()
        self._transport.close()

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        self.close()

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    @property
    def uri(self) -> str:
        return f"sip:{self.user}@{self._host}:{self.port}"

    # --- what it does ---------------------------------------------------------------------------

    async def register(self, expires_s: int = 300) -> int:
        """The status of the answer."""
        return await self._ask("REGISTER", f"sip:{self._at}", [("Expires", str(expires_s))])

    async def options(self) -> int:
        return await self._ask("OPTIONS", f"sip:{self._at}", [])

    async def call(self, number: str, headers: Mapping[str, str] | None = None) -> Call:
        """Returns at once; see `Call.up`."""
        audio = await Audio.open(self._host)
        dialog = self._dialog(f"sip:{number}@{self._at}")
        dialog.call = Call(self, dialog.id, audio)
        dialog.extra = list((headers or {}).items())
        dialog.body = describe(self._host, audio.port, "sendrecv")
        self._request(dialog, "INVITE", dialog.extra, dialog.body)
        return dialog.call

    async def _ask(self, method: str, target: str, extra: Pairs) -> int:
        dialog = self._dialog(target)
        dialog.remote = (
            f"<sip:{self.user}@{self._server[0]}>" if method == "REGISTER" else f"<{target}>"
        )
        dialog.extra = extra
        dialog.done = asyncio.get_running_loop().create_future()
        self._request(dialog, method, extra)
        try:
            return await dialog.done
        finally:
            self._dialogs.pop(dialog.id, None)

    @property
    def _at(self) -> str:
        return f"{self._server[0]}:{self._server[1]}"

    def _dialog(self, target: str) -> Dialog:
        local = f'"{self._name}" <sip:{self.user}@{self._host}>;tag={secrets.token_hex(6)}'
        dialog = Dialog(target, local.removeprefix('"" '), f"<{target}>")
        self._dialogs[dialog.id] = dialog
        return dialog

    # --- what a call asks for (call.Line) -----------------------------------------------------------

    def answer(self, call: Call) -> None:
        dialog = self._dialogs[call.id]
        if dialog.invite is not None:
            body = describe(self._host, call.audio.port, "sendrecv")
            self._reply(dialog.invite, 200, dialog.local, body, until_acknowledged=True)
            dialog.invite = None
            call.become(State.UP, 200)

    def reject(self, call: Call, status: int) -> None:
        dialog = self._dialogs[call.id]
        if dialog.invite is not None:
            self._reply(dialog.invite, status, dialog.local)
            dialog.invite = None
        self._over(dialog, status)

    def end(self, call: Call) -> None:
        dialog = self._dialogs.get(call.id)
        if dialog is None:
            return
        if call.state is State.UP:
            self._request(dialog, "BYE")
            self._over(dialog)
        elif call.incoming:
            self.reject(call, 603)
        else:
            dialog.cancelled = True
            self._request(dialog, "CANCEL", branch=dialog.invite_branch, number=dialog.number)

    def hold(self, call: Call, *, on: bool) -> None:
        body = describe(self._host, call.audio.port, "sendonly" if on else "sendrecv")
        call.audio.muted = on
        self._request(self._dialogs[call.id], "INVITE", body=body)

    def refer(self, call: Call, to: str) -> None:
        extra = [("Refer-To", f"<{to}>"), ("Referred-By", f"<{self.uri}>")]
        self._request(self._dialogs[call.id], "REFER", extra)

    def inform(self, call: Call, key: str) -> None:
        dialog = self._dialogs[call.id]
        dialog.number += 1
        text = f"Signal={key}\r\nDuration=160\r\n"
        data = self._build("INFO", dialog, dialog.number, _branch(), [], "").decode()
        head = data.partition("Content-Length")[0]
        head += f"Content-Type: application/dtmf-relay\r\nContent-Length: {len(text)}\r\n\r\n"
        self._send((head + text).encode())

    # --- requests -------------------------------------------------------------------------------

    def _request(
        self, dialog: Dialog, method: str, extra: Pairs | None = None, body: str = "",
        branch: str | None = None, number: int | None = None,
    ) -> None:  # fmt: skip
        if number is None:
            dialog.number += 1
            number = dialog.number
        branch = branch or _branch()
        if method == "INVITE":
            dialog.invite_branch = branch
        data = self._build(method, dialog, number, branch, extra or [], body)
        self._repeat(f"{branch} {method}", data)

    def _build(
        self, method: str, dialog: Dialog, number: int, branch: str, extra: Pairs, body: str
    ) -> bytes:
        headers = [
            ("Via", f"SIP/2.0/UDP {self._host}:{self.port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", dialog.local),
            ("To", dialog.remote),
            ("Call-ID", dialog.id),
            ("CSeq", f"{number} {method}"),
            ("Contact", f"<{self.uri}>"),
            ("Allow", ALLOW),
            *extra,
        ]
        return build(f"{method} {dialog.target} SIP/2.0", headers, body)

    def _repeat(self, key: str, data: bytes) -> None:
        self._quiet(key)
        self._send(data)
        task = asyncio.get_running_loop().create_task(self._send_again(data))
        self._repeating[key] = task
        task.add_done_callback(partial(self._forget, key))

    async def _send_again(self, data: bytes) -> None:
        for turn in range(REPEATS):
            await asyncio.sleep(min(REPEAT_S * 2**turn, 4.0))
            self._send(data)

    def _forget(self, key: str, task: asyncio.Task[None]) -> None:
        if self._repeating.get(key) is task:
            del self._repeating[key]

    def _quiet(self, key: str) -> None:
        task = self._repeating.get(key)
        if task is not None:
            task.cancel()

    def _send(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.sendto(data, self._server)

    def _reply(
        self, request: Message, status: int, to: str | None = None, body: str = "",
        *, until_acknowledged: bool = False,
    ) -> None:  # fmt: skip
        headers = [("Via", via) for via in request.all("via")]
        headers += [
            ("From", request.get("from")),
            ("To", to or request.get("to")),
            ("Call-ID", request.get("call-id")),
            ("CSeq", request.get("cseq")),
            ("Contact", f"<{self.uri}>"),
            ("Allow", ALLOW),
        ]
        data = build(f"SIP/2.0 {status} {REASONS.get(status, 'Answer')}", headers, body)
        self._answers[request.get("call-id"), request.get("cseq")] = data
        if len(self._answers) > MOST_ANSWERS:
            self._answers.pop(next(iter(self._answers)))
        if until_acknowledged:
            self._repeat(f"{request.get('call-id')} ACK", data)
        else:
            self._send(data)

    # --- what it hears --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data)
        if message is None:
            return
        if message.status is None:  # whoever calls is spoken to from now on
            self._server = addr
        dialog = self._dialogs.get(message.get("call-id"))
        if message.status is None:
            self._asked(message, dialog)
            return
        self._quiet(f"{message.branch} {message.method}")
        if dialog is not None:
            self._answered(message, message.status, dialog)

    def _answered(self, message: Message, status: int, dialog: Dialog) -> None:
        method = message.method
        if status < 200:
            self._progress(message, status, dialog)
            return
        if method == "INVITE":
            self._acknowledge(message, status, dialog)
        if status in (401, 407) and self._password and not dialog.tried:
            self._prove(message, status, dialog)
        elif dialog.done is not None:
            if not dialog.done.done():
                dialog.done.set_result(status)
        elif method == "INVITE" and dialog.call is not None:
            self._connected(message, status, dialog)
        elif method == "REFER" and dialog.call is not None:
            dialog.call.refer_status = status

    def _progress(self, message: Message, status: int, dialog: Dialog) -> None:
        if dialog.call is not None and status > 100:
            dialog.call.audio.peer = peer_in(message.body) or dialog.call.audio.peer
            if dialog.call.state is State.CALLING:
                dialog.call.become(State.RINGING)

    def _acknowledge(self, message: Message, status: int, dialog: Dialog) -> None:
        remote, target = dialog.remote, dialog.target
        dialog.remote = message.get("to")
        if status < 300:
            dialog.target = message.contact or target
        branch = message.branch if status >= 300 else _branch()
        self._send(self._build("ACK", dialog, message.number, branch, [], ""))
        if status >= 300:
            dialog.remote = remote

    def _prove(self, message: Message, status: int, dialog: Dialog) -> None:
        """Once more, with our password."""
        dialog.tried = True
        asked, answer = ("www-authenticate", "Authorization")
        if status == 407:
            asked, answer = ("proxy-authenticate", "Proxy-Authorization")
        proof = authorisation(
            message.get(asked), self.user, self._password or "", message.method, dialog.target
        )
        self._request(dialog, message.method, [*dialog.extra, (answer, proof)], dialog.body)

    def _connected(self, message: Message, status: int, dialog: Dialog) -> None:
        call = dialog.call
        assert call is not None
        if status >= 300:
            if call.state is not State.UP:  # else a re-INVITE was refused
                self._over(dialog, status)
            return
        call.audio.peer = peer_in(message.body) or call.audio.peer
        call.become(State.UP, status)
        if dialog.cancelled:  # it was answered while we gave up
            self.end(call)

    def _asked(self, message: Message, dialog: Dialog | None) -> None:
        known = self._answers.get((message.get("call-id"), message.get("cseq")))
        method = message.method
        if method == "ACK":
            self._quiet(f"{message.get('call-id')} ACK")
        elif known is not None:
            self._send(known)
        elif method == "INVITE" and dialog is None:
            self._spawn(self._ring(message))
        elif method == "INVITE" and dialog is not None and dialog.call is not None:
            self._changed(message, dialog, dialog.call)
        elif method == "CANCEL" and dialog is not None:
            self._reply(message, 200)
            if dialog.invite is not None:
                self._reply(dialog.invite, 487, dialog.local)
            self._over(dialog, 487)
        elif method == "BYE" and dialog is not None:
            self._reply(message, 200)
            self._over(dialog)
        else:
            self._reply(message, 200)

    async def _ring(self, message: Message) -> None:
        call_id = message.get("call-id")
        local = f"{message.get('to')};tag={secrets.token_hex(6)}"
        dialog = Dialog(message.contact, local, message.get("from"), id=call_id, invite=message)
        self._dialogs[call_id] = dialog
        audio = await Audio.open(self._host)
        audio.peer = peer_in(message.body)
        dialog.call = call = Call(self, call_id, audio, incoming=True)
        call.headers = dict(message.headers)
        self._reply(message, 180, local)
        self._answers.pop((call_id, message.get("cseq")), None)
        call.become(State.RINGING)
        if self._taken is not None:
            self._taken(call)
        else:
            self.arrived.put_nowait(call)

    def _changed(self, message: Message, dialog: Dialog, call: Call) -> None:
        """A re-INVITE: hold, or the sound goes elsewhere."""
        if dialog.invite is not None:  # the first one, repeated
            return
        call.audio.peer = peer_in(message.body) or call.audio.peer
        direction = re.search(r"^a=(sendonly|recvonly|inactive)", message.body, re.MULTILINE)
        call.held = direction is not None and direction[1] != "recvonly"
        body = describe(self._host, call.audio.port, "recvonly" if call.held else "sendrecv")
        self._reply(message, 200, dialog.local, body, until_acknowledged=True)

    def _over(self, dialog: Dialog, status: int | None = None) -> None:
        self._dialogs.pop(dialog.id, None)
        if dialog.call is not None:
            dialog.call.become(State.ENDED, status)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _branch() -> str:
    return "z9hG4bK" + secrets.token_hex(10)


def dialled(call: Call) -> str:
    """The number that was called."""
    return re.sub(r"^sip:|@.*$", "", uri_in(call.headers.get("to", "")))


def caller(call: Call) -> str:
    """The number or name of who calls."""
    return re.sub(r"^sip:|@.*$", "", uri_in(call.headers.get("from", "")))
