"""The database itself keeps tenants apart: every table, for the application's role."""

from __future__ import annotations

import asyncpg
import pytest

from parley.adapters.store.database import Database
from parley.adapters.store.store import PostgresStore
from parley.core.desk.customer import Customer
from parley.ids import new_id
from tests.conftest import psql

UNFORCED = {"search"}  # read through a function of its owner, which adds the tenant itself
WITHOUT_TENANT = {"schema_migration"}


async def test_every_table_is_protected_by_its_tenant(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    await connection.close()
    names = {row["relname"] for row in rows} - WITHOUT_TENANT
    assert len(names) > 20
    assert {r["relname"] for r in rows if r["relrowsecurity"]} == names
    assert {r["relname"] for r in rows if r["relforcerowsecurity"]} == names - UNFORCED


async def test_the_application_is_no_superuser_and_bypasses_nothing(database: Database) -> None:
    async with database.system() as connection:
        row = await connection.fetchrow(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
            " FROM pg_roles WHERE rolname = current_user"
        )
    assert row is not None
    assert tuple(row) == ("parley_app", False, False, False, False)


async def test_a_tenant_sees_no_row_of_another(
    database: Database, store: PostgresStore, tenant: str
) -> None:
    other = new_id("tnt")
    await store.add_tenant(other)
    customer = Customer(id=new_id("cus"), name="Han Meimei")
    await store.customers.save(other, customer, [], new=True)
    async with database.tenant(tenant) as connection:
        assert await connection.fetchval("SELECT count(*) FROM customer") == 0
        assert await connection.fetchval("SELECT count(*) FROM search") == 0
        assert await connection.fetchval("SELECT count(*) FROM tenant") == 1
    found = await store.customers.search(tenant, "Han", None, 10)
    assert found.items == []


async def test_a_tenant_cannot_write_for_another(database: Database, tenant: str) -> None:
    async with database.tenant("tnt_elsewhere") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "INSERT INTO notice (tenant_id, id, account_id, at, kind, text)"
                " VALUES ($1, 'ntc_1', 'agt_1', now(), 'mention', '')",
                tenant,
            )


async def test_without_a_tenant_nothing_is_seen(database: Database, tenant: str) -> None:
    async with database.system() as connection:
        for table in ("tenant", "shard", "journal", "customer", "account", "session"):
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_the_application_cannot_switch_the_protection_off(
    database: Database, tenant: str
) -> None:
    async with database.system() as connection:
        await connection.execute("SELECT set_config('parley.system', 'on', true)")
        assert await connection.fetchval("SELECT count(*) FROM tenant") == 0
    for statement in (
        "ALTER TABLE customer DISABLE ROW LEVEL SECURITY",
        "SET ROLE parley_system",
        "UPDATE journal SET kind = 'Forged'",
        "DELETE FROM journal",
        "DELETE FROM message",
        "SELECT count(*) FROM journal_other",
    ):
        async with database.tenant(tenant) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_the_owner_too_sees_only_the_tenant_it_names(dsn: str, tenant: str) -> None:
    connection = await asyncpg.connect(dsn)
    assert await connection.fetchval("SELECT count(*) FROM shard") == 0
    await connection.execute("SELECT set_config('parley.tenant', $1, false)", tenant)
    assert await connection.fetchval("SELECT count(*) FROM shard") == 1
    await connection.close()


def test_conditions_of_hot_lists_may_use_their_indexes_under_row_level_security(postgres) -> None:
    """The planner tries only leakproof comparisons before the policy; lists sort by time and id."""
    functions = psql(
        postgres,
        "SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc WHERE proleakproof"
        " AND proname IN ('texteq', 'int8gt', 'timestamptz_lt', 'timestamptz_ge', 'text_lt')",
    )
    assert {"texteq", "int8gt", "timestamptz_lt", "timestamptz_ge"} <= set(functions.split(","))
