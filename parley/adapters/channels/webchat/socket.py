"""A visitor's live line: hello, what was missed, then frames both ways until one side goes.

It subscribes first and reads the store after, so nothing falls between; what arrives twice has the
same message id. Sending waits for the browser, so a slow one fills its bounded subscription, is closed
(4408) and comes back from its last seq.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from parley.adapters.channels.webchat import actions, wire
from parley.adapters.channels.webchat.actions import Visit
from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.limits import ip_key
from parley.adapters.channels.webchat.origins import allowed, origin_of
from parley.adapters.channels.webchat.ports import Frames
from parley.adapters.channels.webchat.shown import shown_messages, shown_state, with_links
from parley.core.errors import Forbidden, Invalid, ParleyError, TooLarge, TooMany
from parley.core.ports import Message

HELLO_S = 10.0  # a line that says nothing for so long is closed
SEND_S = 20.0  # a browser that takes nothing for so long is gone
SILENT_BEATS = 4.0  # without a word for so many beats: gone
RESUME_PAGE = 200  # missed messages read at once
MAX_BAD_FRAMES = 20  # malformed ones, and those over the limit: then the line is closed
TOO_MANY_FRAMES = "too_many_frames"

GOING_AWAY, SIGNED_OUT, REFUSED, TOO_SLOW, TOO_MANY = 1001, 4401, 4403, 4408, 4429

log = structlog.get_logger("parley.webchat")


async def live(chat: Chat, socket: WebSocket) -> None:
    """Serve one connection. Never raises: every end has a close code."""
    ip = ip_key(socket.client.host if socket.client else None)
    try:
        chat.gate.admit(chat.now(), "requests", ip=ip)
        chat.gate.open_socket("ip", ip)
    except TooMany:
        await socket.close(TOO_MANY)
        return
    try:
        await socket.accept()
        await Line(chat, socket, ip).run()
    except (WebSocketDisconnect, TimeoutError, OSError):
        pass
    except ParleyError as error:
        await _refuse(socket, error)
    finally:
        chat.gate.close_socket("ip", ip)
        await _close(socket, GOING_AWAY)


class Line:
    def __init__(self, chat: Chat, socket: WebSocket, ip: str) -> None:
        self._chat = chat
        self._socket = socket
        self._ip = ip
        self._frames = chat.gate.per_socket()
        self._bad = 0
        self._heard_at = 0.0

    async def run(self) -> None:
        visit, after_seq = await self._hello()
        with self._counted(visit), contextlib.closing(self._subscribe(visit)) as frames:
            self._chat.screens.opened(visit.tenant_id, visit.address)
            try:
                await self._catch_up(visit, after_seq)
                await self._serve(visit, frames)
            finally:
                self._chat.screens.closed(visit.tenant_id, visit.address)

    # --- coming --------------------------------------------------------------------------------

    async def _hello(self) -> tuple[Visit, int]:
        """Raises NotSignedIn, NotFound, Forbidden: the line is then closed."""
        async with asyncio.timeout(HELLO_S):
            hello = wire.read_frame(await self._receive())
        if not isinstance(hello, wire.Hello):
            raise Invalid("hello_expected")
        visitor = self._chat.signer.visitor(hello.token)
        entry = await self._chat.entries.find(visitor.entry_id, self._chat.now())
        headers = self._socket.headers
        if not allowed(origin_of(headers), headers.get("host", ""), entry.settings.origins):
            raise Forbidden("origin_refused")
        if entry.settings.blocks(self._ip):
            raise Forbidden("blocked")
        visit = Visit(visitor, entry, self._ip, wire.language_of(hello.language), hello.page.page())
        return visit, hello.after_seq

    def _subscribe(self, visit: Visit) -> Frames:
        return self._chat.center.subscribe(visit.tenant_id, visit.address)

    @contextlib.contextmanager
    def _counted(self, visit: Visit) -> Iterator[None]:
        scopes = {"visitor": visit.visitor.id, "entry": visit.entry.id}
        opened = []
        try:
            for scope, key in scopes.items():
                self._chat.gate.open_socket(scope, key)
                opened.append((scope, key))
            yield
        finally:
            for scope, key in opened:
                self._chat.gate.close_socket(scope, key)

    async def _catch_up(self, visit: Visit, after_seq: int) -> None:
        """`ready` with the first page of what was missed, the rest as ordinary messages."""
        pages = self._missed(visit, after_seq)
        first = await anext(pages)
        newest = first
        if after_seq and len(first) in (0, RESUME_PAGE):  # not the last ones
            thread = self._chat.records.interactions.thread
            newest = list(await thread(visit.tenant_id, visit.address, limit=1))
        state = await shown_state(self._chat, visit.visitor, newest)
        shown = shown_messages(self._chat, visit.visitor, first)
        seq = first[-1].seq if first else after_seq
        await self._tell({"type": "ready", "state": state, "messages": shown, "seq": seq})
        async for page in pages:
            for message in shown_messages(self._chat, visit.visitor, page):
                await self._tell({"type": "message", "message": message})
        await actions.go_to(self._chat, visit, visit.page)

    async def _missed(self, visit: Visit, after_seq: int) -> AsyncIterator[list[Message]]:
        """At least one page, which may be empty."""
        thread = self._chat.records.interactions.thread
        while True:
            page = list(
                await thread(visit.tenant_id, visit.address, after_seq=after_seq, limit=RESUME_PAGE)
            )
            yield page
            if len(page) < RESUME_PAGE:
                return
            after_seq = page[-1].seq

    # --- staying -------------------------------------------------------------------------------

    async def _serve(self, visit: Visit, frames: Frames) -> None:
        self._heard_at = self._chat.now()
        tasks = [
            asyncio.create_task(self._listen(visit)),
            asyncio.create_task(self._pass_on(visit, frames)),
            asyncio.create_task(self._beat()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pass_on(self, visit: Visit, frames: Frames) -> None:
        async for frame in frames:
            await self._tell_text(with_links(self._chat, visit.tenant_id, frame))
        await _close(self._socket, frames.code or TOO_SLOW)

    async def _beat(self) -> None:
        """Shows both sides that the line lives; ends when the browser no longer does."""
        while True:
            await asyncio.sleep(self._chat.beat_s)
            if self._chat.now() - self._heard_at > SILENT_BEATS * self._chat.beat_s:
                return
            await self._tell({"type": "beat"})

    async def _listen(self, visit: Visit) -> None:
        while self._bad < MAX_BAD_FRAMES:
            text = await self._receive()
            now = self._heard_at = self._chat.now()
            try:
                self._spend(now)
                await self._act(visit, wire.read_frame(text))
            except ParleyError as error:
                flood = error.code == TOO_MANY_FRAMES
                self._bad += flood or isinstance(error, Invalid | TooLarge)
                await self._tell(_error_frame(error, wire.client_id_of(text)))
        await _close(self._socket, TOO_MANY)

    def _spend(self, now: float) -> None:
        wait_s = self._frames.wait_s("", now)
        if wait_s > 0:
            raise TooMany(TOO_MANY_FRAMES, retry_after_s=round(wait_s) + 1)
        self._frames.take("", now)

    async def _act(self, visit: Visit, frame: wire.Frame) -> None:
        chat = self._chat
        match frame:
            case wire.Send():
                await self._tell((await actions.send(chat, visit, frame)).frame())
            case wire.LeaveMessage():
                await self._tell((await actions.leave_message(chat, visit, frame)).frame())
            case wire.Typing(text=text):
                preview = wire.cleaned(text)[: wire.MAX_PREVIEW_CHARS]
                chat.center.typing(visit.tenant_id, visit.address, preview)
            case wire.Read(message_id=message_id):
                await actions.read(chat, visit, message_id, seen=True)
            case wire.Delivered(message_id=message_id):
                await actions.read(chat, visit, message_id, seen=False)
            case wire.Visit(page=page):
                await actions.go_to(chat, visit, page.page())
            case wire.End():
                await actions.end(chat, visit)
            case wire.Rate():
                await actions.rate(chat, visit, frame)
                await self._tell({"type": "rated", "interaction_id": frame.interaction_id})
            case wire.Hello():
                raise Invalid("hello_unexpected")
            case wire.Beat():
                pass

    # --- the wire ------------------------------------------------------------------------------

    async def _receive(self) -> str:
        """Raises WebSocketDisconnect, Invalid for a binary frame."""
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", GOING_AWAY))
        text = message.get("text")
        if not isinstance(text, str):
            raise Invalid("frame_invalid", "text expected")
        return text

    async def _tell(self, frame: dict[str, Any]) -> None:
        await self._tell_text(msgspec.json.encode(frame).decode())

    async def _tell_text(self, text: str) -> None:
        """Raises TimeoutError, WebSocketDisconnect or OSError if the browser is gone."""
        if self._socket.application_state is WebSocketState.DISCONNECTED:  # another task hung up
            raise WebSocketDisconnect(GOING_AWAY)
        async with asyncio.timeout(SEND_S):
            await self._socket.send_text(text)


def _error_frame(error: ParleyError, client_id: str | None) -> dict[str, Any]:
    return {
        "type": "error",
        "code": error.code,
        "client_id": client_id,
        "values": error.values,
        "retry": error.retry,
    }


async def _refuse(socket: WebSocket, error: ParleyError) -> None:
    """Says why, then closes; only the browser's own page can read it."""
    code = {401: SIGNED_OUT, 429: TOO_MANY, 503: GOING_AWAY}.get(error.status, REFUSED)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await socket.send_text(msgspec.json.encode(_error_frame(error, None)).decode())
    await _close(socket, code)


async def _close(socket: WebSocket, code: int) -> None:
    if WebSocketState.DISCONNECTED in (socket.client_state, socket.application_state):
        return
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
        await socket.close(code)
