"""Makes the sound files of the catalogue anew: `parley prompts make`. Needs the voice model.

Files are raw A-law at 8 kHz (`.alaw`), a byte a sample: half of 16-bit PCM, as good as a telephone
line can be, the codec of Chinese and European networks (so most calls carry it as it is), and
Asterisk reads it with format_pcm and no licence. `made.json` says of which text and voice each file
was made, so that only what changed is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from parley.adapters.ai.voices_model import RATE_HZ, Samples, Speaker
from parley.prompts import sound, tones
from parley.prompts.catalogue import CHINESE, LANGUAGES, SENTENCES, TONES, UNITS, VOICES, mark
from parley.prompts.files import MADE, MUSIC, SUFFIX, SYSTEM, TONE

LIST_WORDS = 5  # units said in one breath
_LEAST_WORD_S, _MOST_WORD_S = 0.1, 1.3
_LEAST_PAUSE_S = 0.04
_FRAME = RATE_HZ // 100
_QUIET = 0.02  # of the loudest frame


def make(home: Path, *, target: Path = SYSTEM, anew: bool = False) -> Iterator[str]:
    """Make what is missing or of another text (`anew`: all); yields each file's name."""
    speaker = Speaker(home, max(1, os.cpu_count() or 1))
    for language in LANGUAGES:
        made = {} if anew else made_of(target, language)
        for keys in _batches(language, made):
            for key, sounds in _said(speaker, keys, language):
                yield _write(target / language / f"{key}{SUFFIX}", sounds)
                made[key] = mark(key, language)
            _keep(target, language, made)  # what an interruption leaves is not made twice
    for name in TONES:
        yield _write(target / TONE / f"{name}{SUFFIX}", tones.tone(name))
    yield _write(target / MUSIC / f"calm{SUFFIX}", tones.music())


def made_of(target: Path, language: str) -> dict[str, str]:
    path = target / language / MADE
    return dict(json.loads(path.read_text())) if path.exists() else {}


def _keep(target: Path, language: str, made: Mapping[str, str]) -> None:
    path = target / language / MADE
    path.write_text(json.dumps(dict(sorted(made.items())), indent=0) + "\n")


def _batches(language: str, made: Mapping[str, str]) -> Iterator[list[str]]:
    """Sentences one by one, units in lists."""
    for key in SENTENCES:
        if made.get(key) != mark(key, language):
            yield [key]
    missing = [key for key in UNITS if made.get(key) != mark(key, language)]
    for n in range(0, len(missing), LIST_WORDS):
        yield missing[n : n + LIST_WORDS]


def _said(speaker: Speaker, keys: list[str], language: str) -> Iterator[tuple[str, sound.Sound]]:
    if keys[0] in SENTENCES:
        text = SENTENCES[keys[0]][language]
        after_s = (
            0.12 if text[-1] in "。.：:" else 0.02
        )  # else something follows in the same breath
        said = speaker.say(text, language, VOICES[language])
        yield keys[0], sound.finish(said, RATE_HZ, after_s=after_s)
        return
    words = [UNITS[key][language] for key in keys]
    for key, word in zip(keys, _recited(speaker, words, language), strict=True):
        yield key, sound.finish(word, RATE_HZ, before_s=0.01, after_s=0.03)


def _recited(speaker: Speaker, words: list[str], language: str) -> list[Samples]:
    """Said as a list, which sounds as inside a number, and cut at the pauses; alone if that fails."""
    comma = "，" if language == CHINESE else ", "
    said = speaker.say(comma.join(words) + comma.strip(), language, VOICES[language])
    cut = _at_pauses(said, len(words))
    if cut is not None:
        return cut
    return [speaker.say(word, language, VOICES[language]) for word in words]


def _at_pauses(said: Samples, count: int) -> list[Samples] | None:
    """The words between the longest pauses; None if they are not clear."""
    frames = np.abs(said[: len(said) // _FRAME * _FRAME]).reshape(-1, _FRAME).max(axis=1)
    loud = np.flatnonzero(frames > _QUIET * frames.max())
    gaps = np.diff(loud)
    if len(loud) == 0 or len(gaps) < count - 1:
        return None
    longest = np.sort(np.argsort(gaps, kind="stable")[len(gaps) - count + 1 :])
    if count > 1 and gaps[longest].min() * _FRAME / RATE_HZ < _LEAST_PAUSE_S:
        return None
    starts = [int(loud[0]), *(int(loud[n + 1]) for n in longest)]
    ends = [*(int(loud[n]) for n in longest), int(loud[-1])]
    words = []
    for start, end in zip(starts, ends, strict=True):
        if not _LEAST_WORD_S <= (end - start) * _FRAME / RATE_HZ <= _MOST_WORD_S:
            return None
        words.append(said[max(0, start - 2) * _FRAME : (end + 3) * _FRAME])
    return words


def _write(path: Path, sounds: sound.Sound) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound.to_alaw(sounds))
    return f"{path.parent.name}/{path.name}"
