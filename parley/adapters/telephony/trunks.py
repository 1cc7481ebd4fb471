"""Carriers: SIP trunks as configured, which of them takes the next call, and what each carried.

A carrier that does not answer OPTIONS may well take calls: it is tried last, but it is tried.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote

from parley.adapters.telephony import asterisk_peers as peers
from parley.adapters.telephony.asterisk_filter import Network
from parley.adapters.telephony.asterisk_guard import networks_of
from parley.adapters.telephony.names import trunk_name
from parley.core.desk.networks import network_problem
from parley.core.desk.settings import Document
from parley.core.ports import TrunkFigures

CODECS = ("alaw", "ulaw")
MAX_HOSTS = 10_000  # of carriers, read once


@dataclass(frozen=True, slots=True)
class Trunk:
    """One tenant's line to a carrier."""

    peer: peers.Trunk  # as the switch knows it
    title: str
    limit: int | None = None  # calls at once
    priority: int = 0  # larger is tried first
    prefix: str = ""  # before each number that is dialled, in place of its '+'

    @property
    def id(self) -> str:
        return self.peer.trunk_id

    @property
    def name(self) -> str:
        return self.peer.name

    @property
    def tenant_id(self) -> str:
        return self.peer.tenant_id

    @property
    def caller_id(self) -> str | None:
        """What is shown to whom we call, if nothing else is said: the line's own number."""
        peer = self.peer
        user = peer.username if peer.register and peer.username else ""
        return peer.number or (user if user.removeprefix("+").isdigit() else None)

    def address_of(self, number: str) -> str:
        """What is dialled to reach an E.164 number over this trunk.

        By its full address: Asterisk refuses `number@trunk` while OPTIONS are not answered.
        """
        dialled = self.prefix + number.removeprefix("+") if self.prefix else number
        return f"PJSIP/{self.name}/{self.peer.uri(quote(dialled, safe='+*'))}"


class Places:
    """Where trunks' calls come from: their addresses, networks and names, and where names lead."""

    def __init__(self) -> None:
        self._addresses: dict[str, list[Network]] = {}

    def of(self, trunk: Trunk) -> list[Network | str]:
        hosts = [_network(host) for host in trunk.peer.hosts]
        names = [host for host in hosts if isinstance(host, str)]
        return [*hosts, *(at for name in names for at in self._addresses.get(name, ()))]

    def meet(self, one: Trunk, other: Trunk) -> bool:
        """Calls over one may be taken for the other's: Asterisk tells carriers by address alone."""
        return _meet(self.of(one), self.of(other))

    def unknown(self, trunk: Trunk) -> list[str]:
        """Its names that were never found."""
        hosts = ((host, _network(host)) for host in trunk.peer.hosts)
        return [
            host for host, name in hosts if isinstance(name, str) and name not in self._addresses
        ]

    async def look_up(self, hosts: Iterable[str]) -> None:
        """Where names lead just now; one that isn't found leads where it did."""
        names = {_network(host) for host in hosts}
        await asyncio.gather(*(self._find(name) for name in names if isinstance(name, str)))

    async def _find(self, name: str) -> None:
        with suppress(OSError, UnicodeError):
            self._addresses[name] = await asyncio.to_thread(networks_of, name)


def _meet(some: Iterable[Network | str], others: Sequence[Network | str]) -> bool:
    return any(_overlap(one, other) for one in some for other in others)


@lru_cache(MAX_HOSTS)
def _network(host: str) -> Network | str:
    """An address is a network of one; a name stays a name."""
    try:
        return ip_network(host.strip("[]"), strict=False)
    except ValueError:
        return host.lower()


