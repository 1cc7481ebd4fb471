"""`parley reconcile`: does everything that was kept tell the same story? Changes nothing.

The journal is the truth; each row beside it was written in the same transaction. So after any crash:

    numbered      events are numbered 1, 2, 3 … up to what the shard counts
    stored once   each message is in the journal once and has its row, and no row has no event
    sent once     a client id of one sender stands for one message, however often it was sent
    ends once     an interaction arrives once, ends at most once, and nothing happens to it afterwards
    replays       the center digests every event; then what has not ended is in its state, and no more
    rows          an interaction's row is what its events add up to
    snapshots     a snapshot is what the journal up to it adds up to
    legs          each leg of a call begins once and ends once, unless its call is live; its record is
                  what its events add up to
    recordings    a stored recording is in the journal and, where the files are at hand, in the vault; a
                  deleted one is not

It reads as of one moment, beside a running Parley or without one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import msgspec

from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.store.database import Database, as_kept
from parley.adapters.store.ledger import Ledger, open_ledger
from parley.adapters.store.store import PostgresStore
from parley.config import Settings
from parley.core import events as ev
from parley.core.center.center import Center
from parley.core.center.state import State
from parley.core.insight.facts import Facts, InteractionFact
from parley.core.insight.legs import LegChanges, LegRow
from parley.core.model import Phase, Sender
from parley.core.ports import RangedBlobs, RecordingState
from parley.engine.codec import Codec
from parley.engine.picture import CenterPicture
from parley.upkeep import database

MAX_FAULTS = 100  # told of one tenant; all are counted
DIGEST_BYTES = 8

AFTERWARDS = (
    ev.Rated, ev.TicketOpened, ev.DeliveryChanged, ev.RecordingStored,
    # a call lasts until the last of its legs has ended
    ev.LegRinging, ev.LegUp, ev.LegDropped, ev.LegOver, ev.LegMuted, ev.Arranged, ev.PartyLinked,
    ev.PromptStarted, ev.PromptOver, ev.RecordingChanged, ev.FlowLeft,
)  # fmt: skip
"""What may still happen around an interaction that has ended."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A law that does not hold, and where."""

    law: str
    where: str  # an id, a seq
    what: str


@dataclass(slots=True)
class Books:
    """What one tenant's audit found."""

    tenant_id: str
    events: int = 0
    messages: int = 0
    ended: int = 0
    open: int = 0
    legs: int = 0
    recordings: int = 0
    fault_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def balanced(self) -> bool:
        return self.fault_count == 0

    def blame(self, law: str, where: object, what: str) -> None:
        self.fault_count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(law, str(where), what))


async def reconcile(settings: Settings) -> list[Books]:
    """The books of all tenants. Raises Unavailable."""
    async with database(settings) as dsn:
        return await reconcile_at(dsn, DiskBlobs(settings.data_dir / "blobs"))


async def reconcile_at(dsn: str, blobs: RangedBlobs | None = None) -> list[Books]:
    """The books of all tenants in the database at the owner's address; `blobs`: where their files
    are, if at hand."""
    pool = Database(dsn, pool_size=2)
    await pool.open()
    try:
        tenants = await PostgresStore(pool, Codec).tenants()
        return [await _audit(pool, tenant_id, blobs) for tenant_id in tenants]
    finally:
        await pool.close()


async def _audit(pool: Database, tenant_id: str, blobs: RangedBlobs | None) -> Books:
    async with open_ledger(pool, Codec, tenant_id) as ledger:
        books = Books(tenant_id)
        fold = Fold(books, dict(await ledger.snapshots()))
        async for recorded in ledger.events():
            fold.take(recorded.seq, recorded.event)
        if (numbered := await ledger.seq()) != books.events:
            books.blame("numbered", numbered, f"the journal has {books.events} events")
        fold.finish()
        await _check_messages(ledger, fold)
        await _check_facts(ledger, fold)
        await _check_legs(ledger, fold)
        await _check_recordings(ledger, fold, blobs)
        for ticket_id in fold.tickets - await ledger.tickets_awaited():
            books.blame("tickets", ticket_id, "a message was left for it, but it was not opened")
        return books


async def _check_messages(ledger: Ledger, fold: Fold) -> None:
    books, missing = fold.books, dict(fold.messages)
    async for row in ledger.messages():
        if missing.pop(row.id, None) != row.seq:
            books.blame("stored once", row.id, f"a row says event {row.seq}, the journal does not")
    for message_id, seq in missing.items():
        books.blame("stored once", message_id, f"event {seq} has no row")


