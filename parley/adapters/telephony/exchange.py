"""The telephone engine over Asterisk: carries out the core's commands and tells what happens.

`perform` translates each command; `_heard` is the one place where events of the switch come in, in
their order. The work of each is in its own file: dialling, arranging, taping, phones, trunks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import structlog

from parley.adapters.telephony import asterisk_peers as peers
from parley.adapters.telephony import causes, news, survey
from parley.adapters.telephony.ami import Ami, AmiError, Door
from parley.adapters.telephony.ari import Access, Ari, AriError, Line
from parley.adapters.telephony.arranging import Arranger
from parley.adapters.telephony.dialling import Dialler
from parley.adapters.telephony.legs import Leg, Legs
from parley.adapters.telephony.names import Spooled, spooled
from parley.adapters.telephony.phones import Phones, phones_of
from parley.adapters.telephony.playing import Player, Prompts
from parley.adapters.telephony.standing import Standing
from parley.adapters.telephony.switchboard import Refusal, Ringing, Switchboard
from parley.adapters.telephony.taping import Keep, Tapes
from parley.adapters.telephony.trunks import Trunks, enabled
from parley.core import inputs as got
from parley.core.commands import (
    AnswerLeg,
    Arrange,
    Command,
    DialAgent,
    DialNumber,
    HangUp,
    Play,
    RecordMessage,
    SendDigits,
    StopPlaying,
)
from parley.core.desk.settings import Document
from parley.core.errors import Unavailable
from parley.core.inputs import Input
from parley.core.model import LegEnd
from parley.core.ports import PhoneAccess, TelephonyStatus, TransportError

REGISTRATIONS_S = 15.0  # how often carriers' registrations are looked at
DIGIT_GAP_MS = 100
REFUSED = {
    Refusal.UNKNOWN_NUMBER: causes.UNALLOCATED,  # 404
    Refusal.BLOCKED: causes.REJECTED,  # 403
}

log = structlog.get_logger("parley.telephony")


class Switch(Protocol):
    """An Asterisk that answers (see asterisk.Switch)."""

    @property
    def access(self) -> Access: ...

    @property
    def ami(self) -> Door: ...

    @property
    def recordings(self) -> Path: ...

    @property
    def phone_line(self) -> str: ...


class Exchange:
    """`ports.Telephony`. `start` it once it is configured, `stop` it at the end; calls go on.

    `secret` makes desk phones' passwords; `turned_away` counts strangers' requests.
    """

    def __init__(
        self, switch: Switch, board: Switchboard, prompts: Prompts, keep: Keep, secret: bytes,
        turned_away: Callable[[], int] = lambda: 0,
    ) -> None:  # fmt: skip
        self._switch = switch
        self._board = board
        self._turned_away = turned_away
        self.legs = Legs()
        self._ari = Ari(switch.access)
        self._ami = Ami(switch.ami)
        self._peers = peers.Peers(self._ari)
        self._phones = Phones(self._peers, secret)
        self._trunks = Trunks(self.legs.on_trunk)
        self._arranger = Arranger(self._ari, self.legs)
        self._dialler = Dialler(
            self._ari, self.legs, self._phones, self._trunks, self._arranger, self._ended
        )
        self._player = Player(self._ari, prompts, self._arranger, self._tell, board.now)
        self._tapes = Tapes(self._ami, switch.recordings, keep, self._not_recorded)
        self._standing = Standing()
        self._tenants: dict[str, None] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running: list[asyncio.Task[None]] = []
        self._stopping = False

    # --- its life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        line = Line(self._switch.access, self._ari, self._heard, self._joined, self._lost)
        works = (line.run(), self._ami.run(), self._watch_registrations())
        self._running = [asyncio.create_task(work) for work in works]

    async def stop(self) -> None:
        """Calls go on without us: see `asterisk` for who ends them."""
        self._stopping = True
        tasks = [*self._running, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._tapes.settle()
        self._ari.close()

    def status(self, tenant_id: str) -> TelephonyStatus:
        return self._standing.status(
            legs=len(self.legs.of_tenant(tenant_id)),
            phones=self._phones.count(tenant_id),
            trunks=self._trunks.figures(tenant_id),
            turned_away=self._turned_away(),
        )

    # --- phones and settings ------------------------------------------------------------------------

    async def open_phone(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        try:
            return await self._phones.open(tenant_id, agent_id)
        except AriError as error:
            raise Unavailable("voice_off", str(error)) from error

    def phone_line(self) -> str | None:
        return self._switch.phone_line if self._standing.on else None

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        """Its calls can't be told anything any more: they end, as lost."""
        phone = self._phones.gone(tenant_id, agent_id)
        if phone is not None:
            self._phone_changed(tenant_id, agent_id, reachable=False)
        for leg in self.legs.of_agent(tenant_id, agent_id):
            leg.ends_as = LegEnd.LOST
            leg.dropped = True
            self._spawn(self._hang_up(leg, causes.NORMAL))

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self._tenants[tenant_id] = None
        self._board.configure(tenant_id, documents)
        trunks = enabled(tenant_id, documents)
        gone = self._trunks.configure(tenant_id, trunks)
        try:
            for trunk in gone:
                await self._peers.remove(trunk.name)
            for trunk in trunks:
                await self._peers.put(trunk.peer)
            await self._phones.configure(tenant_id, phones_of(tenant_id, documents))
        except AriError as error:  # told again when the line is there
            log.warning("switch_not_configured", tenant=tenant_id, reason=str(error))
            self._standing.unconfigured()

    # --- commands -----------------------------------------------------------------------------------

    async def perform(self, tenant_id: str, command: Command) -> None:
        try:
            await self._perform(tenant_id, command)
        except AriError as error:
            raise TransportError(str(error), permanent=400 <= error.http < 500) from error

    async def _perform(self, tenant_id: str, command: Command) -> None:
        match command:
            case DialAgent():
                await self._dialler.agent(tenant_id, command)
            case DialNumber():
                await self._dialler.number(tenant_id, command)
            case Arrange():
                customer = self.legs.get(command.customer_leg)
                await self._arranger.arrange(command)
                await self._tapes.follow(command, customer)
            case _:
                leg = self.legs.get(getattr(command, "leg_id", None))
                if leg is not None:
                    await self._act(leg, command)

    async def _act(self, leg: Leg, command: Command) -> None:
        """A command about one leg, which lives as far as we know."""
        match command:
            case AnswerLeg():
                if not leg.up:
                    await self._player.gone_is_fine(f"/channels/{leg.channel}/answer")
            case HangUp(cause=cause):
                leg.dropped = True
                await self._hang_up(leg, causes.HANG_UP.get(cause, causes.NORMAL))
            case Play():
                await self._player.play(leg, command)
            case StopPlaying():
                await self._player.stop(leg, command)
            case RecordMessage():
                await self._record(leg, command)
            case SendDigits(digits=digits):
                path = f"/channels/{leg.channel}/dtmf"
                await self._player.gone_is_fine(path, dtmf=digits, between=DIGIT_GAP_MS)
            case _:
                raise TransportError(
                    f"not for telephones: {type(command).__name__}", permanent=True
                )

    async def _hang_up(self, leg: Leg, code: int) -> None:
        await self._ari.delete(f"/channels/{leg.channel}", reason_code=code)

    async def _record(self, leg: Leg, command: RecordMessage) -> None:
        leg.interaction_id = command.interaction_id
        name = Spooled(leg.tenant_id, command.interaction_id, command.recording_id, "voicemail")
        try:
            await self._player.record(leg, name, command.max_s)
        except AriError as error:
            if error.http == 0:
                raise
            self._not_recorded(name, "refused")

    # --- news of the switch -----------------------------------------------------------------------------

    def _heard(self, event: news.News) -> None:
        match event:
            case news.StasisStart():
                self._came(event.channel, event.args)
            case news.ChannelStateChange():
                self._changed(event.channel)
            case news.ChannelDestroyed():
                self._destroyed(event)
            case news.ChannelDtmfReceived():
                leg = self.legs.of_channel(event.channel.id)
                if leg is not None:
                    self._tell(
                        leg, got.DigitPressed(at=self._now(), leg_id=leg.id, digit=event.digit)
                    )
            case news.PlaybackFinished():
                leg = self.legs.of_channel(event.playback.target_uri.removeprefix("channel:"))
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
        leg = self.legs.of_channel(channel.id)
        if leg is not None:
            self._answered(leg)
        elif args and args[0] == "trunk":
            self._rang_us(channel, args)
        else:  # a phone that calls by itself, or a call out that nobody knows of
            self._spawn(self._ari.delete(f"/channels/{channel.id}", reason_code=causes.REJECTED))

    def _rang_us(self, channel: news.Channel, args: Sequence[str]) -> None:
        trunk = self._trunks.get(channel.endpoint)
        if trunk is None or self._trunks.full(trunk):
            if trunk is not None:
                self._trunks.rejected(trunk)
            code = causes.CONGESTION if trunk else causes.UNALLOCATED
            self._spawn(self._ari.delete(f"/channels/{channel.id}", reason_code=code))
            return
        leg = survey.inbound(channel, trunk)
        dialled = args[3] if len(args) > 3 else channel.dialplan.exten
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
        self.legs.add(leg)
        self._trunks.carried(trunk)

    def _answered(self, leg: Leg) -> None:
        if leg.up:
            return
        leg.up = True
        trunk = leg.trunk.id if leg.trunk else None
        if leg.trunk is not None and not leg.inbound:
            self._trunks.carried(leg.trunk)
        if leg.dropped:
            self._spawn(self._hang_up(leg, causes.NORMAL))
            return
        self._tell(leg, got.LegAnswered(at=self._now(), leg_id=leg.id, trunk=trunk))

    def _changed(self, channel: news.Channel) -> None:
        leg = self.legs.of_channel(channel.id)
        if leg is None:
            return
        if channel.state == "Ringing" and not leg.rang and not leg.inbound:
            leg.rang = True
            self._tell(leg, got.LegRang(at=self._now(), leg_id=leg.id))
        elif channel.state == "Up" and leg.inbound:
            self._answered(leg)

    def _destroyed(self, event: news.ChannelDestroyed) -> None:
        leg = self.legs.of_channel(event.channel.id)
        if leg is None:
            return
        code, sip = event.cause, event.tech_cause
        if leg.up:
            end = causes.of_answered(code)
        elif leg.dropped or leg.inbound:
            end = LegEnd.NORMAL
        elif leg.others and causes.another_trunk_may_help(code, sip):
            self._spawn(self._dialler.again(leg))
            return
        else:
            if leg.trunk is not None and causes.another_trunk_may_help(code, sip):
                self._trunks.rejected(leg.trunk)
            end = causes.of_unanswered(code, sip)
        self._ended(leg, leg.ends_as or end, code or None)

    def _ended(self, leg: Leg, end: LegEnd, code: int | None) -> None:
        """Told exactly once."""
        if not self.legs.end(leg):
            return
        self._tell(leg, got.LegEnded(at=self._now(), leg_id=leg.id, cause=end, code=code))
        self._tapes.ended(leg)
        self._player.leg_ended(leg)
        self._spawn(self._arranger.ended(leg))

    def _held(self, channel: news.Channel, *, on: bool) -> None:
        """The phone's own hold key: as if it were pressed on the screen."""
        leg = self.legs.of_channel(channel.id)
        if leg is None or leg.agent_id is None or leg.interaction_id is None:
            return
        self._tell(
            leg,
            got.HoldRequested(
                at=self._now(), interaction_id=leg.interaction_id, agent_id=leg.agent_id, on=on
            ),
        )

    # --- recordings -----------------------------------------------------------------------------------

    def _recorded(self, recording: news.LiveRecording, *, failed: bool) -> None:
        found = spooled(recording.name)
        if found is None:
            return
        name = found[0]
        leg = self.legs.of_channel(recording.target_uri.removeprefix("channel:"))
        lane = leg.id if leg is not None else name.interaction_id
        if failed:
            self._not_recorded(name, recording.cause or "failed")
        else:
            self._spawn(self._message_recorded(lane, name))
        if leg is not None:
            self._spawn(self._arranger.resume_music(leg))

    async def _message_recorded(self, lane: str, name: Spooled) -> None:
        duration_s = await self._tapes.duration_s(name)
        self._tapes.finish(name)
        self._board.tell(
            name.tenant_id, lane,
            got.MessageRecorded(
                at=self._now(), leg_id=lane, recording_id=name.recording_id, duration_s=duration_s
            ),
        )  # fmt: skip

    def _not_recorded(self, name: Spooled, reason: str) -> None:
        self._board.tell(
            name.tenant_id, name.interaction_id,
            got.RecordingFailed(
                at=self._now(), interaction_id=name.interaction_id,
                recording_id=name.recording_id, reason=reason,
            ),
        )  # fmt: skip

    # --- phones -----------------------------------------------------------------------------------------

    def _contact(self, endpoint: str, contact: news.Contact) -> None:
        phone = self._phones.contact(endpoint, contact.uri, contact.contact_status)
        if phone is not None:
            reachable = self._phones.reachable(phone)
            self._phone_changed(phone.tenant_id, phone.agent_id, reachable=reachable)

    def _phone_changed(self, tenant_id: str, agent_id: str, *, reachable: bool) -> None:
        change = got.PhoneChanged(at=self._now(), agent_id=agent_id, reachable=reachable)
        self._board.tell(tenant_id, f"phone:{agent_id}", change)

    # --- the line to the switch -----------------------------------------------------------------------

    async def _joined(self) -> None:
        """The line is there (again): what lives is found out, then what happens is told."""
        if await self._standing.joined(self._ari):
            self._arranger.forget()
            await self._peers.again()
        self._phones.found(await survey.online(self._ari))
        for tenant_id in list(self._tenants):
            await self._survey(tenant_id)

    async def _lost(self, dead: bool) -> None:
        """Nobody answers any more: no leg lives. Told once."""
        if self._stopping:
            return
        self._standing.lost()
        if dead and self._standing.died():
            for leg in self.legs:
                self.legs.end(leg)
            self._tapes.lost_all()
            for tenant_id in self._tenants:
                self._tell_found(tenant_id)

    async def survey(self, tenant_id: str) -> None:
        self._tenants[tenant_id] = None
        if self._standing.on:
            with suppress(AriError):  # the line breaks just now: it is done when it is back
                await self._survey(tenant_id)
        elif self._standing.dead:
            self._tell_found(tenant_id)

    async def _survey(self, tenant_id: str) -> None:
        messages = await survey.adopt(
            self._ari, tenant_id, self.legs, self._trunks, self._arranger, self._tapes
        )
        self._tell_found(tenant_id)
        for name in messages:
            await self._message_recorded(name.interaction_id, name)
        for phone in self._phones.of_tenant(tenant_id):
            reachable = self._phones.reachable(phone)
            self._phone_changed(tenant_id, phone.agent_id, reachable=reachable)

    def _tell_found(self, tenant_id: str) -> None:
        """Which legs there are when it is told, not before: calls come and go meanwhile."""

        def found() -> got.LegsFound:
            mine = [x for x in self.legs.of_tenant(tenant_id) if not self._board.unsaid(x.id)]
            return got.LegsFound(
                at=self._now(),
                up=tuple(leg.id for leg in mine if leg.up),
                ringing=tuple(leg.id for leg in mine if not leg.up),
            )

        self._board.tell(tenant_id, "survey", found)

    async def _watch_registrations(self) -> None:
        while True:
            await asyncio.sleep(REGISTRATIONS_S)
            with suppress(AmiError, TimeoutError):
                for line in await self._ami.list("PJSIPShowRegistrationsOutbound"):
                    uri, state = line.get("ClientUri", ""), line.get("Status", "")
                    self._trunks.registered(uri, registered=state == "Registered")

    # --- small things ---------------------------------------------------------------------------------

    def _now(self) -> float:
        return self._board.now()

    def _tell(self, leg: Leg, input: Input) -> None:
        self._board.tell(leg.tenant_id, leg.id, input)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    """What follows from an event: nobody waits for it, and the switch may be gone meanwhile."""
    try:
        await work
    except AriError as error:
        log.warning("switch_refused", reason=str(error))
