"""The sound of one call over RTP (RFC 3550): µ-law every 20 ms, keys as events (RFC 4733)."""

from __future__ import annotations

import asyncio
import random
import struct
from array import array
from collections import deque
from pathlib import Path
from typing import cast

from parley.demo.phone import sound

FRAME = 160  # samples in 20 ms
FRAME_S = FRAME / sound.RATE_HZ
ULAW, EVENT = 0, 101  # payload types
KEYS = "0123456789*#ABCD"
KEY_FRAMES, END_FRAMES, PAUSE_FRAMES = 6, 3, 5
MOST_HEARD = 60 * 60 * sound.RATE_HZ  # samples: an hour
SILENCE = b"\xff" * FRAME
KEEP_UP_S = 0.2  # a clock that fell further behind starts anew instead of hurrying
LATE_FRAMES = 150  # gaps up to 3 s are silence in what was heard; longer ones are not


class Audio(asyncio.DatagramProtocol):
    """Sends silence until there is something to say; keeps what it hears."""

    def __init__(self) -> None:
        self.peer: tuple[str, int] | None = None
        self.muted = False  # sends nothing at all, as a phone on hold does
        self.keys: list[str] = []  # that the other side pressed
        self.packets = 0
        self.lost = 0  # gaps in what came
        self._heard = bytearray()
        self._say: deque[bytes | str] = deque()
        self._said = asyncio.Event()
        self._said.set()
        self._more = asyncio.Event()
        self._last_key: int | None = None
        self._next: int | None = None
        self._transport: asyncio.DatagramTransport
        self._clock: asyncio.Task[None] | None = None
        self._sequence = random.randrange(1_000)  # noqa: S311  # no secret
        self._timestamp = random.randrange(100_000)  # noqa: S311
        self._source = random.getrandbits(32)

    @classmethod
    async def open(cls, host: str) -> Audio:
        loop = asyncio.get_running_loop()
        _, audio = await loop.create_datagram_endpoint(cls, local_addr=(host, 0))
        return audio

    def close(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
        self._transport.close()

    @property
    def port(self) -> int:
        return int(self._transport.get_extra_info("sockname")[1])

    # --- speaking -------------------------------------------------------------------------------

    def say(self, samples: array[int]) -> None:
        data = sound.to_ulaw(samples)
        self._say.extend(
            data[at : at + FRAME].ljust(FRAME, b"\xff") for at in range(0, len(data), FRAME)
        )
        self._said.clear()

    def say_file(self, path: Path) -> None:
        self.say(sound.read(path))

    def press(self, keys: str) -> None:
        for key in keys:
            self._say.append(key)
            self._say.extend([SILENCE] * PAUSE_FRAMES)
        self._said.clear()

    def hush(self) -> None:
        self._say.clear()
        self._said.set()

    async def said(self) -> None:
        """Returns when everything was said."""
        await self._said.wait()

    # --- hearing --------------------------------------------------------------------------------

    @property
    def length(self) -> int:
        """Samples heard so far: a place to hear from later."""
        return len(self._heard)

    def heard(self, since: int = 0) -> array[int]:
        return sound.from_ulaw(bytes(self._heard[since:]))

    def level(self, since: int = 0) -> float:
        return sound.level(self.heard(since))

    async def hears(self, samples: int) -> array[int]:
        """The next so many samples."""
        start = self.length
        while self.length < start + samples:
            self._more.clear()
            await self._more.wait()
        return self.heard(start)[:samples]

    def save(self, path: Path) -> None:
        sound.write(path, self.heard())

    # --- the wire -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self._clock = asyncio.get_running_loop().create_task(self._tick())

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 13:
            return
        kind = data[1] & 0x7F
        if kind == ULAW:
            self._take(int.from_bytes(data[2:4]), data[12:])
        elif kind == EVENT and len(data) >= 16 and data[13] & 0x80:
            stamp = int.from_bytes(data[4:8])
            if stamp != self._last_key and data[12] < len(KEYS):
                self._last_key = stamp
                self.keys.append(KEYS[data[12]])

    def _take(self, sequence: int, payload: bytes) -> None:
        self.packets += 1
        if self._next is not None:
            gap = (sequence - self._next) & 0xFFFF
            if 0 < gap < LATE_FRAMES:
                self.lost += gap
                self._heard += SILENCE * gap
        self._next = (sequence + 1) & 0xFFFF
        if len(self._heard) < MOST_HEARD:
            self._heard += payload
        self._more.set()

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            frame = self._say.popleft() if self._say and self.peer else SILENCE
            if isinstance(frame, str):
                due = await self._send_key(frame, due)
            elif not self.muted:
                self._send(ULAW, frame)
                self._timestamp += FRAME
            if not self._say:
                self._said.set()
            due = await _until(due + FRAME_S)

    async def _send_key(self, key: str, due: float) -> float:
        code = KEYS.index(key)
        for index in range(KEY_FRAMES + END_FRAMES):
            ends = index >= KEY_FRAMES
            length = FRAME * min(index + 1, KEY_FRAMES)
            payload = struct.pack("!BBH", code, (0x80 if ends else 0) | 10, length)
            self._send(EVENT, payload, marker=index == 0)
            if not ends:
                due = await _until(due + FRAME_S)
        self._timestamp += FRAME * KEY_FRAMES
        return due

    def _send(self, kind: int, payload: bytes, *, marker: bool = False) -> None:
        if self.peer is None:
            return
        head = struct.pack(
            "!BBHII", 0x80, kind | (0x80 if marker else 0), self._sequence & 0xFFFF,
            self._timestamp & 0xFFFFFFFF, self._source,
        )  # fmt: skip
        self._sequence += 1
        self._transport.sendto(head + payload, self.peer)


async def _until(due: float) -> float:
    """Sleeps until then, and says when the next beat counts from."""
    late = asyncio.get_running_loop().time() - due
    await asyncio.sleep(max(0.0, -late))
    return due if late < KEEP_UP_S else due + late
