"""Recordings at the switch: of calls (MixMonitor over AMI: two mono files) and of left messages (ARI).

What is recorded is a file in the spool until `keep` has it. A recording that fails is told; the call
goes on. Before the disk is full all recordings end, so that neither calls nor the database suffer.
Measured: MixMonitor costs 0.9 % of a busy core and a thread a call, recording copies of both sides (two
snoops) 1.5 % and two channels.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from parley.adapters.telephony.ami import Ami, AmiError
from parley.adapters.telephony.legs import Leg
from parley.adapters.telephony.names import IN, OUT, Spooled, spooled
from parley.core.commands import Arrange
from parley.core.model import Recording

HEADER_BYTES = 44  # RIFF, fmt, data
BYTES_PER_S = 16_000  # 8 kHz, 16 bit, mono
CLOSE_S = 3.0  # for Asterisk to finish a file
CLOSE_POLL_S = 0.05
MIN_FREE = 256 * 1024 * 1024  # bytes; with less room no recording begins
LEAST_FREE = MIN_FREE // 2  # with less none goes on
ROOM_S = 5.0  # how often that is looked at
KEEP_PAUSE_S = 30.0  # before keeping again what could not be kept
CALL, MESSAGE = "call", "voicemail"

log = structlog.get_logger("parley.telephony")


@dataclass(frozen=True, slots=True)
class RawRecording:
    """What Asterisk has written, to be kept and then removed by whoever keeps it."""

    tenant_id: str
    interaction_id: str
    recording_id: str
    kind: str  # call or voicemail
    left: Path  # what the customer says
    right: Path | None  # what the customer hears


Keep = Callable[[RawRecording], Awaitable[None]]
Failed = Callable[[Spooled, str], None]


@dataclass(slots=True)
class Tape:
    """A call that is being recorded."""

    name: Spooled
    channel: str
    paused: bool | None = False  # None: not known


class Tapes:
    """`failed` is told once of each recording that can't be made."""

    def __init__(self, ami: Ami, spool: Path, keep: Keep, failed: Failed) -> None:
        self._ami = ami
        self._spool = spool
        self._keep = keep
        self._failed = failed
        self._running: dict[str, Tape] = {}  # by interaction
        self._refused: dict[str, None] = {}  # recordings that failed: not tried at each arrangement
        self._finishing: dict[Spooled, asyncio.Task[None]] = {}
        self._watching: asyncio.Task[None] | None = None

    # --- calls --------------------------------------------------------------------------------------

    async def follow(self, command: Arrange, leg: Leg | None) -> None:
        """Record, pause or stop, as the arrangement says."""
        tape = self._running.get(command.interaction_id)
        wanted = command.recording_id if command.recording is not Recording.OFF else None
        if tape is not None and (wanted != tape.name.recording_id or leg is None):
            await self._stop(tape)
            tape = None
        if wanted is None or leg is None or not leg.up or wanted in self._refused:
            return
        name = Spooled(leg.tenant_id, command.interaction_id, wanted, CALL, leg.id)
        if tape is None:
            tape = await self._start(name, leg)
        if tape is not None:
            await self._pause(tape, paused=command.recording is Recording.PAUSED)

    async def _start(self, name: Spooled, leg: Leg) -> Tape | None:
        """None if it failed, which is told."""
        tape = Tape(name, leg.channel)
        said, heard = (self.path(name, side) for side in (IN, OUT))
        try:
            if not await self.room():
                raise AmiError("disk_full")
            await self._ami.ask(
                "MixMonitor", Channel=leg.channel, File="", Options=f"r({said})t({heard})"
            )
        except (AmiError, TimeoutError, OSError) as error:
            self._lost(name, error.code if isinstance(error, AmiError) else "failed")
            return None
        self._running[name.interaction_id] = tape
        if leg.over:  # meanwhile
            self.ended(leg)
            return None
        self._watch()
        return tape

    async def _pause(self, tape: Tape, *, paused: bool) -> None:
        if tape.paused is paused:
            return
        state = "1" if paused else "0"
        try:
            await self._ami.ask(
                "MixMonitorMute", Channel=tape.channel, Direction="both", State=state
            )
        except (AmiError, TimeoutError):
            # A card number is said: rather none than one that holds it. Or silence is kept, which is told.
            await self._stop(tape)
            self._lost(tape.name, "not_paused" if paused else "not_resumed")
            return
        tape.paused = paused

    async def _stop(self, tape: Tape) -> None:
        self._running.pop(tape.name.interaction_id, None)
        with suppress(AmiError, TimeoutError):  # the leg is gone, and its recording with it
            await self._ami.ask("StopMixMonitor", Channel=tape.channel)
        self.finish(tape.name)

    def ended(self, leg: Leg) -> None:
        """The recorded leg is over."""
        tape = self._running.get(leg.interaction_id or "")
        if tape is not None and tape.name.leg_id == leg.id:
            del self._running[tape.name.interaction_id]
            self.finish(tape.name)

    def _lost(self, name: Spooled, reason: str) -> None:
        log.error("recording_failed", interaction=name.interaction_id, reason=reason)
        self._refused[name.recording_id] = None
        if len(self._refused) > 1000:
            del self._refused[next(iter(self._refused))]
        self._failed(name, reason)

    # --- room ---------------------------------------------------------------------------------------

    async def room(self, least: int | None = None) -> bool:
        """Whether the disk has so many bytes. Raises OSError."""
        return await asyncio.to_thread(self._free) >= (MIN_FREE if least is None else least)

    def _free(self) -> int:
        self._spool.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._spool).free

    def _watch(self) -> None:
        """While anything is recorded."""
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._keep_watching())

    async def _keep_watching(self) -> None:
        while self._running:
            await asyncio.sleep(ROOM_S)
            with suppress(OSError):
                if not await self.room(LEAST_FREE):
                    for tape in list(self._running.values()):
                        await self._stop(tape)  # what was said so far is kept
                        self._lost(tape.name, "disk_full")

    # --- files --------------------------------------------------------------------------------------

    def path(self, name: Spooled, side: str) -> Path:
        return self._spool / f"{name.stem(side)}.wav"

    async def duration_s(self, name: Spooled) -> float:
        """Of what a leg said; waits until its file is complete."""
        await _closed(self.path(name, IN))
        return await asyncio.to_thread(_length_s, self.path(name, IN))

    def finish(self, name: Spooled) -> None:
        """Nothing more is written to it: keep it, again and again until that succeeds."""
        if name not in self._finishing:
            task = self._finishing[name] = asyncio.create_task(self._finish(name))
            task.add_done_callback(lambda _: self._finishing.pop(name, None))

    async def _finish(self, name: Spooled) -> None:
        sides = [self.path(name, side) for side in (IN, OUT)]
        for path in sides:
            await _closed(path)
        left, right = sides
        if await asyncio.to_thread(_length_s, left) == 0.0:
            self._lost(name, "nothing_recorded")
            if not await asyncio.to_thread(left.exists) and await self.room():
                return  # else it is on record that there is none
        second = right if await asyncio.to_thread(right.exists) else None
        raw = RawRecording(
            name.tenant_id, name.interaction_id, name.recording_id, name.kind, left, second
        )
        while True:
            try:
                await self._keep(raw)
                return
            except Exception as error:  # noqa: BLE001  # whatever it is: the file stays
                log.warning("recording_not_kept", id=name.recording_id, error=repr(error))
            await asyncio.sleep(KEEP_PAUSE_S)

    async def found(self, tenant_id: str, legs: Iterable[Leg]) -> list[Spooled]:
        """A tenant's files that are there when we come: of calls that live they go on, all others
        are kept.

        Returns left messages, which may still be recorded: their end is for the caller to find out.
        """
        names = await asyncio.to_thread(self._names, tenant_id)
        live = {leg.id: leg for leg in legs if leg.up}
        messages = []
        for name in names:
            leg = live.get(name.leg_id)
            running = self._running.get(name.interaction_id)
            if name in self._finishing or (running is not None and running.name == name):
                continue
            if name.kind == MESSAGE:
                messages.append(name)
            elif leg is None:
                self.finish(name)
            else:
                self._running[name.interaction_id] = Tape(name, leg.channel, paused=None)
                self._watch()
        return messages

    def _names(self, tenant_id: str) -> set[Spooled]:
        found = (spooled(path.stem) for path in self._spool.glob(f"{tenant_id}~*.wav"))
        return {name for name, _ in filter(None, found)}

    def lost_all(self) -> None:
        """Asterisk died: what it recorded so far is all there is."""
        for tape in list(self._running.values()):
            del self._running[tape.name.interaction_id]
            self.finish(tape.name)

    async def settle(self) -> None:
        """Wait for what is being kept just now, but not for what must be tried again."""
        if self._watching is not None:
            self._watching.cancel()
        tasks = list(self._finishing.values())
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_S + 2.0)
        for task in tasks:
            task.cancel()


def _length_s(path: Path) -> float:
    try:
        return max(0, path.stat().st_size - HEADER_BYTES) / BYTES_PER_S
    except OSError:
        return 0.0


async def _closed(path: Path) -> None:
    """Until Asterisk has closed the file, which it shows by the sizes in its header (or not, if it
    died: then the header is mended)."""
    loop = asyncio.get_running_loop()
    until = loop.time() + CLOSE_S
    while loop.time() < until:
        if await asyncio.to_thread(_complete, path):
            return
        await asyncio.sleep(CLOSE_POLL_S)
    with suppress(OSError):
        await asyncio.to_thread(_mend, path)


def _complete(path: Path) -> bool:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except OSError:
        return False
    said = int.from_bytes(header[40:44], "little")
    return said > 0 and said == size - HEADER_BYTES


def _mend(path: Path) -> None:
    size = path.stat().st_size
    if size < HEADER_BYTES:
        return
    with path.open("r+b") as file:
        file.seek(4)
        file.write((size - 8).to_bytes(4, "little"))
        file.seek(40)
        file.write((size - HEADER_BYTES).to_bytes(4, "little"))
