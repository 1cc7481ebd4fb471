"""News of calls become inputs: whose number was dialled, who calls, and in which order it is told.

What happens on one leg is told in order, again and again while the engine cannot hear it. A call is
never delayed by what is not known of its caller in time.
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
        self._lanes: dict[tuple[str, str], deque[Item]] = {}
        self._unsaid: set[str] = set()  # inbound legs that the engine has not heard of yet
        self._tasks: set[asyncio.Task[None]] = set()

    def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        self._numbers[tenant_id] = Numbers(documents)

    @property
    def now(self) -> Callable[[], float]:
        return self._now

    # --- calls ----------------------------------------------------------------------------------

    def arrived(self, call: Ringing) -> Refusal | None:
        """Take the call, or say why not. Its input follows when the caller is known, or in time."""
        numbers = self._numbers.get(call.tenant_id) or Numbers()
        number = numbers.find(call.dialled)
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

    def _put(self, tenant_id: str, lane: str, news: Item) -> None:
        key = (tenant_id, lane)
        waiting = self._lanes.get(key)
        if waiting is None:
            self._lanes[key] = deque((news,))
            task = asyncio.create_task(self._work(key))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif len(waiting) < MAX_KEYS or not isinstance(news, DigitPressed):
            waiting.append(news)

    async def _work(self, key: tuple[str, str]) -> None:
        waiting = self._lanes[key]
        try:
            while waiting:
                news = waiting[0]
                known = await self._input(news) if isinstance(news, _Arrival) else news
                await self._deliver(key[0], known)
                waiting.popleft()
        finally:
            del self._lanes[key]
            self._unsaid.discard(key[1])

    async def _deliver(self, tenant_id: str, news: Input | Callable[[], Input]) -> None:
        pause, waited = PAUSE_S, 0.0
        while True:
            current = news if isinstance(news, Input) else news()
            try:
                await self._said(tenant_id, current)
                return
            except ParleyError as error:
                kind = type(current).__name__
                if not error.retry or waited > GIVE_UP_S:
                    log.error("news_not_told", tenant=tenant_id, kind=kind, code=error.code)
                    return
            await asyncio.sleep(pause)
            waited, pause = waited + pause, min(LONGEST_PAUSE_S, pause * 2)

    async def _said(self, tenant_id: str, input: Input) -> None:
        """What was handed over counts as said, until that is known to have failed."""
        if not isinstance(input, CallArrived):
            await self._submit(tenant_id, input)
            return
        self._unsaid.discard(input.leg_id)
        try:
            await self._submit(tenant_id, input)
        except ParleyError:
            self._unsaid.add(input.leg_id)
            raise

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
