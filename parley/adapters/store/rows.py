"""Between events and rows: what of an event has a column of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from parley.adapters.store.database import clean_json
from parley.core.commands import Command
from parley.core.events import Arrived, CustomerRecognised, Event


class Codec(Protocol):
    """Events and commands as (kind, JSON); given by whoever builds the store."""

    def encode_event(self, event: Event) -> tuple[str, bytes]: ...

    def decode_event(self, kind: str, payload: bytes | str) -> Event: ...

    def encode_command(self, command: Command) -> tuple[str, bytes]: ...

    def decode_command(self, kind: str, payload: bytes | str) -> Command: ...


@dataclass(slots=True)
class EventColumns:
    """Parallel lists, one element an event: what `unnest` takes."""

    at: list[float] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    interaction_id: list[str | None] = field(default_factory=list)
    agent_id: list[str | None] = field(default_factory=list)
    customer_id: list[str | None] = field(default_factory=list)
    ticket_id: list[str | None] = field(default_factory=list)
    payload: list[str] = field(default_factory=list)

    def arguments(self) -> tuple[list[object], ...]:
        return (
            list(self.at),
            list(self.kind),
            list(self.interaction_id),
            list(self.agent_id),
            list(self.customer_id),
            list(self.ticket_id),
            list(self.payload),
        )


def event_columns(codec: Codec, events: Sequence[Event]) -> EventColumns:
    columns = EventColumns()
    for event in events:
        kind, payload = codec.encode_event(event)
        columns.at.append(event.at)
        columns.kind.append(kind)
        columns.interaction_id.append(getattr(event, "interaction_id", None))
        columns.agent_id.append(getattr(event, "agent_id", None))
        columns.customer_id.append(_customer_of(event))
        columns.ticket_id.append(getattr(event, "ticket_id", None))
        columns.payload.append(clean_json(payload))
    return columns


def _customer_of(event: Event) -> str | None:
    if isinstance(event, Arrived | CustomerRecognised):
        return event.customer.id
    customer_id: str | None = getattr(event, "customer_id", None)
    return customer_id
