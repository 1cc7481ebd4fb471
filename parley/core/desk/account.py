"""People who sign in: their credentials, role and sessions. What routing knows of them is an `AgentProfile`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccountRole(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Account:
    id: str  # agt_…: the same id as the agent's profile
    tenant_id: str
    email: str  # lower case
    name: str
    role: AccountRole
    password_hash: str  # argon2id; never leaves the API
    language: str = "zh-CN"
    active: bool = True
    must_change_password: bool = False
    failures: int = 0  # wrong passwords in a row
    locked_until: float | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. Only the SHA-256 of its token is stored."""

    token_hash: bytes
    tenant_id: str
    account_id: str
    csrf: str
    created_at: float
    expires_at: float
