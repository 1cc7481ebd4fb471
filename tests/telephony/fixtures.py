"""A real Asterisk for tests: unpacked once for this user, one process a test session (xdist worker).

asterisk_program   the Asterisk found or unpacked; skips, loudly, where none can be had
asterisk           it runs, on ports of its own; `.switch` says how it is spoken to
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest

from parley.adapters.telephony.asterisk import Asterisk, Switch
from parley.adapters.telephony.asterisk_absent import NoAsterisk
from parley.adapters.telephony.asterisk_filter import borrow
from parley.adapters.telephony.asterisk_find import Program, cache_dir, find
from parley.adapters.telephony.asterisk_guard import Guarded
from parley.adapters.telephony.asterisk_home import AsteriskSettings, Home, free_port
from parley.adapters.telephony.asterisk_unpack import Unpacking
from tests.telephony.certificates import Authority

START_S = 90.0


@dataclass(frozen=True, slots=True)
class Running:
    """An Asterisk that answers."""

    asterisk: Asterisk
    switch: Switch
    loop: asyncio.AbstractEventLoop  # of its supervisor
    authority: Authority  # whose certificates it trusts

    @property
    def home(self) -> Home:
        return self.asterisk.home

    @property
    def sip_port(self) -> int:
        return self.home.ports.sip

    async def admit(self, *hosts: str, phones: bool) -> None:
        """Returns once its guard obeys."""
        self.loop.call_soon_threadsafe(partial(self.asterisk.admit, hosts, phones=phones))
        wanted = Guarded.KEPT_OUT if phones else Guarded.UNHEARD
        async with asyncio.timeout(START_S):
            while self.asterisk.guarded is not wanted:
                await asyncio.sleep(0.01)


@cache
def kernel_lends() -> bool:
    """Whether a child's files may be borrowed, which the guard needs; seccomp or Yama may forbid it."""
    ours, theirs = socket.socketpair()
    with ours, theirs, subprocess.Popen(["cat"], stdin=theirs.fileno()) as child:
        handle = os.pidfd_open(child.pid)
        try:
            borrow(handle, 0).close()
        except OSError:
            return False
        finally:
            os.close(handle)
            child.kill()
    return True


def needs_a_kernel_that_lends() -> None:
    if not kernel_lends():
        pytest.skip(
            "this kernel does not lend Asterisk's sockets. Cure: allow pidfd_getfd (seccomp)"
        )


@pytest.fixture(scope="session")
def asterisk_program() -> Program:
    given = os.environ.get("PARLEY_ASTERISK_DIR")
    cache = cache_dir(Path(given) if given else None)
    try:
        return find(None, cache) or Unpacking(cache, print).run()
    except NoAsterisk as error:
        pytest.skip(f"needs Asterisk: {error}. Cure: {error.cure['en-US']}")


@pytest.fixture(scope="session")
def asterisk(asterisk_program: Program) -> Iterator[Running]:
    """One for all tests of a process: each makes trunks and phones of its own names."""
    assert asterisk_program.version
    with tempfile.TemporaryDirectory(prefix="parley-asterisk-") as name:
        authority = Authority(Path(name))
        settings = AsteriskSettings(
            home=Path(name) / "asterisk", sip_port=free_port(), authorities=authority.path
        )
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="asterisk", daemon=True)
        thread.start()
        server = Asterisk(settings, print)
        switch = _in(loop, server.start()).result(START_S)
        yield Running(server, switch, loop, authority)
        _in(loop, server.stop()).result(START_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _in(loop: asyncio.AbstractEventLoop, work: object) -> Future:
    return asyncio.run_coroutine_threadsafe(work, loop)  # type: ignore[arg-type]
