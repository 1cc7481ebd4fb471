"""The customers' ears: an RTP socket for each call, which speaks and times what it hears.

The kernel stamps each packet as it arrives, so that this process being late is no gap. Runs as a
process of its own: `python -m bench.voice.ear FIRST_PORT COUNT`; says its figures as JSON at SIGTERM.
"""

from __future__ import annotations

import json
import selectors
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench.measure import percentile
from parley.demo.phone import sound

HOST = "127.0.0.1"
FRAME_S = 0.02
FRAME_BYTES = 160
STAMP = getattr(socket, "SO_TIMESTAMPNS", 35)  # Linux: 35 on all the machines we know
STAMP_SIZE = struct.calcsize("@ll")
PAUSE_S = 1.0  # no packet for so long: silence that was meant, or the end
LATE_S = (0.04, 0.06, 0.1, 0.2)


@dataclass(slots=True)
class Ear:
    """One call's."""

    socket: socket.socket
    peer: tuple[str, int] | None = None
    source: int | None = None
    next: int = 0
    last: float = 0.0
    packets: int = 0
    lost: int = 0
    disordered: int = 0
    gaps: list[float] = field(default_factory=list)

    def hear(self, data: bytes, at: float) -> None:
        sequence, source = int.from_bytes(data[2:4]), int.from_bytes(data[8:12])
        self.packets += 1
        if source == self.source:
            step = (sequence - self.next) & 0xFFFF
            if step >= 0x8000:
                self.disordered += 1
                return
            self.lost += step
            gap = at - self.last
            if gap < PAUSE_S:
                self.gaps.append(gap)
        self.source, self.next, self.last = source, (sequence + 1) & 0xFFFF, at


class Ears:
    def __init__(self, first_port: int, count: int) -> None:
        self.ears = [Ear(_open(first_port + 2 * index)) for index in range(count)]
        self._selector = selectors.EpollSelector()
        for ear in self.ears:
            self._selector.register(ear.socket, selectors.EVENT_READ, ear)
        speech = sound.to_ulaw(sound.tone(700.0, 1.0))
        self._frames = [speech[at : at + FRAME_BYTES] for at in range(0, len(speech), FRAME_BYTES)]
        self.going = True

    def run(self) -> None:
        """Hears whatever comes; says one frame on each call every 20 ms."""
        due, beat = time.monotonic(), 0
        while self.going:
            for key, _ in self._selector.select(max(0.0, due - time.monotonic())):
                self._drain(key.data)
            if time.monotonic() >= due:
                self._speak(beat)
                due, beat = max(due + FRAME_S, time.monotonic() - 5 * FRAME_S), beat + 1

    def _drain(self, ear: Ear) -> None:
        for _ in range(16):
            try:
                data, extra, _, peer = ear.socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            ear.peer = peer
            if len(data) > 12:
                ear.hear(data, _stamped(extra))

    def _speak(self, beat: int) -> None:
        frame = self._frames[beat % len(self._frames)]
        for number, ear in enumerate(self.ears):
            if ear.peer is not None:
                head = struct.pack(
                    "!BBHII", 0x80, 0, beat & 0xFFFF, (beat * FRAME_BYTES) & 0xFFFFFFFF, number + 1
                )
                try:
                    ear.socket.sendto(head + frame, ear.peer)
                except OSError:
                    ear.peer = None  # the call is over

    def figures(self) -> dict[str, float]:
        heard = [ear for ear in self.ears if ear.packets]
        gaps = [gap for ear in heard for gap in ear.gaps]
        packets = sum(ear.packets for ear in heard)
        return {
            "calls": len(heard), "packets": packets, "lost": sum(ear.lost for ear in heard),
            "disordered": sum(ear.disordered for ear in heard),
            "gap_p50_ms": 1000 * percentile(gaps, 0.5), "gap_p99_ms": 1000 * percentile(gaps, 0.99),
            "gap_p999_ms": 1000 * percentile(gaps, 0.999), "gap_max_ms": 1000 * max(gaps, default=0.0),
            **{f"over_{int(1000 * s)}_ms": sum(gap > s for gap in gaps) for s in LATE_S},
        }  # fmt: skip


def _open(port: int) -> socket.socket:
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.setsockopt(socket.SOL_SOCKET, STAMP, 1)
    ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)
    ear.bind((HOST, port))
    ear.setblocking(False)
    return ear


def _stamped(extra: list[Any]) -> float:
    for level, kind, data in extra:
        if level == socket.SOL_SOCKET and kind == STAMP:
            seconds, nanoseconds = struct.unpack("@ll", data[:STAMP_SIZE])
            return float(seconds) + nanoseconds / 1e9
    return time.time()


@contextmanager
def listening(first_port: int, count: int) -> Iterator[dict[str, float]]:
    """Ears in a process of their own; their figures are filled in at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.voice.ear", str(first_port), str(count)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()  # all sockets are open
    figures: dict[str, float] = {"pid": process.pid}
    try:
        yield figures
    finally:
        process.terminate()
        said = process.communicate(timeout=60)[0]
        figures.update(json.loads(said))


def main() -> None:
    ears = Ears(int(sys.argv[1]), int(sys.argv[2]))
    signal.signal(signal.SIGTERM, lambda *_: setattr(ears, "going", False))
    print("open", flush=True)
    ears.run()
    print(json.dumps(ears.figures()), flush=True)


if __name__ == "__main__":
    main()
