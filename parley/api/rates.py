"""How often somebody may try: a token bucket for each key, in this process's memory."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from parley.core.errors import TooMany

MAX_KEYS = 50_000  # the least recently used are forgotten


@dataclass(slots=True)
class Rate:
    """At most `burst` at once and `burst` per `period_s` in the long run, for each key."""

    burst: int
    period_s: float = 60.0
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, key: str, now: float) -> None:
        """Count one. Raises TooMany (`rate_limited`, `retry_after_s`) if there was none left."""
        tokens, since = self._buckets.pop(key, (float(self.burst), now))
        per_s = self.burst / self.period_s
        tokens = min(float(self.burst), tokens + max(0.0, now - since) * per_s)
        allowed = tokens >= 1.0
        self._buckets[key] = (tokens - 1.0 if allowed else tokens, now)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise TooMany("rate_limited", retry_after_s=round((1.0 - tokens) / per_s, 1))

    def give_back(self, key: str) -> None:
        """What was taken didn't count after all (a sign-in that succeeded)."""
        bucket = self._buckets.get(key)
        if bucket is not None:
            self._buckets[key] = (min(float(self.burst), bucket[0] + 1.0), bucket[1])
