"""The journal as record changes write it and everybody reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import asyncpg

from parley.adapters.store.database import Connection, Database
from parley.adapters.store.rows import Codec, event_columns
from parley.core.errors import NotFound
from parley.core.events import Event
from parley.core.ports import Recorded

READ_LIMIT = 5000  # events of one answer

_APPEND = """
WITH numbered AS (
    UPDATE shard SET seq = seq + $2 WHERE tenant_id = $1 RETURNING seq - $2 AS base
), written AS (
    INSERT INTO journal
        (tenant_id, seq, at, kind, interaction_id, agent_id, customer_id, ticket_id, payload)
    SELECT $1, base + n, at, kind, interaction_id, agent_id, customer_id, ticket_id, payload
    FROM numbered, unnest($3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[],
                          $8::text[], $9::jsonb[]) WITH ORDINALITY
        AS e(at, kind, interaction_id, agent_id, customer_id, ticket_id, payload, n)
)
SELECT base + 1 FROM numbered
"""

_BETWEEN = """
SELECT seq, kind, payload FROM journal
WHERE tenant_id = $1 AND (at, seq) > ($2::timestamptz, $3) AND at < $4 AND kind = ANY($5::text[])
ORDER BY at, seq LIMIT $6
"""


async def append(
    connection: Connection, codec: Codec, tenant_id: str, events: Sequence[Event]
) -> int:
    """Writes the events within the caller's transaction; returns the seq of the first.

    Holds the tenant's numbering until the transaction ends: let it be the last statement, unless
    the rows before it are also written by the engine's commit; then it must be the first.
    """
    columns = event_columns(codec, events)
    first = await connection.fetchval(_APPEND, tenant_id, len(events), *columns.arguments())
    if first is None:
        raise NotFound("tenant_unknown", tenant_id)
    return int(first)


class PostgresRecordJournal:
    """Reads the journal by what it is about, in order."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self._database = database
        self._codec = codec

    async def of_interaction(self, tenant_id: str, interaction_id: str) -> Sequence[Recorded]:
        """All events of one interaction."""
        return await self._about(tenant_id, "interaction_id", interaction_id)

    async def of_ticket(self, tenant_id: str, ticket_id: str) -> Sequence[Recorded]:
        """All events of one ticket."""
        return await self._about(tenant_id, "ticket_id", ticket_id)

    async def since(self, tenant_id: str, after_seq: int, limit: int) -> Sequence[Recorded]:
        """The next events after `after_seq`, at most `limit`."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                "SELECT seq, kind, payload FROM journal WHERE tenant_id = $1 AND seq > $2"
                " ORDER BY seq LIMIT $3",
                tenant_id,
                after_seq,
                min(limit, READ_LIMIT),
            )
        return recorded(self._codec, rows)

    async def between(
        self, tenant_id: str, from_at: float, to_at: float, limit: int, *,
        kinds: Sequence[type[Event]], after_seq: int = 0,
    ) -> Sequence[Recorded]:  # fmt: skip
        """What happened from `from_at` till before `to_at` (unix seconds), by time, then seq; of
        these kinds only, the next ones after (`from_at`, `after_seq`), at most `limit`."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                _BETWEEN, tenant_id, from_at, after_seq, to_at, [kind.__name__ for kind in kinds],
                min(limit, READ_LIMIT),
            )  # fmt: skip
        return recorded(self._codec, rows)

    async def _about(self, tenant_id: str, column: str, value: str) -> Sequence[Recorded]:
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                f"SELECT seq, kind, payload FROM journal WHERE tenant_id = $1 AND {column} = $2"  # noqa: S608  # a column's name, from above
                " ORDER BY seq LIMIT $3",
                tenant_id,
                value,
                READ_LIMIT,
            )
        return recorded(self._codec, rows)


def recorded(codec: Codec, rows: Iterable[asyncpg.Record]) -> list[Recorded]:
    return [Recorded(row["seq"], codec.decode_event(row["kind"], row["payload"])) for row in rows]
