"""The in-memory twin of the journal and shard, for tests and simulations without a database.

It keeps what PostgreSQL would keep, encoded, so that nothing survives here that would not there.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace

from parley.adapters.store.rows import Codec
from parley.adapters.store.shard import LEASE_S, SNAPSHOTS_KEPT
from parley.core.commands import Command
from parley.core.errors import Deposed, Unavailable
from parley.core.events import Event
from parley.core.insight.facts import InteractionFact
from parley.core.insight.legs import LegChanges, LegKey, LegRow
from parley.core.ports import OutboxFailure, OutboxItem, Recorded


@dataclass(slots=True)
class _Tenant:
    """What the database would hold of one tenant."""

    journal: list[tuple[str, bytes]] = field(default_factory=list)
    snapshots: dict[int, bytes] = field(default_factory=dict)
    facts: dict[str, InteractionFact] = field(default_factory=dict)
    legs: dict[LegKey, LegRow] = field(default_factory=dict)
    outbox: dict[int, OutboxItem] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    commands_stored: int = 0
    epoch: int = 0
    lease_until: float = 0.0
    holder: TwinShard | None = None  # of the advisory lock


class TwinJournal:
    """All shards of one pretended database. `clock` is the database's, in seconds."""

    def __init__(self, codec: Codec, clock: Callable[[], float] = time.monotonic) -> None:
        self._codec = codec
        self._clock = clock
        self._tenants: dict[str, _Tenant] = {}
        self.reachable = True  # set to False: every call raises Unavailable
        self.lose_next_answer = False  # the next commit happens but raises Unavailable

    def shard(self, tenant_id: str) -> TwinShard:
        """One more handle on the tenant's shard, as another node would have."""
        kept = self._tenants.setdefault(tenant_id, _Tenant())
        return TwinShard(self, kept, tenant_id)

    def facts(self, tenant_id: str) -> dict[str, InteractionFact]:
        """The newest fact of every interaction committed so far."""
        return dict(self._tenants[tenant_id].facts)

    def legs(self, tenant_id: str, interaction_id: str) -> list[LegRow]:
        """The call's legs as committed so far, oldest first."""
        rows = self._tenants[tenant_id].legs.values()
        mine = (row for row in rows if row.interaction_id == interaction_id)
        return sorted(mine, key=lambda row: (row.started_at, row.id))

    def now(self) -> float:
        return self._clock()

    @property
    def codec(self) -> Codec:
        return self._codec

    def require(self) -> None:
        if not self.reachable:
            raise Unavailable("database_unavailable", "the twin is switched off")


