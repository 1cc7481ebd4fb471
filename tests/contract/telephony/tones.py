"""Tones for the telephone: made, coded as µ-law (ITU-T G.711) and found again (Goertzel)."""

from __future__ import annotations

import math
import wave
from collections.abc import Mapping
from pathlib import Path

RATE_HZ = 8000
FRAME = 160  # samples, 20 ms
SILENCE = b"\xff" * FRAME
LOUD = 0.02  # share of full scale above which a tone counts as heard


def encode(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = max(magnitude.bit_length() - 8, 0)
    mantissa = magnitude >> (exponent + 3) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF


def _decode(byte: int) -> int:
    byte = ~byte & 0xFF
    magnitude = ((byte & 0x0F) << 3 | 0x84) << (byte >> 4 & 7)
    return 132 - magnitude if byte & 0x80 else magnitude - 132


DECODED = [_decode(byte) for byte in range(256)]


def samples(hz: int, count: int, amplitude: int = 6000) -> list[int]:
    return [round(amplitude * math.sin(2 * math.pi * hz * n / RATE_HZ)) for n in range(count)]


def frame(hz: int) -> bytes:
    """20 ms of a tone, in µ-law; a multiple of 50 Hz may be repeated without a break."""
    return bytes(map(encode, samples(hz, FRAME)))


def decoded(payload: bytes) -> list[int]:
    return [DECODED[byte] for byte in payload]


def strength(pcm: list[int], hz: int) -> float:
    """The amplitude of one tone, as a share of full scale."""
    if not pcm:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hz / RATE_HZ)
    before, last = 0.0, 0.0
    for sample in pcm:
        before, last = last, sample + factor * last - before
    power = last * last + before * before - factor * last * before
    return 2 * math.sqrt(max(power, 0.0)) / len(pcm) / 32768


def heard(pcm: list[int], tones: Mapping[str, int]) -> frozenset[str]:
    return frozenset(name for name, hz in tones.items() if strength(pcm, hz) > LOUD)


def write(path: Path, hz: int, duration_s: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        count = int(RATE_HZ * duration_s)
        file.writeframes(b"".join(s.to_bytes(2, "little", signed=True) for s in samples(hz, count)))


def read(path: Path) -> list[int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        data = memoryview(file.readframes(file.getnframes())).cast("h")
        return list(data)
