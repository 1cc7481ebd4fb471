"""Founding the demo company in a real database: whole, once, and also after an interruption."""

import pytest

from parley.core.center.center import Center
from parley.core.insight.facts import InteractionFact
from parley.core.ports import InteractionFilter
from parley.demo.company import TENANT
from parley.demo.seed import seed

NOW = 1795321437.0


class PowerCut(Exception):
    pass


class CutAfter:
    """A shard that loses power after some commits."""

    def __init__(self, shard, commits: int) -> None:
        self._shard = shard
        self._left = commits

    def __getattr__(self, name: str):
        return getattr(self._shard, name)

    async def commit(self, *arguments):
        if self._left == 0:
            raise PowerCut
        self._left -= 1
        return await self._shard.commit(*arguments)


async def hashed(password: str) -> str:
    return f"hash of {password}"


async def everything(store) -> tuple[int, list[InteractionFact], Center]:
    """How many events, all interactions, and the state that the journal gives."""
    center, seq = Center(), 0
    async for recorded in store.shard(TENANT).replay(0):
        assert recorded.seq == seq + 1
        seq = recorded.seq
        center.evolve(recorded.event)
    facts: list[InteractionFact] = []
    cursor = None
    while True:
        page = await store.interactions.list(TENANT, InteractionFilter(), cursor, 200)
        facts.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return seq, facts, center


@pytest.mark.slow
async def test_an_interrupted_seeding_goes_on_where_it_stopped_and_a_third_one_changes_nothing(
    store, monkeypatch
):
    real = store.shard
    monkeypatch.setattr(store, "shard", lambda tenant: CutAfter(real(tenant), 3))
    with pytest.raises(PowerCut):
        await seed(store, NOW, hashed)
    monkeypatch.undo()

    seeded = await seed(store, NOW + 3600, hashed)
    assert seeded.fresh
    seq, facts, center = await everything(store)
    assert len({fact.id for fact in facts}) == len(facts) == seeded.interactions
    assert all(fact.ended_at is not None for fact in facts)
    assert not center.state.interactions
    assert sum(fact.rating is not None for fact in facts) > 100

    again = await seed(store, NOW + 7200, hashed)
    assert not again.fresh
    assert (await everything(store))[0] == seq

    tickets = await store.tickets.list(TENANT, limit=1)
    assert tickets.items[0].number == seeded.tickets
    found = await store.customers.search(TENANT, "王晓燕", None, 5)
    newest = (await store.customers.orders(TENANT, found.items[0].id, 9))[0]
    assert newest.status == "shipped"
    entry = await store.documents.get(TENANT, "entry_point", "demo-shop")
    assert len(entry.body["secret"]) >= 32
    (lin,) = await store.accounts.by_email("lin@demo.parley")
    assert lin.password_hash == "hash of parley-demo"
