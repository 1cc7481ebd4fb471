"""Recordings: what is known of them; the sound is in encrypted blobs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import asyncpg

from parley.adapters.store.records import Records
from parley.core.events import Event
from parley.core.ports import KeptRecording, RecordingState

RECORDING_COLUMNS = "id, interaction_id, kind, started_at, duration_s, size, blob_key, state, held"
_INSERT = f"""
INSERT INTO recording (tenant_id, {RECORDING_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608
_GET = f"SELECT {RECORDING_COLUMNS} FROM recording WHERE tenant_id = $1 AND id = $2"  # noqa: S608
_OF_INTERACTION = f"""
SELECT {RECORDING_COLUMNS} FROM recording WHERE tenant_id = $1 AND interaction_id = $2
ORDER BY started_at, id
"""  # noqa: S608
_EXPIRED = f"""
SELECT {RECORDING_COLUMNS} FROM recording
WHERE tenant_id = $1 AND state = 'stored' AND NOT held AND started_at < $2
ORDER BY started_at LIMIT $3
"""  # noqa: S608
_DELETED = """
UPDATE recording SET state = 'deleted'
WHERE tenant_id = $1 AND id = $2 AND state = 'stored' AND NOT held RETURNING id
"""
_HOLD = f"""
UPDATE recording SET held = $3 WHERE tenant_id = $1 AND id = $2 RETURNING {RECORDING_COLUMNS}
"""  # noqa: S608


class PostgresRecordings(Records):
    async def add(self, tenant_id: str, recording: KeptRecording, events: Sequence[Event]) -> bool:
        """False, and nothing changed, if the id is known already."""
        told: list[Event] = []
        async with self._change(tenant_id, told) as connection:
            fresh = await connection.fetchval(
                _INSERT,
                tenant_id,
                recording.id,
                recording.interaction_id,
                recording.kind,
                recording.started_at,
                recording.duration_s,
                recording.size,
                recording.blob_key,
                recording.state,
                recording.held,
            )
            if fresh is not None:
                told += events
        return fresh is not None

    async def get(self, tenant_id: str, recording_id: str) -> KeptRecording | None:
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_GET, tenant_id, recording_id)
        return recording_row(row) if row else None

    async def of_interaction(self, tenant_id: str, interaction_id: str) -> Sequence[KeptRecording]:
        """Oldest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_OF_INTERACTION, tenant_id, interaction_id)
        return [recording_row(row) for row in rows]

    async def expired(
        self, tenant_id: str, started_before: float, limit: int
    ) -> Sequence[KeptRecording]:
        """Those stored and not held that began before, oldest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_EXPIRED, tenant_id, started_before, limit)
        return [recording_row(row) for row in rows]

    async def mark_deleted(
        self, tenant_id: str, recording_id: str, events: Sequence[Event],
        erase: Callable[[], Awaitable[None]] | None = None,
    ) -> bool:  # fmt: skip
        """Compare-and-set: False if it is held, or not stored any more."""
        told: list[Event] = []
        async with self._change(tenant_id, told) as connection:
            marked = await connection.fetchval(_DELETED, tenant_id, recording_id)
            if marked is not None:
                told += events
                if erase is not None:
                    await erase()
        return marked is not None

    async def hold(
        self, tenant_id: str, recording_id: str, held: bool, events: Sequence[Event]
    ) -> KeptRecording | None:
        """Set or lift the legal hold; None if there is no such recording."""
        told: list[Event] = []
        async with self._change(tenant_id, told) as connection:
            row = await connection.fetchrow(_HOLD, tenant_id, recording_id, held)
            if row is not None:
                told += events
        return recording_row(row) if row else None


def recording_row(row: asyncpg.Record) -> KeptRecording:
    return KeptRecording(**{**row, "state": RecordingState(row["state"])})
