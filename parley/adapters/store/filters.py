"""Conditions of lists, put together from fixed words and bound values."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.adapters.store import search
from parley.adapters.store.database import Connection
from parley.core.model import Outcome, Queue
from parley.core.ports import InteractionFilter

_DEFAULTS = Queue(id="", names={})

# What the queue's configuration says today, as core.insight.board counts: a removed queue has no
# target, a configured one that does not say it has the default.
_OF_QUEUE = """coalesce((SELECT coalesce((d.body->>'{field}')::float8, {default}) FROM document d
    WHERE d.tenant_id = i.tenant_id AND d.kind = 'queue' AND d.id = i.queue), 0)"""
_IN_TIME = "coalesce(i.waited_s, 0) <= " + _OF_QUEUE.format(
    field="service_level_s", default=_DEFAULTS.service_level_s
)
_SHORT = "coalesce(i.waited_s, 0) <= " + _OF_QUEUE.format(
    field="short_abandon_s", default=_DEFAULTS.short_abandon_s
)


@dataclass(slots=True)
class Where:
    """Conditions joined by AND. `{}` in a condition becomes the place of its value."""

    parts: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        places = range(len(self.values) + 1, len(self.values) + 1 + len(values))
        self.parts.append(condition.format(*(f"${place}" for place in places)))
        self.values.extend(values)

    def maybe(self, condition: str, value: object | None) -> None:
        """Only if a value is asked for."""
        if value is not None:
            self.add(condition, value)

    def __str__(self) -> str:
        return " AND ".join(self.parts)


async def interactions(connection: Connection, tenant_id: str, filter: InteractionFilter) -> Where:
    """The filter as conditions on `interaction i`."""
    where = Where()
    where.add("i.tenant_id = {}", tenant_id)
    _add_who(where, filter)
    _add_when(where, filter)
    _add_how_it_went(where, filter)
    if filter.text.strip():
        ids = await search.refs(connection, "interaction", filter.text)
        where.add("i.id = ANY({}::text[])", ids)
    return where


def _add_who(where: Where, filter: InteractionFilter) -> None:
    where.maybe("i.queue = {}", filter.queue)
    where.maybe("i.queue = ANY({}::text[])", list(filter.queues) or None)
    where.maybe("i.customer_id = {}", filter.customer_id)
    where.maybe("i.channel = {}", filter.channel)
    where.maybe(
        "i.id IN (SELECT a.interaction_id FROM interaction_agent a"
        " WHERE a.tenant_id = i.tenant_id AND a.agent_id = {})",
        filter.agent_id,
    )


def _add_when(where: Where, filter: InteractionFilter) -> None:
    where.maybe("i.queued_at >= {}", filter.queued_from)
    where.maybe("i.queued_at < {}", filter.queued_to)
    where.maybe("i.arrived_at >= {}", filter.arrived_from)
    where.maybe("i.arrived_at < {}", filter.arrived_to)


def _add_how_it_went(where: Where, filter: InteractionFilter) -> None:
    where.maybe("i.phase = ANY({}::text[])", list(filter.phases) or None)
    where.maybe("i.outcome = {}", filter.outcome)
    where.maybe("(i.connected_at IS NOT NULL) = {}", filter.answered)
    where.maybe(
        f"(i.connected_at IS NOT NULL AND {_IN_TIME}) = {{}}",
        filter.in_service_level,
    )
    where.maybe(
        f"(i.connected_at IS NULL AND i.outcome IS NOT DISTINCT FROM '{Outcome.ABANDONED}'"
        f" AND {_SHORT}) = {{}}",
        filter.short_abandon,
    )
    where.maybe("(i.rating IS NOT NULL) = {}", filter.rated)