class TwinShard:
    """Implements `ports.Shard` as `PostgresShard` does."""

    def __init__(self, journal: TwinJournal, kept: _Tenant, tenant_id: str) -> None:
        self.tenant_id = tenant_id
        self._journal = journal
        self._kept = kept
        self._doubtful_epoch = 0

    async def acquire(self, node: str) -> int | None:
        """Become leader: the new epoch, or None while another node leads."""
        self._journal.require()
        kept = self._kept
        led_with_lock = kept.holder is not None
        if kept.lease_until > self._journal.now() and (led_with_lock and kept.holder is not self):
            return None
        kept.holder = self
        kept.epoch += 1
        kept.lease_until = self._journal.now() + LEASE_S
        return kept.epoch

    async def renew(self, epoch: int) -> None:
        """Prolong the lease. Raises Deposed if a later epoch leads."""
        self._require_epoch(epoch)
        self._kept.lease_until = self._journal.now() + LEASE_S

    async def release(self, epoch: int) -> None:
        """Give leadership back at once."""
        self._journal.require()
        if epoch == self._kept.epoch:
            self._kept.lease_until = 0.0
        self.lose_line()

    def lose_line(self) -> None:
        """As when the node dies: its lock is free at once."""
        if self._kept.holder is self:
            self._kept.holder = None

    async def load_snapshot(self, before: int | None = None) -> tuple[int, bytes] | None:
        """(seq, state) of the newest snapshot, or of the newest one `before` a seq."""
        self._journal.require()
        kept = self._kept.snapshots.items()
        return max((each for each in kept if before is None or each[0] < before), default=None)

    async def save_snapshot(self, epoch: int, seq: int, state: bytes) -> None:
        """Keep the newest few. Raises Deposed."""
        self._require_epoch(epoch)
        self._kept.snapshots[seq] = state
        for old in sorted(self._kept.snapshots)[:-SNAPSHOTS_KEPT]:
            del self._kept.snapshots[old]

    async def replay(self, after_seq: int) -> AsyncIterator[Recorded]:
        """Events with a greater seq, in order."""
        self._journal.require()
        for seq, (kind, payload) in enumerate(self._kept.journal[after_seq:], after_seq + 1):
            yield Recorded(seq, self._journal.codec.decode_event(kind, payload))

    async def commit(
        self,
        epoch: int,
        events: Sequence[Event],
        commands: Sequence[Command],
        facts: Sequence[InteractionFact],
        done: Sequence[int] = (),
    ) -> tuple[int, Sequence[OutboxItem]]:
        """All or nothing. Raises Deposed, Unavailable."""
        if epoch <= self._doubtful_epoch:
            raise Deposed("deposed", f"epoch {epoch} has a commit in doubt")
        try:
            self._require_epoch(epoch)
        except Unavailable as error:
            if not isinstance(error, Deposed):
                self._doubtful_epoch = epoch
            raise
        first = len(self._kept.journal) + 1
        self._kept.journal += [self._journal.codec.encode_event(event) for event in events]
        self._kept.facts |= {fact.id: replace(fact, agents=list(fact.agents)) for fact in facts}
        self._fold_legs(events)
        self._kept.lease_until = self._journal.now() + LEASE_S
        items = [self._store(command) for command in commands]
        await self.outbox_done(done)
        if self._journal.lose_next_answer:
            self._journal.lose_next_answer = False
            self._doubtful_epoch = epoch
            raise Unavailable("database_unavailable", "the answer was lost")
        return first, items

    async def outbox(self) -> Sequence[OutboxItem]:
        """All open items, oldest first."""
        self._journal.require()
        return [item for id_, item in self._kept.outbox.items() if id_ not in self._kept.failed]

    async def outbox_done(self, ids: Sequence[int]) -> None:
        self._journal.require()
        for id_ in ids:
            self._kept.outbox.pop(id_, None)

    async def outbox_retry(self, id: int, due_at: float, error: str) -> None:
        self._journal.require()
        item = self._kept.outbox[id]
        self._kept.outbox[id] = replace(item, attempts=item.attempts + 1, due_at=due_at)

    async def outbox_failed(self, id: int, error: str) -> None:
        """Given up: kept visible."""
        self._journal.require()
        self._kept.failed[id] = error

    async def outbox_failures(self) -> Sequence[OutboxFailure]:
        """What was given up, oldest first."""
        self._journal.require()
        items = [
            (self._kept.outbox[id_], error) for id_, error in sorted(self._kept.failed.items())
        ]
        return [
            OutboxFailure(item.id, type(item.command).__name__, item.command.lane, error)
            for item, error in items
        ]

    async def forget_failures(self) -> int:
        """Remove what was given up; how many."""
        self._journal.require()
        for id_ in self._kept.failed:
            del self._kept.outbox[id_]
        count = len(self._kept.failed)
        self._kept.failed.clear()
        return count

    def _fold_legs(self, events: Sequence[Event]) -> None:
        changes = LegChanges()
        for event in events:
            changes.take(event)
        for key, row in changes.started.items():
            self._kept.legs.setdefault(key, row)
        for key, news in changes.moved.items():
            if key in self._kept.legs:
                self._kept.legs[key] = news.on(self._kept.legs[key])

    def _store(self, command: Command) -> OutboxItem:
        self._kept.commands_stored += 1
        item = OutboxItem(self._kept.commands_stored, command, attempts=0, due_at=time.time())
        self._kept.outbox[item.id] = item
        return item

    def _require_epoch(self, epoch: int) -> None:
        self._journal.require()
        if epoch != self._kept.epoch:
            raise Deposed("deposed", f"epoch {epoch} of {self.tenant_id} leads no longer")
