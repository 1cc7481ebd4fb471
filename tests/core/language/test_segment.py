"""What is stored and what is asked for meet: any piece of a text finds it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.language.segment import MAX_POSITION, MAX_WORDS, query, stem, vector

HAN = st.text(alphabet="我想退货请问运费谁出售后服务电话", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("退货", "'退货':1 '货':2"),
        ("我的iPhone坏了", "'我的':1 '的':2 'iphone':4 '坏了':6 '了':7"),
        ("Orders, please!", "'order':1 'please':3"),
        ("ＡＢＣ１２", "'abc12':1"),
        ("", ""),
        ("'; \\ : * & | !", ""),
    ],
)
def test_a_text_is_stored_as_pairs_and_words(text: str, words: str) -> None:
    assert vector(text) == words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("退货", "('退货')"),
        ("退货运", "('退货' <-> '货运')"),
        ("货", "'货':*"),
        ("refund policies", "'refund':* & 'policy':*"),
        ("退货 order", "('退货') & 'order':*"),
        ("<-> & | ! ' \\", ""),
    ],
)
def test_a_question_asks_for_phrases_of_pairs(text: str, asked: str) -> None:
    assert query(text) == asked


def test_plurals_are_one_word_and_other_endings_are_left_alone() -> None:
    assert [stem(w) for w in ("orders", "replies", "boxes", "status", "glass", "news")] == [
        "order",
        "reply",
        "boxe",
        "status",
        "glass",
        "new",
    ]


@given(before=HAN, piece=st.text(alphabet="保修期限三年", min_size=2, max_size=6), after=HAN)
def test_every_piece_of_a_chinese_text_is_a_phrase_of_it(
    before: str, piece: str, after: str
) -> None:
    stored = [word.split(":")[0] for word in vector(before + piece + after).split(" ")]
    asked = re.findall(r"'[^']+'", query(piece))
    assert any(stored[i : i + len(asked)] == asked for i in range(len(stored)))


@given(st.text())
def test_no_text_breaks_the_literals(text: str) -> None:
    assert re.fullmatch(r"('[^'\\\s]+':\d+( |$))*", vector(text))
    assert query(text).count("'") % 2 == 0
    assert "\\" not in query(text)


def test_a_long_text_is_cut_where_postgresql_would_refuse_it() -> None:
    places = [int(word.split(":")[1]) for word in vector("长" * 50_000).split(" ")]
    assert len(places) == MAX_WORDS
    assert max(places) <= MAX_POSITION
