"""A line between browser and server that a test can cut: a TCP proxy on loopback, in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

CHUNK_BYTES = 64 * 1024
PATIENCE_S = 10.0


class Proxy:
    """`url` reaches the server at 127.0.0.1:`port` until `cut`, and again after `mend`."""

    def __init__(self, port: int) -> None:
        self.passed = 0  # connections that reached the server
        self._target = port
        self._open = True
        self._lines: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """All lines break without a word, and no new one comes through."""
        self._open = False
        self._call(self._break_all)

    def mend(self) -> None:
        self._open = True

    def close(self) -> None:
        self.cut()
        self._call(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        with contextlib.suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self.passed += 1
            self._lines |= {writer, back}
            try:
                await asyncio.wait(
                    [
                        asyncio.ensure_future(_pass_on(reader, back)),
                        asyncio.ensure_future(_pass_on(there, writer)),
                    ],
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                for line in (writer, back):
                    self._lines.discard(line)
                    line.transport.abort()

    def _break_all(self) -> None:
        for line in list(self._lines):
            line.transport.abort()

    def _call(self, act: Callable[[], Any]) -> None:
        async def acted() -> None:
            act()

        self._do(acted())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
