"""The telephone engine as the rest of the house sees it, also while it is not there yet, or never.

The web does not wait for Asterisk, which may have to be fetched first. Until it answers, commands
are tried again later; where it can't be had, calls are told to be unreachable and nobody waits.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import structlog

from parley.adapters.ai.voices import Voices
from parley.adapters.telephony import asterisk_absent as absent
from parley.adapters.telephony.ari import Access
from parley.adapters.telephony.asterisk import Asterisk, ForeignAsterisk, State, Switch
from parley.adapters.telephony.asterisk_absent import NoAsterisk
from parley.adapters.telephony.asterisk_guard import AmiAccess, Guarded
from parley.adapters.telephony.asterisk_home import TLS_PORT, AsteriskSettings
from parley.adapters.telephony.claims import Claims, Clashes
from parley.adapters.telephony.phones import phones_of
from parley.adapters.telephony.prompts import Prompts
from parley.adapters.telephony.relay import credentials
from parley.adapters.telephony.taping import MIN_FREE
from parley.adapters.telephony.trunks import Places, enabled
from parley.api.context import Part
from parley.config import Settings, WrongSetting, rtp_range
from parley.core.commands import Command, DialAgent, DialNumber
from parley.core.desk.networks import network_problem
from parley.core.desk.settings import Document
from parley.core.errors import ParleyError, Unavailable
from parley.core.inputs import Input, LegEnded, LegsFound
from parley.core.model import LegEnd, PhoneKind, Texts
from parley.core.ports import (
    PhoneAccess,
    Telephony,
    TelephonyStatus,
    TransportError,
    TrunkFigures,
)
from parley.recordings import Archive

PREPARING: Texts = absent.both("正在准备电话引擎", "the telephone engine is being prepared")
WAIT: Texts = absent.both("稍候片刻", "wait a moment")
DIED: Texts = absent.both(
    "电话引擎意外退出，正在重新启动", "the telephone engine ended and is started again"
)

MOST_WARNINGS = 10  # of one kind

Heard = Callable[[str, Input], Awaitable[object]]
Tell = Callable[[str], None]
Warnings = Callable[[str], Sequence[Texts]]  # of a tenant

IceServers = Callable[[str, float], Sequence[Mapping[str, Any]]]
"""(agent, until when, unix seconds): as browsers want them (RTCIceServer), with secrets in them."""

log = structlog.get_logger("parley.telephony")


class AnyExchange(Telephony, Protocol):
    async def start(self) -> None:
        """Once it is configured."""

    async def stop(self) -> None: ...


OpenExchange = Callable[[Switch | None], AnyExchange]
"""Over a switch; without one, simulated in memory."""


class AnyAsterisk(Protocol):
    state: State
    problem: NoAsterisk | None
    refused: Mapping[str, Texts]  # `host:port` of a carrier whose certificate is not accepted

    @property
    def warnings(self) -> Sequence[Texts]:
        """What works still, and not as it should."""

    @property
    def turned_away(self) -> int: ...

    @property
    def guarded(self) -> Guarded: ...

    def admit(self, hosts: Iterable[str], *, phones: bool) -> None:
        """Whose SIP is heard: carriers' addresses; `phones` if desk phones may come from anywhere."""

    async def start(self) -> Switch: ...

    async def stop(self) -> None: ...


