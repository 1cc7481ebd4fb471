"""The telephone engine in memory: `ports.Telephony` without a switch, for tests and for running without.

Tests script its people: `twin.call(tenant, number, caller, trunk)` rings one of our numbers and returns the
caller; `twin.phone(tenant, agent)` is an agent's phone, `twin.outside` are phones behind the trunks. What
each hears is computed from where `Arrange` put them.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from parley.adapters.telephony import causes, twin_sound
from parley.adapters.telephony.phones import Phone, phones_of
from parley.adapters.telephony.switchboard import Refusal, Ringing, Switchboard
from parley.adapters.telephony.taping import Keep, RawRecording
from parley.adapters.telephony.trunks import Trunk, Trunks, enabled
from parley.adapters.telephony.twin_people import Person, TwinLeg
from parley.adapters.telephony.twin_player import TwinPlayer
from parley.adapters.telephony.twin_tapes import TwinTapes
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
from parley.core.inputs import Input
from parley.core.model import LegEnd, LegRole, PhoneKind, Place
from parley.core.ports import PhoneAccess, TelephonyStatus, TransportError

GREETING_S = 2.0  # who speaks so long without a pause is a machine, if that is asked
PROMPT_S = 0.0  # how long each part of a prompt takes; in virtual time usually nothing
ALONG = ("offer", "consult")  # purposes that a browser's phone does not answer by itself
TOGETHER = (Place.TALK, Place.ASIDE)

_REFUSED_WITH = {Refusal.UNKNOWN_NUMBER: "not_found", Refusal.BLOCKED: "rejected"}
_SAYS_NO = {"busy": LegEnd.BUSY, "rejected": LegEnd.REJECTED, "congested": LegEnd.UNREACHABLE}
_HUNG_UP_WITH = {"busy": "busy", "rejected": "rejected"}


class TwinPhone:
    """An agent's phone, plugged in or not; `rings` are the calls it got."""

    def __init__(self, tenant_id: str, agent_id: str, changed: Callable[[TwinPhone], None]) -> None:
        self.tenant_id = tenant_id
        self.agent_id = agent_id
        self.plugged = False
        self.rings: list[Person] = []
        self._changed = changed

    def plug(self) -> None:
        self.plugged = True
        self._changed(self)

    def unplug(self) -> None:
        self.plugged = False
        self._changed(self)

    @property
    def person(self) -> Person:
        """Who has this phone at the ear: the latest call."""
        return self.rings[-1]

    def answer(self) -> Person:
        self.person.answer()
        return self.person


