"""Time as the engine sees it, so that tests bring their own."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Unix seconds, never earlier than before."""

    async def sleep(self, duration_s: float) -> None: ...

    async def wait(self, event: asyncio.Event, at_most_s: float | None) -> None:
        """Until `event` is set or the time is over, whichever comes first."""


class SystemClock:
    """The machine's clock; steps backwards (a clock set by hand, a leap) are held back."""

    def __init__(self) -> None:
        self._latest = 0.0

    def now(self) -> float:
        self._latest = max(self._latest, time.time())
        return self._latest

    async def sleep(self, duration_s: float) -> None:
        await asyncio.sleep(duration_s)

    async def wait(self, event: asyncio.Event, at_most_s: float | None) -> None:
        if event.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await event.wait()
