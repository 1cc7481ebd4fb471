"""Pages: `?cursor=&limit=` in, `next_cursor` out. A cursor is opaque and made by the store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from parley.api.limits import PAGE_ITEMS, PAGE_ITEMS_MAX

CURSOR_CHARS = 200


@dataclass(frozen=True, slots=True)
class PageRequest:
    cursor: str | None
    limit: int


def _page(
    cursor: Annotated[str | None, Query(max_length=CURSOR_CHARS)] = None,
    limit: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS,
) -> PageRequest:
    return PageRequest(cursor or None, limit)


Paging = Annotated[PageRequest, Depends(_page)]
