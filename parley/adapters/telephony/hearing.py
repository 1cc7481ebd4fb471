"""What the switch tells, event by event in their order: who came, rang, answered, pressed a key, left."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from parley.adapters.telephony import causes, news, survey
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.arranging import Arranger
from parley.adapters.telephony.dialling import Dialler
from parley.adapters.telephony.legs import Leg, Legs
from parley.adapters.telephony.names import Spooled, spooled
from parley.adapters.telephony.phones import UNREACHABLE, Phones
from parley.adapters.telephony.playing import Player
from parley.adapters.telephony.switchboard import Refusal, Ringing, Switchboard
from parley.adapters.telephony.taping import Tapes
from parley.adapters.telephony.telling import Teller
from parley.adapters.telephony.trunks import Trunk, Trunks
from parley.core import inputs as got
from parley.core.model import LegEnd

REFUSED = {
    Refusal.UNKNOWN_NUMBER: causes.UNALLOCATED,  # 404
    Refusal.BLOCKED: causes.REJECTED,  # 403
}

log = structlog.get_logger("parley.telephony")

Spawn = Callable[[Coroutine[Any, Any, None]], None]


@dataclass(frozen=True, slots=True)
class Works:
    """All that an event may set in motion."""

    ari: Ari
    board: Switchboard
    teller: Teller
    legs: Legs
    phones: Phones
    trunks: Trunks
    arranger: Arranger
    dialler: Dialler
    player: Player
    tapes: Tapes
    surveyed: Callable[[str], bool]  # whether a tenant's legs are all known
    spawn: Spawn


class Hearing:
    def __init__(self, works: Works) -> None:
        self._ari = works.ari
        self._board = works.board
        self._teller = works.teller
        self._legs = works.legs
        self._phones = works.phones
        self._trunks = works.trunks
        self._arranger = works.arranger
        self._dialler = works.dialler
        self._player = works.player
        self._tapes = works.tapes
        self._surveyed = works.surveyed
        self._spawn = works.spawn

    def heard(self, event: news.News) -> None:
        match event:
            case news.StasisStart():
                self._came(event.channel, event.args)
            case news.ChannelStateChange():
                self._changed(event.channel)
            case news.ChannelDestroyed():
                self._destroyed(event)
            case news.ChannelDtmfReceived():
                leg = self._legs.of_channel(event.channel.id)
                if leg is not None:
                    self._teller.tell(
                        leg,
                        got.DigitPressed(at=self._teller.now(), leg_id=leg.id, digit=event.digit),
                    )
            case news.PlaybackFinished():
                leg = self._legs.of_channel(event.playback.target_uri.removeprefix("channel:"))
                if leg is not None:
                    self._spawn(self._player.ended(leg, event.playback))
            case news.RecordingFinished() | news.RecordingFailed():
                failed = isinstance(event, news.RecordingFailed)
                self._recorded(event.recording, failed=failed)
            case news.ContactStatusChange():
                contact = event.contact_info
                self._contact(event.endpoint.resource or contact.aor, contact)
            case news.ChannelHold() | news.ChannelUnhold():
                self._held(event.channel, on=isinstance(event, news.ChannelHold))

    def _came(self, channel: news.Channel, args: Sequence[str]) -> None:
        """A leg is ours now: a caller, somebody whom we called and who answered, or a copy."""
        if channel.name.startswith("Snoop/"):
            if not self._arranger.copied(channel.id):
                self._spawn(self._ari.delete(f"/channels/{channel.id}"))
            return
        leg = self._legs.of_channel(channel.id)
        if args and args[0] == "trunk":
            if leg is not None:  # a survey saw it before we heard of it
                self._legs.end(leg)
            self._rang_us(channel, args)
        elif leg is not None and news.is_machine(args):
            self.machine_answered(leg)
        elif leg is not None:
            self.answered(leg)
        elif channel.ours and not self._surveyed(channel.tenant):
            pass  # dialled before our time: the survey takes it over
        else:  # a phone that calls by itself, or a call out that nobody knows of
            self._spawn(self._ari.delete(f"/channels/{channel.id}", reason_code=causes.REJECTED))

    def _rang_us(self, channel: news.Channel, args: Sequence[str]) -> None:
        dialled = args[3] if len(args) > 3 else channel.dialplan.exten
        found = self._trunks.get(channel.endpoint)
        trunk = self._only(found, dialled) if found is not None else None
        if trunk is None or self._trunks.full(trunk):
            if trunk is not None:
                self._trunks.rejected(trunk)
            # that number may well be theirs, but nobody has told us yet
            known = trunk is None and self._surveyed(channel.tenant)
            code = causes.UNALLOCATED if known else causes.CONGESTION
            self._spawn(self._ari.delete(f"/channels/{channel.id}", reason_code=code))
            return
        leg = survey.inbound(channel, trunk)
        refusal = self._board.arrived(
            Ringing(
                trunk.tenant_id, leg.id, trunk.id, dialled, channel.caller.number,
                channel.caller.name,
            )
        )  # fmt: skip
        if refusal is not None:
            code = REFUSED[refusal]
            self._spawn(self._ari.delete(f"/channels/{channel.id}", reason_code=code))
            return
        self._legs.add(leg)
        self._trunks.carried(trunk)
        if trunk is not found:
            self._spawn(self._reassign(channel, trunk))

    def meant(self, found: Trunk, dialled: str) -> Trunk:
        """The trunk whose number it is: the switch names any of those at the carrier's address. A
        number of several companies is that of the trunk it named."""

        owners = self._owners(found, dialled)
        one = len({trunk.tenant_id for trunk in owners}) == 1
        return owners[0] if one and found not in owners else found

    def _only(self, found: Trunk, dialled: str) -> Trunk | None:
        """The trunk whose number it is. A new call to a number of several companies is nobody's."""
        tenants = {trunk.tenant_id for trunk in self._owners(found, dialled)}
        if len(tenants) > 1:
            log.warning("number_of_several_companies", tenants=sorted(tenants), number=dialled)
            return None
        return self.meant(found, dialled)

    def _owners(self, found: Trunk, dialled: str) -> list[Trunk]:
        return [
            trunk for trunk in self._trunks.meeting(found)
            if self._board.owns(trunk.tenant_id, trunk.id, dialled)
        ]  # fmt: skip

    async def _reassign(self, channel: news.Channel, trunk: Trunk) -> None:
        """Whoever takes the leg over after a restart must find whose it is."""
        for name, value in (("PARLEY_TENANT", trunk.tenant_id), ("PARLEY_TRUNK", trunk.id)):
            await self._ari.post(f"/channels/{channel.id}/variable", variable=name, value=value)

    def answered(self, leg: Leg) -> None:
        if leg.up:
            return
        leg.up = True
        trunk = leg.trunk.id if leg.trunk else None
        if leg.trunk is not None and not leg.inbound:
            self._trunks.carried(leg.trunk)
        if leg.dropped:
            self._spawn(self._ari.delete(f"/channels/{leg.channel}", reason_code=causes.NORMAL))
            return
        up = got.LegAnswered(
            at=self._teller.now(), leg_id=leg.id, trunk=trunk, caller_id=leg.caller_id
        )
        self._teller.tell(leg, up)
        self._spawn(self._arranger.meet(leg))

    def machine_answered(self, leg: Leg) -> None:
        """It is hung up on; told is only that it ended."""
        if not leg.dropped:
            leg.ends_as, leg.dropped = LegEnd.MACHINE, True
            if leg.trunk is not None:
                self._trunks.carried(leg.trunk)
        self._spawn(self._ari.delete(f"/channels/{leg.channel}", reason_code=causes.NORMAL))

    def _changed(self, channel: news.Channel) -> None:
        leg = self._legs.of_channel(channel.id)
        if leg is None:
            return
        if channel.state == "Ringing" and not leg.rang and not leg.inbound:
            leg.rang = True
            rang = got.LegRang(at=self._teller.now(), leg_id=leg.id, caller_id=leg.caller_id)
            self._teller.tell(leg, rang)
        elif channel.state == "Up" and leg.inbound:
            self.answered(leg)

    def _destroyed(self, event: news.ChannelDestroyed) -> None:
        leg = self._legs.of_channel(event.channel.id)
        if leg is None:
            return
        code, sip = event.cause, event.tech_cause
        if leg.up:
            end = causes.of_answered(code)
        elif leg.dropped or leg.inbound:
            end = LegEnd.NORMAL
        elif event.channel.state == "Up":
            end = LegEnd.NO_ANSWER  # they picked up, and left before they were ours: no other trunk
        elif leg.others and causes.another_trunk_may_help(code, sip):
            self._spawn(self._dialler.again(leg))
            return
        else:
            if leg.trunk is not None and causes.another_trunk_may_help(code, sip):
                self._trunks.rejected(leg.trunk)
            end = causes.of_unanswered(code, sip)
        self.ended(leg, leg.ends_as or end, code or None)

    def ended(self, leg: Leg, end: LegEnd, code: int | None) -> None:
        """Told exactly once."""
        if not self._legs.end(leg):
            return
        over = got.LegEnded(
            at=self._teller.now(), leg_id=leg.id, cause=end, code=code, caller_id=leg.caller_id
        )
        self._teller.tell(leg, over)
        self._tapes.ended(leg)
        self._player.leg_ended(leg)
        self._spawn(self._arranger.ended(leg))

    def _held(self, channel: news.Channel, *, on: bool) -> None:
        """The phone's own hold key: as if it were pressed on the screen."""
        leg = self._legs.of_channel(channel.id)
        if leg is None or leg.agent_id is None or leg.interaction_id is None:
            return
        self._teller.tell(
            leg,
            got.HoldRequested(
                at=self._teller.now(),
                interaction_id=leg.interaction_id,
                agent_id=leg.agent_id,
                on=on,
            ),
        )

    # --- recordings -----------------------------------------------------------------------------------

    def _recorded(self, recording: news.LiveRecording, *, failed: bool) -> None:
        found = spooled(recording.name)
        if found is None:
            return
        name = found[0]
        leg = self._legs.of_channel(recording.target_uri.removeprefix("channel:"))
        if failed:
            self._teller.not_recorded(name, recording.cause or "failed")
        else:
            self._spawn(self.message_recorded(name))
        if leg is not None:
            self._spawn(self._arranger.resume_music(leg))

    async def message_recorded(self, name: Spooled) -> None:
        """Nobody speaks any more."""
        duration_s = await self._tapes.duration_s(name)
        self._tapes.finish(name)
        self._teller.recorded(name, duration_s)

    # --- phones ---------------------------------------------------------------------------------------

    def _contact(self, endpoint: str, contact: news.Contact) -> None:
        self._trunks.answers(endpoint, answers=contact.contact_status != UNREACHABLE)
        phone = self._phones.contact(endpoint, contact.uri, contact.contact_status)
        if phone is not None:
            reachable = self._phones.reachable(phone)
            self._teller.phone(phone.tenant_id, phone.agent_id, reachable=reachable)
