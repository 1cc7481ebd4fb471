"""Numerals in a text become words before it is spoken: a model reads 10086 as a quantity.

Long numbers, those that begin with 0 and those with dashes are said digit by digit, years too; the
rest as quantities, with percent, decimals and times of day.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from parley.core.language import spoken
from parley.prompts.catalogue import CHINESE, ENGLISH, UNITS

_QUANTITY_DIGITS = 4  # longer ones name something
_POINT = {CHINESE: "点", ENGLISH: "point"}
_NUMBER = re.compile(
    r"(?P<time>(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:]))"
    r"|(?P<money>[¥￥$]\s?\d{1,9}(?:\.\d{1,2})?(?!\d))"
    r"|(?P<percent>\d{1,9}(?:\.\d{1,6})?%)"
    r"|(?P<grouped>\d{1,3}(?:,\d{3})+(?!\d))"
    r"|(?P<decimal>(?<![\d.])\d{1,9}\.\d{1,6}(?![\d.]))"
    r"|(?P<year>(?<!\d)\d{4}(?=年))"
    r"|(?P<named>\+?\d+(?:[- ]\d+)+)"
    r"|(?P<counted>(?<![\d第])(?<!第 )2(?= ?[个位件条次天名种张台家步人秒]| ?分钟| ?小时))"
    r"|(?P<plain>\+?\d+)",
    re.ASCII,
)
_WIDE = str.maketrans("０１２３４５６７８９：．％＋", "0123456789:.%+")
_BEFORE_PUNCTUATION = re.compile(r" +(?=[,.;:!?])")


def expanded(text: str, language: str) -> str:
    """The text with every numeral written out in `language` (a tag; all but Chinese: English)."""
    tag = CHINESE if language.startswith("zh") else ENGLISH
    written = _NUMBER.sub(lambda found: _written(found, tag), text.translate(_WIDE))
    return _BEFORE_PUNCTUATION.sub("", written)


def _written(found: re.Match[str], tag: str) -> str:
    kind = found.lastgroup or "plain"
    words = _KINDS[kind](found.group(), tag)
    return words if tag == CHINESE else f" {words} "


def _digits(text: str, tag: str) -> str:
    """With its breaths as commas."""
    comma = "，" if tag == CHINESE else ", "
    keys = spoken.digits(text, tag)
    joiner = "" if tag == CHINESE else " "
    words = [comma if key == spoken.PAUSE else UNITS[key][tag] for key in keys]
    return joiner.join(words).replace(" , ", ", ")


def _named(text: str, tag: str) -> str:
    """With the breaths that its writer gave it."""
    named = sum(sign.isdigit() for sign in text) >= spoken.LEAST_NAMED and tag == CHINESE
    one = UNITS[spoken.ONE_NAMED][tag] if named else UNITS["unit_1"][tag]
    breaths = [
        ("" if tag == CHINESE else " ").join(
            one if sign == "1" else UNITS[f"unit_{sign}"][tag] for sign in breath
        )
        for breath in re.findall(r"[0-9]+", text)
    ]
    plus = [UNITS["unit_plus"][tag]] if text[0] == "+" else []
    return ("，" if tag == CHINESE else ", ").join([*plus, *breaths])


def _counted(text: str, tag: str) -> str:
    return UNITS[spoken.TWO_OF][tag]


def _quantity(text: str, tag: str) -> str:
    keys = spoken.number(int(text), tag)
    return ("" if tag == CHINESE else " ").join(UNITS[key][tag] for key in keys)


def _plain(text: str, tag: str) -> str:
    names = len(text) > _QUANTITY_DIGITS or text[0] == "+" or (text[0] == "0" and len(text) > 1)
    return _digits(text, tag) if names else _quantity(text, tag)


def _year(text: str, tag: str) -> str:
    one_by_one = (UNITS[f"unit_{digit}"][tag] for digit in text)
    return ("" if tag == CHINESE else " ").join(one_by_one)


def _decimal(text: str, tag: str) -> str:
    whole, _, part = text.partition(".")
    if not part:
        return _quantity(whole, tag)
    space = "" if tag == CHINESE else " "
    return f"{_quantity(whole, tag)}{space}{_POINT[tag]}{space}{_year(part, tag)}"


def _percent(text: str, tag: str) -> str:
    value = _decimal(text[:-1], tag)
    return f"百分之{value}" if tag == CHINESE else f"{value} percent"


def _money(text: str, tag: str) -> str:
    amount = _decimal(text[1:].strip(), tag)
    if tag == CHINESE:
        return amount + ("美元" if text[0] == "$" else "元")
    return amount + (" dollars" if text[0] == "$" else " yuan")


def _time(text: str, tag: str) -> str:
    hour, _, minute = text.partition(":")
    if tag == CHINESE:
        told = (
            ""
            if minute == "00"
            else f"{'零' if minute[0] == '0' else ''}{_quantity(minute, tag)}分"
        )
        return f"{_quantity(hour, tag)}点{told}".replace("二点", "两点", 1 if int(hour) == 2 else 0)
    if minute == "00":
        return f"{_quantity(hour, tag)} o'clock"
    return f"{_quantity(hour, tag)} {'oh ' if minute[0] == '0' else ''}{_quantity(minute, tag)}"


def _grouped(text: str, tag: str) -> str:
    return _quantity(text.replace(",", ""), tag)


_KINDS: dict[str, Callable[[str, str], str]] = {
    "time": _time,
    "money": _money,
    "percent": _percent,
    "grouped": _grouped,
    "decimal": _decimal,
    "year": _year,
    "named": _named,
    "counted": _counted,
    "plain": _plain,
}
