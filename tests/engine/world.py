"""A small world for the engine: its own clock, a journal in memory that fails when told to, and a
picture whose rules fit in ten lines."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from parley.core.center.turn import Step
from parley.core.commands import Command
from parley.core.errors import Deposed, Unavailable
from parley.core.events import Event
from parley.core.inputs import Input, TimerFired
from parley.core.insight.facts import InteractionFact
from parley.core.ports import OutboxFailure, OutboxItem, Recorded, TransportError


class HandClock:
    """Moves only when told to; whoever sleeps wakes in the order of their times."""

    def __init__(self, now: float = 1000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = itertools.count()

    def now(self) -> float:
        return self._now

    async def sleep(self, duration_s: float) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + duration_s, next(self._count), future))
        await future

    async def wait(self, event: asyncio.Event, at_most_s: float | None) -> None:
        waits: list[asyncio.Future] = [asyncio.ensure_future(event.wait())]
        if at_most_s is not None:
            waits.append(asyncio.ensure_future(self.sleep(at_most_s)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    def set_back(self, by_s: float) -> None:
        """Somebody corrects the clock; sleeps last as long as they were meant to."""
        self._now -= by_s
        self._sleepers = [(due - by_s, place, future) for due, place, future in self._sleepers]

    async def advance(self, duration_s: float) -> None:
        """Let the time pass; everybody due on the way acts at their own time."""
        end = self._now + duration_s
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self._now = max(self._now, due)
            if not future.done():
                future.set_result(None)
            await settle()
        self._now = end
        await settle()


async def settle(rounds: int = 50) -> None:
    """Let every task run until it waits for something outside."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool], rounds: int = 10_000) -> None:
    for _ in range(rounds):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never became true")


# --- a core in ten lines ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Input):
    text: str
    lane: str | None = None  # also asks for a command in this lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Event):
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell(Command):
    text: str


