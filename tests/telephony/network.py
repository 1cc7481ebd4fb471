"""A network of a test's own, for browsers' calls: WebRTC never sends sound over loopback alone.

    own_network   a fixture: this thread, and every program it starts, is alone with one address
                  (ADDRESS) that is no loopback; nothing leaves it. Skipped, loudly, without root.

Threads that run already (the session's Asterisk) stay outside: start a Parley inside instead.
Source: unshare(2), setns(2), veth(4).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ADDRESS = "10.9.0.1"
_CLONE_NEWNET = 0x40000000
_SETUP = (
    "link set lo up",
    "link add eth0 type veth peer name eth1",
    f"addr add {ADDRESS}/24 dev eth0",
    "link set eth0 up",
    "link set eth1 up",
    "route add default via 10.9.0.2 dev eth0",
)


def why_not() -> str | None:
    """What is missing for a network of one's own."""
    if os.geteuid() != 0:
        return "root"
    return None if _ip() else "iproute2"


@pytest.fixture
def own_network() -> Iterator[str]:
    """The address of this machine in it."""
    if missing := why_not():
        pytest.skip(f"needs a network of its own: run as root with iproute2 ({missing} is missing)")
    with entered() as address:
        yield address


@contextmanager
def entered() -> Iterator[str]:
    """Skips where the kernel does not allow it."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        os.close(before)
        pytest.skip(f"needs a network of its own: {os.strerror(ctypes.get_errno())}")
    try:
        for line in _SETUP:
            subprocess.run([str(_ip()), *line.split()], check=True, capture_output=True)
        yield ADDRESS
    finally:
        libc.setns(before, _CLONE_NEWNET)
        os.close(before)


def _ip() -> str | None:
    found = shutil.which("ip", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    return found if found and Path(found).exists() else None
