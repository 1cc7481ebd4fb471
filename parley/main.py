"""The composition root: reads the settings, builds the adapters, joins the rooms.

`open_house` starts everything in the order it is needed and stops it in the reverse. `rooms` holds
one engine a tenant, `health` tells how they are, `site` is what browsers see, `serve` the HTTP server.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from parley.adapters.ai.voices import Voices
from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.blobs.vault import Vault
from parley.adapters.channels import webchat
from parley.adapters.embedded.postgres import EmbeddedPostgres, State
from parley.adapters.store.database import Database, until_reachable
from parley.adapters.store.migrate import ensure_partitions, migrate
from parley.adapters.store.store import PostgresStore
from parley.adapters.telephony.asterisk import Switch
from parley.adapters.telephony.exchange import Exchange
from parley.adapters.telephony.prompts import Prompts
from parley.adapters.telephony.switchboard import Switchboard
from parley.adapters.telephony.trunks import Places
from parley.adapters.telephony.twin import Twin
from parley.api import openapi
from parley.api.app import create_app
from parley.api.context import ApiContext, Part
from parley.config import PACKAGE, ROOT, Settings
from parley.core.commands import TELEPHONY, SendMessage
from parley.core.desk.attachment import blob_key
from parley.core.errors import ParleyError, Unavailable
from parley.core.events import Event
from parley.engine.clock import SystemClock
from parley.engine.codec import Codec
from parley.engine.live import Subscription
from parley.engine.picture import CenterPicture
from parley.health import Health
from parley.leftovers import remove_leftovers
from parley.prompts.catalogue import PROMPTS
from parley.recordings import Archive
from parley.rooms import Rooms, leads
from parley.site import CONSOLE_POLICY, Folder, application
from parley.telephone import AnyExchange, Calls, Telephone, any_asterisk, ice_servers
from parley.trials import Trials

TIDY_S = 3600.0  # between two looks for files that nobody sent
PARTITIONS_S = 6 * 3600.0  # how often the journal's next months are looked after
SECRET_BYTES = 48

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
        rooms = Rooms(settings.node, clock)
        store = await _store(settings, dsn, rooms.recorded, stack)
        if demo:
            await _seed(store, clock.now(), tell)
        tell("live center")
        chat = _chat(settings, rooms, store, clock)
        calls = _calls(settings, rooms, store, clock, tell)
        stack.push_async_callback(rooms.close)
        await rooms.open(
            store,
            {SendMessage: webchat.Pushed(), **dict.fromkeys(TELEPHONY, calls.telephone)},
            partial(_return, chat, calls),
            calls.configured,
        )
        stack.push_async_callback(chat.stop)
        stack.push_async_callback(calls.stop)
        calls.start()
        keepers = (
            asyncio.create_task(_keep_partitions(dsn)),
            asyncio.create_task(_keep_tidy(store, _blobs(settings), clock)),
        )
        for keeper in keepers:
            stack.callback(keeper.cancel)
        children: dict[str, Callable[[], Part]] = {"telephony": calls.telephone.part}
        if postgres:
            children["postgres"] = partial(_postgres_part, postgres)
        health = Health(settings.data_dir, store, rooms, clock, children)
        trials = Trials(store, clock.now)
        stack.callback(trials.close)
        api = create_app(_context(settings, store, rooms, trials, clock, health, calls))
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
        webchat.Ports(VisitorCenter(rooms, clock), store, _blobs(settings, plain_too=True)),
        secret=_secret(settings),
        widget=web_folder() / "widget" / "dist" / "widget.js",
        now=clock.now,
    )


def _return(chat: webchat.Chat, calls: Calls, tenant_id: str, online: Sequence[str]) -> None:
    """A new term: these customers were there at the end of the last; the calls are asked for."""
    chat.reconcile(tenant_id, [address for address in online if address.startswith("web:")])
    calls.telephone.survey_soon(tenant_id)


def _calls(
    settings: Settings, rooms: Rooms, store: PostgresStore, clock: SystemClock, tell: Tell
) -> Calls:
    """Raises WrongSetting."""
    vault = _blobs(settings)
    archive = Archive(store, vault, clock)
    board = Switchboard(rooms.submit, store.customers, clock.now)
    asterisk = any_asterisk(settings, tell)

    voices = Voices(settings.data_dir / "voices")
    prompts = Prompts(settings.data_dir / "prompts", voices, partial(_uploaded, _blobs(settings)))

    places = Places()

    def exchange(switch: Switch | None) -> AnyExchange:
        if switch is None:
            return Twin(board, archive.keep, settings.data_dir / "simulated")
        return Exchange(switch, board, prompts, archive.keep, _secret(settings), places=places)

    telephone = Telephone(
        asterisk, exchange, rooms.submit, clock.now, tell, archive.warnings, ice_servers(settings),
        places,
    )  # fmt: skip
    return Calls(telephone, archive, prompts, voices, vault.unseal)


async def _uploaded(blobs: Vault, tenant_id: str, file_id: str) -> bytes | None:
    """An administrator's recording of a prompt."""
    return await blobs.get(blob_key(tenant_id, file_id))


