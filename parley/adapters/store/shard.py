"""One tenant's shard as its leading engine uses it: lease, fencing, group commit, snapshots.

Safety comes from the epoch in the shard's row, which every commit compares; the lease and the
advisory lock only decide quickly who may try. A leader with the lock is followed as soon as the lock
is free (its process died); a leader without it, and a hung one, when the lease is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Sequence

from parley.adapters.store import commit, outbox
from parley.adapters.store.database import Connection, Database, passing_errors
from parley.adapters.store.journal import recorded
from parley.adapters.store.rows import Codec
from parley.core.commands import Command
from parley.core.errors import Deposed, NotFound
from parley.core.events import Event
from parley.core.insight.facts import InteractionFact
from parley.core.ports import OutboxFailure, OutboxItem, Recorded

LEASE_S = 3.0
RENEW_AFTER_S = 0.5  # a commit prolongs the lease too: no renewal so soon after one
SNAPSHOTS_KEPT = 3
REPLAY_BATCH = 2000  # events

_ACQUIRE = """
UPDATE shard
SET epoch = epoch + 1, node = $2, locked = $3, lease_until = clock_timestamp() + $4 * interval '1 s'
WHERE tenant_id = $1 AND (lease_until < clock_timestamp() OR ($3 AND locked))
RETURNING epoch
"""
_RENEW = """
UPDATE shard SET locked = $3, lease_until = clock_timestamp() + $4 * interval '1 s'
WHERE tenant_id = $1 AND epoch = $2
RETURNING epoch
"""
_RELEASE = """
UPDATE shard SET node = NULL, locked = false, lease_until = '-infinity'
WHERE tenant_id = $1 AND epoch = $2
"""
_SAVE_SNAPSHOT = """
INSERT INTO snapshot (tenant_id, seq, state)
SELECT $1, $3, $4 FROM shard WHERE tenant_id = $1 AND epoch = $2
ON CONFLICT (tenant_id, seq) DO UPDATE SET state = excluded.state
RETURNING seq
"""
_DROP_SNAPSHOTS = """
DELETE FROM snapshot WHERE tenant_id = $1 AND seq NOT IN (
    SELECT seq FROM snapshot WHERE tenant_id = $1 ORDER BY seq DESC LIMIT $2)
