"""Many callers and few connections: they wait their turn, and each turn is short."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store import database as module
from parley.adapters.store.database import Database
from parley.core.errors import Unavailable
from tests.conftest import psql


async def test_nothing_is_asked_around_a_transaction(
    postgres: EmbeddedPostgres, dsn: str, tenant: str
) -> None:
    """Opening with the tenant, the queries, the commit: a crowd waits for every round trip more."""
    one = Database(dsn, pool_size=1)
    await one.open()
    async with one.tenant(tenant) as connection:
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        asked: list[str] = []
        connection.add_query_logger(lambda record: asked.append(record.query))
        await connection.fetchval("SELECT 1")
    last = psql(postgres, f"SELECT query FROM pg_stat_activity WHERE pid = {backend:d}")
    await one.close()
    assert asked == ["SELECT 1", "COMMIT"]
    assert last == "COMMIT"


async def test_a_crowd_waits_its_turn(dsn: str, tenant: str) -> None:
    few = Database(dsn, pool_size=2)
    await few.open()

    async def ask() -> int:
        async with few.tenant(tenant) as connection:
            return int(await connection.fetchval("SELECT count(*) FROM tenant"))

    assert await asyncio.gather(*(ask() for _ in range(400))) == [1] * 400
    await few.close()


async def test_a_queue_without_end_is_refused_at_once(
    dsn: str, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_WAITING", 1)
    few = Database(dsn, pool_size=1)
    await few.open()
    async with few.tenant(tenant):
        waiting = asyncio.create_task(few.ping())
        await asyncio.sleep(0)  # it stands in line now
        with pytest.raises(Unavailable) as caught:
            await few.ping()
        assert caught.value.code == "busy"
    await waiting
    await few.close()


async def test_what_failed_leaves_nothing_and_its_line_serves_on(dsn: str, tenant: str) -> None:
    one = Database(dsn, pool_size=1)
    await one.open()
    with pytest.raises(asyncpg.DivisionByZeroError):
        await _change(one, tenant, "SELECT 1 / 0")
    stuck = asyncio.create_task(_change(one, tenant, "SELECT pg_sleep(60)"))
    await asyncio.sleep(0.05)  # until the server works on it
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    async with one.tenant(tenant) as connection:
        assert await connection.fetchval("SELECT ticket_number FROM tenant") == 0
    async with one.system() as connection:
        assert await connection.fetchval("SELECT current_setting('parley.tenant', true)") == ""
    await one.close()


async def _change(database: Database, tenant: str, then: str) -> None:
    async with database.tenant(tenant) as connection:
        await connection.execute("UPDATE tenant SET ticket_number = 7")
        await connection.execute(then)


async def test_a_tenants_name_is_never_read_as_a_statement(database: Database) -> None:
    name = "x', true); SELECT set_config('parley.tenant', 'tnt_other"
    async with database.tenant(name) as connection:
        assert await connection.fetchval("SELECT current_setting('parley.tenant')") == name
