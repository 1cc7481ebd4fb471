"""Numerals become words, and words become phonemes of the model's alphabet."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.ai.voices_phonemes import phonemes
from parley.adapters.ai.voices_text import expanded
from parley.prompts.catalogue import PROMPTS

ALPHABET = json.loads((files("parley.adapters.ai") / "voices_data" / "alphabet.json").read_text())


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("请按 1", "请按 一"),
        ("还有 2 位客户", "还有 两 位客户"),
        ("排在第 2 位", "排在第 二 位"),
        ("会议室１２", "会议室十二"),
        ("请拨打 10086", "请拨打 幺零零八六"),
        ("400-800-1234", "四零零，八零零，幺二三四"),
        ("2026年3月5日", "二零二六年三月五日"),
        ("9:00 到 17:30", "九点 到 十七点三十分"),
        ("02:05", "两点零五分"),
        ("满 1,299 元", "满 一千两百九十九 元"),
        ("3.5%", "百分之三点五"),
        ("¥12.50", "十二点五零元"),
        ("编号 007", "编号 零零七"),
    ],
)
def test_chinese_numerals_are_written_out(text: str, spoken: str) -> None:
    assert expanded(text, "zh-CN") == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Press 1.", "Press one."),
        ("Call 10086", "Call one zero zero eight six"),
        ("1-800-555-1234", "one, eight zero zero, five five five, one two three four"),
        ("9:00 to 17:30", "nine o'clock to seventeen thirty"),
        ("3.5% or $20", "three point five percent or twenty dollars"),
        ("21 items", "twenty one items"),
    ],
)
def test_english_numerals_are_written_out(text: str, spoken: str) -> None:
    assert " ".join(expanded(text, "en-US").split()) == spoken


@given(st.text(max_size=60), st.sampled_from(["zh-CN", "en-US"]))
def test_no_numeral_is_left(text: str, language: str) -> None:
    assert not set(expanded(text, language)) & set("0123456789")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("您好", "zh-CN", "ni↗nxau↓"),
        ("银行", "zh-CN", "i↗nxa↗ŋ"),  # not xing
        ("行人", "zh-CN", "ɕi↗ŋɻə↗n"),
        ("hello", "en-US", "həlˈO"),
        ("the agent", "en-US", "ði ˈAʤᵊnt"),
        ("the queue", "en-US", "ðə kjˈu"),
        ("VIP", "en-US", "vˈi ˈI pˈi"),
    ],
)
def test_words_are_pronounced(text: str, language: str, expected: str) -> None:
    assert phonemes(text, language) == expected


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_model_knows_every_sign_of_our_own_prompts(language: str) -> None:
    for texts in PROMPTS.values():
        said = phonemes(expanded(texts[language], language), language)
        assert said
        assert set(said) <= set(ALPHABET) | {"-", "'"}, texts[language]
