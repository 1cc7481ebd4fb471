"""Who may do what in the database.

    owner         the role of the given address: makes and migrates the tables; no superuser needed
    parley_app    the application: rows of one tenant only, by row-level security; owns nothing
    parley_system membership lets the owner's narrow functions read over all tenants

The application's password is made from the owner's, so that every node knows it without storing it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import asyncpg

APP_ROLE = "parley_app"
SYSTEM_ROLE = "parley_system"
_SCRAM_ROUNDS = 4096  # PostgreSQL's default


@dataclass(frozen=True, slots=True)
class Login:
    """How the application connects: by its own password, else as the owner who becomes it."""

    user: str | None
    password: str | None
    role: str | None


def app_login(owner_dsn: str) -> Login:
    secret = urlsplit(owner_dsn).password
    if secret is None:  # peer, certificate or password file: only the owner itself can connect
        return Login(None, None, APP_ROLE)
    return Login(APP_ROLE, _derived(unquote(secret)), None)


async def ensure_roles(owner: asyncpg.Connection, dsn: str) -> None:
    """Makes both roles and the application's password; harmless when all is there."""
    await _ensure_role(owner, SYSTEM_ROLE)
    await _ensure_role(owner, APP_ROLE)
    await owner.execute(f"GRANT {SYSTEM_ROLE} TO CURRENT_USER")
    login = app_login(dsn)
    if login.password is None:
        await owner.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
    elif not await _can_sign_in(dsn, login):
        verifier = _scram_verifier(login.password)
        await owner.execute(f"ALTER ROLE {APP_ROLE} LOGIN PASSWORD '{verifier}'")


async def _ensure_role(owner: asyncpg.Connection, name: str) -> None:
    if await owner.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name) is None:
        await owner.execute(f"CREATE ROLE {name} NOLOGIN")
    if name == APP_ROLE:
        database = await owner.fetchval("SELECT quote_ident(current_database())")
        await owner.execute(f"GRANT CONNECT ON DATABASE {database} TO {name}")


async def _can_sign_in(dsn: str, login: Login) -> bool:
    try:
        connection = await asyncpg.connect(dsn, user=login.user, password=login.password)
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    await connection.close()
    return True


def _derived(secret: str) -> str:
    digest = hmac.digest(secret.encode(), APP_ROLE.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _scram_verifier(password: str) -> str:
    """What PostgreSQL stores, so that the password itself is in no statement. Source: RFC 5803."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _SCRAM_ROUNDS)
    client = hmac.digest(salted, b"Client Key", hashlib.sha256)
    stored = hashlib.sha256(client).digest()
    server = hmac.digest(salted, b"Server Key", hashlib.sha256)
    parts = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_SCRAM_ROUNDS}:{parts[0]}${parts[1]}:{parts[2]}"
