"""Care for the data: migrate, seed, back up, restore. Each works beside a running Parley or without
one; only restoring needs the place to itself."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from parley.adapters.embedded import binaries
from parley.adapters.embedded.errors import PostgresUnavailable, no_binaries
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store import backup
from parley.adapters.store.backup import Place
from parley.adapters.store.database import Database, until_reachable
from parley.adapters.store.migrate import migrate
from parley.adapters.store.store import PostgresStore
from parley.api.passwords import Passwords
from parley.config import Settings
from parley.demo.seed import seed
from parley.engine.codec import Codec
from parley.founding import Company, Founded, found

Tell = Callable[[str], None]


@contextlib.asynccontextmanager
async def place(settings: Settings, *, alone: bool = False) -> AsyncIterator[Place]:
    """A database that answers and the files beside it: the given one, that of the Parley that is
    running (unless `alone`), or the embedded one, started for as long as it is needed."""
    if settings.database_url is not None:
        dsn = settings.database_url.get_secret_value()
        await until_reachable(dsn, patience_s=settings.database_patience_s)
        yield Place(dsn, _programs(), settings.data_dir)
        return
    postgres = EmbeddedPostgres(settings.data_dir, port=settings.database_port)
    try:
        await asyncio.to_thread(postgres.start)
    except PostgresUnavailable as error:
        if error.code != "data_in_use" or alone:
            raise
        await until_reachable(postgres.dsn, patience_s=settings.database_patience_s)
        yield Place(postgres.dsn, postgres.bin_dir, settings.data_dir)
        return
    try:
        yield Place(postgres.dsn, postgres.bin_dir, settings.data_dir)
    finally:
        await asyncio.to_thread(postgres.stop)


@contextlib.asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The owner's address of the database of such a place."""
    async with place(settings) as here:
        yield here.dsn


def _programs() -> Path:
    """Where pg_dump and its like are, for a database that is not ours. Raises PostgresUnavailable."""
    found = binaries.find()
    if not found:
        raise no_binaries()
    return found[0].bin_dir


async def migrated(settings: Settings) -> list[str]:
    """Bring the schema up to date; the names of what was applied."""
    async with place(settings) as here:
        return await migrate(here.dsn)


@contextlib.asynccontextmanager
async def _open_store(settings: Settings, *, to_date: bool = True) -> AsyncIterator[PostgresStore]:
    """All records; the schema is brought up to date first, unless nothing shall be changed."""
    async with place(settings) as here:
        if to_date:
            await migrate(here.dsn)
        pool = Database(here.dsn, pool_size=settings.pool_size)
        await pool.open()
        try:
            yield PostgresStore(pool, Codec)
        finally:
            await pool.close()


async def seeded(settings: Settings, tell: Tell) -> None:
    """Found the demo company."""
    async with _open_store(settings) as store:
        await seed(store, time.time(), Passwords().hash, tell)


async def founded(settings: Settings, company: Company) -> Founded:
    """Found a company."""
    async with _open_store(settings) as store:
        return await found(store, company, time.time(), Passwords().hash)


async def failures(settings: Settings, *, forget: bool = False) -> list[str]:
    """What failed for good, in one line each; `forget` removes it."""
    async with _open_store(settings, to_date=False) as store:
        shards = [store.shard(tenant_id) for tenant_id in await store.tenants()]
        lines = [
            f"{shard.tenant_id} {each.kind} of {each.lane}: {each.error}"
            for shard in shards
            for each in await shard.outbox_failures()
        ]
        if forget:
            for shard in shards:
                await shard.forget_failures()
        return lines


async def backed_up(settings: Settings, archive: Path) -> str:
    """Everything as of one moment, in one file; says what it did."""
    async with place(settings) as here:
        size = await asyncio.to_thread(backup.backup, here, archive)
    return f"{archive}: {size / 1e6:.1f} MB"


async def restored(settings: Settings, archive: Path, *, force: bool) -> str:
    """Bring a backup back, then the schema to this version; says what it did."""
    async with place(settings, alone=True) as here:
        await backup.restore(here, archive, force=force)
        await migrate(here.dsn)
    return f"{settings.data_dir} is as {archive} was"
