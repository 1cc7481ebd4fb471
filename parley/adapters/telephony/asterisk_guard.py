"""Counts strangers: SIP requests that belong to no trunk and no phone, which Asterisk turns away.

They come by the thousand, so the line is read as bytes and only counted. Source: Asterisk's security
events over AMI.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

BLOCK_BYTES = 256 * 1024
AGAIN_S = 2.0
_EVENT = b"Event: "
_BOOTED = b"Event: FullyBooted"


@dataclass(frozen=True, slots=True)
class AmiAccess:
    """Where recordings are started and muted: what ARI can't do."""

    host: str
    port: int
    user: str
    secret: str


class Guard:
    """`run` until cancelled; it connects again by itself."""

    def __init__(self, access: AmiAccess) -> None:
        self.turned_away = 0
        self._access = access

    async def run(self) -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(
                    self._access.host, self._access.port, limit=BLOCK_BYTES
                )
                try:
                    writer.write(self._login())
                    await self._count(reader)
                finally:
                    writer.close()
            await asyncio.sleep(AGAIN_S)

    def _login(self) -> bytes:
        access = self._access
        return (
            f"Action: Login\r\nUsername: {access.user}\r\nSecret: {access.secret}\r\n\r\n".encode()
        )

    async def _count(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while block := await reader.read(BLOCK_BYTES):
            lines, _, rest = (rest + block).rpartition(b"\n")
            self.turned_away += lines.count(_EVENT) - lines.count(_BOOTED)
