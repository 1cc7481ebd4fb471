"""One run of the PostgreSQL server: launched, awaited, watched, ended."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.embedded import cluster as files
from parley.adapters.embedded import errors, launch
from parley.adapters.embedded.binaries import Binaries
from parley.adapters.embedded.cluster import Cluster
from parley.adapters.embedded.errors import PostgresUnavailable

START_TIMEOUT_S = 300.0  # a recovery after a crash may have to read much
STOP_TIMEOUT_S = 30.0  # then at once, without a checkpoint
POLL_S = 0.01
LOG_CHECK_S = 60.0
LAST_WORDS_BYTES = 64 * 1024
_SERVER_NAME = "postgres"


@dataclass(slots=True)
class Server:
    """A running child and where in the log its words begin."""

    cluster: Cluster
    port: int | None
    process: subprocess.Popen[bytes]
    log_offset: int

    def await_ready(self, stop: int) -> bool:
        """False when it ended before, took too long, or `stop` (an eventfd) was set."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.process.poll() is None and time.monotonic() < deadline:
            if _is_ready(self.cluster.pid_file, self.process.pid):
                return True
            if _readable([stop], POLL_S):
                return False
        return False

    def watch(self, stop: int) -> None:
        """Returns when the server ended or `stop` was set; keeps the log short meanwhile."""
        with contextlib.closing(_Handle(os.pidfd_open(self.process.pid))) as ended:
            while not _readable([stop, ended.fd], LOG_CHECK_S):
                shorten(self.cluster.log)

    def end(self) -> None:
        """Fast stop, then a stop without checkpoint, then kill."""
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(STOP_TIMEOUT_S)

    def why(self) -> PostgresUnavailable:
        """What its last words mean."""
        with self.cluster.log.open("rb") as file:
            file.seek(self.log_offset)
            words = file.read(LAST_WORDS_BYTES).decode(errors="replace")
        return errors.from_output(words, self.cluster.home, self.port)


def launch_server(cluster: Cluster, binaries: Binaries, port: int | None) -> Server:
    """Raises OSError."""
    forget_reused_pid(cluster.pid_file)
    shorten(cluster.log)
    launcher = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]
    user = [str(cluster.user.uid), str(cluster.user.gid)]
    command = [binaries.program(_SERVER_NAME), "-D", str(cluster.data)]
    options = [part for pair in _options(cluster, port).items() for part in ("-c", "=".join(pair))]
    with cluster.log.open("ab") as log:
        offset = log.tell()
        process = subprocess.Popen(
            [*launcher, *user, *command, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=cluster.home,
            env=files.environment(),
            start_new_session=True,  # Ctrl-C in the terminal is for Parley, which stops us last
        )
    return Server(cluster, port, process, offset)


def _options(cluster: Cluster, port: int | None) -> dict[str, str]:
    return {
        "listen_addresses": "" if port is None else "127.0.0.1",
        "port": str(port or files.SOCKET_PORT),
        "unix_socket_directories": str(cluster.socket_dir),
        "unix_socket_permissions": "0700",
        "logging_collector": "off",
        "log_destination": "stderr",
    }


def pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def forget_reused_pid(pid_file: Path) -> None:
    """Marks a left-over pid file as ours if its number now belongs to another program.

    After a restarted machine or container the number is often in use again, and PostgreSQL would
    refuse to start for ever. The file stays, since its memory key guards against left-over children;
    PostgreSQL treats its parent's number as stale. Source: CreateLockFile in miscinit.c.
    """
    pid = pid_in(pid_file)
    if pid is None or pid == os.getpid() or _program_of(pid) in (_SERVER_NAME, None):
        return
    rest = pid_file.read_text().split("\n", 1)[1]
    pid_file.write_text(f"{os.getpid()}\n{rest}")


def shorten(path: Path) -> None:
    """Moves a long log aside and empties it in place: the server appends to the same file."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > files.LOG_LIMIT_BYTES:
            shutil.copyfile(path, path.with_name(path.name + ".1"))
            os.truncate(path, 0)


def _program_of(pid: int) -> str | None:
    """The name of a running process, None if there is none."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


def _is_ready(pid_file: Path, pid: int) -> bool:
    """Line 8 is the server's own word. Source: pidfile.h."""
    try:
        lines = pid_file.read_text().split("\n")
    except FileNotFoundError:
        return False
    return lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready"


def _readable(handles: list[int], timeout_s: float) -> bool:
    poller = select.poll()
    for handle in handles:
        poller.register(handle, select.POLLIN)
    return bool(poller.poll(timeout_s * 1000))


class _Handle:
    def __init__(self, fd: int) -> None:
        self.fd = fd

    def close(self) -> None:
        os.close(self.fd)
