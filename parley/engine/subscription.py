"""One screen's line: frames that wait to be sent, bounded, so that a slow reader costs only itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from enum import IntEnum

MAX_FRAMES = 2_000  # waiting for one reader
MAX_HINTED_FRAMES = 200  # past this a hint (typing, viewing) is dropped


class CloseCode(IntEnum):
    """Why a line ended, as the WebSocket close code."""

    NORMAL = 1000
    SIGNED_OUT = 4401
    TOO_SLOW = 4408  # come again: a snapshot repairs what was missed
    NOT_LEADING = 4503  # come again soon: the center restarts, or another node leads


class Subscription:
    """An async iterator of encoded frames. Ends when closed; `code` then says why.

    One reader only. Everything pushed before a normal close is still delivered; a line closed for
    another reason ends at once.
    """

    def __init__(self, closed: Callable[[Subscription], None]) -> None:
        self.code: CloseCode | None = None
        self._closed = closed
        self._frames: deque[str] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def push(self, frame: str) -> None:
        """Never blocks; a line with too many waiting frames is closed as too slow."""
        if self.code is not None:
            return
        if len(self._frames) >= MAX_FRAMES:
            self.close(CloseCode.TOO_SLOW)
            return
        self._frames.append(frame)
        self._wake()

    def push_hint(self, frame: str) -> None:
        """As `push`, but dropped if the reader is behind."""
        if len(self._frames) < MAX_HINTED_FRAMES:
            self.push(frame)

    def close(self, code: CloseCode = CloseCode.NORMAL) -> None:
        """End the line; further calls change nothing."""
        if self.code is not None:
            return
        self.code = code
        if code is not CloseCode.NORMAL:
            self._frames.clear()
        self._closed(self)
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> str:
        while not self._frames:
            if self.code is not None:
                raise StopAsyncIteration
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._frames.popleft()
