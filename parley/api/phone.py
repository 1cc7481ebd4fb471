"""The browser's phone: its credentials, and its SIP line, which is passed on to the telephone engine.

Frames go both ways one at a time, so that a slow side slows the other; nothing is understood here.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog
from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from parley.api.caller import Front, OpenPhone, PhoneOwner
from parley.api.limits import PHONE_FRAME_BYTES, PHONE_LINES_PER_ACCOUNT
from parley.api.live import POLICY_VIOLATION, TOO_BIG, same_origin, signed_in_socket
from parley.api.people import phone_of
from parley.api.permissions import Permission, scope_of
from parley.api.schemas.voice import PhoneLine
from parley.api.voice import telephony_of
from parley.core.desk.account import Account, Session
from parley.core.errors import Conflict, ParleyError
from parley.core.model import PhoneKind
from parley.core.ports import Telephony
from parley.engine.subscription import CloseCode

SIP = Subprotocol("sip")  # RFC 7118
LINE_PATH = "/api/v1/phone/line"
OPEN_S = 5.0  # the engine's side
SEND_S = 20.0  # one frame
FRAMES_AHEAD = 16  # read from the engine before the browser takes them
TRY_AGAIN = 1013

log = structlog.get_logger("parley.api")

router = APIRouter(tags=["calls"])  # a prefix would not count for the line


@router.post("/phone", operation_id="phone_open")
async def open_phone(caller: PhoneOwner) -> PhoneLine:
    """New credentials for this browser's phone; earlier ones stop working. 503 `voice_off`, 409
    `phone_not_browser` for those whose phone stands on the desk or is an outside number.
    """
    caller.front.phones.take(caller.id, caller.now())
    entries = await caller.directory.of(caller.tenant_id)
    kind = phone_of(entries.body("agent", caller.id)).kind
    if kind is not PhoneKind.BROWSER:
        raise Conflict("phone_not_browser", kind=kind)
    access = await telephony_of(caller).open_phone(caller.tenant_id, caller.id)
    return PhoneLine(
        websocket=LINE_PATH,
        uri=access.uri,
        user=access.user,
        password=access.password,
        expires_s=access.expires_s,
        ice_servers=[dict(server) for server in access.ice_servers],
    )


async def line(socket: WebSocket) -> None:
    """One softphone's SIP line, from its cookie to its close code (4401, 4503)."""
    front: Front = socket.app.state.front
    if not same_origin(socket) or SIP not in socket.scope.get("subprotocols", ()):
        await socket.close(POLICY_VIOLATION)  # before accepting: answered with 403
        return
    await socket.accept(subprotocol=SIP)
    try:
        found = await signed_in_socket(front, socket)
    except ParleyError:
        await socket.close(TRY_AGAIN)
        return
    if found is None or scope_of(found[1].role, Permission.PHONE_OWN) is None:
        await socket.close(CloseCode.SIGNED_OUT)
        return
    telephony = front.context.telephony
    address = telephony.phone_line() if telephony is not None else None
    if telephony is None or address is None:
        await socket.close(CloseCode.NOT_LEADING)
        return
    await _serve(front, telephony, address, socket, *found)


async def _serve(
    front: Front,
    telephony: Telephony,
    address: str,
    socket: WebSocket,
    session: Session,
    account: Account,
) -> None:
    """The phone is gone only when its last line is: a reloaded page opens the next one first."""
    lines = front.phone_lines.setdefault(account.id, [])
    if len(lines) >= PHONE_LINES_PER_ACCOUNT:
        await socket.close(POLICY_VIOLATION)
        return
    mine = OpenPhone(session, asyncio.Event())
    lines.append(mine)
    try:
        await _pipe(socket, address, mine, session.expires_at - front.context.clock())
    finally:
        lines.remove(mine)
        if not lines:
            front.phone_lines.pop(account.id, None)
            telephony.phone_gone(account.tenant_id, account.id)


async def _pipe(socket: WebSocket, address: str, mine: OpenPhone, rest_s: float) -> None:
    try:
        async with connect(
            address,
            subprotocols=[SIP],
            open_timeout=OPEN_S,
            max_size=PHONE_FRAME_BYTES,
            max_queue=FRAMES_AHEAD,
            compression=None,
            proxy=None,
        ) as engine:
            code = await _until_one_ends(socket, engine, mine, rest_s)
    except (OSError, TimeoutError, InvalidHandshake) as error:
        log.warning("phone_line_refused", error=str(error))
        code = CloseCode.NOT_LEADING
    if socket.application_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, WebSocketDisconnect):  # the browser was faster
            await socket.close(code)


async def _until_one_ends(
    socket: WebSocket, engine: ClientConnection, mine: OpenPhone, rest_s: float
) -> int:
    """The close code for the browser."""
    up = asyncio.create_task(_upwards(socket, engine))
    down = asyncio.create_task(_downwards(engine, socket))
    over = asyncio.create_task(mine.over.wait())
    tasks = {up, down, over}
    try:
        done, _ = await asyncio.wait(tasks, timeout=rest_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not done or over in done:
        return CloseCode.SIGNED_OUT
    if up in done and not up.exception():
        return up.result()
    return CloseCode.NOT_LEADING  # the engine went away: come again soon


async def _upwards(socket: WebSocket, engine: ClientConnection) -> int:
    """From the browser to the engine, until the browser closes or says too much."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return CloseCode.NORMAL
        frame: str | bytes = message.get("text") or message.get("bytes") or ""
        if len(frame) > PHONE_FRAME_BYTES:
            return TOO_BIG
        try:
            async with asyncio.timeout(SEND_S):
                await engine.send(frame)
        except ConnectionClosed:
            return CloseCode.NOT_LEADING


async def _downwards(engine: ClientConnection, socket: WebSocket) -> None:
    """From the engine to the browser, until either is gone."""
    with suppress(ConnectionClosed, RuntimeError, WebSocketDisconnect, TimeoutError):
        async for frame in engine:
            async with asyncio.timeout(SEND_S):
                if isinstance(frame, str):
                    await socket.send_text(frame)
                else:
                    await socket.send_bytes(frame)


router.add_websocket_route("/phone/line", line)
