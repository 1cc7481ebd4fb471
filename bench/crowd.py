"""A crowd for a chat server: many visitors and agents on real WebSockets, all in this process."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin

from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database
from parley.adapters.store.migrate import migrate
from parley.adapters.store.store import PostgresStore
from parley.api.caller import COOKIE
from parley.core.desk.account import Account, AccountRole, Session
from parley.core.desk.settings import Document
from parley.engine.codec import Codec

TENANT, ENTRY = "tnt_crowd", "crowd"
DAY_S = 86400.0


def token_of(agent: int) -> str:
    return f"bench-token-of-agent-{agent:04d}"


async def found(dsn: str, agents: int, capacity: int) -> None:
    """A tenant with one queue, its agents signed in: their passwords are not what is measured."""
    await migrate(dsn)
    database = Database(dsn)
    await database.open()
    store = PostgresStore(database, Codec)
    await store.add_tenant(TENANT)
    queue = {"names": {"en-US": "Service"}, "disposition_required": False, "inactivity_s": None}
    entry = {"channel": "chat", "name": "Crowd", "queue": "service"}
    tenant = {"names": {"en-US": "Crowd"}, "zone": "Asia/Shanghai"}
    documents = [
        Document("tenant", "tenant", tenant),
        Document("queue", "service", queue),
        Document("entry_point", ENTRY, entry),
    ]
    for document in documents:
        await store.documents.save(TENANT, document, [], new=True)
    for number in range(agents):
        await _hire(store, number, capacity)
    await database.close()


async def _hire(store: PostgresStore, number: int, capacity: int) -> None:
    agent_id, now = f"agt_{number:04d}", time.time()
    profile = {"name": f"Agent {number}", "queues": {"service": 1}, "capacity": {"chat": capacity}}
    await store.documents.save(TENANT, Document("agent", agent_id, profile), [], new=True)
    account = Account(
        agent_id, TENANT, f"agent{number}@example.com", f"Agent {number}", AccountRole.AGENT, "none"
    )
    await store.accounts.save(account, [], new=True)
    digest = hashlib.sha256(token_of(number).encode()).digest()
    session = Session(digest, TENANT, agent_id, "csrf", now, now + DAY_S)
    await store.accounts.open_session(session, [])


def prepare(data_dir: Path, agents: int, capacity: int) -> None:
    """The data directory of a Parley that knows the crowd's agents; nothing runs afterwards."""
    server = EmbeddedPostgres(data_dir)
    server.start()
    try:
        asyncio.run(found(server.dsn, agents, capacity))
    finally:
        server.stop()


@dataclass(slots=True)
class Delays:
    """From sending a message to the other side's socket receiving it, in seconds."""

    sent: dict[str, float] = field(default_factory=dict)  # text -> when
    took: list[float] = field(default_factory=list)
    refused: int = 0  # by the server, because it could not keep up

    def stamp(self, text: str) -> str:
        self.sent[text] = time.perf_counter()
        return text

    def forget(self) -> None:
        self.sent, self.took, self.refused = {}, [], 0

    def arrived(self, text: str) -> None:
        began = self.sent.pop(text, None)
        if began is not None:
            self.took.append(time.perf_counter() - began)


