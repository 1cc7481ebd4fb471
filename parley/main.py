"""The composition root: reads the settings, builds the adapters, joins the rooms.

In reading order: `open_house` starts everything in the order it is needed and stops it in the reverse;
`Rooms` holds one engine a tenant; `Desk`, `LiveCenter` and `VisitorCenter` are what other rooms are
given of it.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from parley import observe
from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.channels import webchat
from parley.adapters.embedded.postgres import EmbeddedPostgres, State
from parley.adapters.store.database import Database, until_reachable
from parley.adapters.store.migrate import ensure_partitions, migrate
from parley.adapters.store.store import PostgresStore
from parley.api import openapi
from parley.api.app import create_app
from parley.api.context import ApiContext, Part
from parley.config import PACKAGE, ROOT, Settings
from parley.core import events as ev
from parley.core.center.center import Center
from parley.core.center.turn import Step
from parley.core.commands import OpenTicket, SendMessage
from parley.core.desk.settings import center_config
from parley.core.errors import ParleyError, Unavailable
from parley.core.events import Event
from parley.core.inputs import AgentScreenChanged, ConfigChanged, Input
from parley.core.insight.board import Board
from parley.engine import measure
from parley.engine.clock import SystemClock
from parley.engine.codec import Codec
from parley.engine.desk import TicketDesk
from parley.engine.engine import Engine
from parley.engine.live import Live, Subscription
from parley.engine.picture import CenterPicture
from parley.engine.screens import EngineSource
from parley.engine.status import EnginePhase
from parley.site import CONSOLE_POLICY, Folder, application

LEADING_PATIENCE_S = 20.0  # for the lease of a process that was killed
STOP_PATIENCE_S = 10.0  # for engines to finish what waits
RELOAD_PAUSE_S = 0.5
PARTITIONS_S = 6 * 3600.0  # how often the journal's next months are looked after
LEAST_FREE_BYTES = 200 * 1024 * 1024
SECRET_BYTES = 48
DEFAULT_ZONE = "Asia/Shanghai"

Tell = Callable[[str], None]
"""Hears of each step of the start, for whoever waits at the terminal."""

log = structlog.get_logger("parley")


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs in one process."""

    app: ASGIApp
    rooms: Rooms
    store: PostgresStore


@asynccontextmanager
async def open_house(settings: Settings, tell: Tell, *, demo: bool = False) -> AsyncIterator[House]:
    """Start all parts; they stop in reverse order at the end, whatever happened.

    Raises ParleyError with one sentence for whoever started it.
    """
    _make_data_dir(settings.data_dir)
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        postgres, dsn = await _database(settings, tell, stack)
        tell("schema")
        await migrate(dsn)
        rooms = Rooms(settings, clock)
        store = await _store(settings, dsn, rooms.recorded, stack)
        if demo:
            await _seed(store, clock.now(), tell)
        tell("live center")
        chat = _chat(settings, rooms, store, clock)
        await rooms.open(store, chat, stack)
        stack.push_async_callback(chat.stop)
        keeper = asyncio.create_task(_keep_partitions(dsn))
        stack.callback(keeper.cancel)
        health = Health(settings, postgres, store, rooms)
        api = create_app(_context(settings, store, rooms, clock, health))
        channels = webchat.chat_routes(chat)
        yield House(
            application(api, channels, _pages(store, demo=demo), https=settings.https), rooms, store
        )
        tell("stopping")


class CannotStart(ParleyError):
    """`str(error)` is one sentence for whoever started it."""


def _make_data_dir(path: Path) -> None:
    """Raises CannotStart with one sentence."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / ".writable").touch()
        (path / ".writable").unlink()
    except OSError as error:
        raise CannotStart(
            "data_unusable",
            f"The data directory {path} cannot be written to ({error.strerror}): "
            "free some space there, or set PARLEY_DATA_DIR to another directory.",
        ) from error


# --- the parts ------------------------------------------------------------------------------------


async def _database(
    settings: Settings, tell: Tell, stack: AsyncExitStack
) -> tuple[EmbeddedPostgres | None, str]:
    """A database that answers, and its owner's address."""
    if settings.database_url is not None:
        tell("database")
        dsn = settings.database_url.get_secret_value()
        try:
            await until_reachable(dsn, patience_s=settings.database_patience_s)
        except Unavailable as error:
            raise CannotStart(
                "database_unreachable",
                f"The database of PARLEY_DATABASE_URL does not answer ({error}): "
                "check the address, and that it runs.",
            ) from error
        return None, dsn
    tell("PostgreSQL")
    postgres = EmbeddedPostgres(settings.data_dir, port=settings.database_port)
    await asyncio.to_thread(postgres.start)
    stack.push_async_callback(asyncio.to_thread, postgres.stop)
    return postgres, postgres.dsn


