"""A real PostgreSQL for every test that asks for one, and a fresh database in milliseconds.

postgres      one embedded server per test process, stopped and removed at the end
dsn           a migrated database of the test module's own, copied from a template
database      connections to it as the application's role
store         the record stores on it
tenant        a new tenant, so that tests of one module never meet
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from parley.adapters.embedded.cluster import DATABASE, OWNER
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database
from parley.adapters.store.migrate import migrate
from parley.adapters.store.store import PostgresStore
from parley.engine.codec import Codec
from parley.ids import new_id

TEMPLATE = "parley_template"

# How long an example takes says more of the machine than of the law.
settings.register_profile(
    "parley",
    settings.get_profile("ci" if os.environ.get("CI") else "default"),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("parley")


# The groups that take longest come first, so that no core waits for them alone.
FIRST = ("browser", "voice", "crash")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one module share its fixtures, so they run in one process unless grouped otherwise."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    items.sort(key=_place)  # stable: within a group the order stays


def _place(item: pytest.Item) -> int:
    mark = item.get_closest_marker("xdist_group")
    group = mark.args[0] if mark else ""
    return FIRST.index(group) if group in FIRST else len(FIRST)


@pytest.fixture(scope="session")
def open_dir() -> Iterator[Path]:
    """A directory that other users may enter, as pytest's own may not: PostgreSQL refuses root."""
    path = Path(tempfile.mkdtemp(prefix="parley-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def postgres(open_dir: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(open_dir / "session")
    server.start()
    # Durability is tested where it matters; here nobody pulls the plug.
    psql(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def template(postgres: EmbeddedPostgres) -> str:
    """A migrated, empty database that others are copied from."""
    asyncio.run(migrate(postgres.dsn))
    psql(postgres, f"ALTER DATABASE {DATABASE} RENAME TO {TEMPLATE}")
    return TEMPLATE


@pytest.fixture(scope="module")
def dsn(postgres: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The owner's address of a migrated database that belongs to this test module."""
    name = new_id("test").lower()
    psql(postgres, f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
    psql(postgres, f"GRANT CONNECT ON DATABASE {name} TO parley_app")
    yield postgres.dsn.replace(f"@/{DATABASE}?", f"@/{name}?")
    psql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    pool = Database(dsn)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
def store(database: Database) -> PostgresStore:
    return PostgresStore(database, Codec)


@pytest.fixture
async def tenant(store: PostgresStore) -> str:
    tenant_id = new_id("tnt")
    await store.add_tenant(tenant_id)
    return tenant_id


def psql(server: EmbeddedPostgres, *statements: str, database: str = "postgres") -> str:
    """Runs statements as the superuser, each on its own, and returns what they print."""
    address = server.superuser_dsn.replace("@/postgres?", f"@/{database}?")
    commands = [part for statement in statements for part in ("-c", statement)]
    done = subprocess.run(
        [server.bin_dir / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *commands, address],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGCONNECT_TIMEOUT": "10"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
