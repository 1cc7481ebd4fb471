"""One engine a tenant: the rooms of this node, the screens they feed, and what records tell them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

import structlog

from parley.core import events as ev
from parley.core.center.center import Center
from parley.core.center.turn import Step
from parley.core.commands import Command, OpenTicket
from parley.core.desk.settings import Document, center_config
from parley.core.errors import Unavailable
from parley.core.events import Event
from parley.core.inputs import AgentScreenChanged, ConfigChanged, Input
from parley.core.insight.board import Board
from parley.core.insight.interventions import Interventions
from parley.core.insight.trend import Trend
from parley.core.ports import CommandHandler, Store
from parley.engine.clock import Clock
from parley.engine.desk import TicketDesk
from parley.engine.engine import Engine
from parley.engine.live import Live
from parley.engine.picture import CenterPicture
from parley.engine.screens import EngineSource
from parley.engine.status import EnginePhase

LEADING_PATIENCE_S = 6.0  # twice the lease of a process that was killed; a standby listens after it
STOP_PATIENCE_S = 10.0  # for engines to finish what waits
RELOAD_PAUSE_S = 0.5
DEFAULT_ZONE = "Asia/Shanghai"

Handlers = Mapping[type[Command], CommandHandler]
Settled = Callable[[str, Sequence[str]], None]
"""(tenant, addresses of customers that the center believes to be there) at each new term."""
Configured = Callable[[str, Sequence[Document]], Awaitable[None]]
"""(tenant, documents) whenever they were read anew, before each term and after each change."""

log = structlog.get_logger("parley.rooms")


async def _nobody_else(tenant_id: str, documents: Sequence[Document]) -> None:
    return None


class Rooms:
    def __init__(self, node: str, clock: Clock) -> None:
        self.engines: dict[str, Engine] = {}
        self.live = Live(clock)
        self._node = node
        self._clock = clock
        self._zones: dict[str, str] = {}
        self._reloading: dict[str, asyncio.Lock] = {}
        self._ready: dict[str, asyncio.Event] = {}  # leads, with today's settings
        self._leaders: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._store: Store
        self._handlers: Handlers
        self._settled: Settled
        self._configured: Configured = _nobody_else

    async def open(
        self, store: Store, channels: Handlers, settled: Settled,
        configured: Configured = _nobody_else,
    ) -> None:  # fmt: skip
        """An engine for each tenant; returns once all lead or have waited long enough."""
        self._store, self._settled, self._configured = store, settled, configured
        desk = TicketDesk(
            store.tickets, store.customers, store.interactions, self.submit, self._clock
        )
        self._handlers = {**channels, OpenTicket: desk}
        for tenant_id in await store.tenants():
            await self._open_engine(tenant_id)
        self._spawn(self.live.run())
        if self._ready:
            waits = [asyncio.ensure_future(ready.wait()) for ready in self._ready.values()]
            _, late = await asyncio.wait(waits, timeout=LEADING_PATIENCE_S)
            for wait in late:
                wait.cancel()

    async def _open_engine(self, tenant_id: str) -> None:
        self._zones[tenant_id] = await self._zone(tenant_id)
        self._reloading[tenant_id] = asyncio.Lock()
        self._ready[tenant_id] = asyncio.Event()
        engine: Engine = Engine(
            self._store.shard(tenant_id),
            self._node,
            handlers=self._handlers,
            blank=lambda: CenterPicture(
                self._zones[tenant_id],
                lambda since: self._store.interactions.since_queued(tenant_id, since),
            ),
            clock=self._clock,
            published=self.live.published,
            leading=lambda: self._begin_term(tenant_id),
            ended=lambda: self.live.reset(tenant_id),
        )
        self.engines[tenant_id] = engine
        self.live.attach(EngineSource(engine))
        self._leaders.append(self._spawn(engine.run()))

    def _begin_term(self, tenant_id: str) -> None:
        self._spawn(self._settle_in(tenant_id))

    async def close(self) -> None:
        """Engines finish what waits, save and give their leases back."""
        for engine in self.engines.values():
            engine.stop()
        if self._leaders:
            await asyncio.wait(self._leaders, timeout=STOP_PATIENCE_S)
        running = list(self._tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("task_failed", exc_info=task.exception())

    # --- what other rooms use ------------------------------------------------------------------

    def center(self, tenant_id: str) -> LiveCenter | None:
        engine = self.engines.get(tenant_id)
        return None if engine is None else LiveCenter(engine)

    async def submit(self, tenant_id: str, input: Input) -> Step:
        engine = self.engines.get(tenant_id)
        if engine is None:
            raise Unavailable("not_leading", f"no engine of {tenant_id} here")
        return await engine.submit(input)

    async def reload_config(self, tenant_id: str) -> None:
        """Documents → ConfigChanged. While the engine does not lead there is nothing to do: it
        reads them when it does."""
        engine = self.engines.get(tenant_id)
        if engine is None:
            return
        async with self._reloading[tenant_id]:  # an older reading never comes after a newer one
            while True:
                documents = await self._store.documents.list(tenant_id)
                config = center_config(documents)
                self._zones[tenant_id] = _zone_in(documents)
                try:
                    await engine.submit(ConfigChanged(at=self._clock.now(), config=config))
                    await engine.picture.rezone(self._zones[tenant_id], self._clock.now())
                    await self._configured(tenant_id, documents)
                    return
                except Unavailable:
                    if not leads(engine):
                        return
                    await asyncio.sleep(RELOAD_PAUSE_S)

    async def _zone(self, tenant_id: str) -> str:
        return _zone_in(await self._store.documents.list(tenant_id, "tenant"))

    async def _settle_in(self, tenant_id: str) -> None:
        """Begin a new term; a database that cannot be asked just now is asked again."""
        while leads(self.engines[tenant_id]):
            try:
                await self._settle(tenant_id)
                return
            except Unavailable as error:
                log.warning("not_settled_yet", tenant=tenant_id, code=error.code)
                await asyncio.sleep(RELOAD_PAUSE_S)

    async def _settle(self, tenant_id: str) -> None:
        """What was configured meanwhile, and who is no longer there."""
        await self.reload_config(tenant_id)
        self._ready[tenant_id].set()
        state = self.engines[tenant_id].picture.center.state
        for agent_id in [agent.id for agent in state.agents.values() if agent.online]:
            if agent_id not in self.live.online(tenant_id):
                news = AgentScreenChanged(at=self._clock.now(), agent_id=agent_id, online=False)
                await self.submit(tenant_id, news)
        online = [i.address for i in state.interactions.values() if i.customer_online]
        self._settled(tenant_id, online)

    # --- news of records -----------------------------------------------------------------------

    def recorded(self, tenant_id: str, first_seq: int, events: Sequence[Event]) -> None:
        """A record change is durable: screens that show it fetch it again."""
        for event in events:
            match event:
                case ev.TicketOpened() | ev.TicketChanged() | ev.TicketCommented():
                    ids = _given(customer_id=event.customer_id)
                    self.live.changed(tenant_id, "ticket", event.ticket_id, **ids)
                case ev.RecordChanged(action=action) if action != "read":
                    ids = _given(customer_id=event.customer_id)
                    self.live.changed(tenant_id, event.kind, event.id, **ids)
                case ev.Rated() if tenant_id in self.engines:
                    self._spawn(self._rated(tenant_id, event))
                case _:
                    pass

    async def _rated(self, tenant_id: str, event: ev.Rated) -> None:
        """A rating counts on today's board, also after the interaction ended."""
        stored = await self._store.interactions.get(tenant_id, event.interaction_id)
        picture = self.engines[tenant_id].picture
        fact = picture.facts.apply(event) or stored
        if fact is None:
            return
        picture.board.count(fact, picture.center.state.config.queues, self._clock.now())
        self.live.rated(tenant_id, fact.id, fact.queue)
        self.live.changed(tenant_id, "interaction", fact.id, customer_id=fact.customer_id)


def leads(engine: Engine) -> bool:
    return engine.status.phase is EnginePhase.LEADING


def _zone_in(documents: Iterable[Document]) -> str:
    tenant: dict[str, Any] = next((d.body for d in documents if d.kind == "tenant"), {})
    return str(tenant.get("zone") or DEFAULT_ZONE)


def _given(**values: str | None) -> dict[str, str]:
    return {name: value for name, value in values.items() if value is not None}


class LiveCenter:
    """One tenant's center as the API uses it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.submit = engine.submit

    @property
    def leading(self) -> bool:
        return leads(self._engine)

    @property
    def center(self) -> Center:
        return self._engine.picture.center

    @property
    def board(self) -> Board:
        return self._engine.picture.board

    @property
    def trend(self) -> Trend:
        return self._engine.picture.trend

    @property
    def interventions(self) -> Interventions:
        return self._engine.picture.interventions

    @property
    def seq(self) -> int:
        return self._engine.status.seq
