"""People at the twin's telephones: tests hold them, let them speak and press keys, and ask what they hear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from parley.core.model import LegEnd, LegRole, Place


class Desk(Protocol):
    """What people do to the twin."""

    def answered(self, leg: TwinLeg) -> None: ...

    def pressed(self, leg: TwinLeg, digit: str) -> None: ...

    def over(self, leg: TwinLeg, end: LegEnd) -> None: ...

    def refused(self, leg: TwinLeg, how: str) -> None: ...

    def heard_by(self, leg: TwinLeg) -> frozenset[str]: ...

    def noted(self) -> None:
        """What can be heard has changed."""


class Person:
    """Somebody with a telephone at the ear. `voice` is what others hear while they speak."""

    def __init__(self, desk: Desk, told: Mapping[str, str] | None = None) -> None:
        self.voice: str | None = None
        self.over = False
        self.refused_with = ""  # not_found, rejected, busy, other: a call that was not taken
        self.keys_heard = ""
        self.told = dict(told or {})  # what a ringing phone is told: interaction, purpose
        self.leg: TwinLeg | None = None
        self._desk = desk

    @property
    def connected(self) -> bool:
        return self.leg is not None and (self.leg.up or self.leg.picked_up) and not self.over

    def speak(self, voice: str | None) -> None:
        self.voice = voice
        self._desk.noted()

    def press(self, digits: str) -> None:
        for digit in digits:
            if self.leg is not None and self.connected:
                self._desk.pressed(self.leg, digit)

    def hears(self) -> frozenset[str]:
        """`music`, `ring`, `prompt:<key>` and voices."""
        return frozenset() if self.leg is None or self.over else self._desk.heard_by(self.leg)

    def hang_up(self) -> None:
        if self.leg is None or self.over:
            self.over = True
            return
        up_or_theirs = self.leg.up or self.leg.inbound
        self._desk.over(self.leg, LegEnd.NORMAL if up_or_theirs else LegEnd.NO_ANSWER)

    def answer(self) -> None:
        """Of a phone that rings; nothing happens if the caller gave up."""
        if self.leg is not None and not self.over and not self.leg.up:
            self._desk.answered(self.leg)

    def reject(self, how: str = "rejected") -> None:
        """busy, rejected, or congested: the trunk can't take the call."""
        if self.leg is not None and not self.over:
            self._desk.refused(self.leg, how)


@dataclass(slots=True, eq=False)
class TwinLeg:
    """A leg, and where it stands."""

    id: str
    tenant_id: str
    role: LegRole
    person: Person
    interaction_id: str | None = None
    agent_id: str | None = None
    trunk: str | None = None
    caller_id: str | None = None  # that the trunk's carrier was told to show
    wanted_caller_id: str | None = None  # whichever the trunk
    inbound: bool = False
    up: bool = False
    amd: bool = False  # whoever picks up is listened to before the leg is up
    picked_up: bool = False  # and that is being done
    place: Place = Place.ALONE
    muted: bool = False
    owner: str | None = None  # whom it listens to
    playback: str | None = None
    meets: str | None = None  # the leg it talks with once it answers
    sounding: str | None = None  # the part that is played just now
    message: str | None = None  # the recording that is made of it
    message_at: float = 0.0
    others: list[str] = field(default_factory=list)  # trunks to be tried next

    @property
    def says(self) -> str | None:
        """What others may hear of it."""
        return None if self.muted else self.person.voice
