"""Telephone numbers as carriers send them, in E.164, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from parley.core.desk.settings import Document
from parley.core.language.phone_number import DEFAULT_COUNTRY, e164
from parley.core.model import Channel

MAX_DIGITS = 20
MAX_MEANT = 100_000  # numbers, read once
_WITHHELD = frozenset(
    ("", "anonymous", "restricted", "unavailable", "unknown", "private", "asterisk")
)


def ani(number: str, country: str) -> str:
    """The caller's number in E.164; its digits if that can't be; "" if it is withheld."""
    if number.lower() in _WITHHELD:
        return ""
    found = e164(number, country)
    if found is not None:
        return found
    digits = re.sub(r"\D", "", number)
    return digits[:MAX_DIGITS]


@dataclass(frozen=True, slots=True)
class Number:
    """An entry point that can be called."""

    entry_point: str
    language: str
    blocked: frozenset[str]  # callers who are turned away, in E.164


class Numbers:
    """One tenant's numbers: which entry point a dialled number belongs to."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        documents = list(documents)
        self.country = next((_country(d) for d in documents if d.kind == "tenant"), DEFAULT_COUNTRY)
        self._written: list[str] = []
        self._by_dialled: dict[str, Number] = {}
        self._of_trunk: dict[str, frozenset[str]] = {}  # of those that say what comes over them
        for document in documents:
            body = document.body
            voice = document.kind == "entry_point" and body.get("channel") == Channel.VOICE
            if voice and body.get("enabled", True):
                self._add(document)
            if document.kind == "trunk" and body.get("numbers"):
                self._of_trunk[document.id] = frozenset(map(self.meant, map(str, body["numbers"])))

    def _add(self, document: Document) -> None:
        body = document.body
        blocked = frozenset(ani(str(n), self.country) for n in body.get("blocked_numbers") or ())
        number = Number(document.id, str(body.get("language") or "zh-CN"), blocked)
        for dialled in map(str, body.get("numbers") or ()):
            self._written.append(dialled)
            self._by_dialled[dialled] = number
            self._by_dialled.setdefault(self.meant(dialled), number)

    def find(self, dialled: str, trunk: str | None = None) -> Number | None:
        """As the carrier sends it, or as E.164 says it; None if it doesn't come over this trunk."""
        meant = self.meant(dialled)
        if trunk is not None and meant not in self._of_trunk.get(trunk, (meant,)):
            return None
        return self._by_dialled.get(dialled) or self._by_dialled.get(meant)

    @property
    def written(self) -> tuple[str, ...]:
        """All of them, as they were entered."""
        return tuple(self._written)

    def meant(self, dialled: str) -> str:
        return _meant(dialled, self.country)


@lru_cache(MAX_MEANT)
def _meant(dialled: str, country: str) -> str:
    return e164(dialled, country) or dialled


def _country(document: Document) -> str:
    country = document.body.get("country")
    return country if isinstance(country, str) and len(country) == 2 else DEFAULT_COUNTRY
