"""Which visitors have a screen open here; the center hears of the first and of the last.

The grace of a reload is the core's business. What the center was told follows what is true: a failed
telling is tried again, and by then the truth may have changed back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from parley.adapters.channels.webchat.ports import Center
from parley.core.errors import ParleyError
from parley.core.inputs import CustomerScreenChanged

RETRY_S = 1.0

Key = tuple[str, str]  # tenant, address

log = structlog.get_logger("parley.webchat")


class Screens:
    def __init__(self, center: Center, now: Callable[[], float]) -> None:
        self._center = center
        self._now = now
        self._open: dict[Key, int] = {}
        self._told: set[Key] = set()  # the center believes: online
        self._telling: dict[Key, asyncio.Task[None]] = {}

    def opened(self, tenant_id: str, address: str) -> None:
        key = (tenant_id, address)
        self._open[key] = self._open.get(key, 0) + 1
        self._tell(key)

    def closed(self, tenant_id: str, address: str) -> None:
        key = (tenant_id, address)
        count = self._open.pop(key, 0)
        if count > 1:
            self._open[key] = count - 1
        self._tell(key)

    def reconcile(self, tenant_id: str, addresses: Iterable[str]) -> None:
        for address in addresses:
            self._told.add((tenant_id, address))
            self._tell((tenant_id, address))

    async def stop(self) -> None:
        """What is open stays so in the center: visitors return to the next process at once."""
        telling = list(self._telling.values())
        for task in telling:
            task.cancel()
        await asyncio.gather(*telling, return_exceptions=True)

    def _tell(self, key: Key) -> None:
        if key not in self._telling and self._is_news(key):
            task = asyncio.create_task(self._tell_all(key))
            self._telling[key] = task
            task.add_done_callback(lambda _: self._telling.pop(key, None))

    def _is_news(self, key: Key) -> bool:
        return (key in self._open) != (key in self._told)

    async def _tell_all(self, key: Key) -> None:
        while self._is_news(key):
            online = key in self._open
            news = CustomerScreenChanged(at=self._now(), address=key[1], online=online)
            try:
                await self._center.submit(key[0], news)
            except ParleyError as error:
                log.info("screen_not_told", code=error.code, retry=error.retry)
                if error.retry:
                    await asyncio.sleep(RETRY_S)
                    continue
            if online:
                self._told.add(key)
            else:
                self._told.discard(key)
