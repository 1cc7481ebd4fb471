"""News of calls become inputs: whose number was dialled, who calls, and in which order it is told.

What happens on one leg is told in order, again and again while the engine cannot hear it. The engine
decides in the order it is asked in, so nothing waits until what was told before is durable: what had no
answer yet is told again from there on. A call is never delayed by what is not known of its caller in time.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from parley.adapters.telephony.numbers import Number, Numbers, ani
from parley.core.desk.customer import Address, Customer
from parley.core.desk.settings import Document
from parley.core.errors import ParleyError
from parley.core.inputs import CallArrived, DigitPressed, Input
from parley.core.model import CustomerRef
from parley.ids import new_id

RECOGNISE_S = 1.0  # who calls must be known by then, or is unknown
PAUSE_S = 0.2  # before telling again; doubled each time
LONGEST_PAUSE_S = 2.0
GIVE_UP_S = 600.0  # no engine for so long: what lives is surveyed when one leads again
MAX_KEYS = 256  # pressed on one leg and not yet told; more are dropped

WITHHELD = {"zh-CN": "匿名来电", "en-US": "Withheld number"}

Submit = Callable[[str, Input], Awaitable[object]]

log = structlog.get_logger("parley.telephony")


class Refusal(StrEnum):
    """Why a call is not taken."""

    UNKNOWN_NUMBER = "unknown_number"
    BLOCKED = "blocked"


class Recogniser(Protocol):
    """The part of `ports.Customers` that is used here."""

    async def recognise(
        self, tenant_id: str, address: Address, new: Customer, now: float
    ) -> CustomerRef: ...


@dataclass(frozen=True, slots=True)
class Ringing:
    """Somebody calls, as the carrier tells it."""

    tenant_id: str
    leg_id: str
    trunk: str | None
    dialled: str
    caller: str = ""
    name: str = ""


class Switchboard:
    def __init__(self, submit: Submit, customers: Recogniser, now: Callable[[], float]) -> None:
        self.refused: Counter[tuple[str, Refusal]] = Counter()
        self._submit = submit
        self._customers = customers
        self._now = now
        self._numbers: dict[str, Numbers] = {}
        self._lanes: dict[tuple[str, str], _Lane] = {}
        self._unsaid: set[str] = set()  # inbound legs that the engine has not heard of yet
        self._tasks: set[asyncio.Task[None]] = set()

    def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self._numbers[tenant_id] = Numbers(documents)

    @property
    def now(self) -> Callable[[], float]:
        return self._now

    # --- calls ----------------------------------------------------------------------------------

    def owns(self, tenant_id: str, trunk: str, dialled: str) -> bool:
        """This number, over this trunk, is the tenant's."""
        numbers = self._numbers.get(tenant_id)
        return numbers is not None and numbers.find(dialled, trunk) is not None

    def arrived(self, call: Ringing) -> Refusal | None:
        """Take the call, or say why not. Its input follows when the caller is known, or in time."""
        numbers = self._numbers.get(call.tenant_id) or Numbers()
        number = numbers.find(call.dialled, call.trunk)
        caller = ani(call.caller, numbers.country)
        refusal = None
        if number is None:
            refusal = Refusal.UNKNOWN_NUMBER
        elif caller and caller in number.blocked:
            refusal = Refusal.BLOCKED
        if refusal is not None or number is None:
            self.refused[call.tenant_id, refusal or Refusal.UNKNOWN_NUMBER] += 1
            log.info("call_refused", tenant=call.tenant_id, reason=refusal)
            return refusal
        arrival = _Arrival(call, number, caller, new_id("int"), self._now())
        self._unsaid.add(call.leg_id)
        self._put(call.tenant_id, call.leg_id, arrival)
        return None

    async def _input(self, arrival: _Arrival) -> CallArrived:
        call = arrival.call
        return CallArrived(
            at=arrival.at, interaction_id=arrival.interaction_id, leg_id=call.leg_id,
            entry_point=arrival.number.entry_point, ani=arrival.caller, dnis=call.dialled,
            customer=await self._customer(arrival), trunk=call.trunk,
        )  # fmt: skip

    async def _customer(self, arrival: _Arrival) -> CustomerRef:
        """Whoever has this number; somebody provisional if that can't be found out in time."""
        call, caller, language = arrival.call, arrival.caller, arrival.number.language
        name = call.name if call.name not in ("", call.caller) else caller
        new = Customer(
            id=new_id("cus"), name=name or WITHHELD.get(language, WITHHELD["en-US"]),
            phone=caller if caller.startswith("+") else None, language=language,
            created_at=arrival.at, updated_at=arrival.at,
        )  # fmt: skip
        address = Address("phone", caller) if caller else Address("external", call.leg_id)
        try:
            async with asyncio.timeout(RECOGNISE_S):
                return await self._customers.recognise(call.tenant_id, address, new, arrival.at)
        except (ParleyError, TimeoutError) as error:
            log.warning("caller_not_recognised", tenant=call.tenant_id, reason=repr(error))
            return CustomerRef(new.id, new.name)

    # --- order --------------------------------------------------------------------------------------

    def tell(self, tenant_id: str, lane: str, news: Input | Callable[[], Input]) -> None:
        """After all that was told of this lane (a leg, a phone) before. A call that makes the news
        is asked again at each attempt."""
        self._put(tenant_id, lane, news)

    def unsaid(self, leg_id: str) -> bool:
        """The leg's call has not been told yet: nobody can know it."""
        return leg_id in self._unsaid

    def _put(self, tenant_id: str, name: str, news: Item) -> None:
        key = (tenant_id, name)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(tenant_id, name)
            task = asyncio.create_task(self._work(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        lane.put(news)

    async def _work(self, lane: _Lane) -> None:
        """Until all of the lane was heard."""
        try:
            while lane.waiting or lane.told:
                if await self._heard(lane):
                    await self._hand_over(lane)
                    await lane.news()
                else:
                    await lane.rest()
        finally:
            del self._lanes[lane.tenant_id, lane.name]
            self._unsaid.discard(lane.name)

    async def _hand_over(self, lane: _Lane) -> None:
        """All that waits, in its order; from then on it counts as said, until that is known to have
        failed."""
        while lane.waiting:
            item = lane.waiting[0]
            if isinstance(item, _Arrival):
                lane.waiting[0] = item = await self._input(item)
            if isinstance(item, CallArrived):
                self._unsaid.discard(item.leg_id)
            news = item if isinstance(item, Input) else item()
            lane.tell(
                lane.waiting.popleft(), asyncio.ensure_future(self._submit(lane.tenant_id, news))
            )

    async def _heard(self, lane: _Lane) -> bool:
        """What was heard is forgotten. False: the engine could not hear; all that it did not hear
        waits again, in its order."""
        while lane.told and lane.told[0][1].done():
            if not _again(lane, *lane.told[0]):
                lane.told.popleft()
                lane.pause_s, lane.rested_s = PAUSE_S, 0.0
                continue
            told = list(lane.told)
            lane.told.clear()
            await asyncio.wait([asked for _, asked in told])
            unheard = [item for item, asked in told if _again(lane, item, asked)]
            lane.waiting.extendleft(reversed(unheard))
            self._unsaid.update(item.leg_id for item in unheard if isinstance(item, CallArrived))
            return False
        return True

    async def settle(self) -> None:
        """Until all is told that there is to tell just now."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A call that was taken, until its caller is known."""

    call: Ringing
    number: Number
    caller: str
    interaction_id: str
    at: float


Item = Input | Callable[[], Input] | _Arrival


class _Lane:
    """What happens on one leg, or phone: in its order, what is not told yet and what had no answer yet."""

    def __init__(self, tenant_id: str, name: str) -> None:
        self.tenant_id = tenant_id
        self.name = name
        self.waiting: deque[Item] = deque()
        self.told: deque[tuple[Item, asyncio.Future[object]]] = deque()
        self.changed = asyncio.Event()
        self.pause_s, self.rested_s = PAUSE_S, 0.0  # since something was heard

    def put(self, news: Item) -> None:
        if len(self.waiting) + len(self.told) < MAX_KEYS or not isinstance(news, DigitPressed):
            self.waiting.append(news)
            self.changed.set()

    async def news(self) -> None:
        """Until something was answered or came, if there is anything to wait for."""
        if self.told and not self.waiting:
            await self.changed.wait()
        self.changed.clear()

    async def rest(self) -> None:
        """Before it is told again; the engine that is away for too long surveys what it missed."""
        if self.rested_s > GIVE_UP_S:
            _dropped(self.tenant_id, self.waiting.popleft(), "no_engine")
        await asyncio.sleep(self.pause_s)
        self.rested_s += self.pause_s
        self.pause_s = min(LONGEST_PAUSE_S, self.pause_s * 2)

    def tell(self, item: Item, asked: asyncio.Future[object]) -> None:
        self.told.append((item, asked))
        asked.add_done_callback(lambda _: self.changed.set())


def _again(lane: _Lane, item: Item, asked: asyncio.Future[object]) -> bool:
    """Whether it must be told again; what the core can't digest is not."""
    error = asked.exception()
    if isinstance(error, ParleyError) and error.retry:
        return True
    if error is not None:
        _dropped(lane.tenant_id, item, repr(error))
    return False


def _dropped(tenant_id: str, item: Item, reason: str) -> None:
    log.error("news_not_told", tenant=tenant_id, kind=type(item).__name__, reason=reason)