class Agent:
    """Accepts whatever is offered; `replies` answers each message at once."""

    def __init__(self, url: str, number: int, asked: Delays, answered: Delays) -> None:
        self.replies = False
        self._asked = asked
        self._answered = answered
        self._url = url
        self._token = token_of(number)
        self._tasks: set[asyncio.Task[None]] = set()
        self._offers: set[str] = set()
        headers = {"X-CSRF-Token": "csrf", "Cookie": f"{COOKIE}={self._token}", "Origin": url}
        # The server closes idle lines after 5 s; a request must not meet that moment.
        limits = httpx.Limits(keepalive_expiry=2.0)
        self._client = httpx.AsyncClient(base_url=url, headers=headers, timeout=60.0, limits=limits)

    async def open(self) -> None:
        self._line = await websockets.connect(
            self._url.replace("http", "ws", 1) + "/api/v1/live",
            origin=Origin(self._url),
            additional_headers={"Cookie": f"{COOKIE}={self._token}"},
            compression=None,
            max_size=None,
        )
        await self._line.recv()  # the snapshot: from now on the agent counts as present
        self._do(self._listen())
        self._do(self._beat())
        answer = await self._client.put("/api/v1/presence", json={"status": "ready"})
        answer.raise_for_status()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._line.close()
        await self._client.aclose()

    async def _listen(self) -> None:
        async for text in self._line:
            frame = json.loads(text)
            if frame["type"] == "message":
                self._hear(frame["message"])
            for row in _work_in(frame):
                if row["role"] == "offer" and row["id"] not in self._offers:
                    self._offers.add(row["id"])
                    self._do(self._post(f"/api/v1/interactions/{row['id']}/accept", {}))

    def _hear(self, message: dict[str, Any]) -> None:
        if message["sender"] != "customer":
            return
        self._asked.arrived(message["text"])
        if self.replies:
            text = self._answered.stamp(f"re: {message['text']}")
            body = {"client_id": secrets.token_hex(8), "text": text}
            self._do(self._post(f"/api/v1/interactions/{message['interaction_id']}/messages", body))

    async def _post(self, path: str, body: dict[str, Any]) -> None:
        try:
            answer = await self._client.post(path, json=body)
            self._answered.refused += answer.is_error
        except httpx.HTTPError:
            self._answered.refused += 1

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(10)
            await self._line.send('{"type":"beat"}')

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _work_in(frame: dict[str, Any]) -> list[dict[str, Any]]:
    if frame["type"] == "snapshot":
        return list(frame["work"])
    if frame["type"] == "rows":
        return [row for row in (frame.get("work") or {}).values() if row is not None]
    return []


class Visitor:
    def __init__(self, url: str, asked: Delays, answered: Delays) -> None:
        self.phase = "idle"
        self._url = url
        self._asked = asked
        self._answered = answered
        self._line: ClientConnection
        self._acks: dict[str, asyncio.Future[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._count = 0

    async def open(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/chat/v1/session", json={"entry": ENTRY, "language": "en-US"})
        answer.raise_for_status()
        self.id = answer.json()["visitor_id"]
        self._line = await websockets.connect(
            self._url.replace("http", "ws", 1) + "/chat/v1/live",
            origin=Origin(self._url), compression=None, max_queue=None,
        )  # fmt: skip
        hello = {"type": "hello", "token": answer.json()["token"], "after_seq": 0}
        await self._line.send(json.dumps(hello))
        await self._line.recv()
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._beat())]

    async def send(self) -> asyncio.Future[None]:
        """Sends one message; the future resolves at its acknowledgement."""
        self._count += 1
        text = self._asked.stamp(f"{self.id} asks for the {self._count}th time where the parcel is")
        client_id = f"c{self._count}"
        acked: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._acks[client_id] = acked
        await self._line.send(json.dumps({"type": "send", "client_id": client_id, "text": text}))
        return acked

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._line.close()

    async def _listen(self) -> None:
        async for text in self._line:
            frame = json.loads(text)
            match frame["type"]:
                case "ack":
                    acked = self._acks.pop(frame["client_id"], None)
                    if acked is not None and not acked.done():
                        acked.set_result(None)
                case "message" if frame["message"]["sender"] == "agent":
                    self._answered.arrived(frame["message"]["text"])
                case "state":
                    self.phase = frame["state"]["phase"]
                case "error":
                    raise SystemExit(f"a visitor was refused: {text!r}")

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(20)
            await self._line.send('{"type":"beat"}')


async def a_few_at_once(count: int, works: list[Any]) -> None:
    slots = asyncio.Semaphore(count)

    async def one(work: Any) -> None:
        async with slots:
            await work

    await asyncio.gather(*(one(work) for work in works))


async def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true in time."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        await asyncio.sleep(0.05)
    return true()
