"""Carries out commands: one ordered lane per interaction, at least once, never in the engine's way.

A command that fails for now is tried again with growing pauses while its lane waits; one that fails
for good is kept visible in the store and told to `gave_up`. Handlers must bear repeats: after a crash
a command may be carried out twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

import structlog

from parley.core.commands import UNNOTICED, Command
from parley.core.errors import ParleyError
from parley.core.ports import CommandHandler, OutboxFailure, OutboxItem, TransportError
from parley.engine.clock import Clock

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
MAX_ATTEMPTS = 12
MAX_AT_WORK = 256  # commands being carried out at once, over all lanes
MARK_S = 0.05  # until what may well be done again is marked as done, if no commit did it before
STORE_PAUSE_S = 1.0  # before asking a store again that could not be reached

log = structlog.get_logger("parley.outbox")

GaveUp = Callable[[Command, str], Awaitable[None]]
"""Told once about a command that failed for good, with the reason."""


class OutboxStore(Protocol):
    """The part of `ports.Shard` that an outbox writes to."""

    tenant_id: str

    async def outbox_done(self, ids: Sequence[int]) -> None: ...

    async def outbox_retry(self, id: int, due_at: float, error: str) -> None: ...

    async def outbox_failed(self, id: int, error: str) -> None: ...

    async def outbox_failures(self) -> Sequence[OutboxFailure]: ...


def pause_s(attempts: int) -> float:
    """1, 2, 4 … 60 s before the next try, after `attempts` (from 1) that failed."""
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (attempts - 1)))


class Outbox:
    """`start` with what is open, `put` what is new, `stop` when another node leads."""

    def __init__(
        self,
        store: OutboxStore,
        handlers: Mapping[type[Command], CommandHandler],
        gave_up: GaveUp,
        clock: Clock,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._gave_up = gave_up
        self._clock = clock
        self._lanes: dict[str, deque[OutboxItem]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._finished: list[int] = []
        self._unmarked = asyncio.Event()  # something finished that should not be done again
        self._flushing: asyncio.Task[None] | None = None
        self._at_work = asyncio.Semaphore(MAX_AT_WORK)
        self._retrying: set[str] = set()
        self.failed = 0  # given up for good and kept, when last counted

    @property
    def backlog(self) -> int:
        """Commands not yet carried out."""
        return sum(len(lane) for lane in self._lanes.values())

    @property
    def retrying(self) -> int:
        """Lanes whose first command has failed and waits for its next try."""
        return len(self._retrying)

    def put(self, items: Sequence[OutboxItem]) -> None:
        """Stored items, in order. Returns at once. What was done, but could not be marked, isn't done again."""
        if self._finished:
            self._mark_soon()
        for item in items:
            if item.id in self._finished:
                continue
            lane = self._lanes.get(item.command.lane)
            if lane is not None:
                lane.append(item)
                continue
            self._lanes[item.command.lane] = deque((item,))
            task = asyncio.create_task(self._work(item.command.lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Stop where it is; what was not carried out stays open in the store."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        self._retrying.clear()
        if self._flushing is not None:
            self._flushing.cancel()
            await asyncio.gather(self._flushing, return_exceptions=True)
        await self._mark_done()

    async def count_failed(self) -> None:
        """As the store has them now. Raises Unavailable."""
        self.failed = len(await self._store.outbox_failures())

    async def drain(self, at_most_s: float) -> None:
        """Wait until nothing is at work, but not for lanes that wait for another try."""
        waiting = [task for task in self._tasks if task.get_name() not in self._retrying]
        if waiting:
            await asyncio.wait(waiting, timeout=at_most_s)

    async def _work(self, name: str) -> None:
        lane = self._lanes[name]
        task = asyncio.current_task()
        assert task is not None
        task.set_name(name)
        while lane:
            await self._carry_out(name, lane[0])
            lane.popleft()
        del self._lanes[name]

    async def _carry_out(self, lane: str, item: OutboxItem) -> None:
        """Try until done or given up."""
        attempts = item.attempts
        if attempts:
            await self._rest(lane, item.due_at)
        while True:
            error = await self._attempt(item)
            if error is None:
                self._done(item)
                return
            attempts += 1
            if error.permanent or attempts >= MAX_ATTEMPTS:
                await self._give_up(item, str(error))
                return
            due_at = self._clock.now() + pause_s(attempts)
            await self._stored(self._store.outbox_retry, item.id, due_at, str(error))
            await self._rest(lane, due_at)

    async def _attempt(self, item: OutboxItem) -> TransportError | None:
        handler = self._handlers.get(type(item.command))
        if handler is None:
            return TransportError("no handler for this kind of command", permanent=True)
        try:
            async with self._at_work:
                await handler.perform(self._store.tenant_id, item.command)
        except TransportError as error:
            return error
        except ParleyError as error:
            return TransportError(error.code, permanent=not error.retry)
        except Exception as error:
            log.exception("command_crashed", kind=type(item.command).__name__, id=item.id)
            return TransportError(f"{type(error).__name__}: {error}", permanent=False)
        return None

    async def _rest(self, lane: str, until: float) -> None:
        pause = until - self._clock.now()
        if pause <= 0:
            return
        self._retrying.add(lane)
        try:
            await self._clock.sleep(pause)
        finally:
            self._retrying.discard(lane)

    async def _give_up(self, item: OutboxItem, reason: str) -> None:
        log.error("command_failed", kind=type(item.command).__name__, id=item.id, reason=reason)
        while True:
            try:
                await self._gave_up(item.command, reason)
                break
            except ParleyError as error:  # the engine rebuilds just now: the news must not be lost
                if not error.retry:
                    log.exception("failure_not_told", id=item.id, code=error.code)
                    break
                await self._clock.sleep(STORE_PAUSE_S)
        await self._stored(self._store.outbox_failed, item.id, reason)
        self.failed += 1

    async def _stored(self, write: Callable[..., Awaitable[None]], *values: object) -> None:
        """Write, again and again while the store cannot be reached."""
        while True:
            try:
                await write(*values)
                return
            except ParleyError as error:
                if not error.retry:
                    raise
                log.warning("outbox_not_stored", code=error.code)
                await self._clock.sleep(STORE_PAUSE_S)

    @contextmanager
    def finished(self) -> Iterator[Sequence[int]]:
        """Items to be marked as done by whoever writes just now; they are kept if that fails."""
        taken, self._finished = self._finished, []
        try:
            yield taken
        except BaseException:
            self._finished = taken + self._finished
            raise

    def _done(self, item: OutboxItem) -> None:
        """Finished items are marked together, by the engine's next commit or a write of our own: soon,
        if doing them once more could be noticed."""
        self._finished.append(item.id)
        if not isinstance(item.command, UNNOTICED):
            self._unmarked.set()
        self._mark_soon()

    def _mark_soon(self) -> None:
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        while self._finished:
            await self._clock.wait(self._unmarked, MARK_S)
            self._unmarked.clear()
            if not await self._mark_done():
                await self._clock.sleep(STORE_PAUSE_S)

    async def _mark_done(self) -> bool:
        """One write for all finished items; they are kept for another try if it fails."""
        if not self._finished:
            return True
        try:
            with self.finished() as ids:
                await self._store.outbox_done(ids)
        except ParleyError as error:
            log.warning("outbox_not_stored", code=error.code)
            return False
        return True
