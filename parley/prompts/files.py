"""Where sound files are and what they are called; nothing but paths, so that anybody may ask."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SYSTEM: Final = Path(__file__).parent  # <language>/<key>.alaw, tones/, music/
SUFFIX: Final = ".alaw"
BYTES_PER_S: Final = 8000
TONE: Final = "tones"
MUSIC: Final = "music"
MADE: Final = "made.json"  # beside the files of a language: of what each was made


def duration_s(path: Path) -> float:
    return path.stat().st_size / BYTES_PER_S
