"""Ids: a prefix that says what it is, then a ULID, so that ids sort by time (github.com/ulid/spec).

Made at the edges only; the core is given ids. Monotonic within a process, also in one millisecond.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32
_RANDOM_BITS = 80
_RANDOM_CHARS = 16

_lock = threading.Lock()
_last = 0


def new_id(prefix: str) -> str:
    """`prefix_` and 26 characters, greater than every id this process made before."""
    global _last
    with _lock:
        value = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        if value <= _last:
            value = _last + 1
        _last = value
    return f"{prefix}_{_base32(value)}"


def derived_id(like: str, key: str) -> str:
    """The same id whenever asked with the same: of the kind and time of `like`, the rest by the key."""
    digest = hashlib.blake2b(f"{like} {key}".encode(), digest_size=_RANDOM_BITS // 8).digest()
    return like[:-_RANDOM_CHARS] + _base32(int.from_bytes(digest))[-_RANDOM_CHARS:]


def _base32(value: int) -> str:
    digits = []
    for _ in range(26):
        digits.append(_ALPHABET[value & 31])
        value >>= 5
    return "".join(reversed(digits))
