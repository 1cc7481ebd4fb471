"""A house around web chat: the real center, engine and fan-out, over records in memory or PostgreSQL;
visitors speak ASGI to it, so that no test waits for a network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
from starlette.applications import Starlette

from parley.adapters.channels.webchat import Chat, Limits, Ports, Pushed, chat_routes, entry_state
from parley.core import inputs as got
from parley.core.center.turn import Step
from parley.core.commands import OpenTicket, SendMessage
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    EntryPoint,
    PresenceStatus,
    Queue,
    WrapUpMode,
)
from parley.engine.engine import Engine
from parley.engine.live import Live
from parley.engine.picture import CenterPicture
from parley.engine.screens import EngineSource
from parley.engine.status import EnginePhase
from parley.ids import new_id

SECRET = b"a secret of the whole installation, kept in its data directory"
SITE_SECRET = "the shop's server signs its customers with this"
ENTRY = "ept_shop"
SITE = "https://shop.example.com"
AGENT = "agt_lin"
PATIENCE_S = 30.0  # a test that waits longer for a frame has failed

DOCUMENT: dict[str, Any] = {
    "channel": "chat",
    "name": "Shop",
    "names": {"zh-CN": "商城", "en-US": "Shop"},
    "queue": "que_sales",
    "topics": [{"key": "returns", "names": {"zh-CN": "退货"}, "queue": "que_returns"}],
    "greeting": {"zh-CN": "您好", "en-US": "Hello"},
    "origins": [SITE, "https://*.shop.example.org"],
    "secret": SITE_SECRET,
    "max_file_bytes": 64 * 1024,
}


class Clock:
    """The machine's time, and what a test adds to it."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead_s


def configuration() -> CenterConfig:
    queue = Queue(
        id="que_sales",
        names={},
        ring_s=60.0,
        wrap_up=WrapUpMode.OPTIONAL,
        disposition_required=False,
    )
    returns = replace(queue, id="que_returns")
    agent = AgentProfile(
        id=AGENT, name="林晓", queues={"que_sales": 1, "que_returns": 1}, capacity={Channel.CHAT: 9}
    )
    entry = EntryPoint(
        id=ENTRY,
        channel=Channel.CHAT,
        name="Shop",
        queue="que_sales",
        topics={"returns": "que_returns"},
    )
    return CenterConfig(
        queues={queue.id: queue, returns.id: returns},
        agents={agent.id: agent},
        entry_points={entry.id: entry},
    )


class HouseCenter:
    """What `main` gives to web chat."""

    def __init__(self, engine: Engine[CenterPicture], live: Live) -> None:
        self.engine = engine
        self.live = live
        self.inputs: list[got.Input] = []

    async def submit(self, tenant_id: str, input: got.Input) -> Step:
        self.inputs.append(input)
        return await self.engine.submit(input)

    def visitor_state(self, tenant_id: str, address: str) -> dict[str, Any]:
        return dict(self.live.visitor_state(tenant_id, address))

    def entry_state(self, tenant_id: str, entry_id: str, language: str) -> dict[str, Any]:
        config = self.engine.picture.center.state.config
        return entry_state(config, entry_id, language, {"que_sales": 12.0}, time.time())

    def agent_name(self, tenant_id: str, agent_id: str) -> str | None:
        agent = self.engine.picture.center.state.config.agents.get(agent_id)
        return agent.name if agent else None

    def subscribe(self, tenant_id: str, address: str) -> Any:
        return self.live.visitor(tenant_id, address)

    def typing(self, tenant_id: str, address: str, text: str) -> None:
        interaction_id = self.engine.picture.center.state.by_address.get(address)
        if interaction_id is not None:
            self.live.customer_typing(tenant_id, address, interaction_id, text)


