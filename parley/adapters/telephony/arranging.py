"""Brings a call's legs to their places with as few requests as can be: only what differs is done.

TALK and ASIDE are mixing bridges named by the call; music, the ringing tone and mute are put onto a leg;
a listener is bridged with a copy (snoop) of the owner's audio, which follows the owner everywhere.
An agent's phone that was dialled to meet a customer is bridged with them as soon as it answers: the
arrangement that says so comes a moment later (docs/decisions/0018).
A leg that a prompt is played to can't be moved before the prompt is stopped. Music stops before the leg is
bridged: afterwards another thread of Asterisk feeds the leg, and a stop that meets it at work is lost.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from weakref import WeakValueDictionary

import structlog

from parley.adapters.telephony.ari import Ari, AriError
from parley.adapters.telephony.legs import UNKNOWN, Ear, Leg, Legs
from parley.adapters.telephony.names import APP
from parley.core.commands import Arrange
from parley.core.model import LegPlan, Place

GONE = (400, 404, 409, 412, 422)  # the leg is on its way out, or the bridge is
SNOOP_S = 3.0  # for a copy of a leg to be there
TALK, ASIDE, EAR = "talk", "aside", "ear"
LISTENING = (Place.LISTEN, Place.WHISPER)
TOGETHER = (Place.TALK, Place.ASIDE)
RINGING, SILENCE = "ring", "silence"  # what ARI calls them

log = structlog.get_logger("parley.telephony")


def bridge_name(kind: str, owner: str) -> str:
    return f"{kind}-{owner}"


def ear_bridge(ear: Ear) -> str:
    """Of this ear alone: a bridge that was ended lingers, and its name can't be had again at once."""
    return bridge_name(EAR, ear.snoop)


def ear_of(channel: str) -> tuple[str, Ear] | None:
    """The listening leg and its ear, of a copying channel that was found after an absence."""
    words = channel.split("~")
    if len(words) not in (5, 6) or words[0] != EAR:
        return None
    return words[1], Ear(channel, words[2], words[3] == Place.WHISPER)


def ear_tenant(channel: str) -> str:
    """Whose ear it is; ids of older versions don't tell."""
    words = channel.split("~")
    return words[5] if len(words) == 6 else ""


