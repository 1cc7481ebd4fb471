"""Pulls the plug under traffic, again and again; afterwards nothing promised is missing or doubled."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from typing import Any

import asyncpg
import pytest

from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.demo.company import TENANT
from tests.harness.product import Product
from tests.harness.traffic import Traffic

SEED = 2026
PLACES = 16
LEAST_BETWEEN, MOST_BETWEEN = 20, 80  # messages sent or acknowledged between two blows
BLOWS = ("process", "postgres", "process", "both", "postgres", "process")

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(480),
]


async def test_a_killed_process_or_database_loses_and_doubles_nothing(product: Product) -> None:
    chance = random.Random(SEED)
    traffic = Traffic([product.url], chance, PLACES)
    await traffic.begin()
    try:
        for blow in BLOWS:
            await _some_time_later(traffic, chance)
            await _strike(product, blow)
        await _some_time_later(traffic, chance)
    finally:
        await traffic.finish()
    await _nobody_misses_anything(traffic)
    product.stop()  # keeps the live state, to be compared with the journal
    product.start()
    await _the_database_has_each_promise_once(product, traffic)
    _the_books_balance(product, traffic)


async def _some_time_later(traffic: Traffic, chance: random.Random) -> None:
    """Right after a message was sent, or right after one was acknowledged."""
    count = chance.randint(LEAST_BETWEEN, MOST_BETWEEN)
    if chance.random() < 0.5:
        sent = traffic.sent + count
        await traffic.until(lambda: traffic.sent >= sent)
    else:
        acked = traffic.acked + count
        await traffic.until(lambda: traffic.acked >= acked)


async def _strike(product: Product, blow: str) -> None:
    if blow in ("postgres", "both"):
        product.kill_postgres()
    if blow in ("process", "both"):
        product.kill()
        await asyncio.to_thread(product.start)


async def _nobody_misses_anything(traffic: Traffic) -> None:
    """Each screen shows what the server has, nothing else, nothing twice."""
    for visitor in traffic.visitors:
        server = await visitor.thread()
        shown = sorted(visitor.screen.values(), key=lambda message: message["seq"])
        assert [m["id"] for m in shown] == [m["id"] for m in server][: len(shown)]
        assert {m["sender"] for m in server[len(shown) :]} <= {"system"}  # "the conversation ended"
        assert Counter(visitor.texts("agent")) == Counter(
            f"re: {text}" for text in visitor.texts("customer")
        )
        assert not visitor.refused


async def _the_database_has_each_promise_once(product: Product, traffic: Traffic) -> None:
    stored = await _stored(product)
    times = Counter(client_id for client_id, _ in stored)
    for people in (traffic.visitors, traffic.agents):
        for person in people:
            for client_id, message_id in person.acked.items():
                assert times[client_id] == 1, client_id
                assert (client_id, message_id) in stored
    promised = {c for v in traffic.visitors for c in v.acked}
    promised |= {c for a in traffic.agents for c in a.acked}
    doubtful = {c for a in traffic.agents for c in a.doubtful}
    ours = {c for c in times if c.startswith(("c_", "re-"))}
    assert promised <= ours <= promised | doubtful
    assert max(times[c] for c in ours) == 1


async def _stored(product: Product) -> set[tuple[str, str]]:
    """(client id, message id) of all that people said, read behind the product's back."""
    line: asyncpg.Connection[Any] = await asyncpg.connect(EmbeddedPostgres(product.data_dir).dsn)
    try:
        await line.execute("SELECT set_config('parley.tenant', $1, false)", TENANT)
        rows = await line.fetch("SELECT client_id, id FROM message WHERE sender <> 'system'")
    finally:
        await line.close()
    assert len(rows) == len({row["id"] for row in rows})
    return {(row["client_id"], row["id"]) for row in rows}


def _the_books_balance(product: Product, traffic: Traffic) -> None:
    told = product.command("reconcile", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    [books] = [each for each in json.loads(told.stdout) if each["tenant_id"] == TENANT]
    assert books["balanced"], books["faults"]
    assert books["ended"] + books["open"] >= len(traffic.visitors)
