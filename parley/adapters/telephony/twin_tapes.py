"""The twin's recordings: real WAV files, in which each voice is a tone of its own."""

from __future__ import annotations

import math
import wave
import zlib
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from parley.adapters.telephony.names import IN, OUT, Spooled
from parley.adapters.telephony.taping import RawRecording
from parley.adapters.telephony.twin_people import TwinLeg
from parley.core.commands import Arrange
from parley.core.model import Recording

RATE_HZ = 8000
AMPLITUDE = 6000
LONGEST_S = 600.0  # of a piece that is written: virtual time passes quickly

Heard = frozenset[str]


def voice_hz(voice: str) -> int:
    """The tone a voice is recorded as: a multiple of 50 Hz."""
    return 300 + 50 * (zlib.crc32(voice.encode()) % 60)


@dataclass(slots=True)
class TwinTape:
    """What was heard since when, on both sides."""

    name: Spooled
    paused: bool = False
    pieces: list[tuple[float, Heard, Heard]] = field(default_factory=list)

    def note(self, at: float, said: Heard, heard: Heard) -> None:
        silent: Heard = frozenset()
        sides = (silent, silent) if self.paused else (said, heard)
        if not self.pieces or self.pieces[-1][1:] != sides:
            self.pieces.append((at, *sides))

    def write(self, spool: Path, until: float) -> RawRecording:
        ends = [*self.pieces, (until, frozenset(), frozenset())]
        spans = [(b[0] - a[0], a[1], a[2]) for a, b in pairwise(ends)]
        left = _write(spool / f"{self.name.stem(IN)}.wav", [(s, said) for s, said, _ in spans])
        right = None
        if self.name.kind == "call":
            right = _write(spool / f"{self.name.stem(OUT)}.wav", [(s, out) for s, _, out in spans])
        return RawRecording(*self.name[:4], left, right)


def _write(path: Path, spans: Iterable[tuple[float, Heard]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = array("h")
    for duration_s, voices in spans:
        steps = [2 * math.pi * voice_hz(voice) / RATE_HZ for voice in sorted(voices)]
        count = round(min(duration_s, LONGEST_S) * RATE_HZ)
        if not steps:
            samples.extend([0] * count)
            continue
        share = AMPLITUDE / len(steps)
        samples.extend(
            round(sum(share * math.sin(step * n) for step in steps)) for n in range(count)
        )
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    return path


class TwinTapes:
    """All recordings that run. `written` is given what writes the files of one that has ended."""

    def __init__(
        self, spool: Path, now: Callable[[], float],
        written: Callable[[Callable[[], RawRecording]], None],
    ) -> None:  # fmt: skip
        self._spool = spool
        self._now = now
        self._written = written
        self._by_id: dict[str, TwinTape] = {}

    @property
    def running(self) -> list[TwinTape]:
        return list(self._by_id.values())

    def start(self, name: Spooled) -> TwinTape:
        tape = self._by_id[name.recording_id] = TwinTape(name)
        return tape

    def follow(self, command: Arrange, leg: TwinLeg | None) -> None:
        """Record, pause or stop, as the arrangement says."""
        wanted = command.recording_id if command.recording is not Recording.OFF else None
        for tape in self.running:
            name = tape.name
            if name.interaction_id == command.interaction_id and name.recording_id != wanted:
                self.finish(name.recording_id)
        if wanted is None or leg is None or not leg.up:
            return
        name = Spooled(leg.tenant_id, command.interaction_id, wanted, "call", leg.id)
        tape = self._by_id.get(wanted) or self.start(name)
        tape.paused = command.recording is Recording.PAUSED

    def ended(self, leg_id: str) -> None:
        """The recorded leg is over."""
        for tape in self.running:
            if tape.name.leg_id == leg_id:
                self.finish(tape.name.recording_id)

    def finish(self, recording_id: str) -> None:
        tape = self._by_id.pop(recording_id, None)
        if tape is not None:
            until = self._now()
            self._written(lambda: tape.write(self._spool, until))
