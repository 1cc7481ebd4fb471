"""Strangers: SIP requests that belong to no trunk and no phone.

Where no desk phone may come from anywhere, only the carriers' addresses are let in, and the kernel drops
the rest unheard (asterisk_filter). Where one may, a stranger is refused, and after REFUSALS within WATCH_S
nothing from there is heard for DENY_S. Where the kernel does not lend the sockets all are refused. Each is
counted. Source: Asterisk's security events over AMI.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import TypeVar

import structlog

from parley.adapters.telephony.asterisk_filter import MOST_NETWORKS, Doors, Network, Rule

BLOCK_BYTES = 256 * 1024
AGAIN_S = 2.0
RENEW_S = 60.0  # names of carriers are looked up again, and who was kept out long enough is let in
LINGER_S = 3_600.0  # a carrier's former address: its calls go on, and names change theirs
REFUSALS, WATCH_S = 10, 60.0
DENY_S = 600.0
KNOWN_S = 3_600.0  # where a phone gave its password so lately nobody is kept out
MOST_WATCHED = 10_000  # addresses; those heard of longest ago are forgotten
OURSELVES = frozenset((ip_network("127.0.0.1"), ip_network("::1")))

T = TypeVar("T")

log = structlog.get_logger("parley.telephony")


class Guarded(StrEnum):
    """How strangers are met."""

    REFUSED = "refused"
    KEPT_OUT = "kept out"  # after some refusals
    UNHEARD = "unheard"


@dataclass(frozen=True, slots=True)
class AmiAccess:
    """Where recordings are started and muted: what ARI can't do."""

    host: str
    port: int
    user: str
    secret: str


class Strangers:
    """Who was refused too often. Times are seconds of any clock."""

    def __init__(self) -> None:
        self._watched: OrderedDict[str, tuple[float, int]] = OrderedDict()  # since when, refusals
        self._denied: OrderedDict[str, float] = OrderedDict()  # until when
        self._known: OrderedDict[str, float] = OrderedDict()  # until when

    def known(self, address: str, now: float) -> None:
        """A phone there gave its password."""
        _remember(self._known, address, now + KNOWN_S)
        self._denied.pop(address, None)

    def refused(self, address: str, now: float) -> bool:
        """Whether it is kept out from now on."""
        since, count = self._watched.pop(address, (now, 0))
        if now - since > WATCH_S:
            since, count = now, 0
        _remember(self._watched, address, (since, count + 1))
        late = count + 1 >= REFUSALS and self._known.get(address, 0.0) < now
        if not late or self._denied.get(address, 0.0) > now:
            return False
        _remember(self._denied, address, now + DENY_S)
        return True

    def denied(self, now: float) -> list[str]:
        """The latest last."""
        while self._denied and next(iter(self._denied.values())) <= now:
            self._denied.popitem(last=False)
        return list(self._denied)


def _remember(kept: OrderedDict[str, T], address: str, what: T) -> None:
    kept[address] = what
    kept.move_to_end(address)
    if len(kept) > MOST_WATCHED:
        kept.popitem(last=False)


class Admitted:
    """The carriers' networks, by what they are called in settings: addresses, networks and names."""

    def __init__(self) -> None:
        self._until: dict[Network, float] = {}

    def renew(self, hosts: Iterable[str], now: float) -> bool:
        """Looks names up. False if one of them is not known (yet)."""
        complete = True
        for host in hosts:
            try:
                self._until |= dict.fromkeys(networks_of(host), now + LINGER_S)
            except (OSError, UnicodeError) as error:
                complete = False
                log.warning("carrier_not_found", host=host, reason=str(error))
        return complete

    def networks(self, now: float) -> frozenset[Network]:
        self._until = {network: end for network, end in self._until.items() if end > now}
        return frozenset(self._until)


def networks_of(host: str) -> list[Network]:
    """An address is a network of one; a name is looked up. Raises OSError, UnicodeError."""
    with suppress(ValueError):
        return [ip_network(host.strip("[]"), strict=False)]
    found = socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
    return [ip_network(str(entry[4][0]).partition("%")[0]) for entry in found]


