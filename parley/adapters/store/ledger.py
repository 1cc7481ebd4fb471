"""One tenant's journal and the rows made with it, all as of one moment: what an audit reads.

Everything is read in one REPEATABLE READ transaction, so a running engine neither waits nor disturbs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
import msgspec

from parley.adapters.store.database import Connection, Database, passing_errors
from parley.adapters.store.journal import recorded
from parley.adapters.store.legs import LEG_COLUMNS, leg_row
from parley.adapters.store.recordings import RECORDING_COLUMNS, recording_row
from parley.adapters.store.rows import Codec
from parley.core.insight.facts import InteractionFact
from parley.core.insight.legs import LegRow
from parley.core.ports import KeptRecording, Recorded

BATCH = 2_000  # rows read at once

_EVENTS = "SELECT seq, kind, payload FROM journal WHERE tenant_id = $1 ORDER BY seq"
_MESSAGES = "SELECT seq, id, interaction_id FROM message WHERE tenant_id = $1 ORDER BY seq, id"
_FACTS = "SELECT fact FROM interaction WHERE tenant_id = $1 ORDER BY id"
_LEGS = f"SELECT {LEG_COLUMNS} FROM leg l WHERE tenant_id = $1 ORDER BY interaction_id, id"  # noqa: S608
_RECORDINGS = f"SELECT {RECORDING_COLUMNS} FROM recording WHERE tenant_id = $1 ORDER BY id"  # noqa: S608
_SNAPSHOTS = "SELECT seq, state FROM snapshot WHERE tenant_id = $1 ORDER BY seq"


@dataclass(frozen=True, slots=True)
class MessageRow:
    seq: int
    id: str
    interaction_id: str


class Ledger:
    """Made by `open_ledger`, good until that ends."""

    def __init__(self, line: Connection, codec: Codec, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self._line = line
        self._codec = codec

    async def seq(self) -> int:
        """How many events the shard's row says there are."""
        numbered = await self._line.fetchval(
            "SELECT seq FROM shard WHERE tenant_id = $1", self.tenant_id
        )
        return int(numbered or 0)

    async def events(self) -> AsyncIterator[Recorded]:
        async for rows in self._batches(_EVENTS):
            for item in recorded(self._codec, rows):
                yield item

    async def messages(self) -> AsyncIterator[MessageRow]:
        async for rows in self._batches(_MESSAGES):
            for row in rows:
                yield MessageRow(row["seq"], row["id"], row["interaction_id"])

    async def facts(self) -> AsyncIterator[InteractionFact]:
        """As last committed by the engine; a later rating is not in them."""
        async for rows in self._batches(_FACTS):
            for row in rows:
                yield msgspec.json.decode(row["fact"], type=InteractionFact)

    async def legs(self) -> AsyncIterator[LegRow]:
        async for rows in self._batches(_LEGS):
            for row in rows:
                yield leg_row(row)

    async def recordings(self) -> AsyncIterator[KeptRecording]:
        async for rows in self._batches(_RECORDINGS):
            for row in rows:
                yield recording_row(row)

    async def tickets_awaited(self) -> set[str]:
        """Ids of tickets that the outbox has still to open."""
        rows = await self._line.fetch(
            "SELECT payload->>'ticket_id' AS id FROM outbox"
            " WHERE tenant_id = $1 AND kind = 'OpenTicket' AND NOT failed",
            self.tenant_id,
        )
        return {row["id"] for row in rows}

    async def snapshots(self) -> list[tuple[int, bytes]]:
        """(seq, state), oldest first."""
        rows = await self._line.fetch(_SNAPSHOTS, self.tenant_id)
        return [(row["seq"], row["state"]) for row in rows]

    async def _batches(self, query: str) -> AsyncIterator[list[asyncpg.Record]]:
        cursor = await self._line.cursor(query, self.tenant_id)
        while rows := await cursor.fetch(BATCH):
            yield rows


@asynccontextmanager
async def open_ledger(database: Database, codec: Codec, tenant_id: str) -> AsyncIterator[Ledger]:
    """Raises Unavailable."""
    line = await database.dedicated(tenant_id)
    try:
        with passing_errors():
            async with line.transaction(isolation="repeatable_read", readonly=True):
                yield Ledger(line, codec, tenant_id)
    finally:
        line.terminate()
