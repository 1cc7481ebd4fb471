"""What the exchange knows of each leg: whose it is, where it stands, what was done to it so far."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from parley.adapters.telephony.trunks import Trunk
from parley.core.model import LegEnd, LegRole, Place

UNKNOWN = "unknown"
MAX_ENDED = 10_000  # ended legs that are remembered, so that a repeated command finds them ended


@dataclass(slots=True, eq=False)
class Leg:
    """`None` of what was done means unknown: it was done before we came."""

    id: str
    tenant_id: str
    role: LegRole
    channel: str  # its id at the switch: another for each trunk that is tried
    interaction_id: str | None = None
    agent_id: str | None = None
    trunk: Trunk | None = None
    caller_id: str | None = None  # that the trunk's carrier was told to show
    inbound: bool = False
    up: bool = False
    rang: bool = False
    place: Place | None = None
    bridge: str | None = None
    music: bool | None = False
    tone: str | None = None  # that it hears alone: ring, silence, UNKNOWN
    muted: bool | None = False
    playback: str | None = None
    ear: Ear | None = None
    dial: Dial | None = None  # how it was dialled, if we did
    others: list[Trunk] = field(default_factory=list)  # to be tried next
    attempt: int = 0
    meets: str | None = None  # the leg it talks with once it answers, until that is arranged
    dropped: bool = False  # we hang up
    over: bool = False  # it has ended
    ends_as: LegEnd | None = None  # what its end is to be called, if we know better
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)  # what is done to it: one at a time

    @property
    def dialled(self) -> bool:
        """Somebody is being called and has not answered yet."""
        return not self.inbound and not self.up and not self.dropped


@dataclass(frozen=True, slots=True)
class Dial:
    """What is needed to dial once more, over another trunk."""

    number: str
    caller_id: str
    ring_s: float
    variables: Mapping[str, str]
    amd: bool = False  # whoever answers is listened to first


@dataclass(frozen=True, slots=True)
class Ear:
    """A copy of the owner's audio, for whoever listens to it."""

    snoop: str  # the copying channel
    owner: str  # leg
    whispers: bool


class Legs:
    """All that live, by id and by channel."""

    def __init__(self) -> None:
        self._by_id: dict[str, Leg] = {}
        self._by_channel: dict[str, Leg] = {}
        self._ended: dict[str, None] = {}

    def __iter__(self) -> Iterator[Leg]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, leg_id: str | None) -> Leg | None:
        return self._by_id.get(leg_id or "")

    def of_channel(self, channel: str) -> Leg | None:
        return self._by_channel.get(channel)

    def of_call(self, interaction_id: str | None) -> list[Leg]:
        return [leg for leg in self._by_id.values() if leg.interaction_id == interaction_id]

    def of_tenant(self, tenant_id: str) -> list[Leg]:
        return [leg for leg in self._by_id.values() if leg.tenant_id == tenant_id]

    def of_agent(self, tenant_id: str, agent_id: str) -> list[Leg]:
        return [leg for leg in self.of_tenant(tenant_id) if leg.agent_id == agent_id]

    def on_trunk(self, trunk: Trunk) -> int:
        return sum(
            leg.trunk is not None and leg.trunk.name == trunk.name for leg in self._by_id.values()
        )

    def add(self, leg: Leg) -> None:
        self._by_id[leg.id] = self._by_channel[leg.channel] = leg

    def retry(self, leg: Leg) -> None:
        """The next try has a channel of its own: the last one's news are no longer its."""
        self._by_channel.pop(leg.channel, None)
        leg.attempt += 1
        leg.channel = f"{leg.id}~{leg.attempt}"
        self._by_channel[leg.channel] = leg

    def end(self, leg: Leg) -> bool:
        """False if it had ended before."""
        if self._by_id.pop(leg.id, None) is None:
            return False
        self._by_channel.pop(leg.channel, None)
        leg.over = True
        self._ended[leg.id] = None
        if len(self._ended) > MAX_ENDED:
            del self._ended[next(iter(self._ended))]
        return True

    def has_ended(self, leg_id: str) -> bool:
        return leg_id in self._ended


def leg_id_of(channel: str) -> str:
    """The leg of a channel that we dialled, whichever try it is."""
    return channel.partition("~")[0]
