"""Places and users that the embedded server must cope with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.adapters.embedded.postgres import EmbeddedPostgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty directory that other users may enter."""
    path = Path(tempfile.mkdtemp(prefix="parley-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of its own with room for one database and little more."""
    target = place / "disk"
    target.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", target], check=False)
    if done.returncode != 0:
        pytest.skip("may not mount here")
    yield target
    subprocess.run(["umount", target], check=True)


@pytest.fixture
def server(place: Path) -> Iterator[EmbeddedPostgres]:
    running = EmbeddedPostgres(place / "data")
    running.start()
    yield running
    running.stop()


def python_for_others() -> str:
    """An interpreter of the same version that an ordinary user may run, or skips the test."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin")):
        if path is not None and _works_for_nobody(path):
            return path
    pytest.skip("no interpreter here that an ordinary user may run")


def _works_for_nobody(python: str) -> bool:
    command = [python, "-c", "import asyncpg, structlog"]
    try:
        done = subprocess.run(
            command, user=65534, group=65534, extra_groups=[], cwd="/", env=_path(), check=False,
            capture_output=True,
        )  # fmt: skip
    except PermissionError:
        return False
    return done.returncode == 0


def _path() -> dict[str, str]:
    return {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PATH": os.defpath}


def run_as_nobody(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Python code as an ordinary user without any rights."""
    return subprocess.run(
        [python_for_others(), "-c", code, *arguments],
        user=65534,
        group=65534,
        extra_groups=[],
        cwd="/",
        env=_path(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
