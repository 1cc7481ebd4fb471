"""The process that speaks and listens to files: one JSON request a line in, one answer a line out.

    {"do": "say", "text": …, "language": …, "voice": …, "target": path}
    {"do": "convert", "source": path, "target": path, "longest_s": 300}
    → {"seconds": 2.5}  or  {"error": code, "detail": …}

It ends when its input does, so it never outlives its parent. Foreign audio is read here and nowhere
else: what a decoder does with a hostile file stays in a process that may be killed.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from parley.prompts.files import SUFFIX

if TYPE_CHECKING:
    from parley.adapters.ai.voices_model import Speaker
    from parley.prompts.sound import Sound

NICE = 10  # calls come first
THREADS = 2
MAX_CHANNELS = 8
RATES_HZ = (4000, 192_000)
LEAST_S = 0.1
_MAGIC = (b"RIFF", b"fLaC", b"OggS", b"ID3")
_MP3_SYNC = 0xFFE0  # eleven bits begin each frame of an MP3 without a title
_FORMATS = ("WAV", "WAVEX", "FLAC", "OGG", "MP3", "MPEG")


class Refused(Exception):
    """`str(error)` is a code, see voices.REFUSALS."""


class Worker:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._speaker: Speaker | None = None  # loaded by the first text

    def answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        try:
            made = self._say(asked) if asked["do"] == "say" else _convert(asked)
            return {"seconds": _write(Path(asked["target"]), made)}
        except Refused as error:
            return {"error": str(error)}
        except ImportError as error:
            return {"error": "voices_missing", "detail": str(error)}
        except (OSError, ValueError, RuntimeError, MemoryError) as error:
            return {"error": "voices_failed", "detail": f"{type(error).__name__}: {error}"}

    def _say(self, asked: Mapping[str, Any]) -> Sound:
        from parley.adapters.ai import voices_model
        from parley.prompts.sound import finish

        if self._speaker is None:
            threads = max(1, min(THREADS, os.cpu_count() or 1))
            self._speaker = voices_model.Speaker(self._home, threads)
        try:
            said = self._speaker.say(asked["text"], asked["language"], asked["voice"])
        except voices_model.Unspeakable as error:
            raise Refused("voice_text_unspeakable") from error
        return finish(said, voices_model.RATE_HZ, after_s=0.12)


def _convert(asked: Mapping[str, Any]) -> Sound:
    """Any length up to `longest_s`, mono, as loud as all other prompts."""
    import numpy as np
    import soundfile

    from parley.prompts.sound import finish

    source = Path(asked["source"])
    with source.open("rb") as file:
        head = file.read(4)
    if not head.startswith(_MAGIC) and int.from_bytes(head[:2]) & _MP3_SYNC != _MP3_SYNC:
        raise Refused("audio_unknown")
    try:
        with soundfile.SoundFile(source) as opened:
            rate, channels = opened.samplerate, opened.channels
            if opened.format not in _FORMATS or channels > MAX_CHANNELS:
                raise Refused("audio_unknown")
            if not RATES_HZ[0] <= rate <= RATES_HZ[1]:
                raise Refused("audio_unknown")
            most = int(asked["longest_s"] * rate)
            samples = opened.read(most + 1, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise Refused("audio_unreadable") from error
    if len(samples) > most:
        raise Refused("audio_too_long")
    mono = np.nan_to_num(samples.mean(axis=1, dtype=np.float32), posinf=0.0, neginf=0.0)
    if len(mono) < LEAST_S * rate:
        raise Refused("audio_silent")
    return finish(np.clip(mono, -1, 1), rate)


def _write(target: Path, sounds: Sound) -> float:
    """Whole or not at all; seconds of it."""
    from parley.prompts.sound import RATE_HZ, active_db, to_alaw

    if active_db(sounds) is None:
        raise Refused("audio_silent")
    partial = target.with_name(f".{target.stem}.{secrets.token_hex(4)}{SUFFIX}")
    try:
        partial.write_bytes(to_alaw(sounds))
        partial.rename(target)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
    return len(sounds) / RATE_HZ


def main(home: str) -> None:
    """Whatever libraries print goes to standard error: standard output carries answers only."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.nice(NICE)
    serve(Worker(Path(home)), sys.stdin, answers)


def serve(worker: Worker, requests: TextIO, answers: TextIO) -> None:
    with suppress(BrokenPipeError, KeyboardInterrupt):
        for line in requests:
            answers.write(json.dumps(worker.answer(json.loads(line))) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