def _postgres_part(postgres: EmbeddedPostgres) -> Part:
    health = postgres.health()
    return Part(health.state is State.READY, health.detail)


def _context(
    settings: Settings, store: PostgresStore, rooms: Rooms, trials: Trials, clock: SystemClock,
    health: Health, calls: Calls,
) -> ApiContext:  # fmt: skip
    vault = _blobs(settings)
    return ApiContext(
        store=store,
        blobs=_blobs(settings, plain_too=True),
        vault=vault,
        seal=vault.seal,
        centers=rooms.center,
        live=rooms.live,
        reload_config=rooms.reload_config,
        clock=clock.now,
        secure_cookies=settings.https,
        try_policy=trials.try_policy,
        readiness=health.parts,
        metrics=health.metrics,
        telephony=calls.telephone,
        new_clashes=calls.telephone.new_clashes,
        sounds=calls.prompts,
        built_in_prompts=frozenset(PROMPTS),
    )


def _blobs(settings: Settings, *, plain_too: bool = False) -> Vault:
    """Everything is encrypted; attachments of earlier releases were not (`plain_too`)."""
    disk = DiskBlobs(settings.data_dir / "blobs")
    return Vault(disk, _secret(settings), plain_too=plain_too)


def web_folder() -> Path:
    """Where the built screens are: beside the package in a checkout, inside it when installed."""
    inside = PACKAGE / "web"
    return inside if inside.is_dir() else ROOT / "web"


def _pages(store: PostgresStore, *, demo: bool) -> list[BaseRoute]:
    """What browsers see: the description of the API, the demo's shop, and the console for the rest."""

    description = cache(openapi.printed)  # takes a second: once, and beside the loop
    one_at_a_time = asyncio.Lock()

    async def described(request: Request) -> Response:
        async with one_at_a_time:
            text = await asyncio.to_thread(description)
        return Response(text, media_type="application/json")

    from parley.demo.shop import shop_routes

    console = Folder(web_folder() / "console" / "dist", CONSOLE_POLICY, fallback="index.html")
    return [
        Route("/openapi.json", described),
        *(shop_routes(store) if demo else ()),
        Route("/{path:path}", console.page),
    ]


def _secret(settings: Settings) -> bytes:
    """Signs visitors' tokens; the keys of what is encrypted at rest come from it too. Made once and
    kept; on several nodes it must be set."""
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


async def _keep_tidy(store: PostgresStore, blobs: Vault, clock: SystemClock) -> None:
    while True:
        try:
            for tenant_id in await store.tenants():
                removed = await remove_leftovers(store, blobs, tenant_id, clock.now())
                if removed:
                    log.info("leftovers_removed", tenant=tenant_id, files=removed)
        except ParleyError as error:
            log.warning("leftovers_not_removed", code=error.code)
        await asyncio.sleep(TIDY_S)


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
        now, board = self._clock.now(), picture.board
        asa_s = {queue: board.tally(queue, now).asa_s for queue in board.queues}
        return webchat.entry_state(config, entry_id, language, asa_s, now)

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
