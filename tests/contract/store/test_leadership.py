"""Two nodes and one database: dead and hung leaders, lost lines, answers that never came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store import commit
from parley.adapters.store.database import Database
from parley.adapters.store.shard import PostgresShard
from parley.core.errors import Deposed, NotFound, Unavailable
from parley.core.events import PresenceChanged
from parley.core.model import PresenceStatus
from parley.engine.codec import Codec

EVENT = PresenceChanged(at=1_790_000_000.0, agent_id="agt_1", status=PresenceStatus.READY)

# Not pg_stat_activity: that is read once a transaction.
ALIVE = "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1)"


class Node:
    """One process with its own connections."""

    def __init__(self, database: Database, tenant: str) -> None:
        self._database = database
        self.shard = PostgresShard(database, Codec, tenant)
        self.epoch = 0

    async def leads(self) -> bool:
        epoch = await self.shard.acquire("node")
        self.epoch = epoch or self.epoch
        return epoch is not None

    async def dies(self) -> None:
        """Its connection closes, its lease goes on. The server notices a moment later."""
        line = self.shard._line
        assert line is not None
        backend = line.get_server_pid()
        await self.shard.release(0)
        async with self._database.system() as connection:
            while await connection.fetchval(ALIVE, backend):
                await asyncio.sleep(0.01)

    async def commits(self) -> int:
        return (await self.shard.commit(self.epoch, [EVENT], [], []))[0]


@pytest.fixture
async def nodes(database: Database, tenant: str) -> AsyncIterator[tuple[Node, Node, Node]]:
    three = (Node(database, tenant), Node(database, tenant), Node(database, tenant))
    yield three
    for node in three:
        await node.shard.release(0)


async def end_lease(database: Database, tenant: str) -> None:
    """As if its seconds had passed."""
    async with database.tenant(tenant) as connection:
        await connection.execute("UPDATE shard SET lease_until = now() - interval '1 ms'")


async def cut_lines(postgres: EmbeddedPostgres, whose: str) -> None:
    """Ends server processes, as a pulled cable would."""
    connection = await asyncpg.connect(postgres.superuser_dsn)
    await connection.fetch(f"SELECT pg_terminate_backend(pid, 5000) FROM {whose}")
    await connection.close()


async def test_a_dead_leader_is_followed_before_its_lease_is_over(
    nodes: tuple[Node, Node, Node],
) -> None:
    first, second, _ = nodes
    assert await first.leads()
    assert not await second.leads()
    await first.dies()
    assert await second.leads()
    assert await second.commits() == 1


async def test_a_hung_leader_is_followed_when_its_lease_is_over_and_commits_nothing_after(
    nodes: tuple[Node, Node, Node], database: Database, tenant: str
) -> None:
    first, second, third = nodes
    assert await first.leads()
    assert await first.commits() == 1
    await end_lease(database, tenant)
    assert await second.leads()
    with pytest.raises(Deposed):
        await first.commits()
    with pytest.raises(Deposed):
        await first.shard.renew(first.epoch)
    assert await second.commits() == 2
    assert not await third.leads()


async def test_a_leader_without_the_lock_is_not_followed_when_the_lock_becomes_free(
    nodes: tuple[Node, Node, Node], database: Database, tenant: str
) -> None:
    first, second, third = nodes
    assert await first.leads()
    await end_lease(database, tenant)
    assert await second.leads()  # the hung first still holds the lock
    await first.dies()  # now it dies
    assert not await third.leads()
    assert await second.commits() == 1


async def test_a_leader_gets_the_lock_when_it_renews(
    nodes: tuple[Node, Node, Node],
    database: Database,
    tenant: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, third = nodes
    monkeypatch.setattr("parley.adapters.store.shard.RENEW_AFTER_S", 0.0)
    assert await first.leads()
    await end_lease(database, tenant)
    assert await second.leads()
    await first.dies()
    await second.shard.renew(second.epoch)
    await second.dies()  # dies with the lock
    assert await third.leads()


async def test_renewing_prolongs_the_lease(
    nodes: tuple[Node, Node, Node],
    database: Database,
    tenant: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("parley.adapters.store.shard.RENEW_AFTER_S", 0.0)
    first, second, _ = nodes
    assert await first.leads()
    await end_lease(database, tenant)
    await first.shard.renew(first.epoch)
    assert not await second.leads()


async def test_a_leader_that_lost_its_line_leads_on_with_a_new_one(
    nodes: tuple[Node, Node, Node], postgres: EmbeddedPostgres
) -> None:
    first, second, _ = nodes
    assert await first.leads()
    assert await first.commits() == 1
    await cut_lines(postgres, "pg_locks WHERE locktype = 'advisory'")
    assert await first.leads()
    assert await first.commits() == 2
    assert not await second.leads()


async def test_after_a_commit_whose_answer_was_lost_nothing_of_its_epoch_may_follow(
    nodes: tuple[Node, Node, Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _, _ = nodes
    assert await first.leads()

    async def lose_answer(*arguments: Any) -> None:
        await write(*arguments)
        raise ConnectionResetError("while waiting for the answer")

    write = commit.write
    with monkeypatch.context() as patched:
        patched.setattr(commit, "write", lose_answer)
        with pytest.raises(Unavailable):
            await first.commits()
    with pytest.raises(Deposed):
        await first.commits()
    assert await first.leads()
    assert [r.seq async for r in first.shard.replay(0)] == [1]  # it had happened
    assert await first.commits() == 2


async def test_a_commit_in_doubt_cannot_arrive_after_the_next_epoch(
    nodes: tuple[Node, Node, Node], database: Database, tenant: str
) -> None:
    """The answer is lost, the leader leads anew: the old statement, arriving late, changes nothing."""
    first, _, _ = nodes
    assert await first.leads()
    late = first.epoch
    await end_lease(database, tenant)
    assert await first.leads()
    assert await first.commits() == 1
    with pytest.raises(Deposed):
        await first.shard.commit(late, [EVENT], [], [])
    assert [r.seq async for r in first.shard.replay(0)] == [1]


async def test_an_unknown_tenant_has_no_shard(database: Database) -> None:
    with pytest.raises(NotFound):
        await PostgresShard(database, Codec, "tnt_none").acquire("node")


async def test_the_pool_recovers_when_the_server_returns(
    database: Database, postgres: EmbeddedPostgres
) -> None:
    await database.ping()
    await cut_lines(postgres, "pg_stat_activity WHERE usename = 'parley_app'")
    for _ in range(3):  # at most one failure for each line that died, and only of the passing kind
        try:
            await database.ping()
        except Unavailable:
            continue
    await database.ping()


async def test_an_unreachable_server_is_told_as_passing() -> None:
    database = Database("postgresql://parley:x@/parley?host=/nonexistent/run&port=5432")
    with pytest.raises(Unavailable):
        await database.open()
    with pytest.raises(Unavailable):
        await database.ping()
