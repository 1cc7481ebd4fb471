"""Numbers are said as people say them, and what is said is the number."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.language import spoken
from parley.core.language.spoken import MAX_NUMBER, PAUSE, UNITS, digits, minutes, number, units
from parley.core.model import Part

CHINESE = {
    **{f"unit_{n}": sign for n, sign in enumerate("零一二三四五六七八九十")},
    **{f"unit_{10 + n}": f"十{'零一二三四五六七八九'[n]}" for n in range(1, 10)},
    **{f"unit_{10 * n}": f"{'零一二三四五六七八九'[n]}十" for n in range(2, 10)},
    "unit_1_named": "幺", "unit_2_of": "两", "unit_hundred": "百", "unit_thousand": "千",
    "unit_ten_thousand": "万", "unit_hundred_million": "亿", "unit_less_than": "不到",
    "unit_minute": "分钟", "unit_minutes": "分钟", "unit_plus": "加", "unit_star": "星号",
    "unit_hash": "井号", PAUSE: " ",
}  # fmt: skip
SIZES = {"unit_hundred": 100, "unit_thousand": 1000, "unit_million": 1_000_000}
LANGUAGE = st.sampled_from(["zh-CN", "zh", "en-US", "en-GB", "fr-FR"])
NUMBER = st.integers(0, MAX_NUMBER) | st.integers(0, 12_000)
DIGITS = st.text(alphabet="0123456789", max_size=40)


def chinese(keys: tuple[str, ...]) -> str:
    return "".join(CHINESE[key] for key in keys)


def english(keys: tuple[str, ...]) -> str:
    return " ".join(key.removeprefix("unit_") for key in keys)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "零", "0"),
        (2, "二", "2"),
        (10, "十", "10"),
        (12, "十二", "12"),
        (20, "二十", "20"),
        (21, "二十一", "20 1"),
        (100, "一百", "1 hundred"),
        (105, "一百零五", "1 hundred and 5"),
        (110, "一百一十", "1 hundred and 10"),
        (115, "一百一十五", "1 hundred and 15"),
        (200, "两百", "2 hundred"),
        (222, "两百二十二", "2 hundred and 20 2"),
        (1001, "一千零一", "1 thousand and 1"),
        (1010, "一千零一十", "1 thousand and 10"),
        (1100, "一千一百", "1 thousand 1 hundred"),
        (2000, "两千", "2 thousand"),
        (10_000, "一万", "10 thousand"),
        (10_086, "一万零八十六", "10 thousand and 80 6"),
        (20_002, "两万零二", "20 thousand and 2"),
        (110_000, "十一万", "1 hundred and 10 thousand"),
        (120_034, "十二万零三十四", "1 hundred and 20 thousand and 30 4"),
        (1_000_000, "一百万", "1 million"),
        (10_000_010, "一千万零一十", "10 million and 10"),
        (200_010_000, "两亿零一万", "2 hundred million 10 thousand"),
        (
            999_999_999,
            "九亿九千九百九十九万九千九百九十九",
            "9 hundred and 90 9 million 9 hundred and 90 9 thousand 9 hundred and 90 9",
        ),
    ],
)
def test_a_number_is_said_as_people_say_it(value: int, zh: str, en: str) -> None:
    assert chinese(number(value, "zh-CN")) == zh
    assert english(number(value, "en-US")) == en


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (0, "不到一分钟", "less_than 1 minute"),
        (1, "一分钟", "1 minute"),
        (2, "两分钟", "2 minutes"),
        (5, "五分钟", "5 minutes"),
        (12, "十二分钟", "12 minutes"),
        (22, "二十二分钟", "20 2 minutes"),
        (102, "一百零二分钟", "1 hundred and 2 minutes"),
    ],
)
def test_minutes_are_counted(value: int, zh: str, en: str) -> None:
    assert chinese(minutes(value, "zh-CN")) == zh
    assert english(minutes(value, "en-US")) == en


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        ("1", "一"),  # a key to press
        ("12", "一二"),
        ("110", "幺幺零"),
        ("10086", "幺零零八六"),
        ("13800138000", "幺三八 零零幺三 八零零零"),
        ("+8613800138000", "幺三八 零零幺三 八零零零"),
        ("+8657188880001", "零五七幺 八八八八 零零零幺"),
        ("+861088880001", "零幺零 八八八八 零零零幺"),
        ("400-800-1234", "四零零 八零零 幺二三四"),
        ("+15551234567", "加幺 五五五 幺二三 四五六七"),
        ("*95#", "星号九五井号"),
        ("no digits", ""),
        ("", ""),
    ],
)
def test_digits_are_said_one_by_one_and_one_is_yao_in_what_names_something(
    text: str, zh: str
) -> None:
    assert chinese(digits(text, "zh-CN")) == zh


def test_english_has_no_yao() -> None:
    assert english(digits("10086", "en-US")) == "1 0 0 8 6"


@given(NUMBER)
def test_what_is_said_in_chinese_is_the_number(value: int) -> None:
    assert _understood(chinese(number(value, "zh-CN"))) == value


@given(NUMBER)
def test_what_is_said_in_english_is_the_number(value: int) -> None:
    said = [key for key in number(value, "en-US") if key != spoken.AND]
    total = section = pending = 0
    for key in said:
        if (size := SIZES.get(key)) is None:
            pending += int(key.removeprefix("unit_"))
        elif size == 100:
            section, pending = pending * size, 0
        else:
            total, section, pending = total + (section + pending) * size, 0, 0
    assert total + section + pending == value


@given(NUMBER)
def test_chinese_says_a_gap_once_and_never_at_the_end(value: int) -> None:
    said = chinese(number(value, "zh-CN"))
    assert "零零" not in said
    assert said == "零" or not said.endswith("零")
    assert not re.search("二[百千]|(?<![十零])二[万亿]", said)  # 十二万, 一百零二万, but 两万


@given(NUMBER, LANGUAGE)
def test_every_word_is_one_of_the_units(value: int, language: str) -> None:
    assert set(number(value, language)) | set(minutes(value, language)) <= set(UNITS)


@given(DIGITS, LANGUAGE)
def test_no_digit_is_lost_and_no_breath_is_long(text: str, language: str) -> None:
    said = digits(text, language)
    heard = "".join(re.sub(r"\D", "", key) for key in said if key != PAUSE)
    assert heard == text[: spoken.MAX_DIGITS]
    breaths = " ".join(said).split(PAUSE)
    assert all(len(breath.split()) <= 5 for breath in breaths)
    assert all(breath.strip() for breath in breaths) or not said


@given(st.text(max_size=30), LANGUAGE, st.sampled_from(["number", "digits", "minutes"]))
def test_any_value_can_be_said(value: str, language: str, kind: str) -> None:
    assert set(units(Part(kind, value), language)) <= set(UNITS)


def test_a_prompt_is_not_spelled() -> None:
    with pytest.raises(ValueError, match="prompt"):
        units(Part("prompt", "welcome"), "zh-CN")


def _understood(said: str) -> int:
    """The number that a Chinese listener understands."""
    total = section = pending = 0
    for sign in said:
        if sign in "零一二三四五六七八九两":
            pending = 2 if sign == "两" else "零一二三四五六七八九".index(sign)
        elif sign in "十百千":
            section += (pending or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            pending = 0
        else:
            total += (section + pending) * {"万": 10_000, "亿": 100_000_000}[sign]
            section = pending = 0
    return total + section + pending
