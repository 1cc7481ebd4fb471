"""What Asterisk tells (ARI events), as far as we want to know it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from parley.adapters.telephony.names import AMD, MACHINE

STASIS = "Stasis"


class Party(msgspec.Struct, frozen=True):
    number: str = ""
    name: str = ""


class Dialled(msgspec.Struct, frozen=True):
    exten: str = ""
    app_name: str = ""  # what runs it just now
    app_data: str = ""  # and what that was given, with commas between


class Channel(msgspec.Struct, frozen=True):
    """What Asterisk calls a channel is a leg here."""

    id: str
    name: str
    state: str = ""  # Down, Ring, Ringing, Up …
    caller: Party = Party()
    dialplan: Dialled = Dialled()
    channelvars: dict[str, str] = {}

    @property
    def tenant(self) -> str:
        return self.channelvars.get("PARLEY_TENANT", "")

    @property
    def ours(self) -> bool:
        """We dialled it."""
        return bool(self.channelvars.get("PARLEY_INTERACTION"))

    @property
    def dialled(self) -> str:
        """The number that a caller dialled, as the dialplan handed it to us (StasisStart's `args`)."""
        given = self.dialplan.app_data.split(",")[1:]
        return given[3] if len(given) > 3 and given[0] == "trunk" else self.dialplan.exten

    @property
    def here(self) -> bool:
        """It was answered, and is in our hands."""
        return self.state == "Up" and self.dialplan.app_name == STASIS and not self.machine

    @property
    def machine(self) -> bool:
        """An answering machine took the call, and nobody has hung up yet."""
        return is_machine(self.dialplan.app_data.split(",")[1:])

    @property
    def held(self) -> bool:
        """It is in our hands, or was dialled for them."""
        return self.ours or self.dialplan.app_name == STASIS

    @property
    def endpoint(self) -> str:
        """`PJSIP/t0123-0000a1` is of endpoint `t0123`; other kinds of channel have none."""
        kind, _, rest = self.name.partition("/")
        return rest.rpartition("-")[0] if kind == "PJSIP" else ""


def is_machine(args: Sequence[str]) -> bool:
    """What the dialplan handed to us, after it had listened."""
    return list(args[:2]) == [AMD, MACHINE]


class Bridge(msgspec.Struct, frozen=True):
    id: str
    channels: tuple[str, ...] = ()


class News(msgspec.Struct, frozen=True, tag_field="type"):
    """One event."""


class StasisStart(News, frozen=True, tag=True):
    channel: Channel
    args: tuple[str, ...] = ()


class ChannelStateChange(News, frozen=True, tag=True):
    channel: Channel


class ChannelDtmfReceived(News, frozen=True, tag=True):
    channel: Channel
    digit: str


class ChannelHold(News, frozen=True, tag=True):
    channel: Channel


class ChannelUnhold(News, frozen=True, tag=True):
    channel: Channel


class ChannelDestroyed(News, frozen=True, tag=True):
    channel: Channel
    cause: int = 0  # Q.850
    tech_cause: int = 0  # the SIP status, if the other side sent one


class Playback(msgspec.Struct, frozen=True):
    id: str
    target_uri: str = ""  # channel:… or bridge:…
    state: str = ""  # done, failed, canceled …


class PlaybackFinished(News, frozen=True, tag=True):
    playback: Playback


class LiveRecording(msgspec.Struct, frozen=True):
    name: str
    target_uri: str = ""
    duration: int = 0  # s
    cause: str = ""


class RecordingFinished(News, frozen=True, tag=True):
    recording: LiveRecording


class RecordingFailed(News, frozen=True, tag=True):
    recording: LiveRecording


class Contact(msgspec.Struct, frozen=True):
    uri: str = ""
    contact_status: str = ""
    aor: str = ""


class Endpoint(msgspec.Struct, frozen=True):
    resource: str = ""
    state: str | None = None


class ApplicationReplaced(News, frozen=True, tag=True):
    """Somebody else listens in our place: we hear nothing any more."""


class ContactStatusChange(News, frozen=True, tag=True):
    contact_info: Contact
    endpoint: Endpoint = Endpoint()


Any_ = (
    StasisStart | ChannelStateChange | ChannelDtmfReceived | ChannelHold | ChannelUnhold
    | ChannelDestroyed | PlaybackFinished | RecordingFinished | RecordingFailed
    | ContactStatusChange | ApplicationReplaced
)  # fmt: skip

KINDS: tuple[type[News], ...] = (
    StasisStart, ChannelStateChange, ChannelDtmfReceived, ChannelHold, ChannelUnhold,
    ChannelDestroyed, PlaybackFinished, RecordingFinished, RecordingFailed, ContactStatusChange,
    ApplicationReplaced,
)  # fmt: skip

WANTED: list[dict[str, Any]] = [{"type": kind.__name__} for kind in KINDS]
"""For the application's event filter: a call would else bring some ninety events more."""

_decode = msgspec.json.Decoder(Any_).decode


def read(frame: str | bytes) -> News | None:
    """One frame of the WebSocket; None for an event that we do not know."""
    try:
        event: News = _decode(frame)
        return event
    except msgspec.ValidationError:
        return None