async def _check_facts(ledger: Ledger, fold: Fold) -> None:
    books, missing = fold.books, dict(fold.digests)
    async for fact in ledger.facts():
        if missing.pop(fact.id, None) != digest(fact):
            books.blame("rows", fact.id, "its row differs from its events")
    for interaction_id in missing:
        books.blame("rows", interaction_id, "it has no row")


def _as_kept(leg: LegRow) -> LegRow:
    """The database knows times to the microsecond; events are finer."""
    return replace(
        leg,
        started_at=as_kept(leg.started_at), rang_at=_if_known(leg.rang_at),
        answered_at=_if_known(leg.answered_at), ended_at=_if_known(leg.ended_at),
    )  # fmt: skip


def _if_known(seconds: float | None) -> float | None:
    return None if seconds is None else as_kept(seconds)


async def _check_legs(ledger: Ledger, fold: Fold) -> None:
    books, missing = fold.books, dict(fold.legs.started)
    async for row in ledger.legs():
        told = missing.pop(row.key, None)
        if told is None or _as_kept(told) != row:
            books.blame("legs", row.id, "its record differs from its events")
    for _, leg_id in missing:
        books.blame("legs", leg_id, "it has no record")


async def _check_recordings(ledger: Ledger, fold: Fold, blobs: RangedBlobs | None) -> None:
    books, missing = fold.books, set(fold.recordings)
    async for kept in ledger.recordings():
        books.recordings += 1
        told = kept.id in missing
        missing.discard(kept.id)
        if kept.state is not RecordingState.LOST and not told:
            books.blame("recordings", kept.id, "the journal does not tell of it")
        if blobs is not None:
            there = await blobs.size(kept.blob_key) is not None
            if there != (kept.state is RecordingState.STORED):
                books.blame("recordings", kept.id, f"{kept.state}, and its file is there: {there}")
    for recording_id in missing:
        books.blame("recordings", recording_id, "it has no row")


