"""Connections to PostgreSQL as the application's role; each transaction sees one tenant.

The tenant is a setting of the transaction; the policies of row-level security compare it with each
row. A forgotten tenant therefore shows nothing instead of everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeAlias, cast

import asyncpg
import msgspec

from parley.adapters.store.roles import Login, app_login
from parley.core.errors import ParleyError, Unavailable

POOL_SIZE = 10
CONNECT_TIMEOUT_S = 5.0
ACQUIRE_TIMEOUT_S = 30.0  # a crowd that comes at once waits its turn
MAX_WAITING = 5_000  # callers in turn for a connection; the next one is refused at once
STATEMENT_TIMEOUT_S = 15.0
LOCK_TIMEOUT_S = 5.0
IDLE_IN_TRANSACTION_S = 30.0
REACH_PAUSE_S = 0.2  # between attempts to reach a starting server
_EPOCH_US = 946_684_800_000_000  # 2000-01-01, PostgreSQL's origin, in unix microseconds

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""A connection inside a transaction that sees one tenant."""

# What a restart of the server, a lost line or an overload look like: trying again helps.
_PASSING = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # shut down, starting up, statement cancelled
    asyncpg.TooManyConnectionsError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.DiskFullError,
    asyncpg.InternalClientError,  # the line broke within a message: asyncpg lost its place
    ConnectionError,
    TimeoutError,
    OSError,
)


class DatabaseRefused(ParleyError):
    """The server answers, but not to this user, password or database name."""


@contextmanager
def passing_errors() -> Iterator[None]:
    """Turns what passes by itself into Unavailable; anything else is a defect and stays itself."""
    try:
        yield
    except _PASSING as error:
        raise Unavailable("database_unavailable", f"{type(error).__name__}: {error}") from error
    except asyncpg.InterfaceError as error:
        if "clos" not in str(error):  # anything but a connection or pool that was closed under us
            raise
        raise Unavailable("database_unavailable", str(error)) from error


class Database:
    """A pool of connections. `open` before use; after a restart of the server it recovers by itself."""

    def __init__(self, dsn: str, *, pool_size: int = POOL_SIZE) -> None:
        """`dsn` is the owner's address; the pool signs in as the application."""
        self._dsn = dsn
        self._login = app_login(dsn)
        self._pool_size = pool_size
        self._pool: asyncpg.Pool | None = None
        self._waiting = 0

    async def open(self) -> None:
        """Raises Unavailable if the server does not answer."""
        with passing_errors():
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=0,  # a pool that keeps lines open logs a traceback each time it cannot
                max_size=self._pool_size,
                init=_prepare,
                reset=_as_it_is,
                **_options(self._login),
            )
        try:
            await self.ping()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.close()

    @asynccontextmanager
    async def tenant(self, tenant_id: str) -> AsyncIterator[Connection]:
        """One transaction that sees and writes rows of this tenant only. Raises Unavailable."""
        name = tenant_id.replace("'", "''")
        if "\x00" in name:
            raise ValueError("no tenant's id")
        opening = f"BEGIN; SELECT set_config('parley.tenant', '{name}', true)"
        async with self._transaction(opening) as connection:
            yield connection

    @asynccontextmanager
    async def system(self) -> AsyncIterator[Connection]:
        """One transaction that sees no tenant's rows: for the few functions that look over all."""
        async with self._transaction() as connection:
            yield connection

    async def dedicated(self, tenant_id: str) -> Connection:
        """A connection of its own, bound to one tenant for its life; the caller closes it."""
        with passing_errors():
            connection: Connection = await asyncpg.connect(self._dsn, **_options(self._login))
            await _prepare(connection)
            await connection.execute("SELECT set_config('parley.tenant', $1, false)", tenant_id)
        return connection

    async def ping(self) -> None:
        async with self._transaction() as connection:
            await connection.execute("SELECT 1")

    @asynccontextmanager
    async def _transaction(self, opening: str = "BEGIN") -> AsyncIterator[Connection]:
        """Three round trips around one query's: opening (with the tenant), the query, commit."""
        if self._pool is None:
            raise Unavailable("database_unavailable", "the pool is not open")
        with passing_errors():
            async with self._lent(self._pool) as connection:
                try:
                    await connection.execute(opening)
                    yield connection
                except BaseException:
                    await _roll_back(connection)
                    raise
                await connection.execute("COMMIT")

    @asynccontextmanager
    async def _lent(self, pool: asyncpg.Pool) -> AsyncIterator[Connection]:
        """A connection of the pool, in turn."""
        if self._waiting >= MAX_WAITING:
            raise Unavailable("busy", f"{MAX_WAITING} wait for a connection already")
        self._waiting += 1
        try:
            lent = await pool.acquire(timeout=ACQUIRE_TIMEOUT_S)
        finally:
            self._waiting -= 1
        try:
            yield cast(Connection, lent)  # a proxy with the same methods
        finally:
            await pool.release(lent)


