"""Care for the data: migrate, seed, back up, restore. Each works beside a running Parley or without one."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import structlog

from parley import __version__
from parley.adapters.embedded import binaries
from parley.adapters.embedded.errors import PostgresUnavailable
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database, passing_errors, until_reachable
from parley.adapters.store.migrate import migrate
from parley.adapters.store.roles import ensure_roles
from parley.adapters.store.store import PostgresStore
from parley.api.passwords import Passwords
from parley.config import Settings
from parley.core.errors import ParleyError
from parley.demo.seed import seed
from parley.engine.codec import Codec

MANIFEST, DUMP, SECRET, BLOBS = "parley.json", "database.dump", "secret", "blobs"
FORMAT = 1  # of the backup file
SEES_ALL_ROWS = "-c parley.system=on"  # the owner's switch past row-level security

Tell = Callable[[str], None]

log = structlog.get_logger("parley.upkeep")


class UpkeepFailed(ParleyError):
    """`str(error)` is one sentence for whoever typed the command."""


@contextlib.asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The owner's address of a database that answers: the given one, that of the Parley that is
    running, or the embedded one, started for as long as it is needed."""
    if settings.database_url is not None:
        dsn = settings.database_url.get_secret_value()
        await until_reachable(dsn, patience_s=settings.database_patience_s)
        yield dsn
        return
    postgres = EmbeddedPostgres(settings.data_dir, port=settings.database_port)
    try:
        await asyncio.to_thread(postgres.start)
    except PostgresUnavailable as error:
        if error.code != "data_in_use":
            raise
        await until_reachable(postgres.dsn, patience_s=settings.database_patience_s)
        yield postgres.dsn
        return
    try:
        yield postgres.dsn
    finally:
        await asyncio.to_thread(postgres.stop)


async def migrated(settings: Settings) -> list[str]:
    """Bring the schema up to date; the names of what was applied."""
    async with database(settings) as dsn:
        return await migrate(dsn)


async def seeded(settings: Settings, tell: Tell) -> None:
    """Found the demo company."""
    async with database(settings) as dsn:
        await migrate(dsn)
        pool = Database(dsn, pool_size=settings.pool_size)
        await pool.open()
        try:
            await seed(PostgresStore(pool, Codec), time.time(), Passwords().hash, tell)
        finally:
            await pool.close()


# --- back up ----------------------------------------------------------------------------------------


def back_up(settings: Settings, target: Path) -> str:
    """Everything as of one moment, in one file; says what it did.

    The database is dumped first. Blobs never change and are stored before the rows that name them,
    so that those copied afterwards are at least all that the dump names.
    """
    if target.exists():
        raise UpkeepFailed("file_exists", f"{target} exists already: choose another name.")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        dump, partial = Path(folder) / DUMP, Path(folder) / "backup.tar"
        asyncio.run(_dump(settings, dump))
        _pack(partial, dump, settings.data_dir)
        partial.chmod(0o600)
        partial.rename(target)
    return f"{target}: {target.stat().st_size / 1e6:.1f} MB"


async def _dump(settings: Settings, dump: Path) -> None:
    async with database(settings) as dsn:
        await _run("pg_dump", dsn, "--format=custom", "--enable-row-security", f"--file={dump}")