class Fold:
    """Folds the journal from its first event, and keeps what rows are compared with."""

    def __init__(self, books: Books, snapshots: dict[int, bytes]) -> None:
        self.books = books
        self.messages: dict[str, int] = {}  # id -> seq
        self.digests: dict[str, bytes] = {}  # of each interaction's fact
        self.legs = LegChanges()
        self.recordings: set[str] = set()
        self.tickets: set[str] = set()  # promised by a left message and not opened
        self._snapshots = snapshots
        self._center = Center()
        self._facts = Facts()
        self._replays = True  # so far
        self._ended: set[str] = set()
        self._sent: set[tuple[str, ...]] = set()

    def take(self, seq: int, event: ev.Event) -> None:
        self.books.events += 1
        if seq != self.books.events:
            self.books.blame("numbered", seq, f"it should be event {self.books.events}")
            self.books.events = seq
        self._check_life(seq, event)
        match event:
            case ev.MessageAdded():
                self._check_message(seq, event)
            case ev.LegStarted() | ev.LegRinging() | ev.LegUp() | ev.LegOver():
                self._check_leg(seq, event)
            case ev.RecordingStored():
                self.recordings.add(event.recording_id)
            case ev.MessageLeft():
                self.tickets.add(event.ticket_id)
            case ev.TicketOpened():
                self.tickets.discard(event.ticket_id)
        self._replay(seq, event)
        fact = self._facts.apply(event)
        if fact is not None and fact.phase is Phase.ENDED:
            self.digests[fact.id] = digest(fact)
        if seq in self._snapshots and self._replays:
            self._check_snapshot(seq)

    def finish(self) -> None:
        """After the last event: what is still open."""
        books, live = self.books, self._center.state.interactions
        books.messages, books.ended, books.open = len(self.messages), len(self._ended), len(live)
        self.digests.update((id_, digest(fact)) for id_, fact in self._facts.rows.items())
        if self._replays:
            for interaction_id in live.keys() ^ self._facts.rows.keys():
                books.blame("replays", interaction_id, "either it has ended or it has not")
        calls = self._center.state.calls
        books.legs = len(self.legs.started)
        for leg in self.legs.started.values():
            call = calls.get(leg.interaction_id)
            if self._replays and (leg.ended_at is None) != (
                call is not None and leg.id in call.legs
            ):
                books.blame("legs", leg.id, "either it has ended or it is live")
        for seq in self._snapshots:
            if seq > books.events:
                books.blame("snapshots", seq, "it is of events that the journal does not have")

    def _replay(self, seq: int, event: ev.Event) -> None:
        """A center that met one impossible event says nothing about the ones after it."""
        if not self._replays:
            return
        try:
            self._center.evolve(event)
        except (LookupError, AttributeError, TypeError, ValueError) as error:
            self._replays = False
            self.books.blame(
                "replays", seq, f"{type(event).__name__}: {type(error).__name__} {error}"
            )

    def _check_life(self, seq: int, event: ev.Event) -> None:
        interaction_id: str | None = getattr(event, "interaction_id", None)
        if interaction_id is None or isinstance(event, AFTERWARDS):
            return
        if interaction_id in self._ended:
            self.books.blame("ends once", interaction_id, f"event {seq} comes after its end")
        elif isinstance(event, ev.Arrived) == (interaction_id in self._facts.rows):
            self.books.blame("ends once", interaction_id, f"event {seq} is not its first arrival")
        if isinstance(event, ev.Ended):
            self._ended.add(interaction_id)

    def _check_message(self, seq: int, event: ev.MessageAdded) -> None:
        if event.message_id in self.messages:
            self.books.blame("stored once", event.message_id, f"again at event {seq}")
        self.messages[event.message_id] = seq
        if event.sender is Sender.SYSTEM:
            return
        sent = self._sender(event)
        if sent in self._sent:
            self.books.blame("sent once", event.client_id, f"again at event {seq}")
        self._sent.add(sent)

    def _check_leg(
        self, seq: int, event: ev.LegStarted | ev.LegRinging | ev.LegUp | ev.LegOver
    ) -> None:
        """Begins once, and nothing comes after its one end."""
        known = self.legs.started.get((event.interaction_id, event.leg_id))
        if isinstance(event, ev.LegStarted) == (known is not None):
            self.books.blame("legs", event.leg_id, f"event {seq} is not its only beginning")
        elif known is not None and known.ended_at is not None:
            self.books.blame("legs", event.leg_id, f"event {seq} comes after its end")
        if known is not None or isinstance(event, ev.LegStarted):
            self.legs.take(event)

    def _sender(self, event: ev.MessageAdded) -> tuple[str, ...]:
        """Whose client id it is: a customer's own over all their conversations."""
        if event.sender is Sender.CUSTOMER:
            fact = self._facts.rows.get(event.interaction_id)
            return (fact.address if fact else "", event.client_id)
        return (event.interaction_id, event.agent_id or "", event.client_id)

    def _check_snapshot(self, seq: int) -> None:
        saved = CenterPicture("UTC", _no_history)
        if saved.restore((seq, self._snapshots[seq])) != seq:
            return  # made by another version: the engine passes it over too
        for name in differing(saved.center.state, self._center.state):
            self.books.blame("snapshots", seq, f"{name} differs from the journal")
        if saved.facts.rows != self._facts.rows:
            self.books.blame("snapshots", seq, "facts differ from the journal")


def digest(fact: InteractionFact) -> bytes:
    """Of all that the engine writes; a rating comes from elsewhere."""
    plain = replace(fact, rating=None, rating_comment="")
    return hashlib.blake2b(msgspec.json.encode(plain), digest_size=DIGEST_BYTES).digest()


def differing(one: State, other: State) -> Iterator[str]:
    """Which parts of two states differ, by name; of a part with ids, which id."""
    for part in fields(State):
        left, right = getattr(one, part.name), getattr(other, part.name)
        if left == right:
            continue
        if isinstance(left, dict) and isinstance(right, dict):
            keys = (k for k in left.keys() | right.keys() if left.get(k) != right.get(k))
            yield from (f"{part.name} {key}" for key in sorted(keys))
        else:
            yield part.name


async def _no_history(since: float) -> list[InteractionFact]:
    return []


# --- for whoever asked ----------------------------------------------------------------------------


def printed(all_books: list[Books], *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.encode([_shown(books) for books in all_books]).decode()
    return "\n".join(line for books in all_books for line in _lines(books)) or "no tenants"


def _shown(books: Books) -> dict[str, Any]:
    return {**asdict(books), "balanced": books.balanced}


def _lines(books: Books) -> Iterator[str]:
    yield (
        f"{books.tenant_id}: {books.events} events, {books.messages} messages, "
        f"{books.ended} interactions ended, {books.open} open, {books.legs} legs of calls, "
        f"{books.recordings} recordings: "
        + ("balanced" if books.balanced else f"{books.fault_count} faults")
    )
    for fault in books.faults:
        yield f"  {fault.law}: {fault.where}: {fault.what}"
