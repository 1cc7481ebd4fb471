"""What several companies at one carrier claim there: the switch could not tell whose call it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from parley.adapters.telephony.numbers import Numbers
from parley.adapters.telephony.trunks import Places, Trunk, enabled
from parley.core.desk.settings import Document

LOOK_UP_S = 2.0  # whoever saves a trunk waits no longer for the carrier's name


@dataclass(frozen=True, slots=True)
class Clashes:
    """What a tenant can't have to itself."""

    numbers: frozenset[str] = frozenset()  # as it wrote them: another has them there as well
    trunks: frozenset[str] = frozenset()  # ids: another's, there, has other transport or SRTP

    def __sub__(self, other: Clashes) -> Clashes:
        return Clashes(self.numbers - other.numbers, self.trunks - other.trunks)


class Claims:
    """All companies' numbers and trunks."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._companies: dict[str, _Company] = {}

    def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self._companies[tenant_id] = _Company.of(tenant_id, documents)

    def now(self, tenant_id: str) -> Clashes:
        """As it is configured."""
        mine = self._companies.get(tenant_id)
        return self._clashes(tenant_id, mine) if mine is not None else Clashes()

    async def new(
        self, tenant_id: str, now: Iterable[Document], then: Iterable[Document]
    ) -> Clashes:
        """What would clash if the tenant's documents were these, and does not yet."""
        mine = _Company.of(tenant_id, then)
        await self._look_up(mine)
        found = self._clashes(tenant_id, mine)
        if found == Clashes():
            return found
        return found - self._clashes(tenant_id, _Company.of(tenant_id, now))

    async def _look_up(self, mine: _Company) -> None:
        """The tenant's own carriers now, others' if nobody did yet."""
        theirs = (trunk for company in self._companies.values() for trunk in company.trunks)
        unknown = [host for trunk in theirs for host in self._places.unknown(trunk)]
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_UP_S):
                own = (host for trunk in mine.trunks for host in trunk.peer.hosts)
                await self._places.look_up({*own, *unknown})

    def _clashes(self, tenant_id: str, mine: _Company) -> Clashes:
        pairs = [
            (my, its, theirs)
            for other, theirs in self._companies.items() if other != tenant_id
            for its in theirs.trunks for my in mine.trunks if self._places.meet(my, its)
        ]  # fmt: skip
        numbers = {n for my, its, theirs in pairs for n in _claimed(mine, my, theirs, its)}
        differ = {my.id for my, its, _ in pairs if _manner(my) != _manner(its)}
        return Clashes(frozenset(numbers), frozenset(differ))


@dataclass(frozen=True, slots=True)
class _Company:
    numbers: Numbers
    trunks: Sequence[Trunk]

    @classmethod
    def of(cls, tenant_id: str, documents: Iterable[Document]) -> _Company:
        documents = list(documents)
        return cls(Numbers(documents), enabled(tenant_id, documents))

    def takes(self, number: str, trunk: Trunk) -> bool:
        return self.numbers.find(number, trunk.id) is not None


def _claimed(mine: _Company, my: Trunk, theirs: _Company, its: Trunk) -> Iterator[str]:
    """Numbers of mine that, in a spelling of either, are a number of both over these trunks."""
    both = {
        mine.numbers.meant(spelled)
        for company in (mine, theirs)
        for number in company.numbers.written
        for spelled in (number, company.numbers.meant(number))
        if mine.takes(spelled, my) and theirs.takes(spelled, its)
    }
    return (number for number in mine.numbers.written if mine.numbers.meant(number) in both)


def _manner(trunk: Trunk) -> tuple[str, bool]:
    """What holds for all calls of the trunk that the switch finds, whosever they are."""
    return trunk.peer.transport, trunk.peer.srtp