"""


class PostgresShard:
    """Implements `ports.Shard`. Used by one engine at a time; commits are one after the other."""

    def __init__(self, database: Database, codec: Codec, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self._database = database
        self._codec = codec
        self._line: Connection | None = None  # holds the advisory lock
        self._has_lock = False
        self._turn = asyncio.Lock()
        self._prolonged = 0.0  # monotonic
        self._doubtful_epoch = 0  # a commit of this epoch may still arrive: none may follow it

    # --- leadership ------------------------------------------------------------------------

    async def acquire(self, node: str) -> int | None:
        """Become leader: the new epoch, or None while another node leads."""
        async with self._turn, self._own_line() as line:
            await self._try_lock(line)
            epoch = await line.fetchval(_ACQUIRE, self.tenant_id, node, self._has_lock, LEASE_S)
            if epoch is None:
                await self._unlock(line)
                await self._require_tenant(line)
                return None
            self._prolonged = time.monotonic()
            return int(epoch)

    async def renew(self, epoch: int) -> None:
        """Prolong the lease. Raises Deposed if a later epoch leads."""
        if time.monotonic() - self._prolonged < RENEW_AFTER_S:
            return
        async with self._turn, self._own_line() as line, line.transaction():
            await line.execute("SET LOCAL synchronous_commit = off")  # a heartbeat may be lost
            await self._try_lock(line)
            led = await line.fetchval(_RENEW, self.tenant_id, epoch, self._has_lock, LEASE_S)
            self._check(led is not None, epoch)

    async def release(self, epoch: int) -> None:
        """Give leadership back at once; also closes the connection."""
        async with self._turn:
            try:
                async with self._own_line() as line:
                    await line.execute(_RELEASE, self.tenant_id, epoch)
            finally:
                await self._hang_up()

    # --- snapshots and replay --------------------------------------------------------------

    async def load_snapshot(self, before: int | None = None) -> tuple[int, bytes] | None:
        """(seq, state) of the newest snapshot, or of the newest one `before` a seq."""
        async with self._database.tenant(self.tenant_id) as connection:
            row = await connection.fetchrow(
                "SELECT seq, state FROM snapshot WHERE tenant_id = $1"
                " AND ($2::bigint IS NULL OR seq < $2) ORDER BY seq DESC LIMIT 1",
                self.tenant_id,
                before,
            )
        return (row["seq"], row["state"]) if row else None

    async def save_snapshot(self, epoch: int, seq: int, state: bytes) -> None:
        """Keep the newest few. Raises Deposed."""
        async with self._database.tenant(self.tenant_id) as connection:
            saved = await connection.fetchval(_SAVE_SNAPSHOT, self.tenant_id, epoch, seq, state)
            self._check(saved is not None, epoch)
            await connection.execute(_DROP_SNAPSHOTS, self.tenant_id, SNAPSHOTS_KEPT)

    async def replay(self, after_seq: int) -> AsyncIterator[Recorded]:
        """Events with a greater seq, in order, read in batches."""
        while True:
            async with self._database.tenant(self.tenant_id) as connection:
                rows = await connection.fetch(
                    "SELECT seq, kind, payload FROM journal WHERE tenant_id = $1 AND seq > $2"
                    " ORDER BY seq LIMIT $3",
                    self.tenant_id,
                    after_seq,
                    REPLAY_BATCH,
                )
            for item in recorded(self._codec, rows):
                after_seq = item.seq
                yield item
            if len(rows) < REPLAY_BATCH:
                return

    # --- commit and outbox -----------------------------------------------------------------

    async def commit(
        self,
        epoch: int,
        events: Sequence[Event],
        commands: Sequence[Command],
        facts: Sequence[InteractionFact],
        done: Sequence[int] = (),
    ) -> tuple[int, Sequence[OutboxItem]]:
        """All in one statement, hence one transaction. Raises Deposed, Unavailable (see ports)."""
        batch = commit.Batch.of(self._codec, events, commands, facts, done)
        async with self._turn:
            self._check(epoch > self._doubtful_epoch, epoch)
            committed = False
            try:
                async with self._own_line() as line:
                    found = await commit.write(line, self.tenant_id, epoch, LEASE_S, batch)
                    committed = True
            finally:
                if not committed:  # lost line, time-out or cancellation: it may yet happen
                    self._doubtful_epoch = max(self._doubtful_epoch, epoch)
            self._check(found is not None, epoch)
            assert found is not None
            self._prolonged = time.monotonic()
            return found

    async def outbox(self) -> Sequence[OutboxItem]:
        """All open items, oldest first."""
        async with self._database.tenant(self.tenant_id) as connection:
            return await outbox.open_items(connection, self._codec, self.tenant_id)

    async def outbox_done(self, ids: Sequence[int]) -> None:
        async with self._database.tenant(self.tenant_id) as connection:
            await outbox.done(connection, self.tenant_id, ids)

    async def outbox_retry(self, id: int, due_at: float, error: str) -> None:
        async with self._database.tenant(self.tenant_id) as connection:
            await outbox.retry(connection, self.tenant_id, id, due_at, error)

    async def outbox_failed(self, id: int, error: str) -> None:
        """Given up: kept visible until an administrator removes it."""
        async with self._database.tenant(self.tenant_id) as connection:
            await outbox.give_up(connection, self.tenant_id, id, error)

    async def outbox_failures(self) -> Sequence[OutboxFailure]:
        """What was given up, oldest first."""
        async with self._database.tenant(self.tenant_id) as connection:
            return await outbox.failures(connection, self.tenant_id)

    async def forget_failures(self) -> int:
        """Remove what was given up; how many."""
        async with self._database.tenant(self.tenant_id) as connection:
            return await outbox.forget(connection, self.tenant_id)

    # --- the line that holds the lock ------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _own_line(self) -> AsyncIterator[Connection]:
        """The shard's own connection, made anew if it was lost. Raises Unavailable."""
        if self._line is None or self._line.is_closed():
            self._has_lock = False
            self._line = await self._database.dedicated(self.tenant_id)
        try:
            with passing_errors():
                yield self._line
        except BaseException:
            await self._hang_up()  # its state is unknown
            raise

    async def _try_lock(self, line: Connection) -> None:
        if not self._has_lock:
            key = _lock_key(self.tenant_id)
            self._has_lock = bool(await line.fetchval("SELECT pg_try_advisory_lock($1)", key))

    async def _unlock(self, line: Connection) -> None:
        if self._has_lock:
            await line.execute("SELECT pg_advisory_unlock($1)", _lock_key(self.tenant_id))
            self._has_lock = False

    async def _hang_up(self) -> None:
        line, self._line, self._has_lock = self._line, None, False
        if line is not None:
            line.terminate()

    async def _require_tenant(self, line: Connection) -> None:
        if await line.fetchval("SELECT 1 FROM shard WHERE tenant_id = $1", self.tenant_id) is None:
            raise NotFound("tenant_unknown", self.tenant_id)

    def _check(self, leads: bool, epoch: int) -> None:
        if not leads:
            self._prolonged = 0.0  # the next renewal asks the database
            raise Deposed("deposed", f"epoch {epoch} of {self.tenant_id} leads no longer")


def _lock_key(tenant_id: str) -> int:
    digest = hashlib.sha256(f"parley.shard:{tenant_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