async def _store(
    settings: Settings,
    dsn: str,
    recorded: Callable[[str, int, Sequence[Event]], None],
    stack: AsyncExitStack,
) -> PostgresStore:
    database = Database(dsn, pool_size=settings.pool_size)
    await database.open()
    stack.push_async_callback(database.close)
    return PostgresStore(database, Codec, recorded)


async def _seed(store: PostgresStore, now: float, tell: Tell) -> None:
    from parley.api.passwords import Passwords
    from parley.demo.seed import seed

    tell("demo company")
    await seed(store, now, Passwords().hash, lambda line: tell(f"demo company: {line}"))


def _chat(
    settings: Settings, rooms: Rooms, store: PostgresStore, clock: SystemClock
) -> webchat.Chat:
    return webchat.Chat(
        webchat.Ports(VisitorCenter(rooms, clock), store, _blobs(settings)),
        secret=_secret(settings),
        widget=web_folder() / "widget" / "dist" / "widget.js",
        now=clock.now,
    )


def _context(
    settings: Settings, store: PostgresStore, rooms: Rooms, clock: SystemClock, health: Health
) -> ApiContext:
    return ApiContext(
        store=store,
        blobs=_blobs(settings),
        centers=rooms.center,
        live=rooms.live,
        reload_config=rooms.reload_config,
        clock=clock.now,
        secure_cookies=settings.https,
        readiness=health.parts,
        metrics=health.metrics,
    )


def _blobs(settings: Settings) -> DiskBlobs:
    return DiskBlobs(settings.data_dir / "blobs")


def web_folder() -> Path:
    """Where the built screens are: beside the package in a checkout, inside it when installed."""
    inside = PACKAGE / "web"
    return inside if inside.is_dir() else ROOT / "web"


def _pages(store: PostgresStore, *, demo: bool) -> list[BaseRoute]:
    """What browsers see: the description of the API, the demo's shop, and the console for the rest."""

    async def described(request: Request) -> Response:
        return Response(openapi.printed(), media_type="application/json")

    from parley.demo.shop import shop_routes

    console = Folder(web_folder() / "console" / "dist", CONSOLE_POLICY, fallback="index.html")
    return [
        Route("/openapi.json", described),
        *(shop_routes(store) if demo else ()),
        Route("/{path:path}", console.page),
    ]


def _secret(settings: Settings) -> bytes:
    """Signs visitors' tokens. Made once and kept; on several nodes it must be set."""
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.data_dir / "secret"
    with suppress(FileNotFoundError):
        return path.read_bytes().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(SECRET_BYTES) + "\n")
    return path.read_bytes().strip()


async def _keep_partitions(dsn: str) -> None:
    """The journal's months exist before they are needed."""
    while True:
        await asyncio.sleep(PARTITIONS_S)
        try:
            await ensure_partitions(dsn)
        except ParleyError as error:
            log.warning("partitions_not_checked", code=error.code)


# --- one engine a tenant --------------------------------------------------------------------------


