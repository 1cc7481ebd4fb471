"""Two nodes on one PostgreSQL: one leads, the other takes over, and the first's commits are refused."""

from __future__ import annotations

import asyncio

import pytest

from parley.adapters.store.database import Database
from parley.adapters.store.store import PostgresStore
from parley.core import inputs as got
from parley.core.commands import SendMessage
from parley.core.errors import Unavailable
from parley.core.model import CustomerRef
from parley.engine.codec import Codec
from parley.engine.engine import Engine
from parley.engine.picture import CenterPicture
from parley.engine.status import EnginePhase
from parley.ids import new_id
from tests.conftest import psql
from tests.engine.shop import CONFIG, Sent

PATIENCE_S = 60.0


class Node:
    """One process's engine, with connections of its own."""

    def __init__(self, dsn: str, tenant: str, name: str) -> None:
        self.database = Database(dsn, pool_size=2)
        self.store = PostgresStore(self.database, Codec)
        self.tenant = tenant
        self.shard = self.store.shard(tenant)
        self.engine: Engine = Engine(
            self.shard,
            name,
            handlers={SendMessage: Sent()},
            blank=lambda: CenterPicture(
                "Asia/Shanghai", lambda since: self.store.interactions.since_queued(tenant, since)
            ),
        )
        self.task: asyncio.Task[None] | None = None

    async def open(self) -> Node:
        await self.database.open()
        self.task = asyncio.create_task(self.engine.run())
        return self

    async def close(self) -> None:
        assert self.task is not None
        self.engine.stop()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.database.close()

    async def leads(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while self.engine.status.phase is not EnginePhase.LEADING:
                await asyncio.sleep(0.01)

    async def ask(self, visitor: str) -> None:
        await self.engine.submit(
            got.MessageReceived(
                at=1_800_000_000.0,
                entry_point="web",
                address=f"web:{visitor}",
                message_id=new_id("msg"),
                client_id="c1",
                interaction_id=new_id("int"),
                text="hello",
                customer=CustomerRef(f"cus_{visitor}", visitor),
            )
        )

    async def journal(self) -> list[int]:
        return [r.seq for r in await self.store.journal.since(self.tenant, 0, 10_000)]

    @property
    def customers(self) -> set[str]:
        return {i.address for i in self.engine.picture.center.state.interactions.values()}


@pytest.fixture
async def nodes(dsn, tenant):
    one, two = Node(dsn, tenant, "one"), Node(dsn, tenant, "two")
    await one.open()
    await one.leads()
    await two.open()
    yield one, two
    await one.close()
    await two.close()


async def test_a_hung_leader_is_followed_and_its_commits_are_refused(nodes, postgres, dsn):
    one, two = nodes
    await one.engine.submit(got.ConfigChanged(at=1_800_000_000.0, config=CONFIG))
    await one.ask("anna")
    with pytest.raises(Unavailable):
        await two.ask("bert")
    hang(one)
    name = dsn.partition("@/")[2].partition("?")[0]
    psql(
        postgres,
        f"UPDATE shard SET lease_until = '-infinity', locked = false "
        f"WHERE tenant_id = '{one.tenant}'",
        database=name,
    )
    await two.leads()
    assert two.customers == {"web:anna"}, "the second node knows what the first made durable"
    await two.ask("bert")
    with pytest.raises(Unavailable):
        await one.ask("carl")
    assert two.customers == {"web:anna", "web:bert"}
    seqs = await two.journal()
    assert seqs == list(range(1, len(seqs) + 1)), "gapless"
    stored = await two.store.interactions.since_queued(two.tenant, 0)
    assert {fact.address for fact in stored} == {"web:anna", "web:bert"}


async def test_a_clean_stop_hands_over_at_once(nodes):
    one, two = nodes
    await one.engine.submit(got.ConfigChanged(at=1_800_000_000.0, config=CONFIG))
    await one.ask("anna")
    one.engine.stop()
    await two.leads()
    assert two.customers == {"web:anna"}
    await two.ask("bert")
    assert two.customers == {"web:anna", "web:bert"}


def hang(node: Node) -> None:
    """Its heart stops, but it does not know."""

    async def never(epoch: int) -> None:
        await asyncio.Event().wait()

    node.engine._shard.renew = never  # type: ignore[method-assign]
