"""Brings the database to the schema this program needs: forward only, safe when several nodes start.

Each file `migrations/NNNN_name.sql` is one transaction, recorded with its checksum. An advisory lock
lets one node migrate while the others wait and then find nothing to do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import asyncpg
import structlog

from parley.adapters.store.database import CONNECT_TIMEOUT_S, passing_errors
from parley.adapters.store.roles import ensure_roles
from parley.core.errors import ParleyError

LEAST_SERVER_VERSION = 150_000  # as server_version_num
MIGRATION_LOCK = 7_241_853_201  # any number, the same in every version
MONTHS_AHEAD = 2  # partitions that exist before they are needed
_NAME = re.compile(r"(\d{4})_(\w+)\.sql")

log = structlog.get_logger(__name__)


class SchemaError(ParleyError):
    """The database cannot be used by this program; `str(error)` is a sentence for its operator."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def known() -> list[Migration]:
    """All migrations in this program, oldest first."""
    files = resources.files("parley.adapters.store").joinpath("migrations").iterdir()
    found = [(_NAME.fullmatch(file.name), file) for file in files]
    return sorted(
        (Migration(int(m[1]), m[2], file.read_text(encoding="utf-8")) for m, file in found if m),
        key=lambda migration: migration.version,
    )


async def migrate(dsn: str, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Applies what is missing and returns its names. `dsn` is the owner's.

    Raises SchemaError if the database is newer, was changed, or too old a server; Unavailable.
    """
    wanted = known() if migrations is None else migrations
    with passing_errors():
        connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)
        try:
            await connection.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
            return await _migrate(connection, dsn, wanted)
        except asyncpg.InsufficientPrivilegeError as error:
            raise SchemaError(
                "database_rights",
                f"The database user lacks a right ({error}): it must own the database and have "
                "CREATEROLE.",
            ) from error
        finally:
            await connection.close()


async def ensure_partitions(dsn: str) -> None:
    """The journal's partitions of this month and the next ones; called at start and daily."""
    with passing_errors():
        connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)
        try:
            await connection.execute("SELECT journal_ensure_partitions($1)", MONTHS_AHEAD)
        finally:
            await connection.close()


async def _migrate(
    connection: asyncpg.Connection, dsn: str, wanted: Sequence[Migration]
) -> list[str]:
    _check_server(connection)
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS schema_migration (version int PRIMARY KEY, name text NOT NULL,"
        " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
    )
    rows = await connection.fetch("SELECT version, checksum FROM schema_migration")
    applied = {row["version"]: row["checksum"] for row in rows}
    _check_applied(applied, wanted)
    await ensure_roles(connection, dsn)
    missing = [m for m in wanted if m.version not in applied]
    for migration in missing:
        await _apply(connection, migration)
    await connection.execute("SELECT journal_ensure_partitions($1)", MONTHS_AHEAD)
    return [f"{m.version:04}_{m.name}" for m in missing]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute("SET LOCAL search_path = public, pg_temp")
        await connection.execute(migration.sql)
        await connection.execute(
            "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)",
            migration.version,
            migration.name,
            migration.checksum,
        )
    log.info("migrated", version=migration.version, name=migration.name)


def _check_server(connection: asyncpg.Connection) -> None:
    version = connection.get_server_version()
    if version.major * 10_000 < LEAST_SERVER_VERSION:
        raise SchemaError(
            "database_too_old",
            f"The database server is PostgreSQL {version.major}, Parley needs "
            f"{LEAST_SERVER_VERSION // 10_000} or newer: upgrade it or point PARLEY_DATABASE_URL "
            "to another.",
        )


def _check_applied(applied: dict[int, str], wanted: Sequence[Migration]) -> None:
    by_version = {m.version: m for m in wanted}
    newest = max(applied, default=0)
    if newest > max(by_version, default=0):
        raise SchemaError(
            "database_newer",
            f"The database is at migration {newest:04}, this Parley knows only up to "
            f"{max(by_version, default=0):04}: start the newer Parley, or restore an older backup.",
        )
    for version, checksum in applied.items():
        migration = by_version.get(version)
        if migration is None or migration.checksum != checksum:
            raise SchemaError(
                "migration_changed",
                f"Migration {version:04} of this Parley is not the one this database was made with: "
                "install the release the database belongs to.",
            )
