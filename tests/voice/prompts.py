"""Whether a caller heard a system prompt: its very sound is looked for in what came."""

from __future__ import annotations

import time

import numpy as np
import soundfile

from parley.demo.phone import Call, State, sound
from parley.prompts.files import SUFFIX, SYSTEM
from tests.voice.line import PATIENCE_S

ALIKE = 0.8  # correlation; another word stays below 0.5
FRAGMENT = sound.RATE_HZ  # samples of a prompt that are looked for, at most
STEP = sound.RATE_HZ // 2


def recorded(key: str, language: str) -> np.ndarray:
    """The loud part of a prompt."""
    path = SYSTEM / language / f"{key}{SUFFIX}"
    samples, _ = soundfile.read(
        path, samplerate=sound.RATE_HZ, channels=1, format="RAW", subtype="ALAW"
    )
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    return samples[loud[0] : loud[-1]][:FRAGMENT]


def likeness(heard: np.ndarray, wanted: np.ndarray) -> float:
    """The best correlation of `wanted` with any stretch of `heard`, 0 to 1."""
    if len(heard) < len(wanted):
        return 0.0
    size = 1 << (len(heard) + len(wanted)).bit_length()
    spectrum = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    product = np.fft.irfft(spectrum, size)[: len(heard) - len(wanted) + 1]
    sums = np.concatenate(([0.0], np.cumsum(heard**2)))
    energy = sums[len(wanted) :] - sums[: -len(wanted)]
    scale = np.sqrt(np.maximum(energy, 1e-6) * np.sum(wanted**2))
    return float(np.max(np.abs(product) / scale))


async def hears_prompts(
    call: Call, *keys: str, language: str = "en-US", since: int = 0, seconds: float = PATIENCE_S
) -> None:
    """Returns when all of these were heard since that sample."""
    missing = {key: recorded(key, language) for key in keys}
    end = time.monotonic() + seconds
    while missing:
        assert call.state is not State.ENDED, f"the call ended before it heard {list(missing)}"
        assert time.monotonic() < end, f"not heard within {seconds:g} s: {list(missing)}"
        await call.audio.hears(STEP)
        heard = np.array(call.audio.heard(since), dtype=float) / 32_768
        for key in [key for key, wanted in missing.items() if likeness(heard, wanted) > ALIKE]:
            del missing[key]
