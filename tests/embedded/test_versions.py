"""The whole store on every PostgreSQL found here, and on one that asks for no password."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.adapters.embedded import binaries
from parley.adapters.embedded.binaries import Binaries
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.backup import Place, backup, restore
from parley.adapters.store.database import Database
from parley.adapters.store.migrate import migrate
from parley.adapters.store.roles import APP_ROLE
from parley.adapters.store.store import PostgresStore
from parley.core.desk.customer import Customer
from parley.core.events import PresenceChanged
from parley.core.model import PresenceStatus
from parley.engine.codec import Codec

EVENT = PresenceChanged(at=1_790_000_000.0, agent_id="agt_1", status=PresenceStatus.READY)


async def use(dsn: str) -> None:
    """Migrates, signs in as the application, commits, searches."""
    await migrate(dsn)
    database = Database(dsn)
    await database.open()
    store = PostgresStore(database, Codec)
    await store.add_tenant("tnt_1")
    shard = store.shard("tnt_1")
    epoch = await shard.acquire("test")
    assert epoch is not None
    first, _ = await shard.commit(epoch, [EVENT], [], [])
    await shard.release(epoch)
    await store.customers.save("tnt_1", Customer("cus_1", "韩梅梅"), [], new=True)
    found = await store.customers.search("tnt_1", "梅梅", None, 10)
    async with database.system() as connection:
        who = await connection.fetchval("SELECT current_user")
        seen = await connection.fetchval("SELECT count(*) FROM customer")
    await database.close()
    assert (first, len(found.items), who, seen) == (1, 1, APP_ROLE, 0)


@pytest.mark.parametrize("found", binaries.find(), ids=lambda b: f"postgresql-{b.major}")
async def test_the_store_works_on_every_version(
    place: Path, found: Binaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "find", lambda: [found])
    server = EmbeddedPostgres(place / "data")
    server.start()
    try:
        assert server.version == found.version
        await use(server.dsn)
        here = Place(server.dsn, server.bin_dir, place / "kept")
        backup(here, place / "parley.backup")
        await restore(here, place / "parley.backup", force=True)
        assert await migrate(server.dsn) == []
    finally:
        server.stop()


async def test_without_a_password_the_owner_becomes_the_application(place: Path) -> None:
    server = EmbeddedPostgres(place / "data")
    server.start()
    server.stop()
    (server.home / "data" / "pg_hba.conf").write_text("local all parley trust\n")
    server.start()
    try:
        name, _, rest = server.dsn.removeprefix("postgresql://").partition(":")
        await use(f"postgresql://{name}@{rest.split('@', 1)[1]}")
    finally:
        server.stop()
