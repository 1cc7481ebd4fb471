"""The audit of records, as a list reads it: the journal's RecordChanged, whoever wrote them."""

from __future__ import annotations

from parley.adapters.store.database import Database
from parley.adapters.store.filters import Where
from parley.adapters.store.records import decode_cursor, encode_cursor, page_size
from parley.adapters.store.rows import Codec
from parley.core.events import RecordChanged
from parley.core.ports import AuditEntry, AuditFilter, Page

_LIST = """
SELECT j.seq, j.payload, r.interaction_id FROM journal j
LEFT JOIN recording r ON r.tenant_id = j.tenant_id AND r.id = j.payload->>'id'
    AND j.payload->>'kind' = 'recording'
WHERE {where} ORDER BY j.at DESC, j.seq DESC LIMIT {limit}
"""
_OF_INTERACTION = """j.at >= (SELECT min(started_at) FROM recording
    WHERE tenant_id = j.tenant_id AND interaction_id = {0}) AND r.interaction_id = {0}"""


class PostgresAudit:
    def __init__(self, database: Database, codec: Codec) -> None:
        self._database = database
        self._codec = codec

    async def list(
        self, tenant_id: str, filter: AuditFilter, cursor: str | None, limit: int
    ) -> Page[AuditEntry]:
        """Newest first."""
        size = page_size(limit)
        where = _conditions(tenant_id, filter)
        after = decode_cursor(cursor, tuple[float, int])
        if after is not None:
            where.add("(j.at, j.seq) < ({}, {})", *after)
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_LIST.format(where=where, limit=size + 1), *where.values)
        items = []
        for row in rows[:size]:
            event = self._codec.decode_event(RecordChanged.__name__, row["payload"])
            assert isinstance(event, RecordChanged)
            items.append(AuditEntry(row["seq"], event, row["interaction_id"]))
        more = len(rows) > size
        return Page(items, encode_cursor(items[-1].event.at, items[-1].seq) if more else None)


def _conditions(tenant_id: str, filter: AuditFilter) -> Where:
    where = Where()
    where.add("j.tenant_id = {}", tenant_id)
    where.parts.append(f"j.kind = '{RecordChanged.__name__}'")  # as the index says it
    where.maybe("j.payload->>'kind' = {}", filter.kind)
    where.maybe("j.payload->>'action' = {}", filter.action)
    where.maybe("j.payload->>'by' = {}", filter.by)
    where.maybe("j.at >= {}", filter.at_from)
    where.maybe("j.at < {}", filter.at_to)
    where.maybe(_OF_INTERACTION, filter.interaction_id)
    return where
