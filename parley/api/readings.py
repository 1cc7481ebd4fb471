"""Coalesces the audit of reading: who reads a record again within a quarter of an hour reads on."""

from __future__ import annotations

from collections import OrderedDict

READ_AGAIN_S = 900.0
MAX_READINGS = 50_000  # the longest unseen are forgotten


class Readings:
    def __init__(self) -> None:
        self._since: OrderedDict[str, float] = OrderedDict()

    def is_new(self, key: str, now: float) -> bool:
        """Whether this reading is to be journalled; remembers it if so."""
        since = self._since.get(key)
        if since is not None and now - since < READ_AGAIN_S:
            return False
        self._since.pop(key, None)
        self._since[key] = now
        if len(self._since) > MAX_READINGS:
            self._since.popitem(last=False)
        return True