class Telephone:
    """Implements `ports.Telephony`. `run` until cancelled; `asterisk` None: turned off, all of it is
    simulated and nobody rings."""

    def __init__(
        self, asterisk: AnyAsterisk | None, open_exchange: OpenExchange, heard: Heard,
        now: Callable[[], float], tell: Tell, warnings: Warnings = lambda _: (),
        ice_servers: IceServers = lambda agent_id, until: (), places: Places | None = None,
    ) -> None:  # fmt: skip
        self._asterisk = asterisk
        self._open = open_exchange
        self._heard = heard
        self._now = now
        self._tell = tell
        self._warnings = warnings
        self._ice_servers = ice_servers
        self._spool: Path | None = None  # of recordings
        self._exchange: Telephony | None = None
        self._absent: NoAsterisk | None = absent.turned_off() if asterisk is None else None
        self._documents: dict[str, Sequence[Document]] = {}
        self._claims = Claims(places or Places())
        self._unconfigured: set[str] = set()
        self._unsurveyed: set[str] = set()  # tenants whose engine begins a term
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled. Raises what the exchange raises."""
        if self._asterisk is None:
            await self._serve_with(self._open(None))
            return
        try:
            switch = await self._asterisk.start()
        except NoAsterisk as error:
            self._absent = error
            log.warning("no_telephony", cause=str(error), cure=error.cure["en-US"])
            self._tell(f"no calls: {error}; {error.cure['en-US']}")
            await self._serve_nobody()
            return
        self._spool = switch.recordings
        await self._serve_with(self._open(switch))

    async def _serve_with(self, exchange: AnyExchange) -> None:
        self._news.set()
        try:
            await self._serve(exchange)
        finally:
            self._exchange = None
            await exchange.stop()

    async def run_guarded(self) -> None:
        """As `run`; what nobody foresaw turns calls off, and nothing else."""
        try:
            await self.run()
        except Exception as error:
            log.exception("telephony_failed")
            self._absent = absent.failed(f"{type(error).__name__}: {error}")

    async def _serve(self, exchange: AnyExchange) -> None:
        """Nobody who changes a setting, or begins a term, waits for the switch."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._unconfigured:
                tenant_id = self._unconfigured.pop()
                await self._configure(exchange, tenant_id)
            if self._exchange is None:
                await exchange.start()
                self._exchange = exchange
                self._tell("calls are simulated" if self._absent else "calls are possible")
            while self._unsurveyed:
                with suppress(ParleyError):  # the next term, or the switch's return, asks again
                    await exchange.survey(self._unsurveyed.pop())

    async def stop(self) -> None:
        if self._asterisk is not None:
            await self._asterisk.stop()

    async def _serve_nobody(self) -> None:
        """No leg lives, whatever was believed at the end of the last term."""
        while True:
            await self._news.wait()
            self._news.clear()
            while self._unsurveyed:
                with suppress(Unavailable):  # the next term asks again
                    await self._heard(self._unsurveyed.pop(), LegsFound(at=self._now()))

    # --- what is asked of it ----------------------------------------------------------------------

    def status(self, tenant_id: str) -> TelephonyStatus:
        if self._absent is not None:
            told = self._exchange.status(tenant_id) if self._exchange else TelephonyStatus("off")
            return replace(told, state="off", cause=self._absent.cause, cure=self._absent.cure)
        if self._exchange is None or self._asterisk is None:
            return TelephonyStatus("starting", PREPARING, WAIT)
        told = self._exchange.status(tenant_id)
        warnings = (
            *self._asterisk.warnings, *_of_spool(self._spool), *self._warnings(tenant_id),
            *map(_of_several, sorted(self._claims.now(tenant_id).numbers)[:MOST_WARNINGS]),
            *map(_of_network, _too_wide(self._documents.get(tenant_id, ()))[:MOST_WARNINGS]),
        )  # fmt: skip
        trunks = self._explained(tenant_id, told.trunks)
        told = replace(told, trunks=trunks, warnings=warnings)
        away = max(told.turned_away, self._asterisk.turned_away)
        if self._asterisk.state is State.LOST:
            problem = self._asterisk.problem
            cause, cure = (problem.cause, problem.cure) if problem else (DIED, WAIT)
            return replace(told, state="lost", cause=cause, cure=cure, turned_away=away)
        return replace(told, turned_away=away)

    def _explained(self, tenant_id: str, figures: Sequence[TrunkFigures]) -> Sequence[TrunkFigures]:
        """With the problem of those whose certificate is refused."""
        refused = self._asterisk.refused if self._asterisk is not None else {}
        if not refused:
            return figures
        peers = {t.id: t.peer for t in enabled(tenant_id, self._documents.get(tenant_id, ()))}
        at = {id_: f"{peer.host}:{peer.port or TLS_PORT}" for id_, peer in peers.items()}
        return [replace(trunk, problem=refused.get(at.get(trunk.id, ""))) for trunk in figures]

    async def perform(self, tenant_id: str, command: Command) -> None:
        if self._exchange is not None:
            await self._exchange.perform(tenant_id, command)
        elif self._absent is None:
            raise TransportError("the telephone engine is not there yet", permanent=False)
        elif isinstance(command, DialAgent | DialNumber):
            news = LegEnded(at=self._now(), leg_id=command.leg_id, cause=LegEnd.UNREACHABLE)
            await self._heard(tenant_id, news)

    async def open_phone(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        if self._exchange is None or self._absent is not None:
            told = self.status(tenant_id)
            raise Unavailable("voice_off", told.cause.get("en-US", ""))
        access = await self._exchange.open_phone(tenant_id, agent_id)
        servers = self._ice_servers(agent_id, self._now() + access.expires_s)
        return replace(access, ice_servers=servers)

    def phone_line(self) -> str | None:
        return self._exchange.phone_line() if self._exchange else None

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        if self._exchange is not None:
            self._exchange.phone_gone(tenant_id, agent_id)

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        """Never fails: what the switch did not take it is told again when it is back."""
        self._documents[tenant_id] = documents
        self._claims.configure(tenant_id, documents)
        self._unconfigured.add(tenant_id)
        self._news.set()

    async def _configure(self, exchange: Telephony, tenant_id: str) -> None:
        self._admit()
        try:
            await exchange.configure(tenant_id, self._documents[tenant_id])
        except ParleyError as error:
            log.warning("telephony_not_configured", tenant=tenant_id, reason=str(error))

    def _admit(self) -> None:
        """Of all tenants."""
        hosts: list[str] = []
        desk_phones = False
        for tenant_id, documents in self._documents.items():
            for trunk in enabled(tenant_id, documents):
                hosts += (trunk.peer.host, *trunk.peer.from_hosts)
            kinds = (phone.kind for phone in phones_of(tenant_id, documents))
            desk_phones = desk_phones or PhoneKind.SIP in kinds
        if self._asterisk is not None:
            self._asterisk.admit(hosts, phones=desk_phones)

    async def survey(self, tenant_id: str) -> None:
        self.survey_soon(tenant_id)

    async def new_clashes(
        self, tenant_id: str, now: Sequence[Document], then: Sequence[Document]
    ) -> Clashes:
        """With other companies at the same carrier, if `then` were the tenant's documents."""
        return await self._claims.new(tenant_id, now, then)

    def survey_soon(self, tenant_id: str) -> None:
        self._unsurveyed.add(tenant_id)
        self._news.set()

    def part(self) -> Part:
        """For /readyz: without calls everything else works, so it never makes the whole unready."""
        if self._absent is not None:
            return Part(True, f"off: {self._absent}")
        if self._exchange is None or self._asterisk is None:
            return Part(True, "starting")
        away = f"{self._asterisk.turned_away} strangers turned away ({self._asterisk.guarded})"
        return Part(True, f"{self._asterisk.state}, {away}")


class Calls:
    """The telephone, what is said on it and the archive of it, as one part of the house."""

    def __init__(
        self, telephone: Telephone, archive: Archive, prompts: Prompts, voices: Voices,
        unseal: Callable[[str, str], str],
    ) -> None:  # fmt: skip
        self.telephone = telephone
        self._archive = archive
        self.prompts = prompts
        self._voices = voices
        self._unseal = unseal
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """In the background: nobody waits for calls to be possible."""
        for work in (self.telephone.run_guarded(), self._archive.sweep_for_ever()):
            task = asyncio.create_task(work)
            task.add_done_callback(_ended)
            self._tasks.append(task)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.telephone.stop()
        await self.prompts.close()
        await self._voices.close()

    async def configured(self, tenant_id: str, documents: Sequence[Document]) -> None:
        """The documents were read: trunks' secrets are told in clear, to the switch alone."""
        self.prompts.prepare(tenant_id, documents)
        plain = [self._opened(tenant_id, document) for document in documents]
        await self.telephone.configure(tenant_id, plain)

    def _opened(self, tenant_id: str, document: Document) -> Document:
        secret = document.body.get("secret") if document.kind == "trunk" else None
        if not secret:
            return document
        try:
            plain = self._unseal(tenant_id, secret)
        except Unavailable as error:  # the master secret was changed: the carrier will say so
            log.error("trunk_secret_lost", tenant=tenant_id, trunk=document.id, reason=str(error))
            plain = ""
        return replace(document, body={**document.body, "secret": plain})


def _of_spool(spool: Path | None) -> list[Texts]:
    """Whether calls can be recorded."""
    if spool is None:
        return []
    try:
        free = shutil.disk_usage(spool).free
    except OSError as error:
        return [absent.unreadable(spool, error.strerror or str(error))]
    return [absent.disk_full(spool, free)] if free < MIN_FREE else []


def _of_several(number: str) -> Texts:
    """Nobody is told whose it is, too."""
    return absent.both(
        f"号码 {number} 在同一运营商线路上还被另一家企业填写，打给它的电话都会被拒接。"
        "请核对接入点中的号码；若号码确属贵公司，请联系本系统的运维人员。",
        f"Another company at the same carrier has number {number} as well: calls to it are refused. "
        "Check the number under Entry points; if it is yours, ask whoever runs this installation.",
    )


def _too_wide(documents: Iterable[Document]) -> list[str]:
    """What trunks of earlier releases have."""
    hosts = (host for d in documents if d.kind == "trunk" for host in d.body.get("from_hosts", ()))
    return [host for host in hosts if network_problem(host) is not None]


def _of_network(host: str) -> Texts:
    return absent.both(
        f"中继的“接受来自”中的 {host} 网段过大，已被忽略。请改填运营商自己的地址（最大 /24，IPv6 为 /48）。",
        f"{host} of a trunk's accepted addresses is too wide a network and is ignored. Enter the "
        "carrier's own addresses (at most /24, or /48 of IPv6).",
    )


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("telephony_failed", exc_info=task.exception())


# --- as it is set up ------------------------------------------------------------------------------


def asterisk_settings(settings: Settings) -> AsteriskSettings:
    """Raises WrongSetting."""
    return AsteriskSettings(
        home=settings.data_dir / "asterisk",
        program=settings.asterisk,
        cache=settings.asterisk_dir,
        mirror=settings.asterisk_mirror,
        sip_host=settings.sip_host,
        sip_port=settings.sip_port,
        tls_port=settings.sip_tls_port,
        rtp_ports=rtp_range(settings.rtp_ports),
        public_host=settings.sip_public_host,
        local_nets=[str(net) for net in settings.sip_local_nets],
        stun_server=settings.stun_server,
        certificate=settings.sip_certificate,
        key=settings.sip_key,
        authorities=settings.sip_authorities,
    )


def ice_servers(settings: Settings) -> IceServers:
    """Without a user each agent gets relay credentials of their own. Raises WrongSetting."""
    stun = [{"urls": [f"stun:{settings.stun_server}"]}] if settings.stun_server else []
    user, secret = settings.turn_user, settings.turn_secret.get_secret_value()
    if settings.turn_urls and not secret:
        raise WrongSetting("PARLEY_TURN_URLS: needs PARLEY_TURN_SECRET.")

    def of(agent_id: str, until: float) -> Sequence[Mapping[str, Any]]:
        if not settings.turn_urls:
            return stun
        fixed = {"username": user, "credential": secret}
        given = fixed if user else credentials(secret, agent_id, until)
        return [*stun, {"urls": settings.turn_urls, **given}]

    return of


def any_asterisk(settings: Settings, tell: Tell) -> AnyAsterisk | None:
    """The one of the settings; None: turned off. Raises WrongSetting."""
    if not settings.telephony:
        return None
    if settings.ari_url is None:
        return Asterisk(asterisk_settings(settings), tell)
    password = settings.ari_password.get_secret_value()
    url = settings.ari_url.rstrip("/").removesuffix("/ari")
    host = urlsplit(url).hostname or "127.0.0.1"
    return ForeignAsterisk(
        Access(url, settings.ari_user, password),
        AmiAccess(host, settings.ami_port, settings.ari_user, password),
        settings.ari_recordings,
    )
