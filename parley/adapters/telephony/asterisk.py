"""The local Asterisk: found or unpacked, configured, supervised; or somebody else's, by its address.

It is started again with growing pauses when it dies or is deaf for long, outlives a killed Parley and is
adopted by the next one, and stops with a clean stop.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog

from parley.adapters.telephony import asterisk_absent as absent
from parley.adapters.telephony import asterisk_config, asterisk_home, asterisk_process
from parley.adapters.telephony.ami import Ami
from parley.adapters.telephony.ari import GONE, Access, Ari, AriError
from parley.adapters.telephony.asterisk_absent import NoAsterisk
from parley.adapters.telephony.asterisk_find import Program, cache_dir, find, fit
from parley.adapters.telephony.asterisk_guard import AmiAccess, Guard, Guarded
from parley.adapters.telephony.asterisk_home import LOOPBACK, AsteriskSettings, Home
from parley.adapters.telephony.asterisk_log import refused_certificates
from parley.adapters.telephony.asterisk_process import Process
from parley.adapters.telephony.asterisk_unpack import Unpacking
from parley.adapters.telephony.names import APP
from parley.core.model import Texts

START_S = 60.0
ADOPT_S = 5.0  # for a process that was left over to answer
POLL_S = 0.05
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0  # after so long the pauses begin anew
HEAR_S = 15.0
DEAF_S = (
    90.0  # in which it heard nothing: it holds its locks for ever, and its calls can't be moved
)
LOG_CHECK_S = 60.0
LOG_READ_S = 5.0

Tell = Callable[[str], None]

log = structlog.get_logger("parley.telephony")


class State(StrEnum):
    OFF = "off"
    STARTING = "starting"
    ON = "on"
    LOST = "lost"  # it died, or was ended for being deaf, and is started again


@dataclass(frozen=True, slots=True)
class Switch:
    """What the exchange needs to know of an Asterisk that answers."""

    access: Access
    ami: AmiAccess
    recordings: Path  # a folder that both see
    phone_line: str  # where phones' SIP WebSocket goes on to


class Asterisk:
    """One local Asterisk in `settings.home`."""

    def __init__(self, settings: AsteriskSettings, tell: Tell) -> None:
        self._settings = settings
        self._tell = tell
        self._unpacking: Unpacking | None = None
        self._program: Program
        self._home: Home
        self._config = ""
        self._process: Process | None = None
        self._task: asyncio.Task[None] | None = None
        self.state = State.OFF
        self.problem: NoAsterisk | None = None
        self.restarts = 0
        self.refused: Mapping[str, Texts] = {}
        self.warnings: Sequence[Texts] = ()
        self._guard: Guard | None = None

    @property
    def turned_away(self) -> int:
        """Strangers' requests since the start."""
        return self._guard.turned_away if self._guard else 0

    @property
    def guarded(self) -> Guarded:
        return self._guard.guarded if self._guard else Guarded.REFUSED

    def admit(self, hosts: Iterable[str], *, phones: bool) -> None:
        """Whose SIP is heard: carriers' addresses; `phones` if desk phones may come from anywhere."""
        if self._guard is not None:
            self._guard.admit(hosts, phones=phones)

    @property
    def home(self) -> Home:
        return self._home

    @property
    def version(self) -> str:
        return self._program.version_text

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> Switch:
        """Returns when it answers. Raises NoAsterisk with cause and cure."""
        self.state = State.STARTING
        try:
            self._program = await self._find()
            await asyncio.to_thread(self._configure)
            self._guard = self._new_guard()
            await self._adopt()
            if self._process is None:
                await self._launch()
        except (NoAsterisk, asyncio.CancelledError) as error:
            self.state = State.OFF
            self.problem = error if isinstance(error, NoAsterisk) else None
            await self._end()
            raise
        self.state, self.problem = State.ON, None
        self._task = asyncio.create_task(self._supervise())
        return switch(self._home)

    async def stop(self) -> None:
        """Calls end: everything of Parley stops."""
        if self._unpacking is not None:
            self._unpacking.stop()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._end()
        self.state = State.OFF

    async def _find(self) -> Program:
        settings = self._settings
        cache = cache_dir(settings.cache)
        program = await asyncio.to_thread(find, settings.program, cache)
        if program is not None:
            return program
        self._tell("Asterisk: not on this machine, unpacking it once (some 100 MB)")
        self._unpacking = Unpacking(cache, self._tell, settings.mirror)
        try:
            return await asyncio.to_thread(self._unpacking.run)
        except asyncio.CancelledError:
            self._unpacking.stop()
            raise

    def _configure(self) -> None:
        try:
            self._home = asterisk_home.settle(self._settings, self._program.share)
            text = asterisk_config.write(self._settings, self._home, self._program)
        except OSError as error:
            raise absent.no_room(self._settings.home, error.strerror or str(error)) from error
        self._config = asterisk_process.fingerprint(text)

    def _new_guard(self) -> Guard:
        ports, secret = self._home.ports, self._home.secrets.guard
        access = AmiAccess(LOOPBACK, ports.ami, asterisk_config.GUARD_USER, secret)
        return Guard(access, self._settings.sip_host, (ports.sip, ports.tls, ports.tls_any))

    # --- the process ------------------------------------------------------------------------------

    async def _adopt(self) -> None:
        """Take over what runs here, unless it is deaf, or idle with other settings."""
        process = asterisk_process.left_over(self._home)
        if process is None:
            return
        self._process = process
        stale = not self._watched(process) or process.config != self._config
        if not await self._answers(ADOPT_S):
            log.warning("asterisk_deaf", pid=process.pid)
            await self._end()
        elif stale and not await self._busy():
            await self._end()
        elif stale:
            self._tell("Asterisk keeps its earlier settings while it has calls")
        else:
            self._tell("Asterisk: found the one that was left running")

    async def _launch(self) -> None:
        """Raises NoAsterisk."""
        try:
            self._process = asterisk_process.launch(self._program, self._home, self._config)
        except OSError as error:
            raise absent.does_not_start(self._home.log, str(error)) from error
        ended = asyncio.ensure_future(self._process.ended())
        ready = asyncio.ensure_future(self._answers(START_S))
        try:
            await asyncio.wait((ended, ready), return_when=asyncio.FIRST_COMPLETED)
            answers = ready.done() and ready.result()
        finally:
            for task in (ended, ready):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if not answers:
            await self._end()
            raise absent.does_not_start(self._home.log, asterisk_process.last_words(self._home))
        self._watched(self._process)

    def _watched(self, process: Process) -> bool:
        return self._guard is not None and self._guard.watch(process.pid)

    async def _supervise(self) -> None:
        pause_s = FIRST_PAUSE_S
        besides = [
            asyncio.create_task(self._keep_logs_short()),
            asyncio.create_task(self._keep_reading()),
            asyncio.create_task(self._keep_asking()),
        ]
        if self._guard is not None:
            besides.append(asyncio.create_task(self._guard.run()))
        try:
            while True:
                began = time.monotonic()
                if self._process is not None:
                    await self._process.ended()
                    self._forget()
                    log.error("asterisk_died", pause_s=pause_s)
                self.state = State.LOST
                if time.monotonic() - began > STEADY_S:
                    pause_s = FIRST_PAUSE_S
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
                await self._restart()
        finally:
            for task in besides:
                task.cancel()

    async def _restart(self) -> None:
        self.restarts += 1
        try:
            await self._launch()
        except NoAsterisk as error:
            self.problem = error
            log.error("asterisk_does_not_start", reason=str(error))
        else:
            self.state, self.problem = State.ON, None

    async def _keep_logs_short(self) -> None:
        while True:
            await asyncio.sleep(LOG_CHECK_S)
            for path in (self._home.log, self._home.log.with_name("output")):
                await asyncio.to_thread(asterisk_process.shorten, path)

    async def _keep_reading(self) -> None:
        while True:
            now = datetime.now()  # noqa: DTZ005  # the log's times are local
            self.refused = await asyncio.to_thread(refused_certificates, self._home.log, now)
            await asyncio.sleep(LOG_READ_S)

    async def _keep_asking(self) -> None:
        """Kills one that is deaf: `_supervise` starts the next."""
        ari = Ari(switch(self._home).access)
        heard, process = time.monotonic(), self._process
        try:
            while True:
                await asyncio.sleep(HEAR_S)
                if self._process is not process:
                    heard, process = time.monotonic(), self._process
                with suppress(AriError):
                    await ari.ask("GET", f"/applications/{APP}", {}, fine=(GONE,))
                    heard = time.monotonic()
                if process is not None and time.monotonic() - heard > DEAF_S:
                    log.error("asterisk_deaf", pid=process.pid)
                    process.kill()
                    heard = time.monotonic()
        finally:
            ari.close()

    async def _end(self) -> None:
        if self._process is not None:
            await self._process.end()
            self._forget()

    def _forget(self) -> None:
        if self._guard is not None:
            self._guard.leave()
        if self._process is not None:
            self._process.close()
            self._process = None
            asterisk_process.forget(self._home)

    # --- asked over ARI ---------------------------------------------------------------------------

    async def _answers(self, patience_s: float) -> bool:
        """Whether its SIP and ARI are there, as ours: with our password."""
        ari = Ari(switch(self._home).access)
        deadline = time.monotonic() + patience_s
        try:
            while time.monotonic() < deadline:
                with suppress(AriError):
                    await ari.get(f"/endpoints/PJSIP/{asterisk_config.PROBE}")
                    return True
                await asyncio.sleep(POLL_S)
        finally:
            ari.close()
        return False

    async def _busy(self) -> bool:
        ari = Ari(switch(self._home).access)
        try:
            return bool(await ari.get("/channels"))
        except AriError:
            return False
        finally:
            ari.close()


