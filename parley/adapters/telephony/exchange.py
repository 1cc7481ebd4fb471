"""The telephone engine over Asterisk: carries out the core's commands and tells what happens.

`perform` translates each command, `hearing` what the switch tells; the work of each is in its own file:
dialling, arranging, playing, taping, phones, trunks, survey.
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
from parley.adapters.telephony.hearing import Hearing, Works
from parley.adapters.telephony.legs import Leg, Legs
from parley.adapters.telephony.names import Spooled
from parley.adapters.telephony.phones import Phones, phones_of
from parley.adapters.telephony.playing import Player, Prompts
from parley.adapters.telephony.standing import Standing
from parley.adapters.telephony.sweeping import Sweeper
from parley.adapters.telephony.switchboard import Switchboard
from parley.adapters.telephony.taping import MESSAGE, Keep, Tapes
from parley.adapters.telephony.telling import Teller
from parley.adapters.telephony.trunks import Places, Trunks, enabled
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
from parley.core.model import LegEnd
from parley.core.ports import PhoneAccess, TelephonyStatus, TransportError

REGISTRATIONS_S = 15.0  # how often carriers' registrations are looked at
LOOK_UP_S = 60.0  # how often carriers' names are looked up
SWEEP_S = 60.0  # how often what outlived its call is looked for
PHONES_BACK_S = 5.0  # for phones that lost their line with ours; only then they are told to be gone
DIGIT_GAP_MS = 100

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
        turned_away: Callable[[], int] = lambda: 0, places: Places | None = None,
    ) -> None:  # fmt: skip
        self._switch = switch
        self._board = board
        self._turned_away = turned_away
        self.legs = Legs()
        self._ari = Ari(switch.access)
        self._ami = Ami(switch.ami)
        self._peers = peers.Peers(self._ari)
        self._phones = Phones(self._peers, secret)
        self._trunks = Trunks(self.legs.on_trunk, places)
        self._arranger = Arranger(self._ari, self.legs)
        self._dialler = Dialler(
            self._ari, self.legs, self._phones, self._trunks, self._arranger, self._ended
        )
        self._teller = Teller(board)
        self._player = Player(self._ari, prompts, self._arranger, self._teller)
        self._tapes = Tapes(self._ami, switch.recordings, keep, self._teller.not_recorded)
        self._surveyed = survey.Surveyed()
        self._hearing = Hearing(Works(
            self._ari, board, self._teller, self.legs, self._phones, self._trunks, self._arranger,
            self._dialler, self._player, self._tapes, self._surveyed.knows, self._spawn,
        ))  # fmt: skip
        self._sweeper = Sweeper(self._ari, self.legs, self._surveyed.knows, self._ended)
        self._standing = Standing()
        self._tenants: dict[str, None] = {}
        self._furnished = asyncio.Event()
        self._trunks_changed = asyncio.Event()
        self._surveying = asyncio.Lock()
        self._joining = True  # the line is not there yet, or was not joined yet
        self._held: list[news.News] | None = []  # heard till then, or while legs are looked up
        self._tasks: set[asyncio.Task[Any]] = set()
        self._running: list[asyncio.Task[None]] = []
        self._stopping = False

    # --- its life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        works = (
            self._listen(),
            self._ami.run(),
            self._watch_registrations(),
            self._sweep(),
            self._look_up(),
        )
        self._running = [asyncio.create_task(work) for work in works]

    async def _listen(self) -> None:
        """Before anybody's numbers are known, calls would be refused: a carrier does better with 503."""
        await self._furnished.wait()
        line = Line(self._switch.access, self._ari, self._heard, self._joined, self._lost)
        await line.run()

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
            access = await self._phones.open(tenant_id, agent_id)
        except AriError as error:
            raise Unavailable("voice_off", str(error)) from error
        self._spawn(self._phones.lock(tenant_id, agent_id))
        return access

    def phone_line(self) -> str | None:
        return self._switch.phone_line if self._standing.on else None

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        """Its calls can't be told anything any more: they end, as lost."""
        phone = self._phones.gone(tenant_id, agent_id)
        if phone is not None:
            self._teller.phone(tenant_id, agent_id, reachable=False)
        self._spawn(self._phones.lock(tenant_id, agent_id))
        for leg in self.legs.of_agent(tenant_id, agent_id):
            leg.ends_as = LegEnd.LOST
            leg.dropped = True
            self._spawn(self._hang_up(leg, causes.NORMAL))

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self._tenants[tenant_id] = None
        self._board.configure(tenant_id, documents)
        trunks = enabled(tenant_id, documents)
        gone = self._trunks.configure(tenant_id, trunks)
        self._trunks_changed.set()
        try:
            for trunk in gone:
                await self._peers.remove(trunk.name)
            for trunk in trunks:
                await self._peers.put(trunk.peer)
            changed = await self._phones.configure(tenant_id, phones_of(tenant_id, documents))
            for phone in changed if self._standing.on else ():
                self._teller.phone(
                    tenant_id, phone.agent_id, reachable=self._phones.reachable(phone)
                )
        except AriError as error:  # told again when the line is there
            log.warning("switch_not_configured", tenant=tenant_id, reason=str(error))
            self._standing.unconfigured()
        self._furnished.set()

    # --- commands -----------------------------------------------------------------------------------

    async def perform(self, tenant_id: str, command: Command) -> None:
        """What is repeated after a restart may be about legs that are not taken over yet."""
        await self._surveyed.wait(tenant_id)
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
                elif isinstance(command, HangUp) and not self.legs.has_ended(command.leg_id):
                    # whoever asks has not heard that it ended, before we came
                    gone = got.LegEnded(
                        at=self._board.now(), leg_id=command.leg_id, cause=LegEnd.NORMAL
                    )
                    self._board.tell(tenant_id, command.leg_id, gone)

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
        name = Spooled(leg.tenant_id, command.interaction_id, command.recording_id, MESSAGE, leg.id)
        if not await self._tapes.room():
            self._teller.not_recorded(name, "disk_full")
            return
        try:
            await self._player.record(leg, name, command.max_s)
        except AriError as error:
            if error.http == 0:
                raise
            self._teller.not_recorded(name, "refused")

    # --- the line to the switch -----------------------------------------------------------------------

    async def _joined(self) -> None:
        """The line is there (again): what lives is found out, then what happens is told."""
        if await self._standing.news(self._ari):
            self._arranger.forget()
            try:
                await self._peers.again()
            except AriError:
                self._standing.unconfigured()
                raise
        online = await self._peers.online()
        self._phones.found(name for name, here in online.items() if here)
        self._trunks.found(online)
        self._standing.joined()
        for tenant_id in list(self._tenants):
            await self._survey(tenant_id, missed=True)
        async with self._surveying:
            self._joining = False
            self._hear_held()

    def _heard(self, event: news.News) -> None:
        if self._held is None:
            self._hearing.heard(event)
        else:
            self._held.append(event)

    def _hear_held(self) -> None:
        held, self._held = self._held or [], None
        for event in held:
            self._hearing.heard(event)

    async def _lost(self, dead: bool) -> None:
        """Nobody answers any more: no leg lives. Told once."""
        if self._stopping:
            return
        if not self._joining:
            self._hear_held()
        self._joining, self._held = True, []
        self._standing.lost()
        if dead and self._standing.died():
            for leg in self.legs:
                self.legs.end(leg)
            self._tapes.lost_all()
            for tenant_id in self._tenants:
                self._nobody(tenant_id)

    async def survey(self, tenant_id: str) -> None:
        self._tenants[tenant_id] = None
        if self._standing.on:
            with suppress(AriError):  # the line breaks just now: it is done when it is back
                await self._survey(tenant_id, missed=False)
        elif self._standing.dead:
            self._nobody(tenant_id)

    def _nobody(self, tenant_id: str) -> None:
        self._surveyed.add(tenant_id)
        self._tell_found(tenant_id)

    async def _survey(self, tenant_id: str, *, missed: bool) -> None:
        """`missed`: the line was away, and with it news of ends."""
        async with self._surveying:
            channels, new = await self._look(tenant_id, missed=missed)
            messages = await survey.adopt_rest(
                self._ari, channels, new, tenant_id, self.legs, self._arranger, self._tapes
            )
            self._leave_arriving(new)
        self._surveyed.add(tenant_id)
        self._tell_found(tenant_id)
        for name in messages:
            await self._hearing.message_recorded(name)
        self._tell_phones(tenant_id, reachable=True)
        self._spawn(self._tell_gone(tenant_id))

    async def _look(self, tenant_id: str, *, missed: bool) -> tuple[list[news.Channel], list[Leg]]:
        """Which channels live, and which legs of ours we did not know. What is heard meanwhile is
        newer than that, and heard after it."""
        if not self._joining:
            self._held = []
        try:
            channels = await survey.channels(self._ari)
            if missed:
                gone, answered = survey.missed(channels, tenant_id, self.legs)
                for leg in gone:
                    self.legs.end(leg)
                    self._tapes.ended(leg)
                for leg in answered:
                    self._hearing.answered(leg)
            new = survey.adopt(channels, tenant_id, self.legs, self._trunks, self._hearing.meant)
            for leg in survey.machines(channels, tenant_id, self.legs):
                self._hearing.machine_answered(leg)
            return channels, new
        finally:
            if not self._joining:
                self._hear_held()

    def _leave_arriving(self, new: Sequence[Leg]) -> None:
        """Callers whose arrival is heard next are no legs yet: nobody can know them."""
        held = self._held or ()
        arriving = {event.channel.id for event in held if isinstance(event, news.StasisStart)}
        for leg in new:
            if leg.inbound and leg.channel in arriving:
                self.legs.end(leg)

    async def _tell_gone(self, tenant_id: str) -> None:
        """Phones without a line, after a while: theirs may have broken with ours."""
        await asyncio.sleep(PHONES_BACK_S)
        if self._standing.on:
            self._tell_phones(tenant_id, reachable=False)
            await self._phones.lock_left_over(tenant_id, await self._peers.online())

    def _tell_phones(self, tenant_id: str, *, reachable: bool) -> None:
        for phone in self._phones.of_tenant(tenant_id):
            if self._phones.reachable(phone) is reachable:
                self._teller.phone(tenant_id, phone.agent_id, reachable=reachable)

    def _tell_found(self, tenant_id: str) -> None:
        """Which legs there are when it is told, not before: calls come and go meanwhile."""

        def found() -> got.LegsFound:
            mine = [x for x in self.legs.of_tenant(tenant_id) if not self._board.unsaid(x.id)]
            return got.LegsFound(
                at=self._board.now(),
                up=tuple(leg.id for leg in mine if leg.up),
                ringing=tuple(leg.id for leg in mine if not leg.up),
            )

        self._board.tell(tenant_id, "survey", found)

    async def _watch_registrations(self) -> None:
        while True:
            await asyncio.sleep(REGISTRATIONS_S)
            await _once_more("registrations", self._look_at_registrations())

    async def _look_at_registrations(self) -> None:
        with suppress(AmiError, TimeoutError):
            for line in await self._ami.list("PJSIPShowRegistrationsOutbound"):
                uri, state = line.get("ClientUri", ""), line.get("Status", "")
                self._trunks.registered(uri, registered=state == "Registered")

    async def _look_up(self) -> None:
        """Whose trunks are at one carrier, also if one wrote its name and another its address."""
        await self._furnished.wait()
        while True:
            await _once_more("names", self._trunks.look_up())
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_UP_S):
                    await self._trunks_changed.wait()
            self._trunks_changed.clear()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            if not self._standing.on:
                self._sweeper.forget()
                continue
            async with self._surveying:
                await _once_more("left_over", self._sweeper.look())

    # --- small things ---------------------------------------------------------------------------------

    def _ended(self, leg: Leg, end: LegEnd, code: int | None) -> None:
        self._hearing.ended(leg, end, code)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _once_more(what: str, look: Coroutine[Any, Any, None]) -> None:
    """One of many looks: whatever it fails on, the next one tries again."""
    try:
        await look
    except AriError as error:  # the line breaks just now
        log.info("look_failed", look=what, reason=str(error))
    except Exception:
        log.exception("look_failed", look=what)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    """What follows from an event: nobody waits for it, and the switch may be gone meanwhile."""
    try:
        await work
    except AriError as error:
        log.warning("switch_refused", reason=str(error))
