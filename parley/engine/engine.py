"""The one loop: ask the core, make it durable, tell the screens, have it done.

One engine leads one tenant. All inputs pass through `submit` and are decided in that order; what
waits together is committed together, so that many inputs share one transaction under load.

The state in memory runs ahead of the journal only while a commit is under way. If a commit fails, or
nobody knows whether it did, the state is thrown away and read again from snapshot and journal under a
new epoch, which the database's row lock orders after the lost transaction.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Generic

import structlog
from typing_extensions import TypeVar

from parley.core.center.turn import Step
from parley.core.commands import Command
from parley.core.errors import Deposed, ParleyError, Unavailable
from parley.core.inputs import Input, TimerFired, failure_of
from parley.core.insight.facts import InteractionFact
from parley.core.ports import CommandHandler, OutboxItem, Shard
from parley.engine.batch import Batch, Committed, Pending
from parley.engine.clock import Clock, SystemClock
from parley.engine.measure import Measure, current_trace
from parley.engine.outbox import Outbox
from parley.engine.picture import CenterPicture, Picture
from parley.engine.status import EnginePhase, EngineStatus

MAX_QUEUED_INPUTS = 10_000
MAX_BATCH_INPUTS = 512
MAX_BATCH_S = 0.02  # deciding stops then, so that sockets are served between batches
MAX_COMMIT_S = 10.0  # a commit that takes longer is taken for lost
RENEW_S = 1.0  # the lease lasts 3 s
LOST_S = 10.0  # without renewal: longer than PostgreSQL takes to come back by itself
STANDBY_S = 0.5  # between attempts to lead
RECOVERY_S = 0.5  # between attempts to rebuild
BROKEN_TIMER_S = 60.0  # a timer the core failed on is set aside for so long
IDLE_TIMER_S = 1.0  # pace of timers that are due, fire and are due still
SNAPSHOT_EVENTS = 5_000
SNAPSHOT_S = 60.0
DRAIN_S = 5.0

log = structlog.get_logger("parley.engine")

P = TypeVar("P", bound=Picture, default=CenterPicture)


class Engine(Generic[P]):
    """Leads one tenant as long as the database lets it; else stands by and tries again."""

    def __init__(
        self,
        shard: Shard,
        node: str,
        *,
        handlers: Mapping[type[Command], CommandHandler],
        blank: Callable[[], P],
        clock: Clock | None = None,
        published: Callable[[Committed], None] = lambda committed: None,
        leading: Callable[[], None] = lambda: None,
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """`blank` gives the empty picture that each rebuild fills; `leading` is told once this
        node leads and takes inputs, `ended` when it no longer does.
        """
        self.tenant_id = shard.tenant_id
        self.picture = blank()
        self._blank = blank
        self.status = EngineStatus()
        self._shard = shard
        self._node = node
        self._clock = clock or SystemClock()
        self._published = published
        self._leading = leading
        self._ended = ended
        self._measure = Measure(shard.tenant_id)
        self.outbox = Outbox(shard, handlers, self._gave_up, self._clock)
        self._queue: deque[Pending] = deque()
        self._timers: deque[Pending] = deque()  # due and taken from the picture; a term's opening
        self._afterwards: list[Callable[[], None]] = []  # waits for the end of the turn
        self._wake = asyncio.Event()
        self._stopping = False
        self._deposed = False
        self._saving: asyncio.Task[None] | None = None
        self._unsaved_events = 0
        self._saved_at = 0.0

    # --- for everybody ---------------------------------------------------------------------

    async def submit(self, input: Input) -> Step:
        """Decide `input`; resolves once its events are durable.

        Raises Unavailable (`not_leading`, `rebuilding`, `busy`, `stopping`): try again. Raises
        ParleyError (`input_failed`) if the core could not digest this very input: it changed nothing.
        """
        if self.status.phase is not EnginePhase.LEADING or self._stopping:
            raise Unavailable(self._absence())
        if len(self._queue) >= MAX_QUEUED_INPUTS:
            self._measure.refused()
            raise Unavailable("busy", f"{MAX_QUEUED_INPUTS} inputs wait already")
        answer: asyncio.Future[Step] = asyncio.get_running_loop().create_future()
        self._queue.append(Pending(input, answer, current_trace()))
        self.status.queue_length = len(self._queue)
        self._wake.set()
        return await answer

    def between_turns(self, act: Callable[[], None]) -> None:
        """Call `act` once when all that the picture shows is durable: now, or after the commit."""
        if self.status.turn_began_at is None:
            act()
        else:
            self._afterwards.append(act)

    def stop(self) -> None:
        """Finish what is queued, save a snapshot, give the lease back; then `run` returns."""
        self._stopping = True
        self._wake.set()

    def _absence(self) -> str:
        if self._stopping or self.status.phase is EnginePhase.STOPPED:
            return "stopping"
        return "rebuilding" if self.status.phase is EnginePhase.REBUILDING else "not_leading"

    # --- leading ---------------------------------------------------------------------------

    async def run(self) -> None:
        """Lead, or wait to lead, until `stop`."""
        try:
            while not self._stopping:
                pause = await self._try_to_lead()
                if pause and not self._stopping:
                    self._wake.clear()
                    await self._clock.wait(self._wake, pause)
        finally:
            self.status.phase = EnginePhase.STOPPED
            self._reject_all(Unavailable("stopping"))

    async def _try_to_lead(self) -> float:
        """One term of leading, if this node may; how long to pause before the next attempt."""
        try:
            epoch = await self._shard.acquire(self._node)
            if epoch is None:
                self.status.phase = EnginePhase.STANDBY
                return STANDBY_S
            await self._lead(epoch)
        except Deposed:
            self.status.problem = "deposed"
            self.status.phase = EnginePhase.STANDBY
            log.warning("deposed", tenant=self.tenant_id, epoch=self.status.epoch)
        except ParleyError as error:
            self._interrupted(f"{error.code}: {error.detail}")
            log.warning("interrupted", tenant=self.tenant_id, code=error.code, why=error.detail)
            return RECOVERY_S
        except Exception as error:
            self._interrupted(f"{type(error).__name__}: {error}")
            log.exception("engine_failed", tenant=self.tenant_id)
            return RECOVERY_S
        return 0.0

    def _interrupted(self, problem: str) -> None:
        self.status.phase = EnginePhase.REBUILDING
        self.status.problem = problem

    async def _lead(self, epoch: int) -> None:
        self.status.phase = EnginePhase.REBUILDING
        self.status.epoch = epoch
        self._deposed = False
        renewal = asyncio.create_task(self._renew(epoch))
        try:
            await self._rebuild()
            self._timers.extend(Pending(each) for each in self.picture.opening(self._clock.now()))
            self.outbox.put(await self._shard.outbox())
            await self.outbox.count_failed()
            self.status.phase = EnginePhase.LEADING
            self.status.problem = None
            log.info("leading", tenant=self.tenant_id, epoch=epoch, seq=self.status.seq)
            self._leading()
            await self._serve(epoch)
        finally:
            self.status.phase = EnginePhase.STANDBY
            self._end_turn()
            self._ended()
            self._reject_all(Unavailable(self._absence()))
            await self._end_term(renewal)

    async def _end_term(self, renewal: asyncio.Task[None]) -> None:
        renewal.cancel()
        (error,) = await asyncio.gather(renewal, return_exceptions=True)
        if isinstance(error, Exception):
            log.error("renewal_failed", tenant=self.tenant_id, exc_info=error)
        await self.outbox.stop()
        if self._saving is not None:
            await asyncio.gather(self._saving, return_exceptions=True)

    async def _renew(self, epoch: int) -> None:
        """Keep the lease; a lost one ends the term even if no input comes.

        So does a database out of reach for LOST_S: another node may lead by now, and what this one
        shows would be old without anybody knowing."""
        renewed_at = self._clock.now()
        while True:
            try:
                await self._shard.renew(epoch)
                renewed_at = self.status.renewed_at = self._clock.now()
            except Deposed:
                self._deposed = True
                self._wake.set()
                return
            except Unavailable as error:  # commits will tell whether it matters
                log.warning("lease_not_renewed", tenant=self.tenant_id, code=error.code)
                if self._clock.now() - renewed_at > LOST_S:
                    self._deposed = True
                    self._wake.set()
                    return
            await self._clock.sleep(RENEW_S)

    async def _rebuild(self) -> None:
        """The picture as of the last durable event."""
        began = self._clock.now()
        picture = self._blank()
        self._timers.clear()  # the new picture knows them still
        seq = await self._restore(picture)
        replayed = 0
        async for recorded in self._shard.replay(seq):
            if recorded.seq != seq + 1:
                raise ParleyError("journal_gap", f"after {seq} comes {recorded.seq}")
            seq = recorded.seq
            picture.replay(recorded.event)
            replayed += 1
        await picture.complete(self._clock.now())
        self.picture, self.status.seq = picture, seq
        self._unsaved_events = replayed
        self._saved_at = self._clock.now()
        took = self._clock.now() - began
        log.info(
            "rebuilt", tenant=self.tenant_id, seq=seq, replayed=replayed, took_s=round(took, 3)
        )

    async def _restore(self, picture: P) -> int:
        """From the newest snapshot that can be read; 0: from the journal's beginning."""
        found = await self._shard.load_snapshot()
        while found is not None:
            if seq := picture.restore(found):
                return seq
            found = await self._shard.load_snapshot(before=found[0])
        return 0

    # --- serving ---------------------------------------------------------------------------

    async def _serve(self, epoch: int) -> None:
        """Turn after turn, until stopped (what is queued is finished first) or deposed."""
        while not (self._stopping and not self._queue):
            if self._deposed:
                raise Deposed("deposed")
            batch = self._decide()
            if batch is None:
                await self._idle()
                continue
            await self._settle(epoch, batch)
            if batch.broken is not None:
                await self._rebuild()
            self._end_turn()
            self._save_if_due(epoch)
            if batch.without_effect() and not self._queue:
                log.warning("timers_without_effect", tenant=self.tenant_id, due=len(batch.answered))
                await self._idle(at_least_s=IDLE_TIMER_S)
        await self.outbox.drain(DRAIN_S)
        await self.outbox.stop()
        await self._save_at_stop(epoch)
        await self._shard.release(epoch)

    def _end_turn(self) -> None:
        self.status.turn_began_at = None
        waiting, self._afterwards = self._afterwards, []
        for act in waiting:
            act()

    async def _idle(self, at_least_s: float = 0.0) -> None:
        """Until an input comes or a timer is due; timers before `at_least_s` do not count."""
        self._wake.clear()
        due = [*self.status.broken_timers.values()]
        if (next_due := self.picture.next_due()) is not None:
            due.append(next_due)
        pause = max(at_least_s, min(due) - self._clock.now()) if due else None
        await self._clock.wait(self._wake, pause)

    def _decide(self) -> Batch | None:
        """Due timers, then inputs in their order, until the batch is full; None: nothing to do."""
        now = self._clock.now()
        self._timers.extend(Pending(timer) for timer in self._due(now))
        if not self._timers and not self._queue:
            return None
        self.status.turn_began_at = now
        batch = Batch()
        for _ in range(MAX_BATCH_INPUTS):
            if not self._timers and not self._queue:
                break
            if self._clock.now() - now > MAX_BATCH_S:
                break
            self._receive(batch, (self._timers or self._queue).popleft())
            if batch.broken is not None:
                break
        self.status.queue_length = len(self._queue)
        return batch

    def _due(self, now: float) -> list[TimerFired]:
        """The timers to fire now; one that the core failed on lately is not tried again just yet."""
        aside = self.status.broken_timers
        over = [timer for timer, again_at in aside.items() if again_at <= now]
        for timer in over:
            del aside[timer]
        due = [t for t in self.picture.due(now) if (t.kind, t.key) not in aside]
        return due + [TimerFired(at=now, kind=kind, key=key) for kind, key in over]

    def _receive(self, batch: Batch, pending: Pending) -> None:
        kind = type(pending.input).__name__
        try:
            step = self.picture.receive(pending.input)
        except Exception:
            batch.broken = pending
            self._measure.failed(kind)
            log.exception("input_failed", tenant=self.tenant_id, kind=kind, at=pending.input.at)
            if isinstance(pending.input, TimerFired):
                timer = (pending.input.kind, pending.input.key)
                self.status.broken_timers[timer] = self._clock.now() + BROKEN_TIMER_S
            return
        self._measure.received(kind)
        batch.take(pending, step)

    async def _settle(self, epoch: int, batch: Batch) -> None:
        """Make the batch durable, tell everybody, answer those who asked."""
        try:
            await self._commit(epoch, batch)
        except ParleyError as error:
            code = "not_leading" if isinstance(error, Deposed) else "rebuilding"
            batch.reject(Unavailable(code, error.detail))
            raise
        except BaseException:
            batch.reject(Unavailable("rebuilding"))
            raise
        batch.resolve()

    async def _commit(self, epoch: int, batch: Batch) -> None:
        facts = self.picture.take_changed(self._clock.now())
        if not batch.events and not batch.commands:
            await asyncio.sleep(0)  # others take their turn even if nothing is to be written
            return
        began = self._clock.now()
        with self._measure.commit_span(batch):
            first, items = await self._write(epoch, batch, facts)
        now = self._clock.now()
        self.status.seq = first + len(batch.events) - 1
        self.status.commit_s, self.status.committed_at = now - began, now
        self._unsaved_events += len(batch.events)
        self._measure.committed(len(batch.answered), len(batch.events), now - began)
        self.outbox.put(items)
        if items:
            await asyncio.sleep(0)  # what is to be done is on its way before screens are drawn
        self._tell(Committed(self.tenant_id, first, batch.events, facts, now))

    async def _write(
        self, epoch: int, batch: Batch, facts: Sequence[InteractionFact]
    ) -> tuple[int, Sequence[OutboxItem]]:
        try:
            async with asyncio.timeout(MAX_COMMIT_S):
                with self.outbox.finished() as done:
                    return await self._shard.commit(
                        epoch, batch.events, batch.commands, facts, done
                    )
        except TimeoutError as error:
            raise Unavailable("commit_unknown", f"no answer in {MAX_COMMIT_S} s") from error

    def _tell(self, committed: Committed) -> None:
        try:
            self._published(committed)
        except Exception:
            log.exception("publish_failed", tenant=self.tenant_id, seq=committed.first_seq)

    def _reject_all(self, error: ParleyError) -> None:
        while self._queue:
            self._queue.popleft().reject(error)
        self.status.queue_length = 0

    async def _gave_up(self, command: Command, reason: str) -> None:
        """A command failed for good: news for the core, if somebody waits for what it was to do."""
        news = failure_of(command, reason, self._clock.now())
        if news is not None:
            await self.submit(news)

    # --- snapshots -------------------------------------------------------------------------

    def _save_if_due(self, epoch: int) -> None:
        """Encoding happens here, between two turns (MessagePack: tens of ms for 10,000
        interactions); writing goes on beside the loop."""
        now = self._clock.now()
        idle = self._saving is None or self._saving.done()
        due = self._unsaved_events >= SNAPSHOT_EVENTS or now - self._saved_at >= SNAPSHOT_S
        if idle and due and self._unsaved_events:
            self._saving = asyncio.create_task(self._save(epoch, *self._encode()))

    async def _save_at_stop(self, epoch: int) -> None:
        if self._saving is not None:
            await asyncio.gather(self._saving, return_exceptions=True)
        if self._unsaved_events:
            await self._save(epoch, *self._encode())

    def _encode(self) -> tuple[int, bytes]:
        self._unsaved_events = 0
        self._saved_at = self._clock.now()
        return self.status.seq, self.picture.encode()

    async def _save(self, epoch: int, seq: int, state: bytes) -> None:
        try:
            await self._shard.save_snapshot(epoch, seq, state)
        except Deposed:
            self._deposed = True
            self._wake.set()
        except ParleyError as error:  # the journal has it all; the next one is tried in its time
            log.warning("snapshot_not_saved", tenant=self.tenant_id, code=error.code)
