"""Speech on its way to the telephone: trimmed, equally loud, 8 kHz, A-law (ITU-T G.711).

Arrays are float32, mono, full scale 1.0. Needs numpy and soxr; nothing here blocks for long, but it
belongs in a worker, not in the event loop.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import soxr
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RATE_HZ: Final = 8000
SPEECH_DB: Final = -19.0  # level of the parts where somebody speaks, below full scale
PEAK: Final = 0.89  # -1 dB: nothing is louder
MOST_GAIN_DB: Final = 30.0  # noise is not made into speech
_FRAME_S = 0.02
_SPEAKS_DB = -26.0  # below its loudest part speech is taken for a pause
_EDGE_DB = -38.0  # so soft are the first and the last sounds that are kept
_SILENT = 1e-4  # full scale: -80 dB
_FADE_S = 0.005
_KNEE = 0.6  # from here on peaks are bent, below they stay as they are


def finish(sound: Sound, rate_hz: int, *, before_s: float = 0.03, after_s: float = 0.08) -> Sound:
    """Speech at any rate as the telephone gets it, with so much silence around."""
    narrow = resample(sound, rate_hz)
    return levelled(trimmed(narrow, before_s=before_s, after_s=after_s))


def resample(sound: Sound, rate_hz: int) -> Sound:
    if rate_hz == RATE_HZ:
        return sound.astype(np.float32)
    return np.asarray(soxr.resample(sound, rate_hz, RATE_HZ, quality="HQ"), np.float32)


def trimmed(sound: Sound, *, before_s: float, after_s: float) -> Sound:
    """Without the silence at both ends, except so much of it; fades hide the cuts."""
    loud = _frames_db(sound) > _edge_db(sound)
    if not loud.any():
        return sound[:0]
    frame = int(_FRAME_S * RATE_HZ)
    first = int(np.argmax(loud)) * frame
    last = (len(loud) - int(np.argmax(loud[::-1]))) * frame
    kept = sound[max(0, first - frame) : last + frame].copy()
    fade = min(len(kept) // 2, int(_FADE_S * RATE_HZ))
    kept[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    kept[len(kept) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return np.concatenate([silence(before_s), kept, silence(after_s)])


def levelled(sound: Sound) -> Sound:
    """Active speech at SPEECH_DB; peaks are bent softly below PEAK."""
    level = active_db(sound)
    if level is None:
        return sound
    gain = min(SPEECH_DB - level, MOST_GAIN_DB)
    louder = sound * np.float32(10 ** (gain / 20))
    size = np.abs(louder)
    room = PEAK - _KNEE
    bent = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.asarray(np.where(size > _KNEE, np.sign(louder) * bent, louder), np.float32)


def active_db(sound: Sound) -> float | None:
    """Mean level of the frames in which somebody speaks; None: nobody does."""
    frames = _frames_db(sound)
    if not len(frames) or frames.max() < 20 * np.log10(_SILENT):
        return None
    spoken = frames[frames > frames.max() + _SPEAKS_DB]
    return float(10 * np.log10(np.mean(10 ** (spoken / 10))))


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * RATE_HZ), np.float32)


def _edge_db(sound: Sound) -> float:
    frames = _frames_db(sound)
    loudest = float(frames.max()) if len(frames) else -np.inf
    return max(loudest + _EDGE_DB, float(20 * np.log10(_SILENT)))


def _frames_db(sound: Sound) -> NDArray[np.float64]:
    frame = int(_FRAME_S * RATE_HZ)
    count = -(-len(sound) // frame)
    padded = np.zeros(count * frame)
    padded[: len(sound)] = sound
    power = np.mean(np.square(padded.reshape(count, frame)), axis=1)
    return np.asarray(10 * np.log10(power + 1e-12))


# --- G.711 A-law ----------------------------------------------------------------------------------


def to_alaw(sound: Sound) -> bytes:
    """One byte a sample, as Asterisk's .alaw files are."""
    pcm = np.clip(np.round(sound * 32767), -32768, 32767).astype(np.int32)
    size = np.minimum(np.where(pcm >= 0, pcm, -pcm - 1) >> 3, 4095)  # 13 bits, sign apart
    segment = np.maximum(np.floor(np.log2(np.maximum(size, 1))).astype(np.int32) - 4, 0)
    step = np.maximum(segment, 1)
    code = (segment << 4) | ((size >> step) & 0x0F)
    mask = np.where(pcm >= 0, 0xD5, 0x55)
    return bytes((code ^ mask).astype(np.uint8))


def from_alaw(data: bytes) -> Sound:
    code = np.frombuffer(data, np.uint8).astype(np.int32) ^ 0x55
    segment, mantissa = (code >> 4) & 0x07, code & 0x0F
    size = np.where(
        segment == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(segment - 1, 0)
    )
    return np.asarray(np.where(code & 0x80, size, -size) / 32768, np.float32)
