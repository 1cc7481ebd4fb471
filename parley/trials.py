"""A policy tried on the last recorded day, beside the live center and never in its way.

The journal is read in small pages; the replay itself runs in a process of its own, one at a time,
with low priority. A process can be ended at any moment, so neither a long trial nor the end of the
server waits for the other.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any
from zoneinfo import ZoneInfo

from parley.core.desk.settings import center_config
from parley.core.errors import Conflict, ParleyError, Unavailable
from parley.core.events import Arrived
from parley.core.model import CenterConfig, Policy
from parley.core.ports import Store
from parley.simulate.recorded import LOOK_AHEAD_S, LOOK_BACK_S, RecordedDay, Recording
from parley.simulate.trial import try_policy

PAGE = 1000  # events read and folded at once: a few milliseconds of the loop
MAX_INTERACTIONS = 100_000  # of the day and those around it
DAYS_BACK = 14  # the last recorded day may be so long ago
LONGEST_S = 120.0  # of computing; fewer replications if not all fit
STARTING_S = 15.0  # for the process to start, on top
NICE = 10  # how far its priority is below the live center's


class Trials:
    """Opened by main; `try_policy` is what the API is given."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._turn = asyncio.Lock()
        self._running: BaseProcess | None = None

    async def try_policy(
        self,
        tenant_id: str,
        after: Policy,
        replications: int,
        staffing: Mapping[str, int] = {},
    ) -> Mapping[str, Any] | None:
        """As schemas.policy.Trial; None if no day is recorded. Raises Unavailable(trial_too_long),
        Conflict(trial_too_large)."""
        config = center_config(await self._store.documents.list(tenant_id))
        async with self._turn:
            day = await self._last_day(tenant_id, config)
            if day is None:
                return None
            return await self._compute(day, config, after, replications, staffing)

    def close(self) -> None:
        """End the trial that runs; whoever waits for it is told."""
        if self._running is not None:
            self._running.kill()

    # --- the day -------------------------------------------------------------------------------

    async def _last_day(self, tenant_id: str, config: CenterConfig) -> RecordedDay | None:
        """Yesterday in the tenant's zone, or the last day before on which somebody came."""
        zone = ZoneInfo(config.zone)
        today = datetime.fromtimestamp(self._now(), zone).date()
        for back in range(1, DAYS_BACK + 1):
            day = today - timedelta(days=back)
            start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
            came = await self._store.journal.between(tenant_id, start, end, 1, kinds=(Arrived,))
            if came:
                found = await self._read(tenant_id, config, start, end)
                if found is not None:
                    return found
        return None

    async def _read(
        self, tenant_id: str, config: CenterConfig, start: float, end: float
    ) -> RecordedDay | None:
        recording = Recording(config, start, end)
        at, seq, until = start - LOOK_BACK_S, 0, end + LOOK_AHEAD_S
        while True:
            page = await self._store.journal.between(
                tenant_id, at, until, PAGE, kinds=Recording.KINDS, after_seq=seq
            )
            for recorded in page:
                recording.add(recorded.event)
            if recording.contacts > MAX_INTERACTIONS:
                raise Conflict("trial_too_large", limit=MAX_INTERACTIONS)
            if len(page) < PAGE:
                return await asyncio.to_thread(recording.day)
            at, seq = page[-1].event.at, page[-1].seq

    # --- the process ---------------------------------------------------------------------------

    async def _compute(
        self, day: RecordedDay, config: CenterConfig, after: Policy, replications: int,
        staffing: Mapping[str, int],
    ) -> Mapping[str, Any]:  # fmt: skip
        context = get_context("spawn")  # a fork would inherit the loop and its sockets
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(there,), name="parley trial", daemon=True)
        await asyncio.to_thread(process.start)
        there.close()
        self._running = process
        try:
            work = (day, config, after, replications, LONGEST_S, dict(staffing))
            return await asyncio.to_thread(_ask, here, work)
        finally:
            self._running = None
            process.kill()  # also if whoever asked has gone
            await asyncio.to_thread(process.join)
            process.close()


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()


def _ask(line: Connection, work: tuple[Any, ...]) -> Mapping[str, Any]:
    """Hand the work over and wait for its result."""
    with line:
        try:
            line.send(work)
            if not line.poll(LONGEST_S + STARTING_S):
                raise Unavailable("trial_too_long")
            result = line.recv()
        except (EOFError, OSError) as error:
            raise Unavailable("trial_interrupted", "the process ended") from error
    if isinstance(result, str):
        raise Unavailable(result)
    found: Mapping[str, Any] = result
    return found


def _work(line: Connection) -> None:
    """In the process: one trial, then the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    os.nice(NICE)
    with suppress(BrokenPipeError, EOFError):
        try:
            line.send(try_policy(*line.recv()))
        except ParleyError as error:
            line.send(error.code)
