"""What all record stores share: a change is one transaction of rows and journal events."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from parley.adapters.store.database import Connection, Database
from parley.adapters.store.journal import append
from parley.adapters.store.rows import Codec
from parley.core.errors import Conflict, Invalid
from parley.core.events import Event

MAX_PAGE = 200  # items
MAX_CURSOR_CHARS = 200

OnRecorded = Callable[[str, int, Sequence[Event]], None]
"""Called after the commit with the tenant, the seq of the first event, and the events."""


class Records:
    """The base of every record store."""

    def __init__(self, database: Database, codec: Codec, recorded: OnRecorded) -> None:
        self._database = database
        self._codec = codec
        self._recorded = recorded

    @asynccontextmanager
    async def _change(self, tenant_id: str, events: Sequence[Event]) -> AsyncIterator[Connection]:
        """The caller's rows, then the events, then the commit, then the news of it.

        `events` may be a list that the caller still fills within the block.
        """
        first = 0
        async with self._database.tenant(tenant_id) as connection:
            yield connection
            if events:
                first = await append(connection, self._codec, tenant_id, events)
        if events:
            self._recorded(tenant_id, first, events)


def version_changed(kind: str, id: str) -> Conflict:
    return Conflict("version_changed", f"{kind} {id} was changed meanwhile", kind=kind, id=id)


def encode_cursor(*values: object) -> str:
    """A page's last sort key, opaque to clients."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def decode_cursor(cursor: str | None, shape: type[Any]) -> Any:
    """The values as `shape` (a tuple type), or None. Raises Invalid for a made-up cursor."""
    if cursor is None:
        return None
    try:
        if len(cursor) > MAX_CURSOR_CHARS:
            raise ValueError("too long")
        padded = cursor + "=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=shape)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as error:
        raise Invalid("bad_cursor", str(error)) from error


def page_size(limit: int) -> int:
    return max(1, min(limit, MAX_PAGE))