class Guard:
    """`run` until cancelled. `watch` an Asterisk once it is there, `leave` it before the next."""

    def __init__(
        self, access: AmiAccess, own: str, ports: Sequence[int],
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.guarded = Guarded.REFUSED
        self._access = access
        self._own = own  # where SIP listens, and where the doctor calls from
        self._ports = ports
        self._now = now
        self._refused = 0
        self._dropped = 0  # by sockets that are no more
        self._doors: Doors | None = None
        self._rule: Rule | None = None
        self._hosts: frozenset[str] | None = None
        self._phones = True
        self._strangers = Strangers()
        self._admitted = Admitted()
        self._news = asyncio.Event()

    @property
    def turned_away(self) -> int:
        """Requests that were refused, and packets that were not heard."""
        return self._refused + self._dropped + (self._doors.dropped() if self._doors else 0)

    def watch(self, pid: int) -> bool:
        """False if its sockets can't be had."""
        self.leave()
        self._rule = None
        self._news.set()
        try:
            self._doors = Doors(pid, self._ports)
        except OSError as error:
            log.warning("sip_not_guarded", reason=str(error))
            return False
        return True

    def leave(self) -> None:
        if self._doors is not None:
            self._dropped += self._doors.dropped()
            self._doors.close()
            self._doors = None

    def admit(self, hosts: Iterable[str], *, phones: bool) -> None:
        """Carriers' addresses; `phones` if desk phones may come from anywhere."""
        self._hosts, self._phones = frozenset(hosts), phones
        self._news.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(self._keep_ruling())
            both.create_task(self._keep_listening())

    # --- who is let in ----------------------------------------------------------------------------

    async def _keep_ruling(self) -> None:
        while True:
            self._news.clear()
            if self._hosts is not None:
                await self._rule_again(self._hosts)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), RENEW_S)

    async def _rule_again(self, hosts: Iterable[str]) -> None:
        now = self._now()
        complete = await asyncio.to_thread(self._admitted.renew, (self._own, *hosts), now)
        carriers = self._admitted.networks(now) | OURSELVES
        if self._phones or not complete or len(carriers) > MOST_NETWORKS:
            self._obey(Rule(_without(self._strangers.denied(now), carriers), others=True))
        else:
            self._obey(Rule(carriers, others=False))

    def _obey(self, rule: Rule) -> None:
        if self._doors is None:
            self.guarded = Guarded.REFUSED
        elif rule != self._rule:
            try:
                self._doors.obey(rule)
            except OSError as error:
                log.warning("sip_not_guarded", reason=str(error))
                self.guarded = Guarded.REFUSED
                return
            self._rule = rule
            self.guarded = Guarded.KEPT_OUT if rule.others else Guarded.UNHEARD

    # --- who was refused --------------------------------------------------------------------------

    async def _keep_listening(self) -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(
                    self._access.host, self._access.port, limit=BLOCK_BYTES
                )
                try:
                    writer.write(self._login())
                    await self._listen(reader)
                finally:
                    writer.close()
            await asyncio.sleep(AGAIN_S)

    def _login(self) -> bytes:
        access = self._access
        return (
            f"Action: Login\r\nUsername: {access.user}\r\nSecret: {access.secret}\r\n\r\n".encode()
        )

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        rest = b""
        while block := await reader.read(BLOCK_BYTES):
            *events, rest = (rest + block).split(b"\r\n\r\n")
            for event in events:
                self._hear(event)

    def _hear(self, event: bytes) -> None:
        """One security event: its name, and `RemoteAddress: IPV4/UDP/192.0.2.1/5060`."""
        place = event.partition(b"RemoteAddress: ")[2].partition(b"\r\n")[0].split(b"/")
        if len(place) != 4:
            return
        address = place[2].decode(errors="replace")
        if event.startswith(b"Event: SuccessfulAuth"):
            self._strangers.known(address, self._now())
            return
        self._refused += 1
        if self._strangers.refused(address, self._now()):
            log.info("stranger_kept_out", address=address)
            self._news.set()


def _without(denied: Sequence[str], carriers: Iterable[Network]) -> frozenset[Network]:
    """Those kept out, the latest; never a carrier, in whose name anybody may send."""
    found: list[Network] = []
    for text in reversed(denied):
        with suppress(ValueError):
            address = ip_address(text.partition("%")[0])
            if not any(address in network for network in carriers):
                found.append(ip_network(address))
    return frozenset(found[:MOST_NETWORKS])