class Twin:
    """Implements `ports.Telephony`. `keep` gets recordings written to `spool`."""

    def __init__(
        self, board: Switchboard, keep: Keep, spool: Path, *, prompt_s: float = PROMPT_S,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self.legs: dict[str, TwinLeg] = {}
        self.outside: dict[str, list[Person]] = {}  # trunk -> phones that were called over it
        self._board = board
        self._keep = keep
        self._sleep = sleep
        self._numbers = itertools.count(1)
        self._ended: set[str] = set()
        self._phones: dict[tuple[str, str], TwinPhone] = {}
        self._settings: dict[tuple[str, str], Phone] = {}
        self._trunks = Trunks(self._calls_on)
        self._tapes = TwinTapes(spool, board.now, self._written)
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[str, asyncio.Task[None]] = {}  # of phones that ring
        self._player = TwinPlayer(self._tapes, self, prompt_s, sleep)

    # --- what tests do ------------------------------------------------------------------------------

    def call(self, tenant_id: str, number: str, caller: str, trunk: str) -> Person:
        """Somebody rings one of our numbers over a trunk."""
        person = Person(self)
        found = next((t for t in self._trunks.all(tenant_id) if t.id == trunk), None)
        if found is None or self._trunks.full(found):
            person.over, person.refused_with = True, "other"
            return person
        leg = TwinLeg(
            f"twin-{next(self._numbers)}", tenant_id, LegRole.CUSTOMER, person, trunk=trunk,
            inbound=True,
        )  # fmt: skip
        refusal = self._board.arrived(Ringing(tenant_id, leg.id, trunk, number, caller))
        if refusal is not None:
            person.over, person.refused_with = True, _REFUSED_WITH[refusal]
            return person
        self._add(leg)
        self._trunks.carried(found)
        return person

    def phone(self, tenant_id: str, agent_id: str) -> TwinPhone:
        key = (tenant_id, agent_id)
        if key not in self._phones:
            self._phones[key] = TwinPhone(tenant_id, agent_id, self._phone_changed)
        return self._phones[key]

    async def settle(self) -> None:
        """Until prompts are over and recordings kept."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    # --- ports.Telephony ----------------------------------------------------------------------------

    async def start(self) -> None: ...

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()

    def status(self, tenant_id: str) -> TelephonyStatus:
        return TelephonyStatus(
            state="on",
            legs=sum(leg.tenant_id == tenant_id for leg in self.legs.values()),
            phones=sum(p.plugged for p in self._phones.values() if p.tenant_id == tenant_id),
            trunks=self._trunks.figures(tenant_id),
        )

    async def open_phone(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        user = f"twin-{agent_id}"
        return PhoneAccess(f"sip:{user}@parley", user, f"once-{next(self._numbers)}", 60.0)

    def phone_line(self) -> str | None:
        return None

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        if self._kind(tenant_id, agent_id).kind is PhoneKind.BROWSER:
            self.phone(tenant_id, agent_id).unplug()
        for leg in list(self.legs.values()):
            if (leg.tenant_id, leg.agent_id) == (tenant_id, agent_id):
                self.over(leg, LegEnd.LOST)

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self._board.configure(tenant_id, documents)
        self._trunks.configure(tenant_id, enabled(tenant_id, documents))
        for phone in phones_of(tenant_id, documents):
            known = self._settings.get((tenant_id, phone.agent_id))
            self._settings[tenant_id, phone.agent_id] = phone
            if phone != known and phone.kind is PhoneKind.NUMBER:  # nobody need plug it in
                change = got.PhoneChanged(at=self.now(), agent_id=phone.agent_id, reachable=True)
                self._board.tell(tenant_id, f"phone:{phone.agent_id}", change)

    async def survey(self, tenant_id: str) -> None:
        def found() -> got.LegsFound:
            mine = [
                leg for leg in self.legs.values()
                if leg.tenant_id == tenant_id and not self._board.unsaid(leg.id)
            ]  # fmt: skip
            return got.LegsFound(
                at=self.now(), up=tuple(x.id for x in mine if x.up),
                ringing=tuple(x.id for x in mine if not x.up),
            )  # fmt: skip

        self._board.tell(tenant_id, "survey", found)
        for phone in self._phones.values():
            if phone.tenant_id == tenant_id:
                self._phone_changed(phone)

    async def perform(self, tenant_id: str, command: Command) -> None:
        match command:
            case DialAgent():
                self._dial_agent(tenant_id, command)
            case DialNumber():
                self._dial_number(tenant_id, command)
            case Arrange():
                self._arrange(command)
            case _:
                leg = self.legs.get(getattr(command, "leg_id", ""))
                if leg is not None:
                    self._act(leg, command)
        self.noted()

    def _act(self, leg: TwinLeg, command: Command) -> None:
        match command:
            case AnswerLeg():
                self.answered(leg)
            case HangUp(cause=cause):
                if leg.inbound and not leg.up:
                    leg.person.refused_with = _HUNG_UP_WITH.get(cause, "other")
                self.over(leg, LegEnd.NORMAL)
            case Play():
                self._player.play(leg, command)
            case StopPlaying(playback_id=playback_id):
                if leg.playback == playback_id:
                    self._player.prompt_over(leg)
            case RecordMessage():
                self._player.record(leg, command)
            case SendDigits(digits=digits):
                leg.person.keys_heard += digits
            case _:
                raise TransportError(
                    f"not for telephones: {type(command).__name__}", permanent=True
                )

    # --- calls out ----------------------------------------------------------------------------------

    def _dial_agent(self, tenant_id: str, command: DialAgent) -> None:
        if command.leg_id in self.legs or command.leg_id in self._ended:
            return
        told = {"interaction": command.interaction_id, "purpose": command.purpose}
        leg = TwinLeg(
            command.leg_id, tenant_id, LegRole.AGENT, Person(self, told),
            interaction_id=command.interaction_id, agent_id=command.agent_id,
            meets=command.meets,
        )  # fmt: skip
        settings = self._kind(tenant_id, command.agent_id)
        self._add(leg)
        if settings.kind is PhoneKind.NUMBER:
            self._over_trunks(leg, command.ring_s, command.caller_id)
            return
        phone = self.phone(tenant_id, command.agent_id)
        if not phone.plugged:
            self.over(leg, LegEnd.UNREACHABLE)
            return
        phone.rings.append(leg.person)
        self._rings(leg, command.ring_s)
        if settings.kind is PhoneKind.BROWSER and command.purpose not in ALONG:
            self.answered(leg)

    def _dial_number(self, tenant_id: str, command: DialNumber) -> None:
        if command.leg_id in self.legs or command.leg_id in self._ended:
            return
        roles = {x.role for x in self._of_call(command.interaction_id)}
        role = LegRole.PARTY if LegRole.CUSTOMER in roles else LegRole.CUSTOMER
        leg = TwinLeg(
            command.leg_id, tenant_id, role, Person(self), interaction_id=command.interaction_id,
            amd=command.amd,
        )  # fmt: skip
        self._add(leg)
        self._over_trunks(leg, command.ring_s, command.caller_id)

    def _over_trunks(self, leg: TwinLeg, ring_s: float, caller_id: str | None) -> None:
        leg.wanted_caller_id = caller_id or None
        leg.others = [trunk.id for trunk in self._trunks.to_try(leg.tenant_id)]
        self._next_trunk(leg)
        if leg.id in self.legs:
            self._rings(leg, ring_s)

    def _next_trunk(self, leg: TwinLeg) -> None:
        if not leg.others:
            self.over(leg, LegEnd.UNREACHABLE)
            return
        leg.trunk = leg.others.pop(0)
        trunk = self._trunk(leg)
        leg.caller_id = leg.wanted_caller_id or (trunk.caller_id if trunk else None)
        self.outside.setdefault(leg.trunk, []).append(leg.person)

    def _rings(self, leg: TwinLeg, ring_s: float) -> None:
        self.tell(leg, got.LegRang(at=self.now(), leg_id=leg.id, caller_id=leg.caller_id))
        self._timers[leg.id] = self.spawn(self._give_up(leg, ring_s))

    async def _give_up(self, leg: TwinLeg, ring_s: float) -> None:
        await self._sleep(ring_s)
        if not leg.up:
            self.over(leg, LegEnd.NO_ANSWER)

    # --- what people do (twin_people.Desk) ------------------------------------------------------------

    def answered(self, leg: TwinLeg) -> None:
        if leg.up or leg.picked_up or leg.id not in self.legs:
            return
        self._cancel(leg)
        if leg.amd:
            leg.picked_up = True
            self._timers[leg.id] = self.spawn(self._listen(leg))
        else:
            self._up(leg)

    async def _listen(self, leg: TwinLeg) -> None:
        await self._sleep(GREETING_S)
        if leg.person.voice is not None:
            self.over(leg, LegEnd.MACHINE)
        else:
            self._up(leg)

    def _up(self, leg: TwinLeg) -> None:
        leg.up = True
        self._cancel(leg)
        trunk = self._trunk(leg)
        if trunk is not None and not leg.inbound:
            self._trunks.carried(trunk)
        up = got.LegAnswered(at=self.now(), leg_id=leg.id, trunk=leg.trunk, caller_id=leg.caller_id)
        self.tell(leg, up)
        self._meet(leg)
        self.noted()

    def pressed(self, leg: TwinLeg, digit: str) -> None:
        self.tell(leg, got.DigitPressed(at=self.now(), leg_id=leg.id, digit=digit))
        if digit == "#" and leg.message is not None:
            self._player.message_over(leg)

    def refused(self, leg: TwinLeg, how: str) -> None:
        trunk = self._trunk(leg)
        if how == "congested" and trunk is not None:
            self._trunks.rejected(trunk)
            gone, leg.person = leg.person, Person(self, leg.person.told)
            gone.over, leg.person.leg = True, leg
            self._next_trunk(leg)
        else:
            self.over(leg, _SAYS_NO[how])

    def over(self, leg: TwinLeg, end: LegEnd) -> None:
        """Told exactly once."""
        if self.legs.pop(leg.id, None) is None:
            return
        self._ended.add(leg.id)
        self._cancel(leg)
        customer = self.legs.get(leg.meets or "")
        if customer is not None and leg.place is Place.TALK is customer.place:
            customer.place = Place.MUSIC
        self._player.silence(leg)
        leg.person.over = True
        if leg.message is not None:
            self._player.message_over(leg)
        self._tapes.ended(leg.id)
        code = causes.NORMAL if end is LegEnd.NORMAL else None
        ended = got.LegEnded(
            at=self.now(), leg_id=leg.id, cause=end, code=code, caller_id=leg.caller_id
        )
        self.tell(leg, ended)
        self.noted()

    # --- what is heard --------------------------------------------------------------------------------

    def heard_by(self, leg: TwinLeg) -> frozenset[str]:
        return twin_sound.heard_by(leg, self.legs)

    def noted(self) -> None:
        """What can be heard may have changed: recordings note it."""
        for tape in self._tapes.running:
            leg = self.legs.get(tape.name.leg_id)
            if leg is not None:
                said = frozenset(filter(None, (leg.person.voice,)))
                tape.note(self.now(), said, self.heard_by(leg))

    def _arrange(self, command: Arrange) -> None:
        plans = {plan.leg_id: plan for plan in command.legs}
        rest = [x for x in self._of_call(command.interaction_id) if x.up and x.id not in plans]
        stay = {id_ for x in rest for id_ in (x.id, x.meets) if x.meets}
        for leg in list(self.legs.values()):
            plan = plans.get(leg.id)
            if (plan is None and leg.interaction_id != command.interaction_id) or not leg.up:
                continue
            if leg.id in stay:
                continue
            leg.meets = None
            place = plan.place if plan else Place.ALONE
            moves = place is not leg.place and (place in TOGETHER or leg.place in TOGETHER)
            if leg.playback is not None and moves:
                self._player.prompt_over(leg)
            leg.interaction_id = command.interaction_id
            leg.place, leg.muted = place, bool(plan and plan.muted)
            leg.owner = command.owner_leg
        self._tapes.follow(command, self.legs.get(command.customer_leg or ""))

    def _meet(self, leg: TwinLeg) -> None:
        """A phone that was dialled to meet a customer, who waits, was answered."""
        customer = self.legs.get(leg.meets or "")
        if customer is None or not customer.up or customer.place is not Place.MUSIC:
            return
        if customer.playback is not None:
            self._player.prompt_over(customer)
        leg.place = customer.place = Place.TALK

    def _written(self, write: Callable[[], RawRecording]) -> None:
        async def kept() -> None:
            await self._keep(await asyncio.to_thread(write))

        self.spawn(kept())

    # --- small things -----------------------------------------------------------------------------------

    def _add(self, leg: TwinLeg) -> None:
        leg.person.leg = leg
        self.legs[leg.id] = leg

    def _of_call(self, interaction_id: str | None) -> list[TwinLeg]:
        return [leg for leg in self.legs.values() if leg.interaction_id == interaction_id]

    def _calls_on(self, trunk: Trunk) -> int:
        key = (trunk.tenant_id, trunk.id)
        return sum((leg.tenant_id, leg.trunk) == key for leg in self.legs.values())

    def _trunk(self, leg: TwinLeg) -> Trunk | None:
        return next((t for t in self._trunks.all(leg.tenant_id) if t.id == leg.trunk), None)

    def _kind(self, tenant_id: str, agent_id: str) -> Phone:
        return self._settings.get((tenant_id, agent_id)) or Phone(tenant_id, agent_id)

    def _phone_changed(self, phone: TwinPhone) -> None:
        change = got.PhoneChanged(at=self.now(), agent_id=phone.agent_id, reachable=phone.plugged)
        self._board.tell(phone.tenant_id, f"phone:{phone.agent_id}", change)

    def tell(self, leg: TwinLeg, input: Input) -> None:
        self._board.tell(leg.tenant_id, leg.id, input)

    def now(self) -> float:
        return self._board.now()

    def _cancel(self, leg: TwinLeg) -> None:
        timer = self._timers.pop(leg.id, None)
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
