"""Messages to a visitor: the journal's live frames already carry them to every open screen, and a
screen that was away reads them from the store when it returns. The outbox has nothing left to do."""

from __future__ import annotations

from parley.core.commands import Command, SendMessage
from parley.core.ports import TransportError


class Pushed:
    """Carries out SendMessage on chat entry points."""

    async def perform(self, tenant_id: str, command: Command) -> None:
        if not isinstance(command, SendMessage) or not command.address.startswith("web:"):
            raise TransportError(f"not a chat message of {tenant_id}", permanent=True)
