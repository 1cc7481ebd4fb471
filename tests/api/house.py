"""A company behind the real API: PostgreSQL, an engine, the fan-out, people who sign in."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from parley.adapters.blobs.vault import Vault
from parley.adapters.store.database import Database
from parley.adapters.store.store import PostgresStore
from parley.adapters.telephony.claims import Claims, Clashes
from parley.adapters.telephony.trunks import Places
from parley.api.app import create_app
from parley.api.context import ApiContext, Part
from parley.api.passwords import Passwords
from parley.core import inputs as got
from parley.core.center.center import Step
from parley.core.commands import TELEPHONY, Command, OpenTicket, SendMessage
from parley.core.desk.account import Account, AccountRole
from parley.core.desk.customer import Address, Customer
from parley.core.desk.settings import Document, center_config
from parley.core.model import PresenceStatus
from parley.core.ports import (
    InteractionFilter,
    PhoneAccess,
    SoundState,
    SystemPrompt,
    TelephonyStatus,
)
from parley.engine.clock import SystemClock
from parley.engine.codec import Codec
from parley.engine.desk import TicketDesk
from parley.engine.engine import Engine
from parley.engine.live import Live
from parley.engine.picture import CenterPicture
from parley.engine.screens import EngineSource
from parley.ids import new_id
from parley.rooms import LiveCenter

PASSWORD = "correct horse battery"
ZONE = "Asia/Shanghai"
WEEK = [[[0, 1440]]] * 7
BODIES: Mapping[tuple[str, str], dict[str, Any]] = {
    ("center", "center"): {"interrupts": {"chat": ["chat"]}, "screen_grace_s": 30},
    ("skill", "product"): {"names": {"zh-CN": "产品", "en-US": "Product"}},
    ("hours", "always"): {"name": "24/7", "zone": ZONE, "week": WEEK},
    ("disposition", "solved"): {"names": {"en-US": "Solved"}},
    ("disposition", "other"): {"names": {"en-US": "Other"}},
    ("reason", "lunch"): {"names": {"zh-CN": "午餐", "en-US": "Lunch"}},
    ("queue", "sales"): {
        "names": {"zh-CN": "售前", "en-US": "Sales"},
        "needs": {"product": 3},
        "hours_id": "always",
        "dispositions": ["solved", "other"],
        "pull": True,
    },
    ("queue", "repair"): {"names": {"en-US": "Repair"}, "wrap_up": "none"},
    ("entry_point", "shop"): {
        "channel": "chat",
        "name": "Shop",
        "queue": "sales",
        "topics": [{"key": "repair", "names": {"en-US": "Repair"}, "queue": "repair"}],
        "secret": "s" * 43,
    },
    ("canned_reply", "hello"): {
        "shortcut": "hi",
        "names": {"en-US": "Hello"},
        "texts": {"zh-CN": "{{customer.name}},您好!我是{{agent.name}}。", "en-US": "Hello"},
    },
}
PEOPLE: Mapping[str, tuple[AccountRole, dict[str, int]]] = {
    "lin": (AccountRole.AGENT, {"sales": 1}),
    "chen": (AccountRole.AGENT, {"repair": 1}),
    "zhou": (AccountRole.SUPERVISOR, {"sales": 1}),
    "boss": (AccountRole.SUPERVISOR, {}),
    "admin": (AccountRole.ADMINISTRATOR, {}),
}
HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """The machine's, which a test may put forward."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self.ahead_s = 0.0

    def now(self) -> float:
        return self._clock.now() + self.ahead_s


class MemoryBlobs:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data

    async def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    async def size(self, key: str) -> int | None:
        return len(self.kept[key]) if key in self.kept else None

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        return self.kept[key][start : start + length] if key in self.kept else None

    async def remove(self, key: str) -> None:
        self.kept.pop(key, None)


class Channel:
    """Takes every message at once."""

    def __init__(self) -> None:
        self.sent: list[SendMessage] = []

    async def perform(self, tenant_id: str, command: Command) -> None:
        assert isinstance(command, SendMessage)
        self.sent.append(command)