def _pack(target: Path, dump: Path, data_dir: Path) -> None:
    manifest = {"format": FORMAT, "parley": __version__, "made_at": time.time()}
    with tarfile.open(target, "w") as archive:
        _add_text(archive, MANIFEST, json.dumps(manifest))
        archive.add(dump, DUMP)
        if (data_dir / SECRET).is_file():
            archive.add(data_dir / SECRET, SECRET)
        if (data_dir / BLOBS).is_dir():
            archive.add(data_dir / BLOBS, BLOBS, filter=_finished)
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _finished(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """A blob that is still being written has a name with a dot in front."""
    return None if PurePosixPath(member.name).name.startswith(".") else member


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(text.encode())
    archive.addfile(member, io.BytesIO(text.encode()))


# --- restore ----------------------------------------------------------------------------------------


def restore(settings: Settings, source: Path) -> str:
    """Bring a backup back into an empty data directory and database; says what it did.

    Raises UpkeepFailed if anything is there already: nothing is ever overwritten.
    """
    manifest = _read_manifest(source)
    if (settings.data_dir / BLOBS).exists():
        raise UpkeepFailed(
            "not_empty",
            f"{settings.data_dir} holds data already: set PARLEY_DATA_DIR to a new directory.",
        )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        _unpack(source, Path(folder))
        asyncio.run(_fill(settings, Path(folder) / DUMP))
        for name in (SECRET, BLOBS):
            if (Path(folder) / name).exists():
                (Path(folder) / name).rename(settings.data_dir / name)
    return f"restored {source}, made by Parley {manifest['parley']}"


async def _fill(settings: Settings, dump: Path) -> None:
    """The dump into an empty database, then what this version added since."""
    async with database(settings) as dsn:
        await _prepare(dsn)
        await _run(
            "pg_restore",
            dsn,
            f"--dbname={_connection(dsn)['PGDATABASE']}",
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-comments",
            "--enable-row-security",
            str(dump),
        )
        await migrate(dsn)


async def _prepare(dsn: str) -> None:
    """Raises UpkeepFailed unless the database is empty; makes the roles that the dump names."""
    with passing_errors():
        owner = await asyncpg.connect(dsn)
        try:
            if await owner.fetchval(
                "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
            ):
                raise UpkeepFailed(
                    "not_empty", "The database holds tables already: restore into an empty one."
                )
            await ensure_roles(owner, dsn)
        finally:
            await owner.close()


def _read_manifest(source: Path) -> dict[str, object]:
    try:
        with tarfile.open(source) as archive:
            member = archive.extractfile(MANIFEST)
            manifest: dict[str, object] = json.loads(member.read()) if member else {}
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise UpkeepFailed("no_backup", f"{source} is no backup of Parley.") from error
    if manifest.get("format") != FORMAT:
        raise UpkeepFailed(
            "backup_newer", f"{source} was made by a newer Parley: restore it with that."
        )
    return manifest


def _unpack(source: Path, folder: Path) -> None:
    with tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")


# --- PostgreSQL's own programs ------------------------------------------------------------------------


async def _run(program: str, dsn: str, *options: str) -> None:
    """Run pg_dump or pg_restore. The address goes through the environment: it holds a password."""
    found = binaries.find()
    if not found:
        raise UpkeepFailed("no_postgres", f"{program} was not found: install PostgreSQL's clients.")
    environment = {**os.environ, **_connection(dsn), "PGOPTIONS": SEES_ALL_ROWS}
    process = await asyncio.create_subprocess_exec(
        found[0].program(program),
        *options,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await process.communicate()
    if process.returncode != 0:
        lines = words.decode(errors="replace").strip().splitlines() or ["without a word"]
        log.error("program_failed", program=program, words=lines[-5:])
        raise UpkeepFailed("program_failed", f"{program} failed: {lines[0]}")


def _connection(dsn: str) -> dict[str, str]:
    """libpq's environment for an address like postgresql://user:password@host/database."""
    parts = urlsplit(dsn)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    given = {
        "PGHOST": query.get("host") or parts.hostname,
        "PGPORT": query.get("port") or (str(parts.port) if parts.port else None),
        "PGUSER": query.get("user") or (unquote(parts.username) if parts.username else None),
        "PGPASSWORD": unquote(parts.password) if parts.password else query.get("password"),
        "PGDATABASE": query.get("dbname") or unquote(parts.path.lstrip("/")) or None,
        "PGSSLMODE": query.get("sslmode"),
    }
    return {name: value for name, value in given.items() if value}
