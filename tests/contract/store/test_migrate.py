"""Migrations: forward only, once, however many nodes start together."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Iterator

import asyncpg
import pytest

from parley.adapters.embedded.cluster import DATABASE, OWNER
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database, DatabaseRefused, until_reachable
from parley.adapters.store.migrate import (
    Migration,
    SchemaError,
    ensure_partitions,
    known,
    migrate,
)
from parley.adapters.store.roles import APP_ROLE
from parley.core.errors import Unavailable
from parley.ids import new_id
from tests.conftest import psql


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Iterator[str]:
    """The owner's address of a database in which nothing is."""
    name = new_id("empty").lower()
    psql(postgres, f"CREATE DATABASE {name} OWNER {OWNER}")
    yield postgres.dsn.replace(f"@/{DATABASE}?", f"@/{name}?")
    psql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def fetch(dsn: str, question: str) -> list[object]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(question)
    await connection.close()
    return [row[0] for row in rows]


async def test_all_migrations_are_applied_once_and_in_order(empty: str) -> None:
    names = await migrate(empty)
    assert names == [f"{m.version:04}_{m.name}" for m in known()]
    assert await migrate(empty) == []
    assert await fetch(empty, "SELECT version FROM schema_migration ORDER BY applied_at") == [
        m.version for m in known()
    ]


async def test_versions_are_numbered_without_gaps() -> None:
    assert [m.version for m in known()] == list(range(1, len(known()) + 1))


async def test_nodes_that_start_together_migrate_once(empty: str) -> None:
    done = await asyncio.gather(*(migrate(empty) for _ in range(5)))
    assert sorted(map(len, done)) == [0, 0, 0, 0, len(known())]


async def test_the_application_can_sign_in_after_migrating(empty: str) -> None:
    await migrate(empty)
    database = Database(empty)
    await database.open()
    async with database.system() as connection:
        assert await connection.fetchval("SELECT current_user") == APP_ROLE
    await database.close()


async def test_a_failed_migration_leaves_nothing_behind(empty: str) -> None:
    await migrate(empty)
    broken = Migration(len(known()) + 1, "broken", "CREATE TABLE half (x int); SELECT 1/0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(empty, [*known(), broken])
    assert await fetch(empty, "SELECT to_regclass('half')") == [None]
    assert await migrate(empty) == []


async def test_a_newer_database_is_refused_in_one_sentence(empty: str) -> None:
    await migrate(empty)
    with pytest.raises(SchemaError, match=r"at migration \d{4}, this Parley knows only up to"):
        await migrate(empty, known()[:-1])


async def test_a_changed_migration_is_refused(empty: str) -> None:
    await migrate(empty)
    first, *others = known()
    with pytest.raises(SchemaError, match="0001"):
        await migrate(empty, [dataclasses.replace(first, sql=first.sql + "\n"), *others])


async def test_an_owner_without_rights_is_told_which(
    postgres: EmbeddedPostgres, empty: str
) -> None:
    name = new_id("poor").lower()
    database = empty.split("@/")[1].split("?")[0]
    psql(postgres, f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    psql(postgres, f"ALTER DATABASE {database} OWNER TO {name}")
    theirs = "postgresql://" + name + ":x@" + empty.split("@")[1]
    with pytest.raises(SchemaError, match="CREATEROLE"):
        await migrate(theirs)
    psql(postgres, f"DROP DATABASE {database} WITH (FORCE)", f"DROP ROLE {name}")
    psql(postgres, f"CREATE DATABASE {database} OWNER {OWNER}")


@pytest.mark.parametrize(
    "change",
    [
        lambda dsn: dsn.replace("parley:", "parley:wrong", 1),
        lambda dsn: dsn.replace("@/", "@/not_there_", 1),
        lambda dsn: "mysql://somewhere/else",
    ],
)
async def test_a_wrong_address_is_told_in_one_sentence_without_its_password(
    postgres: EmbeddedPostgres, change: Callable[[str], str]
) -> None:
    with pytest.raises(DatabaseRefused, match=r"PARLEY_DATABASE_URL\.$") as refused:
        await until_reachable(change(postgres.dsn), patience_s=0.0)
    assert postgres.dsn.split(":")[2].split("@")[0] not in str(refused.value)


async def test_an_unreachable_database_is_told_when_patience_ends() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await until_reachable("postgresql://a:b@127.0.0.1:1/c", patience_s=0.0)


async def test_the_journal_has_partitions_for_this_month_and_the_next_two(empty: str) -> None:
    await migrate(empty)
    await ensure_partitions(empty)
    missing = await fetch(
        empty,
        "SELECT n FROM generate_series(0, 2) n WHERE to_regclass('journal_' || to_char("
        " date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n), 'YYYY_MM'))"
        " IS NULL",
    )
    assert missing == []
    assert await fetch(empty, "SELECT count(*) FROM journal_other") == [0]


async def test_what_customers_spent_before_it_was_summed_up_is_known(empty: str) -> None:
    before = [m for m in known() if m.version < 8]
    await migrate(empty, before)
    connection = await asyncpg.connect(empty)
    await connection.execute("SELECT set_config('parley.system', 'on', false)")
    await connection.execute(
        """
        INSERT INTO tenant (tenant_id) VALUES ('one'), ('two');
        INSERT INTO customer (tenant_id, id, name, priority, language, tags, fields, note,
                              created_at, updated_at)
        SELECT t, c, c, 0, 'zh-CN', '{}', '{}', '', now(), now()
        FROM unnest(ARRAY['one', 'two']) t, unnest(ARRAY['a', 'b']) c;
        INSERT INTO customer_order (tenant_id, id, customer_id, placed_at, body) VALUES
            ('one', '1', 'a', now(), '{"status": "paid", "amount": "0.10"}'),
            ('one', '2', 'a', now(), '{"status": "delivered", "amount": "20.20"}'),
            ('one', '3', 'a', now(), '{"status": "returned", "amount": "300.00"}'),
            ('two', '1', 'b', now(), '{"status": "shipped", "amount": "about 7"}'),
            ('two', '2', 'b', now(), '{"status": "shipped", "amount": "8"}')
        """
    )
    await migrate(empty)
    rows = await connection.fetch("SELECT tenant_id, id, spend::text FROM customer ORDER BY 1, 2")
    await connection.close()
    assert [tuple(row) for row in rows] == [
        ("one", "a", "20.30"), ("one", "b", "0"), ("two", "a", "0"), ("two", "b", "8"),
    ]  # fmt: skip
