"""Sound as 16-bit samples at 8 kHz: µ-law both ways (G.711), files, level."""

from __future__ import annotations

import math
import sys
import wave
from array import array
from collections.abc import Iterable
from functools import cache
from pathlib import Path

RATE_HZ = 8_000
_BIAS, _CLIP = 0x84, 32_635


def to_ulaw(samples: Iterable[int]) -> bytes:
    table = _encoding()
    return bytes(table[(sample >> 2) & 0x3FFF] for sample in samples)


def from_ulaw(data: bytes) -> array[int]:
    table = _decoding()
    return array("h", [table[byte] for byte in data])


def tone(hz: float, seconds: float, loudness: int = 12_000) -> array[int]:
    step = 2 * math.pi * hz / RATE_HZ
    return array("h", [int(loudness * math.sin(step * n)) for n in range(int(RATE_HZ * seconds))])


def level(samples: Iterable[int]) -> float:
    """Root mean square: 0 is silence, some 1,000 and more is speech."""
    squares = [sample * sample for sample in samples]
    return math.sqrt(sum(squares) / len(squares)) if squares else 0.0


def strength(samples: Iterable[int], hz: float) -> float:
    """How much of one tone is in it (Goertzel): 1 is a pure tone, 0 none of it."""
    coefficient = 2 * math.cos(2 * math.pi * hz / RATE_HZ)
    before = twice_before = energy = 0.0
    count = 0
    for sample in samples:
        now = sample + coefficient * before - twice_before
        twice_before, before = before, now
        energy += sample * sample
        count += 1
    power = before**2 + twice_before**2 - coefficient * before * twice_before
    return 2 * power / (energy * count) if energy else 0.0


def read(path: Path) -> array[int]:
    """A WAV file of any rate, 16 bits, its first channel. Raises ValueError for another file."""
    try:
        with wave.open(str(path)) as file:
            channels, width, rate = file.getparams()[:3]
            samples = array("h", file.readframes(file.getnframes()) if width == 2 else b"")
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path} is no WAV file ({error})") from error
    if width != 2:
        raise ValueError(f"{path} has {8 * width} bits a sample, 16 are needed")
    if sys.byteorder == "big":
        samples.byteswap()
    return _at_our_rate(samples[::channels], rate)


def write(path: Path, samples: array[int]) -> None:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.tobytes())


def _at_our_rate(samples: array[int], rate: int) -> array[int]:
    """Averages over what falls into one of our samples: a plain filter, good enough for speech."""
    if rate == RATE_HZ:
        return samples
    step = rate / RATE_HZ
    width = max(1, round(step))
    count = int(len(samples) / step)
    starts = (int(index * step) for index in range(count))
    return array("h", [int(sum(samples[at : at + width]) / width) for at in starts])


# --- G.711 ----------------------------------------------------------------------------------------


@cache
def _encoding() -> bytes:
    """By the upper 14 bits of a sample as two's complement."""
    return bytes(
        _encode((index << 2) - (65_536 if index >= 8_192 else 0)) for index in range(16_384)
    )


@cache
def _decoding() -> tuple[int, ...]:
    return tuple(_decode(byte) for byte in range(256))


def _encode(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), _CLIP) + _BIAS
    exponent = magnitude.bit_length() - 8
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF


def _decode(byte: int) -> int:
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + _BIAS << (byte >> 4 & 7)) - _BIAS
    return -magnitude if byte & 0x80 else magnitude