class Exchange:
    """A telephone engine whose state a test sets; it carries out nothing."""

    def __init__(self) -> None:
        self.told = TelephonyStatus(state="on")
        self.line: str | None = None
        self.opened: list[str] = []
        self.ice_servers: list[dict[str, object]] = []
        self.gone: list[str] = []
        self.performed: list[Command] = []

    async def perform(self, tenant_id: str, command: Command) -> None:
        self.performed.append(command)

    def status(self, tenant_id: str) -> TelephonyStatus:
        return self.told

    async def open_phone(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        self.opened.append(agent_id)
        password = f"pw{len(self.opened)}"
        return PhoneAccess(f"sip:{agent_id}@parley", agent_id, password, 3600.0, self.ice_servers)

    def phone_line(self) -> str | None:
        return self.line

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        self.gone.append(agent_id)

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        """Nothing to be taken over."""

    async def survey(self, tenant_id: str) -> None:
        """No leg is left."""


class Sounds:
    """Sounds of prompts, and how far they are, as a test sets them."""

    def __init__(self) -> None:
        self.told: dict[tuple[str, str], SoundState] = {}
        self.kept: dict[tuple[str | None, str, str], bytes] = {}

    def system(self) -> list[SystemPrompt]:
        welcome = {"zh-CN": "您好", "en-US": "Hello"}
        return [SystemPrompt("welcome", welcome, {"zh-CN": 1.5}, unit=False)]

    def states(self, tenant_id: str) -> Mapping[tuple[str, str], SoundState]:
        return self.told

    async def wav(self, tenant_id: str | None, key: str, language: str) -> bytes | None:
        return self.kept.get((tenant_id, key, language))


class Client(httpx.AsyncClient):
    """A browser that is signed in, or not."""

    me: dict[str, Any]

    async def sign_in(self, email: str, password: str = PASSWORD) -> Client:
        answer = await self.post("/session", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        self.me = answer.json()
        self.headers["X-CSRF-Token"] = self.me["csrf"]
        return self

    async def done(self, method: str, path: str, **arguments: Any) -> Any:
        """The answer's JSON; fails for any problem."""
        answer = await self.request(method, path, **arguments)
        assert answer.status_code in (200, 201), f"{method} {path}: {answer.text}"
        return answer.json()

    async def refused(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        """The problem it is answered with."""
        answer = await self.request(method, path, **arguments)
        assert answer.status_code >= 400, f"{method} {path}: {answer.text}"
        assert answer.headers["content-type"] == "application/problem+json"
        problem: dict[str, Any] = answer.json()
        assert problem["status"] == answer.status_code
        return problem


class House:
    """One or more companies on one node."""

    _numbers = itertools.count(1)  # houses of one test module share a database

    def __init__(self, database: Database) -> None:
        self.domain = f"shop{next(self._numbers)}.test"
        self.clock = Clock()
        self.live = Live()
        self.store = PostgresStore(database, Codec, self._recorded)
        self.blobs = MemoryBlobs()
        self.vault = Vault(self.blobs, b"m" * 48)
        self.telephony = Exchange()
        self.sounds = Sounds()
        self.channel = Channel()
        self.engines: dict[str, Engine] = {}
        self.broken_parts: dict[str, Part] = {}
        self.tenant = ""
        self.elsewhere: dict[str, list[Document]] = {}  # of other companies, as calls know them
        self.app: FastAPI = create_app(self._context(), passwords=Passwords(HASHER))
        self._ids = itertools.count(1)
        self._tasks: list[asyncio.Task[None]] = []
        self._clients: list[Client] = []

    async def open(self) -> House:
        self._tasks.append(asyncio.create_task(self.live.run()))
        self.tenant = await self.add_tenant()
        return self

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()
        for engine in self.engines.values():
            engine.stop()
        await asyncio.wait_for(asyncio.gather(*self._tasks[1:]), 30)
        self._tasks[0].cancel()
        await asyncio.gather(self._tasks[0], return_exceptions=True)

    async def add_tenant(self, domain: str | None = None) -> str:
        """A company with queues, skills and people: lin@, chen@, zhou@, boss@, admin@."""
        tenant_id = new_id("tnt")
        await self.store.add_tenant(tenant_id)
        tenant = {"names": {"zh-CN": "商店", "en-US": "Shop"}, "zone": ZONE}
        documents = [Document(*key, body) for key, body in BODIES.items()]
        documents.append(Document("tenant", tenant_id, tenant))
        for name, (role, queues) in PEOPLE.items():
            await self._add_person(tenant_id, name, role, domain or self.domain)
            profile = {
                "name": name,
                "queues": queues,
                "skills": {"product": 5},
                "capacity": {"chat": 2, "task": 1, "voice": 1},
                "languages": ["zh-CN"],
                "phone": "browser",
                "phone_number": None,
            }
            documents.append(Document("agent", f"{name}.{tenant_id}", profile))
        for document in documents:
            await self.store.documents.save(tenant_id, document, [], new=True)
        await self._lead(tenant_id)
        return tenant_id

    async def _add_person(self, tenant_id: str, name: str, role: AccountRole, domain: str) -> None:
        account = Account(
            id=f"{name}.{tenant_id}",
            tenant_id=tenant_id,
            email=f"{name}@{domain}",
            name=name,
            role=role,
            password_hash=HASHER.hash(PASSWORD),
        )
        await self.store.accounts.save(account, [], new=True)

    async def _lead(self, tenant_id: str) -> None:
        desk = TicketDesk(
            self.store.tickets, self.store.customers, self.store.interactions, self.submit,
            SystemClock(),
        )  # fmt: skip
        leading = asyncio.Event()
        engine: Engine = Engine(
            self.store.shard(tenant_id),
            "node",
            handlers={
                SendMessage: self.channel,
                OpenTicket: desk,
                **dict.fromkeys(TELEPHONY, self.telephony),
            },
            blank=lambda: CenterPicture(
                ZONE, lambda since: self.store.interactions.since_queued(tenant_id, since)
            ),
            published=self.live.published,
            leading=leading.set,
            ended=lambda: self.live.reset(tenant_id),
        )
        self.engines[tenant_id] = engine
        self.live.attach(EngineSource(engine))
        self._tasks.append(asyncio.create_task(engine.run()))
        await asyncio.wait_for(leading.wait(), 30)
        await self.reload_config(tenant_id)

    # --- what the API is given ---------------------------------------------------------------

    def _context(self) -> ApiContext:
        return ApiContext(
            store=self.store,
            blobs=self.blobs,
            vault=self.vault,
            seal=self.vault.seal,
            telephony=self.telephony,
            sounds=self.sounds,
            new_clashes=self._new_clashes,
            centers=lambda tenant_id: (
                LiveCenter(self.engines[tenant_id]) if tenant_id in self.engines else None
            ),
            live=self.live,
            reload_config=self.reload_config,
            clock=self.clock.now,
            readiness=self._parts,
            metrics=lambda: (b"parley_up 1\n", "text/plain"),
        )

    async def _new_clashes(
        self, tenant_id: str, now: Sequence[Document], then: Sequence[Document]
    ) -> Clashes:
        claims = Claims(Places())
        for other, documents in self.elsewhere.items():
            claims.configure(other, documents)
        return await claims.new(tenant_id, now, then)

    async def reload_config(self, tenant_id: str) -> None:
        config = center_config(await self.store.documents.list(tenant_id))
        await self.submit(tenant_id, got.ConfigChanged(at=self.clock.now(), config=config))

    async def _parts(self) -> Mapping[str, Part]:
        return {"database": Part(True), **self.broken_parts}

    def _recorded(self, tenant_id: str, first_seq: int, events: Any) -> None:
        for event in events:
            kind, record_id = getattr(event, "kind", "ticket"), getattr(event, "id", "")
            self.live.changed(tenant_id, kind, record_id)

    # --- what tests do -----------------------------------------------------------------------

    def id(self, name: str) -> str:
        return f"{name}.{self.tenant}"

    def stranger(self) -> Client:
        """A browser that is not signed in."""
        client = Client(
            transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
            base_url="http://parley.test/api/v1",
        )
        self._clients.append(client)
        return client

    def email(self, name: str) -> str:
        return f"{name}@{self.domain}"

    async def signed_in(self, name: str, domain: str | None = None) -> Client:
        return await self.stranger().sign_in(f"{name}@{domain or self.domain}")

    async def submit(self, tenant_id: str, input: got.Input) -> Step:
        return await self.engines[tenant_id].submit(input)

    async def tell(self, kind: type[got.Input], **values: Any) -> Step:
        return await self.submit(self.tenant, kind(at=self.clock.now(), **values))

    async def ready(self, name: str) -> None:
        """A console of theirs is open, and they take work."""
        await self.tell(got.AgentScreenChanged, agent_id=self.id(name), online=True)
        status = PresenceStatus.READY
        step = await self.tell(got.PresenceSet, agent_id=self.id(name), status=status)
        assert step.refusal is None

    async def customer(self, name: str = "王女士", **fields: Any) -> Customer:
        customer = Customer(new_id("cus"), name, **fields)
        address = Address("web", f"vis_{next(self._ids)}")
        await self.store.customers.recognise(self.tenant, address, customer, self.clock.now())
        return customer

    async def ask(
        self,
        text: str = "有白色吗?",
        topic: str | None = None,
        customer: Customer | None = None,
        entry_point: str = "shop",
    ) -> str:
        """A visitor writes: the new interaction's id."""
        known = customer or await self.customer()
        reference = await self.store.customers.known(self.tenant, known.id)
        assert reference is not None
        interaction_id = new_id("int")
        await self.tell(
            got.MessageReceived,
            entry_point=entry_point,
            address=f"web:{interaction_id}",
            message_id=new_id("msg"),
            client_id=new_id("cli"),
            interaction_id=interaction_id,
            text=text,
            customer=reference,
            topic=topic,
        )
        return interaction_id

    async def served(self, name: str, text: str = "有白色吗?", **more: Any) -> str:
        """A conversation that this agent has accepted; they must be ready."""
        interaction_id = await self.ask(text, **more)
        step = await self.tell(
            got.OfferAccepted, interaction_id=interaction_id, agent_id=self.id(name)
        )
        assert step.refusal is None, step.refusal
        return interaction_id

    async def interactions(self) -> int:
        return await self.store.interactions.count(self.tenant, InteractionFilter(), 1000)

    async def audit(self, kind: str) -> list[Any]:
        """RecordChanged events of this kind of record."""
        recorded = await self.store.journal.since(self.tenant, 0, 10_000)
        return [e.event for e in recorded if getattr(e.event, "kind", None) == kind]


@asynccontextmanager
async def open_house(database: Database) -> AsyncIterator[House]:
    house = await House(database).open()
    try:
        yield house
    finally:
        await house.close()
