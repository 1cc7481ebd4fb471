"""PostgreSQL is killed again and again while engines commit: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import asyncio
import os
import random
import signal

import pytest

from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database, until_reachable
from parley.adapters.store.migrate import migrate
from parley.adapters.store.shard import PostgresShard
from parley.adapters.store.store import PostgresStore
from parley.core.errors import Unavailable
from parley.core.events import SignInFailed
from parley.engine.codec import Codec

TENANTS = 4
KILLS = 3
COMMITS_BETWEEN_KILLS = 60
PATIENCE_S = 30.0


class Writer:
    """Commits numbered events for ever, leading anew after each failure as an engine does."""

    def __init__(self, database: Database, tenant: str, progress: asyncio.Semaphore) -> None:
        self.shard = PostgresShard(database, Codec, tenant)
        self.acknowledged: dict[str, int] = {}  # event's mark -> seq
        self._progress = progress
        self._count = 0

    async def write(self) -> None:
        while True:
            try:
                epoch = await self.shard.acquire("writer")
                while epoch is not None:
                    await self._commit(epoch)
            except Unavailable:  # Deposed is one too
                pass
            await asyncio.sleep(0.01)

    async def _commit(self, epoch: int) -> None:
        marks = [f"mark-{self._count + n}" for n in range(3)]
        self._count += len(marks)
        events = [SignInFailed(at=1_790_000_000.0, email=mark) for mark in marks]
        first, _ = await self.shard.commit(epoch, events, [], [])
        self.acknowledged |= {mark: first + n for n, mark in enumerate(marks)}
        self._progress.release()


@pytest.mark.crash
async def test_no_acknowledged_event_is_lost_or_doubled_when_the_server_is_killed(
    server: EmbeddedPostgres,
) -> None:
    await migrate(server.dsn)
    database = Database(server.dsn)
    await database.open()
    store = PostgresStore(database, Codec)
    progress = asyncio.Semaphore(0)
    writers: dict[str, Writer] = {}
    for number in range(TENANTS):
        await store.add_tenant(f"tnt_{number}")
        writers[f"tnt_{number}"] = Writer(database, f"tnt_{number}", progress)
    tasks = [asyncio.create_task(writer.write()) for writer in writers.values()]

    chance = random.Random(7)
    for _ in range(KILLS):
        for _ in range(COMMITS_BETWEEN_KILLS + chance.randrange(COMMITS_BETWEEN_KILLS)):
            await asyncio.wait_for(progress.acquire(), PATIENCE_S)
        pid = server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while server.pid in (None, pid):
            await asyncio.sleep(0.01)
        await until_reachable(server.dsn, patience_s=PATIENCE_S)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert server.health().restarts == KILLS
    for tenant, writer in writers.items():
        await reconcile(writer, tenant)
        await writer.shard.release(0)
    await database.close()


async def reconcile(writer: Writer, tenant: str) -> None:
    stored = [(r.event.email, r.seq) async for r in writer.shard.replay(0)]  # type: ignore[attr-defined]
    assert [seq for _, seq in stored] == list(range(1, len(stored) + 1)), tenant
    assert len({mark for mark, _ in stored}) == len(stored), tenant
    found = dict(stored)
    lost = {mark: seq for mark, seq in writer.acknowledged.items() if found.get(mark) != seq}
    assert lost == {}, tenant
    assert len(writer.acknowledged) > 0, tenant
