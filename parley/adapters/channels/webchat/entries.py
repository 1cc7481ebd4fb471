"""From the id in a page's script tag to its tenant and settings."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakValueDictionary

from pydantic import ValidationError

from parley.adapters.channels.webchat.ports import Records
from parley.adapters.channels.webchat.settings import EntryPointSettings
from parley.core.desk.settings import Document
from parley.core.errors import NotFound

KIND = "entry_point"
REMEMBERED_S = 5.0  # a change by an administrator is seen after so long
MAX_REMEMBERED = 5_000
MAX_ENTRY_ID_CHARS = 100


@dataclass(frozen=True, slots=True)
class Entry:
    tenant_id: str
    id: str
    settings: EntryPointSettings


class Entries:
    """Looks up entry points, remembering answers (also "unknown") for REMEMBERED_S."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._remembered: OrderedDict[str, tuple[float, Entry | None]] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def find(self, entry_id: str, now: float) -> Entry:
        """Raises NotFound(entry_unknown), also if it is switched off."""
        known = self._known(entry_id, now)
        if known is None:
            async with self._asking.setdefault(entry_id, asyncio.Lock()):  # one asks for a crowd
                known = self._known(entry_id, now)
                if known is None:
                    known = (now, await self._look_up(entry_id))
                    self._remember(entry_id, known)
        entry = known[1]
        if entry is None or not entry.settings.enabled:
            raise NotFound("entry_unknown")
        return entry

    def _known(self, entry_id: str, now: float) -> tuple[float, Entry | None] | None:
        known = self._remembered.get(entry_id)
        return known if known is not None and now - known[0] <= REMEMBERED_S else None

    def forget(self) -> None:
        """Configuration changed: ask again."""
        self._remembered.clear()

    def _remember(self, entry_id: str, known: tuple[float, Entry | None]) -> None:
        self._remembered[entry_id] = known
        self._remembered.move_to_end(entry_id)
        if len(self._remembered) > MAX_REMEMBERED:
            self._remembered.popitem(last=False)

    async def _look_up(self, entry_id: str) -> Entry | None:
        if not 0 < len(entry_id) <= MAX_ENTRY_ID_CHARS or "\x00" in entry_id:
            return None
        for tenant_id in await self._records.tenants():
            document = await self._records.documents.get(tenant_id, KIND, entry_id)
            if document is not None:
                return _entry(tenant_id, document)
        return None


def _entry(tenant_id: str, document: Document) -> Entry | None:
    """None for an entry point of another channel or one that is not (or no longer) valid."""
    try:
        settings = EntryPointSettings.model_validate(document.body)
    except ValidationError:
        return None
    return Entry(tenant_id, document.id, settings)
