"""Call detail records as lists read them; the engine's commit writes them (commit.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from parley.adapters.store.filters import Where
from parley.adapters.store.interactions import fact_of
from parley.adapters.store.records import Records, decode_cursor, encode_cursor, page_size
from parley.core.insight.calls import CallRow, call_of
from parley.core.insight.legs import LegRow
from parley.core.model import Direction, LegEnd, LegRole
from parley.core.ports import LegFilter, Page

LEG_COLUMNS = (
    "l.id, l.interaction_id, l.role, l.direction, l.started_at, l.agent_id, l.number, l.trunk,"
    " l.rang_at, l.answered_at, l.ended_at, l.cause, l.code, l.caller_id"
)
_OF_INTERACTION = f"""
SELECT {LEG_COLUMNS} FROM leg l WHERE tenant_id = $1 AND interaction_id = $2
ORDER BY started_at, id
"""  # noqa: S608
_SEEN_BY = """(l.agent_id = {0}
 OR EXISTS (SELECT FROM leg mine WHERE mine.tenant_id = l.tenant_id
            AND mine.interaction_id = l.interaction_id AND mine.agent_id = {0})
 OR EXISTS (SELECT FROM interaction_agent a WHERE a.tenant_id = l.tenant_id
            AND a.interaction_id = l.interaction_id AND a.agent_id = {0}))"""
_OF_QUEUES = """EXISTS (SELECT FROM interaction i WHERE i.tenant_id = l.tenant_id
 AND i.id = l.interaction_id AND i.queue = ANY({}::text[]))"""
_OF_CALLS = f"""
SELECT {LEG_COLUMNS} FROM leg l WHERE tenant_id = $1 AND interaction_id = ANY($2::text[])
ORDER BY started_at, id
"""  # noqa: S608
MAX_LEGS = 1_000  # of one interaction


class PostgresLegs(Records):
    async def list(
        self, tenant_id: str, filter: LegFilter, cursor: str | None, limit: int
    ) -> Page[LegRow]:
        """Newest first."""
        size = page_size(limit)
        where = _conditions(tenant_id, filter)
        after = decode_cursor(cursor, tuple[float, str])
        if after is not None:
            where.add("(l.started_at, l.id) < ({}, {})", *after)
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                f"SELECT {LEG_COLUMNS} FROM leg l WHERE {where}"  # noqa: S608
                f" ORDER BY l.started_at DESC, l.id DESC LIMIT {size + 1}",
                *where.values,
            )
        items = [leg_row(row) for row in rows[:size]]
        more = len(rows) > size
        return Page(items, encode_cursor(items[-1].started_at, items[-1].id) if more else None)

    async def of_interaction(self, tenant_id: str, interaction_id: str) -> Sequence[LegRow]:
        """Oldest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                f"{_OF_INTERACTION} LIMIT {MAX_LEGS}", tenant_id, interaction_id
            )
        return [leg_row(row) for row in rows]

    async def calls(
        self, tenant_id: str, filter: LegFilter, cursor: str | None, limit: int
    ) -> Page[CallRow]:
        """Whole calls, the latest to begin first."""
        size = page_size(limit)
        where = _of_calls(tenant_id, filter)
        after = decode_cursor(cursor, tuple[float, str])
        if after is not None:
            where.add("(i.arrived_at, i.id) < ({}, {})", *after)
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                "SELECT i.fact, i.rating, i.rating_comment, i.id, i.arrived_at FROM interaction i"  # noqa: S608
                f" WHERE {where} ORDER BY i.arrived_at DESC, i.id DESC LIMIT {size + 1}",
                *where.values,
            )
            ids = [row["id"] for row in rows[:size]]
            legs = await connection.fetch(_OF_CALLS, tenant_id, ids)
        of: dict[str, list[LegRow]] = {}
        for row in legs:
            of.setdefault(row["interaction_id"], []).append(leg_row(row))
        items = [call_of(fact_of(row), of.get(row["id"], [])) for row in rows[:size]]
        last = rows[size - 1] if len(rows) > size else None
        return Page(items, encode_cursor(last["arrived_at"], last["id"]) if last else None)


def _of_calls(tenant_id: str, filter: LegFilter) -> Where:
    where = Where()
    where.add("i.tenant_id = {}", tenant_id)
    where.maybe("i.arrived_at >= {}", filter.started_from)
    where.maybe("i.arrived_at < {}", filter.started_to)
    where.maybe("i.id = {}", filter.interaction_id)
    where.maybe("i.fact->>'direction' = {}", filter.direction)
    before = len(where.parts)
    legs = replace(filter, started_from=None, started_to=None, interaction_id=None, direction=None)
    _add_conditions(where, legs)
    of_leg = " AND ".join(where.parts[before:] or ["true"])
    where.parts[before:] = [
        f"EXISTS (SELECT FROM leg l WHERE l.tenant_id = i.tenant_id AND l.interaction_id = i.id AND {of_leg})"
    ]
    return where


def _conditions(tenant_id: str, filter: LegFilter) -> Where:
    where = Where()
    where.add("l.tenant_id = {}", tenant_id)
    _add_conditions(where, filter)
    return where


def _add_conditions(where: Where, filter: LegFilter) -> None:
    where.maybe("l.started_at >= {}", filter.started_from)
    where.maybe("l.started_at < {}", filter.started_to)
    where.maybe("l.interaction_id = {}", filter.interaction_id)
    where.maybe("l.agent_id = {}", filter.agent_id)
    where.maybe("l.number = {}", filter.number)
    where.maybe("l.trunk = {}", filter.trunk)
    where.maybe("l.role = {}", filter.role)
    where.maybe("l.direction = {}", filter.direction)
    where.maybe(_SEEN_BY, filter.seen_by)
    where.maybe(_OF_QUEUES, list(filter.queues) or None)


def leg_row(row: asyncpg.Record) -> LegRow:
    return LegRow(
        id=row["id"],
        interaction_id=row["interaction_id"],
        role=LegRole(row["role"]),
        direction=Direction(row["direction"]),
        started_at=row["started_at"],
        agent_id=row["agent_id"],
        number=row["number"],
        trunk=row["trunk"],
        rang_at=row["rang_at"],
        answered_at=row["answered_at"],
        ended_at=row["ended_at"],
        cause=LegEnd(row["cause"]) if row["cause"] else None,
        code=row["code"],
        caller_id=row["caller_id"],
    )
