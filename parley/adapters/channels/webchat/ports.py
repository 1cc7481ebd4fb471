"""What web chat needs from the rest of the house; `main` joins it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parley.core.center.turn import Step
from parley.core.inputs import Input
from parley.core.ports import Blobs, Customers, Documents, Files, Interactions


class Frames(Protocol):
    """Live frames for one visitor: JSON texts of type message, state, typing, read, delivered.

    Complete from the moment of subscribing. Ends when closed, or when the reader was too slow;
    `code` is then the WebSocket close code.
    """

    @property
    def code(self) -> int | None: ...

    def __aiter__(self) -> AsyncIterator[str]: ...

    def close(self) -> None: ...


class Center(Protocol):
    """The live center as a visitor's screen sees it. An address looks like `web:vis_01J…`."""

    async def submit(self, tenant_id: str, input: Input) -> Step:
        """Resolves once durable. Inputs take effect in the order of the calls. Raises Unavailable."""

    def visitor_state(self, tenant_id: str, address: str) -> dict[str, Any]:
        """`{phase, interaction_id, agent, position, estimated_wait_s, can_leave_message,
        away_reason, …}`; phase `idle` if nothing is open.
        """

    def entry_state(self, tenant_id: str, entry_id: str, language: str) -> dict[str, Any]:
        """See `opening.entry_state`."""

    def agent_name(self, tenant_id: str, agent_id: str) -> str | None: ...

    def subscribe(self, tenant_id: str, address: str) -> Frames: ...

    def typing(self, tenant_id: str, address: str, text: str) -> None:
        """A hint for the agents of this visitor's conversation; not journalled."""


class Records(Protocol):
    """The part of the store that web chat reads and writes."""

    customers: Customers
    interactions: Interactions
    files: Files
    documents: Documents

    async def tenants(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Ports:
    center: Center
    records: Records
    blobs: Blobs
