"""What all of web chat shares: the ports, the keys, the limits and the clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from weakref import WeakValueDictionary

from parley.adapters.channels.webchat.entries import Entries
from parley.adapters.channels.webchat.limits import Gate, Limits
from parley.adapters.channels.webchat.ports import Ports
from parley.adapters.channels.webchat.screens import Screens
from parley.adapters.channels.webchat.script import Script
from parley.adapters.channels.webchat.tokens import Signer


class Chat:
    """One per process; `main` mounts `chat_routes(chat)` and calls `stop` at the end."""

    def __init__(
        self,
        ports: Ports,
        *,
        secret: bytes,
        widget: Path,
        limits: Limits | None = None,
        now: Callable[[], float] = time.time,
        beat_s: float = 15.0,
    ) -> None:
        """`secret`: the installation's, the same after a restart and on every node; at least 32
        bytes. `widget`: the built `widget.js`. `beat_s`: pace of heartbeats on idle sockets.
        """
        self.center = ports.center
        self.records = ports.records
        self.blobs = ports.blobs
        self.now = now
        self.beat_s = beat_s
        self.widget = Script(widget)
        self.signer = Signer(secret)
        self.gate = Gate(limits or Limits())
        self.entries = Entries(ports.records)
        self.screens = Screens(ports.center, now)
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    def turn(self, tenant_id: str, address: str) -> asyncio.Lock:
        """Held while a visitor's message is checked and stored: a retry over a new line must find
        the first attempt, not race it."""
        return self._turns.setdefault((tenant_id, address), asyncio.Lock())

    def reconcile(self, tenant_id: str, addresses: Iterable[str]) -> None:
        """After a restart: of these addresses the center believes that their screen is open."""
        self.screens.reconcile(tenant_id, addresses)

    async def stop(self) -> None:
        await self.screens.stop()
