"""A list as a file: all of its rows, a page at a time, and nothing a spreadsheet would run."""

from __future__ import annotations

from parley.api.export import download
from parley.api.schemas.common import Instant, Wire
from parley.core.ports import Page

ROWS = 150_000
PAGE = 500


class Row(Wire):
    number: str
    note: str
    ended_at: Instant | None = None


async def test_it_has_no_end_but_the_lists_and_reads_no_page_before_it_is_wanted():
    asked = 0

    async def page(cursor: str | None) -> Page[Row]:
        nonlocal asked
        asked += 1
        at = int(cursor or 0)
        rows = [Row(number=f"+{at + n}", note="") for n in range(PAGE)]
        return Page(rows, str(at + PAGE) if at + PAGE < ROWS else None)

    lines, pages = 0, 0
    async for text in download("rows.csv", Row, page).body_iterator:
        lines += bytes(text, "utf-8").count(b"\n") if isinstance(text, str) else 0
        assert asked == pages
        pages += 1
    assert lines == 1 + ROWS


async def test_a_cell_is_no_formula_but_a_number_keeps_its_plus():
    async def page(cursor: str | None) -> Page[Row]:
        return Page([Row(number="+8610", note="=HYPERLINK()", ended_at=0.0)], None)

    texts = [str(text) async for text in download("rows.csv", Row, page).body_iterator]
    assert texts[1] == "+8610,'=HYPERLINK(),1970-01-01T00:00:00.000Z\r\n"
