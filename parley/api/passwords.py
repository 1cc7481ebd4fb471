"""Passwords: argon2id in a thread, the policy for new ones, temporary ones.

Sources: RFC 9106 (argon2id), NIST SP 800-63B section 5.1.1.2 (length over composition).
"""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from parley.api.limits import HASHERS, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN

TEMPORARY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread
TEMPORARY_GROUPS, TEMPORARY_GROUP_CHARS = 4, 4

# The most used ones that are long enough for the policy, and their like.
COMMON = frozenset(
    [
        "1234567890",
        "12345678910",
        "0123456789",
        "0987654321",
        "1111111111",
        "0000000000",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "qwertyuiop",
        "qwerty12345",
        "qwerty123456",
        "asdfghjkl123",
        "zxcvbnm123",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "administrator",
        "admin12345",
        "admin123456",
        "letmein123",
        "welcome123",
        "welcome1234",
        "iloveyou123",
        "woaini1314",
        "woaini520",
        "woaini1314520",
        "5201314520",
        "aa12345678",
        "a123456789",
        "abc1234567",
        "abcd123456",
        "abcdefghij",
        "1234567890a",
        "123456789a",
        "147258369a",
        "3.1415926535",
        "changeme123",
        "parley1234",
        "parleyparley",
    ]
)


class Passwords:
    """Verifies and hashes; at most HASHERS at once, since each takes 64 MiB and a core."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = asyncio.Semaphore(HASHERS)
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`; takes as long when there is none (None),
        so that the time tells nobody which e-mails exist."""
        async with self._slots:
            right = await asyncio.to_thread(self._verify, stored or self._nobody, password)
        return right and stored is not None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def weakness(password: str, *, email: str, name: str) -> str | None:
    """The code of what is wrong with a new password, None if it is good enough."""
    if len(password) < PASSWORD_CHARS_MIN:
        return "too_short"
    if len(password) > PASSWORD_CHARS_MAX:
        return "too_long"
    lower = password.lower()
    if lower in COMMON or len(set(lower)) < 4:
        return "too_common"
    if lower in {email.lower(), email.lower().split("@")[0], name.lower()}:
        return "too_personal"
    return None


def temporary_password() -> str:
    """Four groups of four characters (79 bits), to be read out and changed at first sign-in."""
    return "-".join(
        "".join(secrets.choice(TEMPORARY_ALPHABET) for _ in range(TEMPORARY_GROUP_CHARS))
        for _ in range(TEMPORARY_GROUPS)
    )