def _overlap(one: Network | str, other: Network | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.version == other.version and one.overlaps(other)


def trunk_of(tenant_id: str, document: Document) -> Trunk:
    body: Mapping[str, Any] = document.body
    numbers = body.get("numbers") or ()
    peer = peers.Trunk(
        name=trunk_name(tenant_id, document.id),
        tenant_id=tenant_id,
        trunk_id=document.id,
        host=str(body["host"]),
        port=body.get("port"),
        transport=str(body.get("transport") or "udp"),
        username=body.get("username") or None,
        secret=body.get("secret") or None,
        register=bool(body.get("register")),
        number=str(numbers[0]) if numbers else None,
        codecs=tuple(body.get("codecs") or CODECS),
        verify=bool(body.get("verify", True)),
        srtp=bool(body.get("srtp")),
        from_hosts=tuple(h for h in body.get("from_hosts") or () if network_problem(h) is None),
    )
    return Trunk(
        peer,
        title=str(body.get("name") or document.id),
        limit=body.get("limit"),
        priority=int(body.get("priority") or 0),
        prefix=str(body.get("prefix") or ""),
    )


def enabled(tenant_id: str, documents: Iterable[Document]) -> list[Trunk]:
    """A tenant's trunks, the first to be tried first."""
    found = (d for d in documents if d.kind == "trunk" and d.body.get("enabled", True))
    trunks = [trunk_of(tenant_id, document) for document in found]
    return sorted(trunks, key=lambda trunk: (-trunk.priority, trunk.id))


class Trunks:
    """All tenants' trunks: which may take another call, and how many each has."""

    def __init__(self, calls: Callable[[Trunk], int], places: Places | None = None) -> None:
        self._calls = calls
        self._places = places or Places()
        self._of_tenant: dict[str, list[Trunk]] = {}
        self._by_name: dict[str, Trunk] = {}
        self._carried: dict[str, int] = {}
        self._rejected: dict[str, int] = {}
        self._registered: dict[str, bool] = {}
        self._silent: set[str] = set()  # carriers that do not answer OPTIONS just now

    def configure(self, tenant_id: str, trunks: Sequence[Trunk]) -> list[Trunk]:
        """The trunks that are no longer."""
        before = self._of_tenant.get(tenant_id, [])
        for trunk in before:
            self._by_name.pop(trunk.name, None)
        self._of_tenant[tenant_id] = list(trunks)
        self._by_name.update((trunk.name, trunk) for trunk in trunks)
        self._silent.intersection_update(self._by_name)
        return [trunk for trunk in before if trunk.name not in self._by_name]

    def all(self, tenant_id: str) -> list[Trunk]:
        return self._of_tenant.get(tenant_id, [])

    def get(self, name: str) -> Trunk | None:
        return self._by_name.get(name)

    def meeting(self, trunk: Trunk) -> list[Trunk]:
        """All tenants' trunks that the switch can't tell from this one, itself among them."""
        here = self._places.of(trunk)
        return [t for t in self._by_name.values() if _meet(here, self._places.of(t))]

    async def look_up(self) -> None:
        """Where carriers' names lead just now."""
        await self._places.look_up(
            [host for trunk in self._by_name.values() for host in trunk.peer.hosts]
        )

    def full(self, trunk: Trunk) -> bool:
        return trunk.limit is not None and self._calls(trunk) >= trunk.limit

    def to_try(self, tenant_id: str) -> list[Trunk]:
        """For a call out, the first first; those that seem not to be there after all others."""
        free = [t for t in self._of_tenant.get(tenant_id, ()) if not self.full(t)]
        return sorted(free, key=lambda trunk: trunk.name in self._silent)

    def found(self, online: Mapping[str, bool]) -> None:
        """Which of them, and of others, seem to be there, after we were away."""
        self._silent = {name for name in self._by_name if not online.get(name, True)}

    def answers(self, name: str, *, answers: bool) -> None:
        """A carrier was asked whether it is there. The name may be a phone's, too."""
        if answers:
            self._silent.discard(name)
        elif name in self._by_name:
            self._silent.add(name)

    def carried(self, trunk: Trunk) -> None:
        self._carried[trunk.name] = self._carried.get(trunk.name, 0) + 1

    def rejected(self, trunk: Trunk) -> None:
        self._rejected[trunk.name] = self._rejected.get(trunk.name, 0) + 1

    def registered(self, client_uri: str, *, registered: bool) -> None:
        """A carrier accepted our registration, or not any more."""
        user, _, host = client_uri.removeprefix("sip:").partition("@")
        for trunk in self._by_name.values():
            peer = trunk.peer
            if peer.register and host == peer.host and user in (peer.username, peer.number):
                self._registered[trunk.name] = registered

    def figures(self, tenant_id: str) -> list[TrunkFigures]:
        return [
            TrunkFigures(
                id=trunk.id,
                name=trunk.title,
                registered=self._registered.get(trunk.name, False) if trunk.peer.register else None,
                calls=self._calls(trunk),
                limit=trunk.limit,
                carried=self._carried.get(trunk.name, 0),
                rejected=self._rejected.get(trunk.name, 0),
            )
            for trunk in self._of_tenant.get(tenant_id, ())
        ]
