"""Sounds without words, computed: signals, and music to wait by that belongs to nobody else."""

from __future__ import annotations

from typing import Final

import numpy as np

from parley.prompts.sound import RATE_HZ, Sound, silence

BEEP_HZ: Final = 1000.0
RINGBACK_HZ: Final = 450.0  # GB/T 3380: one second on, four off
JOINED_HZ: Final = (523.25, 783.99)
TONE_LEVEL: Final = 0.2
MUSIC_RMS: Final = 0.055  # -25 dB: below the voices that interrupt it
MUSIC_PEAK: Final = 0.5
_CHORD_S = 6.0
_BEAT_S = _CHORD_S / 8
_ATTACK_S, _RELEASE_S = 1.4, 3.2
# MIDI notes of eight chords in D major; from one to the next a voice moves little.
_CHORDS = (
    (50, 57, 61, 64, 66), (47, 57, 62, 64, 66), (43, 55, 59, 62, 69), (45, 57, 62, 64, 66),
    (42, 57, 61, 64, 69), (47, 54, 61, 62, 69), (40, 55, 59, 62, 66), (45, 55, 59, 62, 64),
)  # fmt: skip
_MELODY = (  # steps of a D major pentatonic, one for each beat; -1 rests
    (5, -1, 4, -1, 3, -1, -1, 4), (-1, 3, -1, 2, -1, -1, 3, -1),
    (4, -1, -1, 5, -1, 6, -1, -1), (5, -1, 4, -1, -1, 2, -1, -1),
    (3, -1, 5, -1, 6, -1, -1, 5), (-1, 4, -1, -1, 3, -1, 2, -1),
    (2, -1, 3, -1, -1, 4, -1, -1), (3, -1, -1, 2, -1, 0, -1, -1),
)  # fmt: skip
_PENTATONIC = (62, 64, 66, 69, 71, 74, 76)


def tone(name: str) -> Sound:
    """`name` is one of catalogue.TONES."""
    match name:
        case "pause":
            return silence(0.18)
        case "beep":
            return np.concatenate([silence(0.05), _note(BEEP_HZ, 0.4), silence(0.05)])
        case "ring":
            return np.concatenate([_note(RINGBACK_HZ, 1.0), silence(4.0)])
        case "joined":
            return np.concatenate([_note(hz, 0.14) for hz in JOINED_HZ])
    raise ValueError(f"no tone {name!r}")


def _note(hz: float, seconds: float) -> Sound:
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    ends = np.minimum(1, np.minimum(t, seconds - t) / 0.01)
    return np.asarray(TONE_LEVEL * ends * np.sin(2 * np.pi * hz * t), np.float32)


def music() -> Sound:
    """48 seconds that begin again where they end: slow chords and a few plucked notes above."""
    length = int(_CHORD_S * len(_CHORDS) * RATE_HZ)
    mix = np.zeros(length)
    for bar, (chord, melody) in enumerate(zip(_CHORDS, _MELODY, strict=True)):
        start = bar * _CHORD_S
        for note in chord:
            _add(mix, start, _pad(_hz(note)))
        for beat, step in enumerate(melody):
            if step >= 0:
                _add(mix, start + beat * _BEAT_S, 0.55 * _pluck(_hz(_PENTATONIC[step])))
    mix *= MUSIC_RMS / np.sqrt(np.mean(np.square(mix)))
    return np.asarray(MUSIC_PEAK * np.tanh(mix / MUSIC_PEAK), np.float32)


def _add(mix: np.ndarray, at_s: float, sound: np.ndarray) -> None:
    """What rings on past the end is heard at the beginning."""
    start = int(at_s * RATE_HZ)
    np.add.at(mix, (start + np.arange(len(sound))) % len(mix), sound)


def _pad(hz: float) -> np.ndarray:
    """A soft string-like tone: slow attack, slow release, two voices slightly apart."""
    seconds = _CHORD_S + _RELEASE_S
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    rise = np.sin(np.pi / 2 * np.minimum(1, t / _ATTACK_S)) ** 2
    fall = np.cos(np.pi / 2 * np.clip((t - _CHORD_S + 0.6) / (_RELEASE_S + 0.6), 0, 1)) ** 2
    voices = sum(
        np.sin(2 * np.pi * hz * apart * harmonic * t + harmonic) / harmonic**1.6
        for apart in (0.9985, 1.0015)
        for harmonic in (1, 2, 3, 4)
        if hz * harmonic < 0.45 * RATE_HZ
    )
    return np.asarray(0.5 * rise * fall * voices)


def _pluck(hz: float) -> np.ndarray:
    """A bell-like note that dies away."""
    t = np.arange(int(2.4 * RATE_HZ)) / RATE_HZ
    rise = np.minimum(1, t / 0.012)
    return np.asarray(
        sum(
            rise * np.exp(-t * (1.6 + 1.3 * n)) * np.sin(2 * np.pi * hz * n * t) / n**1.8
            for n in (1, 2, 3)
            if hz * n < 0.45 * RATE_HZ
        )
    )


def _hz(note: int) -> float:
    return float(440.0 * 2 ** ((note - 69) / 12))
