"""People who sign in, and their sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from parley.adapters.store.database import Connection
from parley.adapters.store.records import Records, version_changed
from parley.core.desk.account import Account, AccountRole, Session
from parley.core.desk.signin import locked_until
from parley.core.errors import Conflict, NotFound
from parley.core.events import Event

_COLUMNS = (
    "tenant_id, id, email, name, role, password_hash, language, active, must_change_password,"
    " failures, locked_until, version"
)
_INSERT = f"""
INSERT INTO account ({_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""  # noqa: S608
_UPDATE = """
UPDATE account
SET email = $3, name = $4, role = $5, password_hash = $6, language = $7, active = $8,
    must_change_password = $9, failures = $10, locked_until = $11, version = version + 1
WHERE tenant_id = $1 AND id = $2 AND version = $12
RETURNING version
"""


class PostgresAccounts(Records):
    async def by_email(self, email: str) -> Sequence[Account]:
        """Over all tenants: an e-mail may exist in several."""
        async with self._database.system() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM accounts_by_email($1)",  # noqa: S608
                email,
            )
        return [_account(row) for row in rows]

    async def get(self, tenant_id: str, account_id: str) -> Account | None:
        async with self._database.tenant(tenant_id) as connection:
            return await _get(connection, tenant_id, account_id)

    async def list(self, tenant_id: str) -> Sequence[Account]:
        """By name."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM account WHERE tenant_id = $1 ORDER BY name, id",  # noqa: S608
                tenant_id,
            )
        return [_account(row) for row in rows]

    async def save(
        self, account: Account, events: Sequence[Event], *, new: bool = False
    ) -> Account:
        """Compare-and-set on `version`. Raises Conflict (version_changed, email_taken)."""
        values = _values(account)
        try:
            async with self._change(account.tenant_id, events) as connection:
                if new:
                    await connection.execute(_INSERT, *values)
                    return account
                version = await connection.fetchval(_UPDATE, *values)
                if version is None:
                    raise version_changed("account", account.id)
                return replace(account, email=account.email.lower(), version=version)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name != "account_email":
                raise version_changed("account", account.id) from error
            raise Conflict("email_taken", account.email, email=account.email) from error

    async def count_failure(self, tenant_id: str, account_id: str, now: float) -> Account:
        """One more wrong password, atomically; locks as `core.desk.signin` says."""
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(
                f"UPDATE account SET failures = failures + 1 WHERE tenant_id = $1 AND id = $2"  # noqa: S608
                f" RETURNING {_COLUMNS}",
                tenant_id,
                account_id,
            )
            if row is None:
                raise NotFound("account_unknown", account_id)
            until = locked_until(row["failures"], now)
            await connection.execute(
                "UPDATE account SET locked_until = $3 WHERE tenant_id = $1 AND id = $2",
                tenant_id,
                account_id,
                until,
            )
        return replace(_account(row), locked_until=until)

    async def clear_failures(self, tenant_id: str, account_id: str) -> None:
        async with self._database.tenant(tenant_id) as connection:
            await connection.execute(
                "UPDATE account SET failures = 0, locked_until = NULL"
                " WHERE tenant_id = $1 AND id = $2 AND (failures > 0 OR locked_until IS NOT NULL)",
                tenant_id,
                account_id,
            )

    async def open_session(self, session: Session, events: Sequence[Event]) -> None:
        """Also forgets the account's sessions that are over."""
        async with self._change(session.tenant_id, events) as connection:
            await connection.execute(
                "DELETE FROM session WHERE tenant_id = $1 AND account_id = $2 AND expires_at <= $3",
                session.tenant_id,
                session.account_id,
                session.created_at,
            )
            await connection.execute(
                "INSERT INTO session (token_hash, tenant_id, account_id, csrf, created_at,"
                " expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
                session.token_hash,
                session.tenant_id,
                session.account_id,
                session.csrf,
                session.created_at,
                session.expires_at,
            )

    async def session(self, token_hash: bytes, now: float) -> tuple[Session, Account] | None:
        """The open session and its account, over all tenants."""
        async with self._database.system() as connection:
            row = await connection.fetchrow(
                "SELECT tenant_id, account_id, csrf, created_at, expires_at"
                " FROM session_by_token($1, $2)",
                token_hash,
                now,
            )
            if row is None:
                return None
            session = Session(token_hash=token_hash, **dict(row))
            await connection.execute(
                "SELECT set_config('parley.tenant', $1, true)", session.tenant_id
            )
            account = await _get(connection, session.tenant_id, session.account_id)
        return (session, account) if account else None

    async def close_session(self, token_hash: bytes) -> None:
        async with self._database.system() as connection:
            await connection.execute("SELECT session_close($1)", token_hash)

    async def close_sessions_of(self, tenant_id: str, account_id: str) -> None:
        async with self._database.tenant(tenant_id) as connection:
            await connection.execute(
                "DELETE FROM session WHERE tenant_id = $1 AND account_id = $2",
                tenant_id,
                account_id,
            )

    async def record(self, tenant_id: str, events: Sequence[Event]) -> None:
        """Journal without a row (failed sign-in, audit of reading)."""
        async with self._change(tenant_id, events):
            pass


async def _get(connection: Connection, tenant_id: str, account_id: str) -> Account | None:
    row = await connection.fetchrow(
        f"SELECT {_COLUMNS} FROM account WHERE tenant_id = $1 AND id = $2",  # noqa: S608
        tenant_id,
        account_id,
    )
    return _account(row) if row else None


def _account(row: asyncpg.Record) -> Account:
    return Account(**{**row, "role": AccountRole(row["role"])})


def _values(account: Account) -> tuple[object, ...]:
    return (
        account.tenant_id,
        account.id,
        account.email.lower(),
        account.name,
        account.role,
        account.password_hash,
        account.language,
        account.active,
        account.must_change_password,
        account.failures,
        account.locked_until,
        account.version,
    )