class Tickets:
    """Opens nothing; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[OpenTicket] = []

    async def perform(self, tenant_id: str, command: Any) -> None:
        self.asked.append(command)


class House:
    def __init__(self, records: Any, shard: Any, blobs: Any, limits: Limits | None = None) -> None:
        self.records = records
        self.blobs = blobs
        self.shard = shard
        self.tenant_id: str = shard.tenant_id
        self.clock = Clock()
        self.live = Live()
        self.tickets = Tickets()
        self.lines: list[Line] = []

        async def no_history(queued_from: float) -> list[Any]:
            return []

        self.engine: Engine[CenterPicture] = Engine(
            shard,
            "node",
            handlers={SendMessage: Pushed(), OpenTicket: self.tickets},
            blank=lambda: CenterPicture("Asia/Shanghai", no_history),
            published=self.live.published,
        )
        self.live.attach(EngineSource(self.engine))
        self.center = HouseCenter(self.engine, self.live)
        self.chat = Chat(
            Ports(self.center, records, blobs),
            secret=SECRET,
            widget=Path(__file__),
            limits=limits,
            now=self.clock,
        )
        self.app = Starlette(routes=chat_routes(self.chat))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[House]:
        task = asyncio.create_task(self.engine.run())
        await self.until(lambda: self.engine.status.phase is EnginePhase.LEADING)
        await self.tell(got.ConfigChanged(at=self.clock(), config=configuration()))
        yield self
        for line in self.lines:
            await line.hang_up()
        await self.chat.stop()
        self.engine.stop()
        await task

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await asyncio.sleep(0.001)

    # --- the agent -----------------------------------------------------------------------------

    async def tell(self, input: got.Input) -> Step:
        return await self.engine.submit(input)

    async def agent_ready(self) -> None:
        await self.tell(got.AgentScreenChanged(at=self.clock(), agent_id=AGENT, online=True))
        await self.tell(
            got.PresenceSet(at=self.clock(), agent_id=AGENT, status=PresenceStatus.READY)
        )

    async def accept(self, interaction_id: str) -> None:
        await self.tell(
            got.OfferAccepted(at=self.clock(), interaction_id=interaction_id, agent_id=AGENT)
        )

    async def agent_says(self, interaction_id: str, text: str) -> str:
        message_id = new_id("msg")
        step = await self.tell(
            got.MessageWritten(
                at=self.clock(),
                interaction_id=interaction_id,
                agent_id=AGENT,
                message_id=message_id,
                client_id=message_id,
                text=text,
            )
        )
        assert step.refusal is None, step.refusal
        return message_id

    async def close(self, interaction_id: str) -> None:
        await self.tell(
            got.ConversationClosed(at=self.clock(), interaction_id=interaction_id, agent_id=AGENT)
        )

    # --- the administrator ---------------------------------------------------------------------

    async def configure(self, **changes: Any) -> None:
        """Change the entry point."""
        document = await self.records.documents.get(self.tenant_id, "entry_point", ENTRY)
        body = {**document.body, **changes}
        await self.records.documents.save(self.tenant_id, replace(document, body=body), [])
        self.chat.entries.forget()

    # --- the wire ------------------------------------------------------------------------------

    def http(self, ip: str = "203.0.113.9") -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(ip, 50_000))
        return httpx.AsyncClient(
            transport=transport, base_url="https://parley.test", headers={"origin": SITE}
        )

    async def session(self, ip: str = "203.0.113.9", **body: Any) -> dict[str, Any]:
        async with self.http(ip) as http:
            answer = await http.post(
                "/chat/v1/session", json={"entry": ENTRY, "language": "zh-CN", **body}
            )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def visitor(self, **hello: Any) -> Line:
        """A new visitor with an open line, after `ready`."""
        session = await self.session()
        line = Line(self, session["token"], **hello)
        await line.ready()
        return line


@dataclass
class Line:
    """A visitor's WebSocket, spoken in ASGI."""

    house: House
    token: str
    after_seq: int = 0
    origin: str = SITE
    ip: str = "203.0.113.9"
    frames: list[dict[str, Any]] = field(default_factory=list)  # all that came
    closed: int | None = None

    def __post_init__(self) -> None:
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._news = asyncio.Event()
        self._taken: set[int] = set()
        self._to_app.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._run())
        self.house.lines.append(self)

    async def _run(self) -> None:
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "wss",
            "path": "/chat/v1/live",
            "raw_path": b"/chat/v1/live",
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"parley.test"), (b"origin", self.origin.encode())],
            "client": (self.ip, 50_000),
            "server": ("parley.test", 443),
            "subprotocols": [],
            "state": {},
        }
        await self.house.app(scope, self._to_app.get, self._from_app)

    async def _from_app(self, message: Any) -> None:
        if message["type"] == "websocket.send":
            self.frames.append(msgspec.json.decode(message["text"]))
        elif message["type"] == "websocket.close":
            self.closed = message["code"]
        self._news.set()

    # --- speaking --------------------------------------------------------------------------------

    def tell_text(self, text: str) -> None:
        self._to_app.put_nowait({"type": "websocket.receive", "text": text})

    def tell(self, type: str, **fields: Any) -> None:
        self.tell_text(msgspec.json.encode({"type": type, **fields}).decode())

    def send(self, text: str, client_id: str | None = None, **fields: Any) -> str:
        client_id = client_id or new_id("c")
        self.tell("send", client_id=client_id, text=text, **fields)
        return client_id

    async def said(self, text: str, **fields: Any) -> dict[str, Any]:
        """Send and wait for the acknowledgement."""
        client_id = self.send(text, **fields)
        return await self.next("ack", client_id=client_id)

    async def ready(self) -> dict[str, Any]:
        self.tell("hello", token=self.token, after_seq=self.after_seq, language="zh-CN")
        return await self.next("ready")

    async def hang_up(self) -> None:
        self._to_app.put_nowait({"type": "websocket.disconnect", "code": 1006})
        await asyncio.wait_for(self._task, PATIENCE_S)

    # --- hearing ---------------------------------------------------------------------------------

    async def next(self, type: str, **fields: Any) -> dict[str, Any]:
        """The next frame of this type with these fields that was not taken yet."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for place, frame in enumerate(self.frames):
                    if place in self._taken or frame["type"] != type:
                        continue
                    if fields.items() <= frame.items():
                        self._taken.add(place)
                        return frame
                self._news.clear()
                await self._news.wait()

    async def error(self) -> dict[str, Any]:
        return await self.next("error")

    async def end(self) -> int:
        """The close code."""
        await asyncio.wait_for(self._task, PATIENCE_S)
        assert self.closed is not None
        return self.closed

    def messages(self) -> list[dict[str, Any]]:
        """What the widget would show: by id, each once, in order."""
        found: dict[str, dict[str, Any]] = {}
        for frame in self.frames:
            for message in frame.get("messages", [frame["message"]] if "message" in frame else []):
                found.setdefault(message["id"], message)
        return sorted(found.values(), key=lambda message: message["seq"])

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages() if message["text"]]

    async def interaction(self) -> str:
        """The conversation this visitor has open."""
        visitor = self.house.chat.signer.visitor(self.token)
        by_address = self.house.engine.picture.center.state.by_address
        await self.house.until(lambda: visitor.address in by_address)
        return by_address[visitor.address]

    async def served(self) -> str:
        """Wait for the offer and let the agent accept it."""
        interaction_id = await self.interaction()
        interactions = self.house.engine.picture.center.state.interactions
        await self.house.until(lambda: interactions[interaction_id].offer is not None)
        await self.house.accept(interaction_id)
        return interaction_id
