"""How numbers are said on the telephone: which recorded words, in which order, per language.

The words are keys (`unit_…`) of the system's prompts, see parley/prompts/catalogue.py. Chinese: 两
stands for 二 before 百, 千, 万, 亿 and before what is counted, a run of noughts inside is one 零, 1 is
said 幺 in numbers that name something (10086) and 一 in those that count. English says "and" before
what follows the last hundred ("one hundred and five").
"""

from __future__ import annotations

from parley.core.model import Part

MAX_NUMBER = 999_999_999  # a larger one is said digit by digit
MAX_DIGITS = 32  # of one digit string; what follows is not said
PAUSE = "unit_pause"
AND = "unit_and"
LESS_THAN = "unit_less_than"
MINUTE, MINUTES = "unit_minute", "unit_minutes"
ONE_NAMED = "unit_1_named"  # 幺
TWO_OF = "unit_2_of"  # 两
HUNDRED, THOUSAND, MILLION = "unit_hundred", "unit_thousand", "unit_million"
TEN_THOUSAND, HUNDRED_MILLION = "unit_ten_thousand", "unit_hundred_million"
_SIGNS = {"+": "unit_plus", "*": "unit_star", "#": "unit_hash"}
_TENS = range(20, 100, 10)
LEAST_NAMED = 3  # so many digits name something ("110"); fewer are a key or a choice
_WHOLE = 5  # so many digits are said in one breath
_BREATH = 4
_CHINA, _AMERICA = "+86", "+1"
_CHINESE = "zh"

UNITS: tuple[str, ...] = (
    *(f"unit_{n}" for n in (*range(20), *_TENS)),
    ONE_NAMED, TWO_OF, HUNDRED, THOUSAND, TEN_THOUSAND, MILLION, HUNDRED_MILLION,
    AND, LESS_THAN, MINUTE, MINUTES, *_SIGNS.values(), PAUSE,
)  # fmt: skip
"""Every key this module may name."""


def units(part: Part, language: str) -> tuple[str, ...]:
    """The words of a `number`, `digits` or `minutes` part; a value that is no number is spelled out.

    `language` is a tag; all but Chinese are said in English.
    """
    match part.kind:
        case "digits":
            return digits(part.value, language)
        case "number" | "minutes":
            value = _whole_number(part.value)
            if value is None:
                return digits(part.value, language)
            return number(value, language) if part.kind == "number" else minutes(value, language)
        case _:
            raise ValueError(f"{part.kind} is not spoken in words")


def number(value: int, language: str) -> tuple[str, ...]:
    """A cardinal number from 0."""
    if value > MAX_NUMBER:
        return digits(str(value), language)
    return tuple(_chinese(value) if _is_chinese(language) else _english(value))


def minutes(value: int, language: str) -> tuple[str, ...]:
    """So many minutes; 0 is less than one."""
    if value == 0:
        return (LESS_THAN, *minutes(1, language))
    if _is_chinese(language):
        return (TWO_OF, MINUTES) if value == 2 else (*number(value, language), MINUTES)
    return (*number(value, language), MINUTE if value == 1 else MINUTES)


def digits(text: str, language: str) -> tuple[str, ...]:
    """One by one, in breaths; a phone number as at home (+86 138… without its +86).

    What is neither a digit nor one of + * # is left out.
    """
    kept = "".join(sign for sign in text if sign in "0123456789*#+")
    before, said = _as_dialled(kept)
    said = said[:MAX_DIGITS]
    named = _is_chinese(language) and len(said) >= LEAST_NAMED
    breaths = [[_sign(sign, named=named) for sign in breath] for breath in _breaths(said)]
    if before:
        breaths.insert(0, [_sign(sign, named=named) for sign in before])
    return tuple(_joined(breaths))