class Arranger:
    def __init__(self, ari: Ari, legs: Legs) -> None:
        self._ari = ari
        self._legs = legs
        self._bridges: set[str] = set()
        self._copies: dict[str, asyncio.Event] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._numbers = itertools.count(1)

    async def arrange(self, command: Arrange) -> None:
        """Raises AriError if the switch does not answer."""
        async with self._turn(command.interaction_id):
            await self._bring(self._plans(command), command)

    async def meet(self, leg: Leg) -> None:
        """It has answered: an agent's phone that was dialled to meet a customer who waits, or they."""
        for agent in [x for x in self._legs if x.meets is not None and leg.id in (x.id, x.meets)]:
            customer = self._legs.get(agent.meets)
            if customer is not None and customer.up and agent.up and agent.interaction_id:
                await self._meet(agent, customer, agent.interaction_id)

    async def _meet(self, agent: Leg, customer: Leg, interaction_id: str) -> None:
        async with self._turn(interaction_id):
            if any(leg.dropped or leg.over for leg in (agent, customer)):
                return
            if customer.place in (None, Place.MUSIC) and agent.place is None:
                customer.interaction_id = interaction_id
                await self._place(interaction_id, (customer, agent), Place.TALK)

    async def _place(self, interaction_id: str, legs: Sequence[Leg], place: Place) -> None:
        plans = [(leg, LegPlan(leg.id, place)) for leg in legs if not leg.dropped]
        named = tuple(plan for _, plan in plans)
        await self._bring(
            plans, Arrange(lane=interaction_id, interaction_id=interaction_id, legs=named)
        )

    async def _bring(self, plans: Sequence[tuple[Leg, LegPlan]], command: Arrange) -> None:
        await _all(self._leave(leg, plan, command) for leg, plan in plans)
        silent = [leg for leg, plan in plans if plan.place is not Place.MUSIC]
        await _all((
            *(self._mute(leg, plan.muted) for leg, plan in plans),
            *(self._music(leg) for leg in silent),
        ))  # fmt: skip
        talk = [leg for leg, plan in plans if plan.place is Place.TALK]
        aside = [leg for leg, plan in plans if plan.place is Place.ASIDE]
        await _all((
            self._join(bridge_name(TALK, command.interaction_id), talk),
            self._join(bridge_name(ASIDE, command.interaction_id), aside),
            *(self._music(leg) for leg, plan in plans if plan.place is Place.MUSIC),
            *(self._listen(leg, plan, command.owner_leg) for leg, plan in plans),
        ))  # fmt: skip
        await self.tones(command.interaction_id)
        await self.tidy(command.interaction_id)

    def _turn(self, interaction_id: str) -> asyncio.Lock:
        """Of a call: its legs are moved by one at a time."""
        return self._turns.setdefault(interaction_id, asyncio.Lock())

    def _plans(self, command: Arrange) -> list[tuple[Leg, LegPlan]]:
        """All legs of the call that are up; those that nobody named keep nothing.

        Who met a moment ago stays: whoever said this had not heard of it, and will say more."""
        named = {plan.leg_id for plan in command.legs}
        rest = [x for x in self._legs.of_call(command.interaction_id) if x.id not in named]
        stay = {id_ for x in rest if x.up and not x.dropped for id_ in (x.id, x.meets) if x.meets}
        plans = (*command.legs, *(LegPlan(leg.id, Place.ALONE) for leg in rest))
        found = []
        for plan in plans:
            leg = self._legs.get(plan.leg_id)
            if leg is not None and leg.up and not leg.dropped and leg.id not in stay:
                leg.interaction_id = command.interaction_id
                leg.meets = None
                found.append((leg, plan))
        return found

    async def prepare(self, interaction_id: str) -> None:
        """The bridge is there before it is needed: connecting is one request less."""
        await self._bridge(bridge_name(TALK, interaction_id))

    # --- one leg --------------------------------------------------------------------------------

    async def _leave(self, leg: Leg, plan: LegPlan, command: Arrange) -> None:
        async with leg.lock:
            leg.place = plan.place
            if leg.ear is not None and not _same_ear(leg.ear, plan, command.owner_leg):
                await self._drop_ear(leg)
            wanted = self._wanted(leg, plan, command)
            if leg.bridge == wanted:
                return
            if leg.playback is not None:
                await self._ari.delete(f"/playbacks/{leg.playback}")
                leg.playback = None
            if leg.bridge is not None and wanted is None:
                await self._try(leg, f"/bridges/{leg.bridge}/removeChannel", channel=leg.channel)
                leg.bridge = None

    def _wanted(self, leg: Leg, plan: LegPlan, command: Arrange) -> str | None:
        """The bridge it will be in."""
        match plan.place:
            case Place.TALK:
                return bridge_name(TALK, command.interaction_id)
            case Place.ASIDE:
                return bridge_name(ASIDE, command.interaction_id)
            case Place.LISTEN | Place.WHISPER:
                return ear_bridge(leg.ear) if leg.ear is not None else ""  # none that it is in
            case _:
                return None

    async def _join(self, bridge: str, legs: Iterable[Leg]) -> None:
        new = [leg for leg in legs if leg.bridge != bridge]
        if not new:
            return
        await self._bridge(bridge)
        try:
            await self._add(bridge, new)
        except AriError as error:
            if error.http not in GONE:
                raise
            self._bridges.discard(bridge)
            await self._bridge(bridge)  # it may be that: then one by one, without who is gone
            path = f"/bridges/{bridge}/addChannel"
            new = [leg for leg in new if await self._try(leg, path, channel=leg.channel)]
        for leg in new:
            leg.bridge = bridge

    async def _add(self, bridge: str, legs: Iterable[Leg]) -> None:
        channels = ",".join(leg.channel for leg in legs)
        await self._ari.post(f"/bridges/{bridge}/addChannel", channel=channels)

    async def _bridge(self, bridge: str) -> None:
        if bridge not in self._bridges:
            await self._ari.post(f"/bridges/{bridge}", fine=(409,), type="mixing", name=bridge)
            self._bridges.add(bridge)

    async def _music(self, leg: Leg) -> None:
        """Music on or off, as its place says; never while a prompt is played."""
        async with leg.lock:
            wanted = leg.place is Place.MUSIC
            if leg.playback is not None or leg.music is wanted:
                return
            if wanted:
                await self._try(leg, f"/channels/{leg.channel}/moh")
            else:
                await self._undo(leg, f"/channels/{leg.channel}/moh")
            leg.music = wanted

    async def resume_music(self, leg: Leg) -> None:
        """A prompt is over: it took the music's place."""
        if leg.up and not leg.dropped and leg.place is Place.MUSIC:
            await self._music(leg)

    async def _mute(self, leg: Leg, muted: bool) -> None:
        async with leg.lock:
            if leg.muted is muted:
                return
            path = f"/channels/{leg.channel}/mute"
            if muted:
                await self._try(leg, path, direction="in")
            else:
                await self._undo(leg, path, direction="in")
            leg.muted = muted

    async def tones(self, interaction_id: str | None) -> None:
        """Who is alone in a conversation hears that somebody is being called.

        Who is whispered to gets silence, if nothing else: a whisper is mixed into what is sent.
        """
        legs = self._legs.of_call(interaction_id)
        calling = any(leg.dialled for leg in legs)
        whispered = {leg.ear.owner for leg in legs if leg.ear is not None and leg.ear.whispers}
        for leg in legs:
            if not leg.up or leg.dropped:
                continue
            company = [
                x for x in legs
                if x is not leg and x.up and not x.dropped and x.place is leg.place
            ]  # fmt: skip
            wanted = None
            if leg.place in TOGETHER and calling and not company:
                wanted = RINGING
            elif leg.place in TOGETHER and leg.id in whispered and all(x.muted for x in company):
                wanted = SILENCE
            await self._tone(leg, wanted)

    async def _tone(self, leg: Leg, wanted: str | None) -> None:
        """In order: a tone that is stopped before it has begun would drown all that is said."""
        async with leg.lock:
            if leg.tone == wanted:
                return
            if leg.tone is not None:
                tone = RINGING if leg.tone == UNKNOWN else leg.tone
                await self._undo(leg, f"/channels/{leg.channel}/{tone}")
                leg.tone = None
            if wanted is not None:
                await self._try(leg, f"/channels/{leg.channel}/{wanted}")
                leg.tone = wanted

    # --- listening ------------------------------------------------------------------------------

    async def _listen(self, leg: Leg, plan: LegPlan, owner_id: str | None) -> None:
        owner = self._legs.get(owner_id)
        if plan.place not in LISTENING or leg.ear is not None or owner is None or not owner.up:
            return
        number = next(self._numbers)
        snoop = "~".join((EAR, leg.id, owner.id, plan.place, str(number), leg.tenant_id))
        here = self._copies[snoop] = asyncio.Event()
        whisper = "out" if plan.place is Place.WHISPER else "none"
        try:
            path = f"/channels/{owner.channel}/snoop/{snoop}"
            await self._ari.post(path, app=APP, spy="both", whisper=whisper)
            ear = leg.ear = Ear(snoop, owner.id, plan.place is Place.WHISPER)
            async with asyncio.timeout(SNOOP_S):
                await here.wait()
            bridge = ear_bridge(ear)
            await self._bridge(bridge)
            channels = f"{leg.channel},{snoop}"
            await self._ari.post(f"/bridges/{bridge}/addChannel", channel=channels)
            leg.bridge = bridge
        except (AriError, TimeoutError) as error:
            # the owner hangs up just now; the next arrangement says whom to listen to instead
            log.info("not_listening", leg=leg.id, reason=str(error))
            await self._drop_ear(leg)
            if leg.bridge is not None:  # else they would be heard where they were before
                await self._try(leg, f"/bridges/{leg.bridge}/removeChannel", channel=leg.channel)
                leg.bridge = None
        finally:
            del self._copies[snoop]

    def copied(self, channel: str) -> bool:
        """A copying channel has come; False if nobody waits for it."""
        here = self._copies.get(channel)
        if here is not None:
            here.set()
        return here is not None

    async def _drop_ear(self, leg: Leg) -> None:
        ear, leg.ear = leg.ear, None
        if ear is None:
            return
        bridge = ear_bridge(ear)
        if leg.bridge == bridge:
            leg.bridge = None
        await self._ari.delete(f"/channels/{ear.snoop}")
        await self._drop_bridge(bridge)

    # --- ends and beginnings ----------------------------------------------------------------------

    async def ended(self, leg: Leg) -> None:
        """A leg is over (it is no longer among the legs): what was made for it goes too."""
        if leg.meets is not None and leg.interaction_id is not None:
            await self._part(leg, leg.interaction_id)
        if leg.ear is not None:
            await self._drop_ear(leg)
        others = self._legs.of_call(leg.interaction_id)
        for other in others:
            if other.ear is not None and other.ear.owner == leg.id:
                await self._drop_ear(other)
        if others:
            await self.tones(leg.interaction_id)
        elif leg.interaction_id is not None:
            await self.tidy(leg.interaction_id)

    async def _part(self, leg: Leg, interaction_id: str) -> None:
        """It met a customer, and nobody had said yet that it should: they wait on."""
        async with self._turn(interaction_id):
            customer = self._legs.get(leg.meets)
            if customer is not None and leg.place is Place.TALK is customer.place:
                await self._place(interaction_id, (customer,), Place.MUSIC)

    async def tidy(self, interaction_id: str) -> None:
        """The bridges of a call go with its last leg, also if they came a moment after."""
        if not self._legs.of_call(interaction_id):
            await self._drop_bridge(bridge_name(TALK, interaction_id))
            await self._drop_bridge(bridge_name(ASIDE, interaction_id))

    async def _drop_bridge(self, bridge: str) -> None:
        if bridge in self._bridges:
            self._bridges.discard(bridge)
            await self._ari.delete(f"/bridges/{bridge}")

    def found(self, bridge: str, legs: Iterable[Leg]) -> None:
        """A bridge that was there when we came, with these in it."""
        self._bridges.add(bridge)
        for leg in legs:
            leg.bridge = bridge

    def forget(self) -> None:
        """Another Asterisk runs now: it has no bridges."""
        self._bridges.clear()

    # --- requests about a leg that may be gone ------------------------------------------------------

    async def _try(self, leg: Leg, path: str, **query: str) -> bool:
        """Whether it was done."""
        try:
            await self._ari.ask("POST", path, query)
        except AriError as error:
            if error.http not in GONE:
                raise
            log.info("leg_gone", leg=leg.id, path=path, http=error.http)
            return False
        return True

    async def _undo(self, leg: Leg, path: str, **query: str) -> None:
        try:
            await self._ari.delete(path, **query)
        except AriError as error:
            if error.http not in GONE:
                raise
            log.info("leg_gone", leg=leg.id, path=path, http=error.http)


def _same_ear(ear: Ear, plan: LegPlan, owner: str | None) -> bool:
    whispers = plan.place is Place.WHISPER
    return plan.place in LISTENING and ear.owner == owner and ear.whispers is whispers


async def _all(works: Iterable[object]) -> None:
    """All at once; the first error is raised when all have ended."""
    ended = await asyncio.gather(*works, return_exceptions=True)  # type: ignore[call-overload]
    for error in ended:
        if isinstance(error, BaseException):
            raise error
