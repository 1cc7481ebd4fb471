"""`widget.js` as it is served: read again only when its file changed."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Content:
    plain: bytes
    packed: bytes
    etag: str


class Script:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = 0
        self._content: Content | None = None

    def read(self) -> Content:
        """Raises OSError if it was not built."""
        changed_at = self._path.stat().st_mtime_ns
        if self._content is None or changed_at != self._read_at:
            plain = self._path.read_bytes()
            etag = f'"{hashlib.sha256(plain).hexdigest()[:32]}"'
            self._content = Content(plain, gzip.compress(plain, 9), etag)
            self._read_at = changed_at
        return self._content
