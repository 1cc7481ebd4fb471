"""A whole Parley (embedded PostgreSQL, its Asterisk) with many agents at desk phones, and a carrier.

Agents are signed in as browsers are, each with a live line; their phones are SIPp's (phones.py).
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import websockets
from websockets.typing import Origin

from bench.crowd import DAY_S, a_few_at_once, token_of
from bench.voice import phones, rival
from bench.voice.load import Load
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database
from parley.adapters.store.migrate import migrate
from parley.adapters.store.store import PostgresStore
from parley.adapters.telephony.asterisk_home import Home, free_port, known
from parley.adapters.telephony.asterisk_process import left_over
from parley.adapters.telephony.names import phone_name, trunk_name
from parley.api.caller import COOKIE
from parley.core.desk.account import Account, AccountRole, Session
from parley.core.desk.settings import Document
from parley.engine.codec import Codec
from tests.harness.product import Product

TENANT, TRUNK = "tnt_calls", "sipp"
NUMBER = "+8657188880001"
READY_S = 60.0
BEAT_S = 10.0
ADMIN = 9_999
LOOK_S = 0.5  # at a telephony that starts

_DOCUMENTS = (
    Document("tenant", "tenant", {"names": {"en-US": "Calls"}, "zone": "Asia/Shanghai"}),
    Document("center", "center", {"recording_notice": False}),
    Document(
        "queue", "service",
        {"names": {"en-US": "Service"}, "disposition_required": False, "wrap_up": "none",
         "record": True, "announce_s": None, "ring_s": 20.0, "inactivity_s": None},
    ),
    Document(
        "flow", "straight",
        {"name": "Straight on", "start": "queue", "nodes": {"queue": {"kind": "queue"}}},
    ),
    Document(
        "entry_point", "hotline",
        {"channel": "voice", "name": "Hotline", "queue": "service", "numbers": [NUMBER],
         "flow": "straight", "language": "en-US"},
    ),
    Document(
        "trunk", TRUNK,
        {"name": "SIPp", "host": "127.0.0.1", "port": 9, "codecs": ["ulaw"], "numbers": []},
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ground:
    """What is measured on."""

    product: Product
    home: Home
    load: Load
    parley_pid: int
    asterisk_pid: int
    phones: frozenset[str]  # endpoints
    trunk: str = trunk_name(TENANT, TRUNK)


@asynccontextmanager
async def ground(folder: Path, agents: int) -> AsyncIterator[Ground]:
    """Everybody is there and ready; app_queue has the same phones."""
    await asyncio.to_thread(_prepare, folder, agents)
    sip_port, agent_port = free_port(), free_port()
    product = Product(
        folder, demo=False,
        environment={"PARLEY_TELEPHONY": "true", "PARLEY_SIP_PORT": str(sip_port), "PARLEY_LOG_LEVEL": "warning"},
    )  # fmt: skip
    await asyncio.to_thread(product.start)
    crowd = [Agent(product.url, number) for number in range(agents)]
    try:
        await crowd[0].calls_are_possible()
        await a_few_at_once(10, [agent.open() for agent in crowd])
        home = known(folder / "asterisk")
        assert home is not None
        names = [phone_name(TENANT, agent.id) for agent in crowd]
        await phones.unasked(home, names)
        identities = [agent.phone for agent in crowd if agent.phone is not None]
        await phones.register(identities, agent_port, sip_port)
        await a_few_at_once(10, [agent.ready() for agent in crowd])
        rival.join(home, names)
        process = left_over(home)
        assert process is not None
        load = Load(folder / "load", agent_port, sip_port)
        pid = product.pid
        yield Ground(product, home, load, pid, process.pid, frozenset(names))
    finally:
        for agent in crowd:
            await agent.close()
        await asyncio.to_thread(product.end)


def _prepare(folder: Path, agents: int) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        asyncio.run(_found(server.dsn, agents))
    finally:
        server.stop()


async def _found(dsn: str, agents: int) -> None:
    await migrate(dsn)
    database = Database(dsn)
    await database.open()
    store = PostgresStore(database, Codec)
    await store.add_tenant(TENANT)
    for document in _DOCUMENTS:
        await store.documents.save(TENANT, document, [], new=True)
    for number in range(agents):
        await _hire(store, number)
    await _sign_in(store, _agent_id(ADMIN), ADMIN, AccountRole.ADMINISTRATOR)
    await database.close()


async def _hire(store: PostgresStore, number: int) -> None:
    agent_id = _agent_id(number)
    profile = {
        "name": f"Agent {number}", "queues": {"service": 1}, "capacity": {"voice": 1},
        "phone": "sip",
    }  # fmt: skip
    await store.documents.save(TENANT, Document("agent", agent_id, profile), [], new=True)
    await _sign_in(store, agent_id, number, AccountRole.AGENT)


async def _sign_in(store: PostgresStore, id_: str, number: int, role: AccountRole) -> None:
    now = time.time()
    email = f"agent{number}@example.com"
    await store.accounts.save(
        Account(id_, TENANT, email, f"Agent {number}", role, "none"), [], new=True
    )
    digest = hashlib.sha256(token_of(number).encode()).digest()
    await store.accounts.open_session(Session(digest, TENANT, id_, "csrf", now, now + DAY_S), [])


def _agent_id(number: int) -> str:
    return f"agt_{number:04d}"


class Agent:
    """Signed in, ready, with a desk phone; what the live line says is read and forgotten."""

    def __init__(self, url: str, number: int) -> None:
        self.id = _agent_id(number)
        self.phone: phones.Identity | None = None
        self._url = url
        self._cookie = f"{COOKIE}={token_of(number)}"
        self._tasks: list[asyncio.Task[None]] = []
        headers = {"X-CSRF-Token": "csrf", "Cookie": self._cookie, "Origin": url}
        limits = httpx.Limits(keepalive_expiry=2.0)
        self._client = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=READY_S, limits=limits, trust_env=False
        )

    async def open(self) -> None:
        self._line = await websockets.connect(
            self._url.replace("http", "ws", 1) + "/api/v1/live",
            origin=Origin(self._url), additional_headers={"Cookie": self._cookie},
            compression=None, max_size=None, proxy=None,
        )  # fmt: skip
        await self._line.recv()  # the snapshot: from now on the agent counts as present
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._beat())]
        admin = {"Cookie": f"{COOKIE}={token_of(ADMIN)}"}
        access = await self._client.post(f"/api/v1/people/{self.id}/phone", headers=admin)
        access.raise_for_status()
        told = access.json()
        self.phone = phones.Identity(told["user"], told["password"])

    async def calls_are_possible(self) -> None:
        async with asyncio.timeout(READY_S):
            while True:
                told = (await self._client.get("/api/v1/voice")).raise_for_status().json()
                if told["state"] == "on":
                    return
                await asyncio.sleep(LOOK_S)

    async def ready(self) -> None:
        answer = await self._client.put("/api/v1/presence", json={"status": "ready"})
        answer.raise_for_status()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._client.aclose()

    async def _listen(self) -> None:
        async for _ in self._line:
            pass

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            await self._line.send('{"type":"beat"}')
