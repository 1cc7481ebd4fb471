"""The catalogue, the files made of it, and what numbers are put together from agree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pytest

from parley.core.center.flows import AWAY, CALLBACK, GREET, VOICEMAIL, flow_of
from parley.core.center.state import State
from parley.core.language.spoken import PAUSE, UNITS
from parley.core.model import CenterConfig, Node
from parley.prompts import catalogue
from parley.prompts.catalogue import LANGUAGES, PROMPTS, SENTENCES, TONES, mark
from parley.prompts.files import MADE, MUSIC, SUFFIX, SYSTEM, TONE, duration_s
from parley.prompts.sound import PEAK, SPEECH_DB, active_db, from_alaw

MAX_BYTES = 4_000_000
CHARS_PER_S = {"zh-CN": (2.0, 9.0), "en-US": (6.0, 24.0)}
FILES = [(key, language) for language in LANGUAGES for key in PROMPTS]


def test_every_word_of_a_number_is_in_the_catalogue() -> None:
    assert set(UNITS) - {PAUSE} == set(catalogue.UNITS)


def test_keys_are_plain() -> None:
    assert all(key.replace("_", "").isalnum() and key.islower() for key in PROMPTS)


@pytest.mark.parametrize(("key", "language"), FILES)
def test_a_prompt_has_sound_of_its_present_text(key: str, language: str) -> None:
    made = json.loads((SYSTEM / language / MADE).read_text())
    assert made.get(key) == mark(key, language), "run: python -m parley prompts make"
    samples = from_alaw((SYSTEM / language / f"{key}{SUFFIX}").read_bytes())
    level = active_db(samples)
    assert level == pytest.approx(SPEECH_DB, abs=2.0)
    assert np.abs(samples).max() <= PEAK + 0.03
    assert samples[:40].max() < 0.1, "it begins in the middle of a sound"
    assert samples[-40:].max() < 0.1, "it ends in the middle of a sound"


@pytest.mark.parametrize(("key", "language"), [p for p in FILES if p[0] in SENTENCES])
def test_a_sentence_lasts_as_long_as_its_words(key: str, language: str) -> None:
    slow, fast = CHARS_PER_S[language]
    chars = len(PROMPTS[key][language])
    seconds = duration_s(SYSTEM / language / f"{key}{SUFFIX}")
    assert chars / fast - 0.3 <= seconds <= chars / slow + 0.5


@pytest.mark.parametrize(("key", "language"), [p for p in FILES if p[0] not in SENTENCES])
def test_a_unit_is_short(key: str, language: str) -> None:
    assert 0.12 <= duration_s(SYSTEM / language / f"{key}{SUFFIX}") <= 1.4


def test_no_file_is_left_over() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (SYSTEM / language).glob(f"*{SUFFIX}")} == set(PROMPTS)


def test_tones_and_music_are_there() -> None:
    assert {path.stem for path in (SYSTEM / TONE).glob(f"*{SUFFIX}")} == set(TONES)
    [music] = (SYSTEM / MUSIC).glob(f"*{SUFFIX}")
    assert 30 <= duration_s(music) <= 60


def test_all_of_it_is_small() -> None:
    assert sum(path.stat().st_size for path in SYSTEM.rglob(f"*{SUFFIX}")) < MAX_BYTES


def test_the_center_and_the_demo_say_nothing_that_does_not_exist() -> None:
    core = SYSTEM.parent / "core" / "center"
    calls = re.findall(r"prompts\(([^)]*)\)", "".join(p.read_text() for p in core.glob("*.py")))
    said = {key for arguments in calls for key in re.findall(r'"([a-z_]+)"', arguments)}
    said |= {key for node in _system_nodes() for key in node.say}
    said |= {f"{what}_{place}" for what in ("position", "wait") for place in ("intro", "outro")}
    said |= {f"choice_{choice}" for choice in ("callback", "voicemail")}
    assert {"recording_notice", "leave_message", "closed_hours"} <= said
    assert said <= set(SENTENCES)


def _system_nodes() -> Iterator[Node]:
    flows = (GREET, VOICEMAIL, CALLBACK, *(AWAY + why for why in ("closed", "full", "too_long")))
    for flow_id in flows:
        flow = flow_of(State(config=CenterConfig()), flow_id)
        assert flow is not None
        yield from flow.nodes.values()