class ForeignAsterisk:
    """An Asterisk that somebody else runs, by its address."""

    turned_away = 0  # somebody else guards it
    guarded = Guarded.REFUSED
    refused: Mapping[str, Texts] = {}  # its log is elsewhere

    def __init__(self, access: Access, ami: AmiAccess, recordings: Path) -> None:
        self.state = State.OFF
        self.problem: NoAsterisk | None = None
        self._switch = Switch(access, ami, recordings, access.url.replace("http", "ws", 1) + "/ws")
        self._ami = Ami(ami)
        self._task: asyncio.Task[None] | None = None

    @property
    def warnings(self) -> Sequence[Texts]:
        ami = self._switch.ami
        return () if self._ami.up else (absent.no_manager(ami.host, ami.port),)

    async def start(self) -> Switch:
        """Raises NoAsterisk if it does not answer, or is too old."""
        url = self._switch.access.url
        ari = Ari(self._switch.access)
        try:
            version = str((await ari.get("/asterisk/info", only="system"))["system"]["version"])
        except (AriError, ValueError, LookupError, TypeError) as error:
            self.problem = absent.not_answering(url, str(error))
            raise self.problem from error
        finally:
            ari.close()
        if not fit(version):
            self.problem = absent.too_old(url, version)
            raise self.problem
        self._task = asyncio.create_task(self._ami.run())
        self.state = State.ON
        return self._switch

    def admit(self, hosts: Iterable[str], *, phones: bool) -> None: ...

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self.state = State.OFF


def switch(home: Home) -> Switch:
    """How the Asterisk of `home` is spoken to."""
    ports, secrets = home.ports, home.secrets
    return Switch(
        Access(f"http://{LOOPBACK}:{ports.http}", asterisk_config.ARI_USER, secrets.ari),
        AmiAccess(LOOPBACK, ports.ami, asterisk_config.AMI_USER, secrets.ami),
        home.recordings,
        f"ws://{LOOPBACK}:{ports.http}/ws",
    )
