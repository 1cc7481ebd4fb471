"""What full-text search stores is always acceptable to PostgreSQL."""

from hypothesis import given
from hypothesis import strategies as st

from parley.core.language.segment import query, vector


def test_an_apostrophe_leaves_no_empty_word():
    assert vector("that's fine") == "'that':1 's':3 'fine':5"


@given(st.text(alphabet="aest's 客户ＡS", max_size=40))
def test_no_text_gives_an_empty_word(text):
    assert "''" not in vector(text)
    assert "''" not in query(text)
