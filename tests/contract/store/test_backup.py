"""A backup holds one moment of everything; a restore gives it back, and destroys nothing unasked."""

from __future__ import annotations

import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.embedded.cluster import DATABASE, OWNER
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.backup import BackupError, Place, backup, restore
from parley.adapters.store.database import Database
from parley.adapters.store.migrate import migrate
from parley.adapters.store.store import PostgresStore
from parley.core.desk.customer import Customer
from parley.core.events import PresenceChanged
from parley.core.model import PresenceStatus
from parley.engine.codec import Codec
from parley.ids import new_id
from tests.conftest import psql

AT = 1_790_000_000.0
EVENT = PresenceChanged(at=AT, agent_id="agt_1", status=PresenceStatus.READY)


@pytest.fixture
def source(dsn: str, postgres: EmbeddedPostgres, tmp_path: Path) -> Place:
    return Place(dsn, postgres.bin_dir, tmp_path / "source")


@pytest.fixture
def target(postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[Place]:
    name = new_id("restored").lower()
    psql(postgres, f"CREATE DATABASE {name} OWNER {OWNER}")
    dsn = postgres.dsn.replace(f"@/{DATABASE}?", f"@/{name}?")
    yield Place(dsn, postgres.bin_dir, tmp_path / "target")
    psql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def archive(source: Place, store: PostgresStore, tenant: str, tmp_path: Path) -> Path:
    """A backup of one customer, one event, one attachment."""
    await store.customers.save(tenant, Customer("cus_1", "李雷"), [EVENT], new=True)
    await DiskBlobs(source.data_dir / "blobs").put(f"{tenant}/att_1", b"picture")
    (source.data_dir / "blobs" / tenant / ".att_2.half").write_bytes(b"half")
    (source.data_dir / "secret").write_text("signs tokens")
    path = tmp_path / "parley.backup"
    assert backup(source, path) == path.stat().st_size
    return path


async def test_everything_is_given_back(archive: Path, target: Place, tenant: str) -> None:
    await restore(target, archive)
    assert await migrate(target.dsn) == []
    database = Database(target.dsn)
    await database.open()
    restored = PostgresStore(database, Codec)
    customer = await restored.customers.get(tenant, "cus_1")
    events = await restored.journal.since(tenant, 0, 10)
    found = await restored.customers.search(tenant, "李雷", None, 10)
    shard = restored.shard(tenant)
    epoch = await shard.acquire("test")
    assert epoch is not None
    assert (await shard.commit(epoch, [EVENT], [], []))[0] == 2
    await shard.release(epoch)
    async with database.system() as connection:
        assert await connection.fetchval("SELECT count(*) FROM customer") == 0  # still protected
    await database.close()
    assert customer is not None
    assert customer.name == "李雷"
    assert [r.event for r in events] == [EVENT]
    assert len(found.items) == 1
    assert await DiskBlobs(target.data_dir / "blobs").get(f"{tenant}/att_1") == b"picture"
    assert not (target.data_dir / "blobs" / tenant / ".att_2.half").exists()
    assert (target.data_dir / "secret").read_text() == "signs tokens"
    assert stat.S_IMODE((target.data_dir / "secret").stat().st_mode) == 0o600


def test_a_backup_is_readable_by_its_owner_only(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not archive.with_name(archive.name + ".partial").exists()


def test_an_older_backup_is_never_overwritten(archive: Path, source: Place) -> None:
    before = archive.read_bytes()
    with pytest.raises(BackupError, match="exists already"):
        backup(source, archive)
    assert archive.read_bytes() == before


async def test_data_is_never_overwritten_unasked(archive: Path, target: Place, tenant: str) -> None:
    await migrate(target.dsn)
    with pytest.raises(BackupError) as refused:
        await restore(target, archive)
    assert refused.value.code == "not_empty"
    await restore(target, archive, force=True)
    database = Database(target.dsn)
    await database.open()
    assert await PostgresStore(database, Codec).tenants() != []
    await database.close()


async def test_a_database_in_use_is_never_replaced(archive: Path, target: Place) -> None:
    await migrate(target.dsn)
    database = Database(target.dsn)
    await database.open()
    with pytest.raises(BackupError) as refused:
        await restore(target, archive, force=True)
    assert refused.value.code == "in_use"
    await database.close()


async def test_files_are_never_overwritten_unasked(archive: Path, target: Place) -> None:
    await DiskBlobs(target.data_dir / "blobs").put("tnt_x/att_9", b"precious")
    with pytest.raises(BackupError):
        await restore(target, archive)
    assert await DiskBlobs(target.data_dir / "blobs").get("tnt_x/att_9") == b"precious"


async def test_a_restore_that_fails_leaves_what_was_there(
    archive: Path, target: Place, tmp_path: Path
) -> None:
    await migrate(target.dsn)
    await DiskBlobs(target.data_dir / "blobs").put("tnt_x/att_9", b"precious")
    broken = tmp_path / "broken.backup"
    with tarfile.open(archive) as good, tarfile.open(broken, "w") as bad:
        for entry in good:
            data = good.extractfile(entry)
            if entry.name == "database.dump":
                entry.size //= 2
            bad.addfile(entry, data)
    with pytest.raises(BackupError):
        await restore(target, broken, force=True)
    connection = await asyncpg.connect(target.dsn)
    assert await connection.fetchval("SELECT count(*) FROM schema_migration") > 0
    await connection.close()
    assert await DiskBlobs(target.data_dir / "blobs").get("tnt_x/att_9") == b"precious"


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\0" * 10240])
async def test_something_else_than_a_backup_is_refused(
    target: Place, tmp_path: Path, content: bytes
) -> None:
    other = tmp_path / "other"
    other.write_bytes(content)
    with pytest.raises(BackupError) as refused:
        await restore(target, other)
    assert refused.value.code == "backup_unreadable"


def test_a_backup_that_cannot_be_written_says_so(source: Place, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be written"):
        backup(source, tmp_path / "missing" / "parley.backup")
