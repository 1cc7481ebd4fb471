"""How much one visitor, one address of the internet and one entry point may do: token buckets.

Loopback is exempt per network address: behind a reverse proxy that hides its clients everybody would
share that one bucket. The limits per visitor and per entry point hold for everyone.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network

from parley.core.errors import TooMany

MAX_BUCKETS = 50_000  # per rate; the ones unused for longest are forgotten (they are full by then)
IPV6_PREFIX = 64  # what one household or host has


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` at once, then `count` per `per_s` seconds."""

    count: int
    per_s: float


@dataclass(frozen=True, slots=True)
class Limits:
    messages_per_visitor: Rate = Rate(20, 60.0)
    messages_per_ip: Rate = Rate(200, 60.0)
    messages_per_entry: Rate = Rate(60_000, 60.0)
    sessions_per_ip: Rate = Rate(60, 60.0)
    sessions_per_entry: Rate = Rate(12_000, 60.0)
    uploads_per_visitor: Rate = Rate(10, 60.0)
    uploads_per_ip: Rate = Rate(60, 60.0)
    requests_per_ip: Rate = Rate(600, 60.0)  # everything else over HTTP
    frames_per_socket: Rate = Rate(240, 60.0)  # typing, read, page, beat …
    sockets_per_visitor: int = 8
    sockets_per_ip: int = 200
    sockets_per_entry: int = 20_000
    exempt: frozenset[str] = field(default=frozenset({"127.0.0.1", "::1"}))


class Buckets:
    """Token buckets of one rate, one per key, at most MAX_BUCKETS of them."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: Hashable, now: float) -> float:
        """Seconds until one more is allowed; 0 if now."""
        missing = 1.0 - self._tokens(key, now)
        return max(0.0, missing * self._rate.per_s / self._rate.count)

    def take(self, key: Hashable, now: float) -> None:
        self._buckets[key] = (self._tokens(key, now) - 1.0, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)

    def _tokens(self, key: Hashable, now: float) -> float:
        tokens, at = self._buckets.get(key, (float(self._rate.count), now))
        gained = max(0.0, now - at) * self._rate.count / self._rate.per_s
        return min(float(self._rate.count), tokens + gained)


class Gate:
    """All rates and open sockets of one process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._buckets: dict[str, Buckets] = {}
        self._sockets: dict[tuple[str, str], int] = {}

    def admit(self, now: float, kind: str, **keys: str) -> None:
        """Count one `kind` for each key (`visitor=…`, `ip=…`, `entry=…`), or none at all.

        Raises TooMany with `retry_after_s`.
        """
        asked = [
            (self._of(f"{kind}_per_{scope}"), key)
            for scope, key in keys.items()
            if not (scope == "ip" and key in self._limits.exempt)
        ]
        wait_s = max((buckets.wait_s(key, now) for buckets, key in asked), default=0.0)
        if wait_s > 0.0:
            raise TooMany(f"too_many_{kind}", retry_after_s=math.ceil(wait_s))
        for buckets, key in asked:
            buckets.take(key, now)

    def open_socket(self, scope: str, key: str) -> None:
        """Raises TooMany when the scope (`visitor`, `ip`, `entry`) has all its sockets open."""
        if scope == "ip" and key in self._limits.exempt:
            return
        limit: int = getattr(self._limits, f"sockets_per_{scope}")
        count = self._sockets.get((scope, key), 0)
        if count >= limit:
            raise TooMany("too_many_sockets", limit=limit)
        self._sockets[scope, key] = count + 1

    def close_socket(self, scope: str, key: str) -> None:
        count = self._sockets.pop((scope, key), 0)
        if count > 1:
            self._sockets[scope, key] = count - 1

    def per_socket(self) -> Buckets:
        return Buckets(self._limits.frames_per_socket)

    def _of(self, name: str) -> Buckets:
        if name not in self._buckets:
            rate: Rate = getattr(self._limits, name)
            self._buckets[name] = Buckets(rate)
        return self._buckets[name]


def ip_key(host: str | None) -> str:
    """The part of a network address that one abuser can't change at will."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        if address.is_loopback:
            return str(address)
        return str(ip_network((address, IPV6_PREFIX), strict=False))
    return str(address)
