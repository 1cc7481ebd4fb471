"""A small shop served by the real center over a journal in memory: two agents, a supervisor, a line
for each screen."""

from __future__ import annotations

import asyncio
import itertools
import json
from typing import Any

from parley.core import inputs as got
from parley.core.center.turn import Step
from parley.core.commands import SendMessage
from parley.core.desk.account import AccountRole
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    PresenceStatus,
    Queue,
)
from parley.engine.engine import Engine
from parley.engine.live import Live, Subscription
from parley.engine.picture import CenterPicture
from parley.engine.screens import EngineSource
from parley.engine.status import EnginePhase
from tests.engine.world import HandClock, Ledger, MemoryShard, settle, until

TENANT = MemoryShard.tenant_id
CONFIG = CenterConfig(
    queues={
        "sales": Queue(id="sales", names={"en-US": "Sales"}),
        "repair": Queue(id="repair", names={"en-US": "Repair"}),
    },
    agents={
        "lin": AgentProfile("lin", "林晓", {"sales": 1}, {}, {Channel.CHAT: 3}),
        "chen": AgentProfile("chen", "陈晨", {"repair": 1}, {}, {Channel.CHAT: 3}),
        "zhou": AgentProfile("zhou", "周敏", {"sales": 1}),
    },
    entry_points={
        "web": EntryPoint("web", Channel.CHAT, "Web", "sales", topics={"repair": "repair"})
    },
)


class Sent:
    async def perform(self, tenant_id, command) -> None:
        assert isinstance(command, SendMessage)


async def no_history(since: float) -> list:
    return []


class Shop:
    def __init__(self, ledger: Ledger | None = None) -> None:
        self.clock = HandClock(1_800_000_000.0)
        self.shard = MemoryShard(ledger)
        self.live = Live(self.clock)
        self.engine: Engine = Engine(
            self.shard,
            "node",
            handlers={SendMessage: Sent()},
            blank=lambda: CenterPicture("Asia/Shanghai", no_history),
            clock=self.clock,
            published=self.live.published,
            ended=lambda: self.live.reset(TENANT),
        )
        self.live.attach(EngineSource(self.engine))
        self._ids = itertools.count(1)
        self._tasks: list[asyncio.Task] = []

    async def open(self) -> Shop:
        self._tasks = [
            asyncio.create_task(self.engine.run()),
            asyncio.create_task(self.live.run()),
        ]
        await until(lambda: self.engine.status.phase is EnginePhase.LEADING)
        await self.submit(got.ConfigChanged, config=CONFIG)
        return self

    async def close(self) -> None:
        self.engine.stop()
        await asyncio.wait_for(self._tasks[0], 30)
        self._tasks[1].cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def submit(self, kind: type[got.Input], **values: Any) -> Step:
        return await self.engine.submit(kind(at=self.clock.now(), **values))

    async def ready(self, agent_id: str) -> None:
        await self.submit(got.AgentScreenChanged, agent_id=agent_id, online=True)
        await self.submit(got.PresenceSet, agent_id=agent_id, status=PresenceStatus.READY)

    async def ask(self, visitor: str, text: str, topic: str | None = None) -> Step:
        n = next(self._ids)
        return await self.submit(
            got.MessageReceived,
            entry_point="web",
            address=f"web:{visitor}",
            message_id=f"msg_{n}",
            client_id=f"c{n}",
            interaction_id=f"int_{n}",
            text=text,
            customer=CustomerRef(f"cus_{visitor}", visitor),
            topic=topic,
        )

    async def reply(self, agent_id: str, interaction_id: str, text: str, **more: Any) -> Step:
        n = next(self._ids)
        return await self.submit(
            got.MessageWritten,
            interaction_id=interaction_id,
            agent_id=agent_id,
            message_id=f"msg_{n}",
            client_id=f"c{n}",
            text=text,
            **more,
        )

    async def accept(self, agent_id: str, interaction_id: str) -> Step:
        return await self.submit(
            got.OfferAccepted, interaction_id=interaction_id, agent_id=agent_id
        )

    def console(self, account_id: str, role: AccountRole = AccountRole.AGENT) -> Screen:
        return Screen(self.live.subscribe(TENANT, account_id, role, unread_notices=0))

    def widget(self, visitor: str) -> Screen:
        return Screen(self.live.visitor(TENANT, f"web:{visitor}"))


ROWS = ("work", "queues", "agents", "alerts", "trends", "deeds")


class Screen:
    """Applies frames as the console does: a snapshot replaces, rows are put or removed."""

    def __init__(self, line: Subscription) -> None:
        self.line = line
        self.frames: list[dict[str, Any]] = []
        self.me: dict[str, Any] | None = None
        self.work: dict[str, Any] = {}
        self.queues: dict[str, Any] = {}
        self.agents: dict[str, Any] = {}
        self.alerts: dict[str, Any] = {}
        self.trends: dict[str, Any] = {}
        self.deeds: dict[str, Any] = {}
        self.totals: dict[str, Any] | None = None
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self.line:
            frame = json.loads(text)
            self.frames.append(frame)
            self._apply(frame)

    def _apply(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            self.me = frame["me"]
            for name in ROWS:
                setattr(self, name, {row["id"]: row for row in frame.get(name) or []})
            self.totals = frame["totals"]
        if frame["type"] == "rows":
            self.me = frame.get("me", self.me)
            self.totals = frame.get("totals", self.totals)
            for name in ROWS:
                rows = getattr(self, name)
                for id_, row in frame.get(name, {}).items():
                    if row is None:
                        rows.pop(id_, None)
                    else:
                        rows[id_] = row

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def board(self) -> tuple:
        return self.queues, self.agents, self.totals, self.alerts, self.trends, self.deeds

    async def close(self) -> None:
        self.line.close()
        await settle(5)