class Rooms:
    """The engines of this node, the screens they feed, and what records tell them."""

    def __init__(self, settings: Settings, clock: SystemClock) -> None:
        self.engines: dict[str, Engine] = {}
        self.live = Live(clock)
        self._node = settings.node
        self._clock = clock
        self._zones: dict[str, str] = {}
        self._reloading: dict[str, asyncio.Lock] = {}
        self._settled: dict[str, asyncio.Event] = {}  # leads, with today's settings
        self._leaders: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._store: PostgresStore
        self._chat: webchat.Chat

    async def open(self, store: PostgresStore, chat: webchat.Chat, stack: AsyncExitStack) -> None:
        """An engine for each tenant; returns once all lead or have waited long enough."""
        self._store, self._chat = store, chat
        stack.push_async_callback(self._close)
        for tenant_id in await store.tenants():
            await self._open_engine(tenant_id)
        self._spawn(self.live.run())
        if self._settled:
            waits = [asyncio.ensure_future(settled.wait()) for settled in self._settled.values()]
            _, late = await asyncio.wait(waits, timeout=LEADING_PATIENCE_S)
            for wait in late:
                wait.cancel()

    async def _open_engine(self, tenant_id: str) -> None:
        self._zones[tenant_id] = await self._zone(tenant_id)
        self._reloading[tenant_id] = asyncio.Lock()
        self._settled[tenant_id] = asyncio.Event()
        engine: Engine = Engine(
            self._store.shard(tenant_id),
            self._node,
            handlers={SendMessage: webchat.Pushed(), OpenTicket: self._ticket_desk()},
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

    def _ticket_desk(self) -> TicketDesk:
        store = self._store
        return TicketDesk(
            store.tickets, store.customers, store.interactions, self.submit, self._clock
        )

    async def _close(self) -> None:
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
                    return
                except Unavailable:
                    if not leads(engine):
                        return
                    await asyncio.sleep(RELOAD_PAUSE_S)

    async def _zone(self, tenant_id: str) -> str:
        return _zone_in(await self._store.documents.list(tenant_id, "tenant"))

    async def _settle_in(self, tenant_id: str) -> None:
        """A new term: what was configured meanwhile, and who is no longer there."""
        await self.reload_config(tenant_id)
        self._settled[tenant_id].set()
        state = self.engines[tenant_id].picture.center.state
        gone = [agent.id for agent in state.agents.values() if agent.online]
        with suppress(Unavailable):  # the term is over already: the next one settles in again
            for agent_id in gone:
                if agent_id not in self.live.online(tenant_id):
                    news = AgentScreenChanged(at=self._clock.now(), agent_id=agent_id, online=False)
                    await self.submit(tenant_id, news)
        online = [i.address for i in state.interactions.values() if i.customer_online]
        self._chat.reconcile(tenant_id, [a for a in online if a.startswith("web:")])

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


def _zone_in(documents: Iterable[Any]) -> str:
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
    def seq(self) -> int:
        return self._engine.status.seq


class VisitorCenter:
    """The centers as web chat uses them. Raises Unavailable for a tenant without an engine here."""

    def __init__(self, rooms: Rooms, clock: SystemClock) -> None:
        self._rooms = rooms
        self._clock = clock
        self.submit = rooms.submit

    def _picture(self, tenant_id: str) -> CenterPicture:
        engine = self._rooms.engines.get(tenant_id)
        if engine is None or not leads(engine):
            raise Unavailable("not_leading")
        return engine.picture

    def visitor_state(self, tenant_id: str, address: str) -> dict[str, Any]:
        self._picture(tenant_id)
        return dict(self._rooms.live.visitor_state(tenant_id, address))

    def entry_state(self, tenant_id: str, entry_id: str, language: str) -> dict[str, Any]:
        picture = self._picture(tenant_id)
        config = picture.center.state.config
        asa_s = {queue: tally.asa_s for queue, tally in picture.board.queues.items()}
        return webchat.entry_state(config, entry_id, language, asa_s, self._clock.now())

    def agent_name(self, tenant_id: str, agent_id: str) -> str | None:
        profile = self._picture(tenant_id).center.state.config.agents.get(agent_id)
        return profile.name if profile else None

    def subscribe(self, tenant_id: str, address: str) -> Subscription:
        self._picture(tenant_id)
        return self._rooms.live.visitor(tenant_id, address)

    def typing(self, tenant_id: str, address: str, text: str) -> None:
        interaction_id = self._picture(tenant_id).center.state.by_address.get(address)
        if interaction_id is not None:
            self._rooms.live.customer_typing(tenant_id, address, interaction_id, text)


# --- health ---------------------------------------------------------------------------------------


class Health:
    """Each part by name, so that it shows which one is stuck."""

    def __init__(
        self,
        settings: Settings,
        postgres: EmbeddedPostgres | None,
        store: PostgresStore,
        rooms: Rooms,
    ) -> None:
        self._settings = settings
        self._postgres = postgres
        self._store = store
        self._rooms = rooms

    async def parts(self) -> Mapping[str, Part]:
        parts = {"database": await self._database(), "disk": self._disk()}
        if self._postgres is not None:
            health = self._postgres.health()
            parts["postgres"] = Part(health.state is State.READY, health.detail)
        for tenant_id, engine in self._rooms.engines.items():
            parts[f"engine {tenant_id}"] = _engine_part(engine, time.time())
            parts[f"outbox {tenant_id}"] = _outbox_part(engine)
        return parts

    async def _database(self) -> Part:
        try:
            await self._store.ping()
        except ParleyError as error:
            return Part(False, error.detail or error.code)
        return Part(True)

    def _disk(self) -> Part:
        try:
            free = shutil.disk_usage(self._settings.data_dir).free
        except OSError as error:
            return Part(False, f"{self._settings.data_dir}: {error.strerror}")
        return Part(free >= LEAST_FREE_BYTES, f"{free // 1_000_000} MB free")

    def metrics(self) -> tuple[bytes, str]:
        now = time.time()
        for tenant_id, engine in self._rooms.engines.items():
            measure.gauge(tenant_id, engine.status, engine.outbox, now)
        return observe.metrics()


def _engine_part(engine: Engine, now: float) -> Part:
    status = engine.status
    words = [f"{status.phase}, seq {status.seq}, {status.queue_length} inputs waiting"]
    if status.committed_at is not None:
        words.append(f"last commit {now - status.committed_at:.0f} s ago")
    if status.stuck(now):
        words.append("stuck in one turn")
    if status.broken_timers:
        words.append(f"{len(status.broken_timers)} timers set aside after a fault")
    if status.problem:
        words.append(status.problem)
    return Part(leads(engine) and not status.stuck(now), "; ".join(words))


def _outbox_part(engine: Engine) -> Part:
    """A channel that fails is news for its people, but the rest works."""
    return Part(True, f"{engine.outbox.backlog} waiting, {engine.outbox.retrying} being retried")
