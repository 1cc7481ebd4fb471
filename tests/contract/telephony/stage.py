"""What the contract needs of a telephone engine under test, whichever it is.

A `Stage` has customers who call in, agents' desk phones, numbers outside, and hears what the engine
tells. `hears` names what somebody hears right now: voices, `music`, `ring`, `prompt:<key>`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from parley.adapters.telephony.taping import RawRecording
from parley.core.desk.customer import Address, Customer
from parley.core.desk.settings import Document
from parley.core.errors import Unavailable
from parley.core.inputs import Input
from parley.core.model import CustomerRef
from parley.core.ports import Telephony

PATIENCE_S = 15.0
I = TypeVar("I", bound=Input)

HOTLINE, CLOSED_LINE = "+8657188880001", "+8657188880009"
ANN, BOB, SUE = "agt_ann", "agt_bob", "agt_sue"
CUSTOMER_NUMBER = "13800001111"


class Person(Protocol):
    """Somebody with a phone that is in a call, or rings."""

    def speak(self, voice: str | None) -> None: ...

    def press(self, digits: str) -> None: ...

    def hang_up(self) -> None: ...

    def hears(self) -> frozenset[str]: ...

    @property
    def connected(self) -> bool: ...

    @property
    def over(self) -> bool: ...

    @property
    def refused_with(self) -> str:
        """How an unanswered call of ours ended: not_found, rejected, busy, other, or ''."""

    @property
    def keys_heard(self) -> str:
        """Digits that were sent to it."""


class Ringing(Person, Protocol):
    """A phone that is called."""

    @property
    def told(self) -> dict[str, str]:
        """interaction and purpose."""

    def answer(self) -> None: ...

    def reject(self, how: str) -> None:
        """busy, rejected, congested."""


class Stage(Protocol):
    @property
    def telephony(self) -> Telephony: ...

    tenant: str
    heard: Heard
    book: Book
    taped: list[RawRecording]

    async def configure(self, *documents: Document) -> None:
        """These in place of those of the same kind and id; a `limit` changes a trunk."""

    async def call(self, number: str = HOTLINE, caller: str = CUSTOMER_NUMBER) -> Person: ...

    async def rung(self, agent_id: str) -> Ringing:
        """The agent's phone rings (waits for it)."""

    async def unplug(self, agent_id: str) -> None:
        """The agent's phone unregisters."""

    async def dialled(self, trunk: str) -> Ringing:
        """The carrier behind this trunk is asked for a number (waits for it)."""

    async def cut(self) -> None:
        """The line between us and the engine breaks, and comes back."""

    async def spoken(self, duration_s: float) -> None:
        """So much time of a recording goes by."""

    async def emptied(self) -> None:
        """Until no channel and no bridge of ours is there any more."""

    def said_in(self, path: Path) -> list[frozenset[str]]:
        """What a recording holds, each quarter of a second."""


class Heard:
    """Everything the engine was told, in order."""

    def __init__(self) -> None:
        self.inputs: list[Input] = []
        self.tenants: list[str] = []  # of each
        self.refuse_next = 0
        self._changed = asyncio.Event()

    async def submit(self, tenant_id: str, input: Input) -> None:
        if self.refuse_next:
            self.refuse_next -= 1
            raise Unavailable("rebuilding")
        self.inputs.append(input)
        self.tenants.append(tenant_id)
        self._changed.set()

    def all(self, kind: type[I], **fields: object) -> list[I]:
        return [
            x for x in self.inputs
            if isinstance(x, kind) and all(getattr(x, k) == v for k, v in fields.items())
        ]  # fmt: skip

    def of(self, tenant_id: str, kind: type[I]) -> list[I]:
        told = zip(self.tenants, self.inputs, strict=True)
        return [x for tenant, x in told if tenant == tenant_id and isinstance(x, kind)]

    async def one(self, kind: type[I], **fields: object) -> I:
        """The first of this kind, as soon as there is one."""
        await until(
            lambda: bool(self.all(kind, **fields)), f"{kind.__name__} {fields}", self.inputs
        )
        return self.all(kind, **fields)[0]


async def until(
    true: Callable[[], object], what: str = "", seen: object = "", patience_s: float = PATIENCE_S
) -> None:
    """As soon as it is true; fails with what was expected and seen."""
    loop = asyncio.get_running_loop()
    end = loop.time() + patience_s
    while not true():
        if loop.time() > end:
            raise AssertionError(f"never: {what}; seen: {seen() if callable(seen) else seen}")
        await asyncio.sleep(0.02)


async def hears(person: Person, *what: str) -> None:
    """Exactly this, and soon."""
    expected = frozenset(what)
    await until(lambda: person.hears() == expected, f"hears {set(what)}", person.hears)


class Book:
    """Customers by number, in place of the store."""

    def __init__(self) -> None:
        self.known: dict[str, CustomerRef] = {}
        self.broken = False

    async def recognise(
        self, tenant_id: str, address: Address, new: Customer, now: float
    ) -> CustomerRef:
        if self.broken:
            raise Unavailable("database_away")
        return self.known.setdefault(address.value, CustomerRef(new.id, new.name))


def documents(*more: Document) -> list[Document]:
    """A center with a hotline and three agents at desk phones."""
    return [
        Document("tenant", "t", {"country": "CN"}),
        Document("entry_point", "ep_hotline", {
            "channel": "voice", "numbers": [HOTLINE], "language": "zh-CN",
            "blocked_numbers": ["13900009999"],
        }),
        Document("entry_point", "ep_closed", {
            "channel": "voice", "numbers": [CLOSED_LINE], "enabled": False,
        }),
        *(Document("agent", agent, {"phone": "sip"}) for agent in (ANN, BOB, SUE)),
        *more,
    ]  # fmt: skip
