"""A list as a CSV file, page by page: as many rows as there are, and never more than a page in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from starlette.responses import StreamingResponse

from parley.api.schemas.common import Wire, rfc3339
from parley.core.ports import Page

CSV: dict[str, Any] = {
    "response_class": StreamingResponse,
    "responses": {200: {"content": {"text/csv": {}}}},
}
"""How a route says that it answers so."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet. Source: OWASP, CSV injection."""
NUMBERS = ("number", "caller", "called")  # in E.164, which may begin with a plus

Row = TypeVar("Row", bound=Wire)
Read = Callable[[str | None], Awaitable[Page[Row]]]
"""The page at a cursor."""


def download(filename: str, shape: type[Row], page: Read[Row]) -> StreamingResponse:
    return StreamingResponse(
        _lines(tuple(shape.model_fields), page),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


async def _lines(columns: Sequence[str], page: Read[Row]) -> AsyncIterator[str]:
    yield "\ufeff" + _text([list(columns)])  # the mark tells spreadsheets that it is UTF-8
    cursor = None
    while True:
        found = await page(cursor)
        yield _text([_cells(row, columns) for row in found.items])
        cursor = found.next_cursor
        if cursor is None:
            return


def _cells(row: Wire, columns: Sequence[str]) -> list[str]:
    values = row.model_dump()
    return [_cell(name, values[name]) for name in columns]


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if name.endswith("_at") and isinstance(value, float):
        return rfc3339(value)
    if isinstance(value, list):
        text = "; ".join(map(str, value))
    elif isinstance(value, dict):  # names by language
        text = " / ".join(map(str, value.values()))
    else:
        text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and name not in NUMBERS else text


def _text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
