"""Is this process well: each part by name, so that it shows which one is stuck."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from parley import observe
from parley.api.context import Part
from parley.core.errors import ParleyError
from parley.core.ports import Store
from parley.engine import measure
from parley.engine.clock import Clock
from parley.engine.engine import Engine
from parley.engine.picture import CenterPicture
from parley.rooms import Rooms, leads

LEAST_FREE_BYTES = 200 * 1024 * 1024


class Health:
    def __init__(
        self,
        data_dir: Path,
        store: Store,
        rooms: Rooms,
        clock: Clock,
        children: Mapping[str, Callable[[], Part]],
    ) -> None:
        """`children`: the processes that are supervised here, by name."""
        self._data_dir = data_dir
        self._store = store
        self._rooms = rooms
        self._clock = clock
        self._children = children

    async def parts(self) -> Mapping[str, Part]:
        parts = {"database": await self._database(), "disk": self._disk()}
        parts.update((name, look()) for name, look in self._children.items())
        now = self._clock.now()
        for tenant_id, engine in self._rooms.engines.items():
            parts[f"engine {tenant_id}"] = _engine_part(engine, now)
            parts[f"outbox {tenant_id}"] = await _outbox_part(engine)
        return parts

    async def _database(self) -> Part:
        try:
            await self._store.ping()
        except ParleyError as error:
            return Part(False, error.detail or error.code)
        return Part(True)

    def _disk(self) -> Part:
        try:
            free = shutil.disk_usage(self._data_dir).free
        except OSError as error:
            return Part(False, f"{self._data_dir}: {error.strerror}")
        return Part(free >= LEAST_FREE_BYTES, f"{free // 1_000_000} MB free")

    def metrics(self) -> tuple[bytes, str]:
        now = self._clock.now()
        for tenant_id, engine in self._rooms.engines.items():
            measure.gauge(tenant_id, engine.status, engine.outbox, now)
            if isinstance(engine.picture, CenterPicture):
                measure.promised(tenant_id, engine.picture.promises.error)
        return observe.metrics()


def _engine_part(engine: Engine, now: float) -> Part:
    status = engine.status
    words = [f"{status.phase}, seq {status.seq}, {status.queue_length} inputs waiting"]
    if status.committed_at is not None:
        words.append(f"last commit {now - status.committed_at:.0f} s ago")
    if status.stuck(now):
        words.append("stuck in one turn")
    if status.broken_timers:
        words.append(f"{len(status.broken_timers)} timers set aside after a fault")
    if status.problem:
        words.append(status.problem)
    return Part(leads(engine) and not status.stuck(now), "; ".join(words))


async def _outbox_part(engine: Engine) -> Part:
    """A channel that fails is news for its people, but the rest works."""
    outbox = engine.outbox
    with suppress(ParleyError):  # a database that is away is told as a part of its own
        await outbox.count_failed()
    words = f"{outbox.backlog} waiting, {outbox.retrying} being retried, {outbox.failed} failed"
    return Part(True, f"{words} for good: see `parley failures`" if outbox.failed else words)