async def _roll_back(connection: Connection) -> None:
    """What went wrong is told already: a line that is lost as well adds nothing to it."""
    if not connection.is_closed():
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            await connection.execute("ROLLBACK")


async def _as_it_is(connection: Connection) -> None:
    """Nothing to reset between two uses: all settings and locks are a transaction's own."""


def _options(login: Login) -> dict[str, Any]:
    settings = {
        "application_name": "parley",
        "statement_timeout": _ms(STATEMENT_TIMEOUT_S),
        "lock_timeout": _ms(LOCK_TIMEOUT_S),
        "idle_in_transaction_session_timeout": _ms(IDLE_IN_TRANSACTION_S),
        "jit": "off",
    }
    options: dict[str, Any] = {
        "timeout": CONNECT_TIMEOUT_S,
        "command_timeout": STATEMENT_TIMEOUT_S + LOCK_TIMEOUT_S,
        "server_settings": settings,
    }
    if login.role is not None:
        settings["role"] = login.role
    if login.user is not None:
        options |= {"user": login.user, "password": login.password}
    return options


def _ms(seconds: float) -> str:
    return str(int(seconds * 1000))


async def _prepare(connection: Connection) -> None:
    """Times travel as unix seconds (float, exact to the microsecond), JSON as text."""
    await connection.set_type_codec(
        "timestamptz",
        schema="pg_catalog",
        encoder=_to_timestamp,
        decoder=_from_timestamp,
        format="tuple",
    )


def _to_timestamp(seconds: float) -> tuple[int]:
    return (round(seconds * 1_000_000) - _EPOCH_US,)


def _from_timestamp(value: tuple[int]) -> float:
    return (value[0] + _EPOCH_US) / 1_000_000


def as_kept(seconds: float) -> float:
    """The time as it is read again: PostgreSQL keeps whole microseconds."""
    return _from_timestamp(_to_timestamp(seconds))


def json_text(value: object) -> str:
    """JSON for a jsonb parameter. PostgreSQL stores no NUL character: it becomes U+FFFD."""
    return clean_json(msgspec.json.encode(value))


def clean_json(encoded: bytes) -> str:
    if b"\\u0000" in encoded:  # rare, or an escaped backslash before "u0000": look closely
        encoded = msgspec.json.encode(_without_nul(msgspec.json.decode(encoded)))
    return encoded.decode()


def clean_text(text: str) -> str:
    """Text as PostgreSQL can store it."""
    return text.replace("\x00", "\ufffd")


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return clean_text(value)
        case list():
            return [_without_nul(item) for item in value]
        case dict():
            return {clean_text(key): _without_nul(item) for key, item in value.items()}
        case _:
            return value


async def until_reachable(dsn: str, *, patience_s: float) -> None:
    """Waits for a server that is still starting. Raises DatabaseRefused, Unavailable: one sentence."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while True:
        try:
            with passing_errors():
                connection = await asyncpg.connect(dsn, timeout=CONNECT_TIMEOUT_S)
                await connection.close()
            return
        except (asyncpg.PostgresError, ValueError) as error:  # ValueError: no address at all
            raise DatabaseRefused(
                "database_refused",
                f"The database does not let Parley in ({error}): correct PARLEY_DATABASE_URL.",
            ) from error
        except Unavailable as error:
            if asyncio.get_running_loop().time() > deadline:
                raise Unavailable(
                    "database_unreachable",
                    f"The database cannot be reached ({error.detail}): start it, or correct "
                    "PARLEY_DATABASE_URL.",
                ) from error
            await asyncio.sleep(REACH_PAUSE_S)