class Echo:
    """Remembers all that was said. `boom` breaks it half-way; `later` sets a timer of 5 s."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.timers: dict[str, float] = {}
        self.completed = 0

    def restore(self, snapshot: tuple[int, bytes] | None) -> int:
        if snapshot is None:
            return 0
        seq, state = snapshot
        try:
            self.heard = msgspec.msgpack.decode(state, type=list[str])
        except msgspec.MsgspecError:
            return 0
        return seq

    def replay(self, event: Event) -> None:
        if isinstance(event, Heard):
            self.heard.append(event.text)

    async def complete(self, now: float) -> None:
        self.completed += 1

    def opening(self, now: float) -> Sequence[Input]:
        return ()

    def receive(self, input: Input) -> Step:
        match input:
            case TimerFired(key="doomed" | "stays"):
                assert input.key != "doomed", "a timer that always breaks"
                return Step([], [])
            case TimerFired(key=text):
                pass
            case Said(text="later"):
                self.timers["tick"] = input.at + 5
                return Step([], [])
            case Said(text="crowd"):
                self.timers.update({f"tick {n}": input.at + 5 for n in range(1200)})
                return Step([], [])
            case Said(text="doomed" | "stays" as text):
                self.timers[text] = input.at + 5
                return Step([], [])
            case Said(text=text):
                pass
            case _:
                text = type(input).__name__
        self.heard.append(text)
        assert text != "boom", "half-way through"
        commands: list[Command] = []
        if isinstance(input, Said) and input.lane:
            commands.append(Tell(lane=input.lane, text=text))
        return Step([Heard(at=input.at, text=text)], commands)

    def take_changed(self, now: float) -> Sequence[InteractionFact]:
        return []

    def next_due(self) -> float | None:
        return min(self.timers.values(), default=None)

    def due(self, now: float) -> list[TimerFired]:
        keys = [key for key, due in self.timers.items() if due <= now]
        for key in keys:
            if key != "stays":
                del self.timers[key]
        return [TimerFired(at=now, kind="t", key=key) for key in keys]

    def encode(self) -> bytes:
        return msgspec.msgpack.encode(self.heard)


# --- a shard in memory --------------------------------------------------------------------------


@dataclass(slots=True)
class Ledger:
    """What is durable, shared by all nodes."""

    events: list[Event] = field(default_factory=list)
    snapshots: list[tuple[int, bytes]] = field(default_factory=list)
    items: dict[int, OutboxItem] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)
    commits: list[int] = field(default_factory=list)  # events in each
    epoch: int = 0
    leader: str | None = None
    away: bool = False  # what was carried out can't be marked


class MemoryShard:
    """One node's hold of the ledger; `trouble` decides how the next commits go wrong."""

    tenant_id = "tnt_test"

    def __init__(self, ledger: Ledger | None = None) -> None:
        self.ledger = ledger or Ledger()
        self.trouble: list[str] = []  # "lost" (not committed), "unknown" (committed, not told)
        self.gate: asyncio.Event | None = None  # commits wait for it
        self.replayed_from: list[int] = []

    async def acquire(self, node: str) -> int | None:
        if self.ledger.leader not in (None, node):
            return None
        self.ledger.leader = node
        self.ledger.epoch += 1
        return self.ledger.epoch

    async def renew(self, epoch: int) -> None:
        self._fence(epoch)

    async def release(self, epoch: int) -> None:
        self._fence(epoch)
        self.ledger.leader = None

    async def load_snapshot(self, before: int | None = None) -> tuple[int, bytes] | None:
        kept = [each for each in self.ledger.snapshots if before is None or each[0] < before]
        return kept[-1] if kept else None

    async def save_snapshot(self, epoch: int, seq: int, state: bytes) -> None:
        self._fence(epoch)
        self.ledger.snapshots.append((seq, state))

    async def replay(self, after_seq: int) -> AsyncIterator[Recorded]:
        self.replayed_from.append(after_seq)
        for seq, event in enumerate(self.ledger.events[after_seq:], after_seq + 1):
            yield Recorded(seq, event)

    async def commit(
        self,
        epoch: int,
        events: Sequence[Event],
        commands: Sequence[Command],
        facts: Sequence[InteractionFact],
        done: Sequence[int] = (),
    ) -> tuple[int, Sequence[OutboxItem]]:
        if self.gate is not None:
            await self.gate.wait()
        self._fence(epoch)
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble == "lost":
            raise Unavailable("database_gone")
        first = len(self.ledger.events) + 1
        self.ledger.events.extend(events)
        self.ledger.commits.append(len(events))
        base = len(self.ledger.items) + len(self.ledger.failed) + 1
        items = [OutboxItem(base + n, c, 0, 0.0) for n, c in enumerate(commands)]
        self.ledger.items.update({item.id: item for item in items})
        await self.outbox_done(done)
        if trouble == "unknown":
            raise Unavailable("commit_unknown")
        return first, items

    def _fence(self, epoch: int) -> None:
        if epoch != self.ledger.epoch:
            raise Deposed("deposed")

    async def outbox(self) -> Sequence[OutboxItem]:
        return list(self.ledger.items.values())

    async def outbox_done(self, ids: Sequence[int]) -> None:
        if self.ledger.away:
            raise Unavailable("database_gone")
        for done in ids:
            self.ledger.items.pop(done, None)

    async def outbox_retry(self, id: int, due_at: float, error: str) -> None:
        item = self.ledger.items[id]
        self.ledger.items[id] = OutboxItem(id, item.command, item.attempts + 1, due_at)

    async def outbox_failed(self, id: int, error: str) -> None:
        del self.ledger.items[id]
        self.ledger.failed[id] = error

    async def outbox_failures(self) -> Sequence[OutboxFailure]:
        return [OutboxFailure(id_, "Tell", "", why) for id_, why in self.ledger.failed.items()]

    async def forget_failures(self) -> int:
        return 0


class Messenger:
    """A channel that fails as told: `faults[text]` is a list of `"later"` or `"never"`."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.tried: list[tuple[float, str]] = []
        self.faults: dict[str, list[str]] = {}
        self.clock: HandClock | None = None
        self.gates: dict[str, asyncio.Event] = {}

    async def perform(self, tenant_id: str, command: Command) -> None:
        assert isinstance(command, Tell)
        self.tried.append((self.clock.now() if self.clock else 0.0, command.text))
        if command.text in self.gates:
            await self.gates[command.text].wait()
        faults = self.faults.get(command.text)
        if faults:
            fault = faults.pop(0) if len(faults) > 1 or faults[0] != "always" else "later"
            if fault == "bug":
                raise KeyError(command.text)
            raise TransportError(fault, permanent=fault == "never")
        self.told.append(command.text)