def _as_dialled(number: str) -> tuple[str, str]:
    """What is said apart, and the rest: a Chinese number gets its national form."""
    if number.startswith(_CHINA + "1") and not number.startswith(_CHINA + "10"):
        return "", number.removeprefix(_CHINA)  # a mobile; +86 10 is Beijing
    if number.startswith(_CHINA) and len(number) > len(_CHINA):
        return "", "0" + number.removeprefix(_CHINA)
    if number.startswith(_AMERICA):
        return _AMERICA, number.removeprefix(_AMERICA)
    if number.startswith("+"):
        return "+", number[1:]
    return "", number


def _breaths(text: str) -> list[str]:
    """Pieces of about equal length, longer ones last: 138 0013 8000, 0571 8888 0001."""
    if len(text) <= _WHOLE:
        return [text] if text else []
    count = -(-len(text) // _BREATH)
    short, longer = divmod(len(text), count)
    sizes = [short] * (count - longer) + [short + 1] * longer
    ends = [sum(sizes[: n + 1]) for n in range(count)]
    return [text[end - size : end] for end, size in zip(ends, sizes, strict=True)]


def _joined(breaths: list[list[str]]) -> list[str]:
    joined: list[str] = []
    for breath in breaths:
        joined += [PAUSE, *breath] if joined else breath
    return joined


def _sign(sign: str, *, named: bool) -> str:
    if sign == "1" and named:
        return ONE_NAMED
    return _SIGNS.get(sign) or f"unit_{sign}"


def _chinese(value: int) -> list[str]:
    """By sections of four digits: 亿, 万, and the rest."""
    if value == 0:
        return ["unit_0"]
    said: list[str] = []
    for size, name in ((100_000_000, HUNDRED_MILLION), (10_000, TEN_THOUSAND), (1, "")):
        section = value // size % 10_000
        if section == 0:
            continue
        if said and section < 1000:
            said.append("unit_0")
        two_of = section == 2 and name
        said += [TWO_OF] if two_of else _chinese_section(section, first=not said)
        said += [name] if name else []
    return said


def _chinese_section(value: int, *, first: bool) -> list[str]:
    """1 to 9999; only a number that begins with them says 十 for ten and not 一十."""
    said: list[str] = []
    rest = value
    for size, name in ((1000, THOUSAND), (100, HUNDRED)):
        many, rest = divmod(rest, size)
        if many:
            gap = size == 100 and rest and rest < 10
            said += [TWO_OF if many == 2 else f"unit_{many}", name, *(["unit_0"] if gap else [])]
        elif said and rest:
            said.append("unit_0")
    if 10 <= rest < 20 and (said or not first):
        return [*said, "unit_1", f"unit_{rest}"]
    return said + _below_hundred(rest)


def _english(value: int) -> list[str]:
    if value == 0:
        return ["unit_0"]
    said: list[str] = []
    for size, name in ((1_000_000, MILLION), (1000, THOUSAND)):
        if section := value // size % 1000:
            said += [*_english_section(section, leading=False), name]
    if rest := value % 1000:
        said += _english_section(rest, leading=bool(said))
    return said


def _english_section(value: int, *, leading: bool) -> list[str]:
    """1 to 999; `leading`: something larger was said before, so that 5 becomes "and five"."""
    hundreds, rest = divmod(value, 100)
    said = [f"unit_{hundreds}", HUNDRED] if hundreds else []
    if rest and (hundreds or leading):
        said.append(AND)
    return said + _below_hundred(rest)


def _below_hundred(value: int) -> list[str]:
    """Both languages say these as a ten and a one; nothing for 0."""
    if value < 20:
        return [f"unit_{value}"] if value else []
    tens, ones = divmod(value, 10)
    return [f"unit_{tens * 10}", *([f"unit_{ones}"] if ones else [])]


def _whole_number(text: str) -> int | None:
    text = text.strip()
    short = len(text) <= MAX_DIGITS
    return int(text) if short and text.isascii() and text.isdecimal() else None


def _is_chinese(language: str) -> bool:
    return language.split("-")[0].lower() == _CHINESE
