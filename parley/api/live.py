"""The live socket: a snapshot, then rows that changed; hints from the console.

Plain Starlette: frames come encoded from the engine and go out as they are.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import structlog
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from parley.api.caller import COOKIE, Front, OpenLine
from parley.api.limits import (
    BEAT_S,
    BEATS_MISSED,
    ID_CHARS,
    NOTICES,
    SOCKET_FRAME_BYTES,
    SOCKET_HINTS_PER_S,
    SOCKETS_PER_ACCOUNT,
)
from parley.api.permissions import Permission, Scope, scope_of
from parley.api.rates import Rate
from parley.api.scope import takes_part
from parley.core.desk.account import Account, Session
from parley.core.errors import ParleyError, TooMany
from parley.core.inputs import AgentScreenChanged
from parley.engine.live import CloseCode, Subscription

SEND_S = 20.0  # one frame to one reader
SILENT_S = BEAT_S * BEATS_MISSED
POLICY_VIOLATION = 1008
TOO_BIG = 1009

log = structlog.get_logger("parley.api")

InteractionId = Annotated[str, msgspec.Meta(min_length=1, max_length=ID_CHARS)]


class Typing(msgspec.Struct, tag="typing"):
    interaction_id: InteractionId


class Viewing(msgspec.Struct, tag="viewing"):
    interaction_id: InteractionId | None = None


class Beat(msgspec.Struct, tag="beat"):
    pass


Said = Typing | Viewing | Beat
_decode = msgspec.json.Decoder(Said).decode

router = APIRouter()


async def live(socket: WebSocket) -> None:
    """One console's line, from its cookie to its close code (4401, 4408, 4503)."""
    front: Front = socket.app.state.front
    if not same_origin(socket):
        await socket.close(POLICY_VIOLATION)  # before accepting: answered with 403
        return
    await socket.accept()
    try:
        found = await signed_in_socket(front, socket)
        if found is None:
            await socket.close(CloseCode.SIGNED_OUT)
            return
        await Line(front, socket, *found).run()
    except ParleyError as error:  # the database restarts, nobody leads: come again soon
        log.info("live_unavailable", code=error.code)
        with suppress(RuntimeError, WebSocketDisconnect):
            await socket.close(CloseCode.NOT_LEADING)


class Line:
    """One open socket of a signed-in person."""

    def __init__(self, front: Front, socket: WebSocket, session: Session, account: Account) -> None:
        self._front = front
        self._socket = socket
        self._session = session
        self._account = account
        self._hints = Rate(SOCKET_HINTS_PER_S, period_s=1.0)

    async def run(self) -> None:
        """Whoever opens their first console is there before they see the snapshot that says so."""
        lines = self._front.lines.setdefault(self._account.id, [])
        if len(lines) >= SOCKETS_PER_ACCOUNT:
            await self._socket.close(POLICY_VIOLATION)
            return
        mine = OpenLine(self._session)
        lines.append(mine)
        try:
            if len(lines) == 1:
                await self._tell_screen(online=True)
            mine.subscription = self._subscribe(await self._unread())
            if mine.subscription is None or mine.code is not None:
                await self._socket.close(mine.code or CloseCode.NOT_LEADING)
                return
            # A term that began a moment ago may have missed this console: it is counted from now on.
            await self._tell_screen(online=True)
            await self._serve(mine.subscription)
        finally:
            mine.close(CloseCode.NORMAL)
            lines.remove(mine)
            if not lines:
                with suppress(ParleyError):  # the next leader asks who is there
                    await self._tell_screen(online=False)

    async def _unread(self) -> int:
        notices = await self._front.context.store.notices.list(
            self._account.tenant_id, self._account.id, NOTICES
        )
        return sum(not notice.read for notice in notices)

    def _subscribe(self, unread: int) -> Subscription | None:
        """The line in the fan-out; None while nobody leads here."""
        context, account = self._front.context, self._account
        center = context.centers(account.tenant_id)
        if center is None or not center.leading:
            return None
        return context.live.subscribe(
            account.tenant_id, account.id, account.role, unread_notices=unread
        )

    async def _serve(self, line: Subscription) -> None:
        """Send and listen until either ends; a reader that is stuck ends both."""
        tasks = {
            asyncio.create_task(self._send(line)),
            asyncio.create_task(self._listen(line)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if line.code is not None:
            with suppress(RuntimeError, WebSocketDisconnect):  # the peer was faster
                await self._socket.close(line.code)

    async def _send(self, line: Subscription) -> None:
        async for text in line:
            try:
                async with asyncio.timeout(SEND_S):
                    await self._socket.send_text(text)
            except TimeoutError:
                line.close(CloseCode.TOO_SLOW)
            except (RuntimeError, WebSocketDisconnect):
                return  # gone: `_listen` notices as well

    async def _listen(self, line: Subscription) -> None:
        while self._now() < self._session.expires_at:
            try:
                async with asyncio.timeout(SILENT_S):
                    text = await self._socket.receive_text()
            except TimeoutError:
                line.close(CloseCode.TOO_SLOW)
                return
            except (KeyError, RuntimeError, WebSocketDisconnect):
                return  # closed, or bytes instead of text
            if len(text) > SOCKET_FRAME_BYTES:
                await self._socket.close(TOO_BIG)
                return
            self._hear(text)
        line.close(CloseCode.SIGNED_OUT)

    def _hear(self, text: str) -> None:
        """A hint is passed on; one that is malformed, too frequent or about others' work is dropped."""
        try:
            self._hints.take("", self._now())
            said = _decode(text)
        except (TooMany, msgspec.MsgspecError):
            return
        tenant_id, me = self._account.tenant_id, self._account.id
        match said:
            case Typing(interaction_id=id_) if self._may_see(id_):
                self._front.context.live.typing(tenant_id, me, id_)
            case Viewing(interaction_id=None):
                self._front.context.live.viewing(tenant_id, me, None)
            case Viewing(interaction_id=str(id_)) if self._may_see(id_):
                self._front.context.live.viewing(tenant_id, me, id_)

    def _may_see(self, interaction_id: str) -> bool:
        """Takes part, or may read it as a supervisor of its queue."""
        center = self._front.context.centers(self._account.tenant_id)
        if center is None:
            return False
        state = center.center.state
        interaction = state.interactions.get(interaction_id)
        if interaction is None:
            return False
        if takes_part(interaction, self._account.id):
            return True
        reach = scope_of(self._account.role, Permission.INTERACTIONS_READ)
        profile = state.config.agents.get(self._account.id)
        team = profile.queues if profile else {}
        return reach is Scope.TENANT or (
            reach is Scope.TEAM and (not team or interaction.queue in team)
        )

    async def _tell_screen(self, *, online: bool) -> None:
        """The first console came, or the last one went. Raises Unavailable: come again soon."""
        center = self._front.context.centers(self._account.tenant_id)
        if center is None:
            return
        news = AgentScreenChanged(at=self._now(), agent_id=self._account.id, online=online)
        await center.submit(news)

    def _now(self) -> float:
        return self._front.context.clock()


async def signed_in_socket(front: Front, socket: WebSocket) -> tuple[Session, Account] | None:
    token = socket.cookies.get(COOKIE)
    found = await front.sessions.find(token, front.context.clock()) if token else None
    if found is None or found[1].must_change_password:
        return None
    return found


def same_origin(socket: WebSocket) -> bool:
    """A page of another site must not ride on the cookie; programs without a browser send none."""
    origin = socket.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == socket.headers.get("host")


router.add_websocket_route("/live", live)
