"""Asterisk's REST interface (ARI): events over one WebSocket, requests over a pool of connections.

Requests over the WebSocket would cost less, but Asterisk carries those out one after the other: a
leg that is slow to move would hold up every other call.
Source: docs.asterisk.org, "Asterisk REST Interface", for Asterisk 22.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from parley.adapters.telephony import news
from parley.adapters.telephony.names import APP
from parley.adapters.telephony.pool import Disconnected, Pool
from parley.core.errors import ParleyError

REQUEST_S = 10.0  # an answer that takes longer is taken for lost
FIRST_PAUSE_S = 0.1  # before connecting again; doubled each time
LONGEST_PAUSE_S = 5.0
STEADY_S = 10.0  # a line that held so long: the pauses begin anew
MAX_EVENTS = 20_000  # not yet read by us: Asterisk is then slowed down
MAX_EVENT_BYTES = 4 * 1024 * 1024
PING_S = 10.0  # a line that does not answer so long is dead

GONE = 404
EXISTS = 409

log = structlog.get_logger("parley.telephony")


class AriError(ParleyError):
    """Asterisk refused a request; `http` is the status it answered with, 0 if it did not answer."""

    status = 502
    retry = True

    def __init__(self, http: int, detail: str) -> None:
        super().__init__("switch_refused", detail)
        self.http = http


@dataclass(frozen=True, slots=True)
class Access:
    """Where the switch's ARI is, and as whom we speak to it."""

    url: str  # http://127.0.0.1:8088
    user: str
    password: str

    @property
    def line(self) -> str:
        """The address of the events' WebSocket: those of the whole switch, not of our legs alone."""
        query = urlencode({"app": APP, "subscribeAll": "true"})
        return self.url.replace("http", "ws", 1) + "/ari/events?" + query

    @property
    def basic(self) -> str:
        pair = f"{self.user}:{self.password}".encode()
        return "Basic " + base64.b64encode(pair).decode()


class Ari:
    """Requests. Raises AriError for all that Asterisk refuses, but for what the caller allows."""

    def __init__(self, access: Access) -> None:
        self._access = access
        parts = urlsplit(access.url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 80
        self._pool = Pool(host, port, {"Authorization": access.basic})

    def close(self) -> None:
        self._pool.close()

    async def get(self, path: str, **query: Any) -> Any:
        return await self.ask("GET", path, query)

    async def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, fine: Sequence[int] = (), **query: Any
    ) -> Any:  # fmt: skip
        return await self.ask("POST", path, query, body, fine)

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.ask("PUT", path, {}, body)

    async def delete(self, path: str, **query: Any) -> None:
        """What is gone already is fine."""
        await self.ask("DELETE", path, query, None, (GONE,))

    async def ask(
        self, method: str, path: str, query: Mapping[str, Any],
        body: Mapping[str, Any] | None = None, fine: Sequence[int] = (),
    ) -> Any:  # fmt: skip
        """The decoded answer; None if it is empty, or if its status is one of `fine`."""
        given = {name: _word(value) for name, value in query.items() if value is not None}
        target = f"/ari{quote(path)}" + (f"?{urlencode(given)}" if given else "")
        data = msgspec.json.encode(body) if body is not None else b""
        try:
            async with asyncio.timeout(REQUEST_S):
                status, answer = await self._pool.request(method, target, data)
        except (Disconnected, OSError) as error:
            raise AriError(0, f"{method} {path}: {str(error) or type(error).__name__}") from error
        if status in fine:
            return None
        if status >= 400:
            raise AriError(
                status, f"{method} {path}: {status} {answer[:200].decode(errors='replace')}"
            )
        return msgspec.json.decode(answer) if answer else None


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- events ---------------------------------------------------------------------------------------

Heard = Callable[[news.News], None]
Joined = Callable[[], Awaitable[None]]
Lost = Callable[[bool], Awaitable[None]]
"""Told that the line is gone; and again, with True, if nobody answers at its address any more."""


class Line:
    """The WebSocket of events, opened again whenever it breaks. `run` until cancelled.

    `joined` is awaited when a line is there, `lost` when it breaks. Events are told from the first
    on: what is heard before `joined` has ended is the hearer's to keep.
    """

    def __init__(self, access: Access, ari: Ari, heard: Heard, joined: Joined, lost: Lost) -> None:
        self._access = access
        self._ari = ari
        self._heard = heard
        self._joined = joined
        self._lost = lost

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        pause, began = FIRST_PAUSE_S, loop.time()
        while True:
            try:
                async with self._open() as line:
                    began = loop.time()
                    await self._listen(line)
            except (ConnectionRefusedError, FileNotFoundError):
                await self._lost(True)
            except (OSError, WebSocketException, TimeoutError, AriError) as error:
                log.warning("switch_line_broken", reason=f"{type(error).__name__}: {error}")
            if loop.time() - began > STEADY_S:
                pause = FIRST_PAUSE_S
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)

    def _open(self) -> connect:
        headers = {"Authorization": self._access.basic}
        return connect(
            self._access.line, additional_headers=headers, compression=None, proxy=None,
            max_size=MAX_EVENT_BYTES, max_queue=MAX_EVENTS, ping_interval=PING_S,
            ping_timeout=PING_S, open_timeout=REQUEST_S, close_timeout=1.0,
        )  # fmt: skip

    async def _listen(self, line: ClientConnection) -> None:
        reading = asyncio.create_task(self._read(line))
        try:
            await self._ari.put(f"/applications/{APP}/eventFilter", {"allowed": news.WANTED})
            await self._joined()
            await reading
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            await self._lost(False)

    async def _read(self, line: ClientConnection) -> None:
        async for frame in line:
            event = news.read(frame)
            if isinstance(event, news.ApplicationReplaced):
                return
            if event is not None:
                self._heard(event)
