"""Supervises PostgreSQL as a child process: one machine needs no database server of its own.

A thread starts the server, waits for its end and starts it again. The server gets SIGINT (a fast,
clean stop) when that thread dies, so that a killed Parley leaves no server behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

import structlog

from parley.adapters.embedded import binaries as programs
from parley.adapters.embedded import cluster as files
from parley.adapters.embedded import errors
from parley.adapters.embedded.binaries import Binaries
from parley.adapters.embedded.cluster import Cluster
from parley.adapters.embedded.errors import PostgresUnavailable
from parley.adapters.embedded.server import Server, launch_server, pid_in

PASSING_TIMEOUT_S = 120.0  # how long what a killed server left (a checkpoint on a slow disk) may keep the next waiting
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 10.0
STEADY_S = 60.0  # a server that ran so long was well: the next pause is short again

log = structlog.get_logger(__name__)


class State(StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    FAILED = "failed"  # tried again after a pause


@dataclass(frozen=True, slots=True)
class Health:
    state: State
    restarts: int  # since start()
    code: str = ""  # of the last error
    detail: str = ""  # one sentence


class EmbeddedPostgres:
    """One PostgreSQL on one data directory. `start` and `stop` block: call them in a thread."""

    def __init__(self, data_dir: Path, *, port: int | None = None) -> None:
        """`port` additionally opens 127.0.0.1 for other programs; Parley uses the unix socket."""
        self._data_dir = data_dir
        self._port = port
        self._cluster = files.locate(data_dir)
        self._binaries: Binaries | None = None
        self._lock: IO[str] | None = None
        self._thread: threading.Thread | None = None
        self._server: Server | None = None
        self._stop = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._stopping = threading.Event()
        self._settled = threading.Event()  # the first start succeeded or failed
        self._error: PostgresUnavailable | None = None
        self._state = State.STOPPED
        self._restarts = 0

    @property
    def dsn(self) -> str:
        """Address of the database for its owner, with password. Never log it."""
        return self._cluster.dsn(self._port)

    @property
    def superuser_dsn(self) -> str:
        """For tests and maintenance only."""
        return self._cluster.dsn(self._port, files.SUPERUSER, "postgres")

    @property
    def home(self) -> Path:
        return self._cluster.home

    @property
    def socket_dir(self) -> Path:
        return self._cluster.socket_dir

    @property
    def bin_dir(self) -> Path:
        """Where pg_dump, psql and pgbench of the running version are."""
        return self._chosen().bin_dir

    @property
    def version(self) -> str:
        return self._chosen().version

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        server = self._server
        return server.process.pid if server else None

    def health(self) -> Health:
        if self._error is None:
            return Health(self._state, self._restarts)
        return Health(self._state, self._restarts, self._error.code, str(self._error))

    def start(self) -> None:
        """Returns when the server takes connections. Raises PostgresUnavailable with one sentence."""
        self._stopping.clear()
        self._settled.clear()
        self._error, self._restarts = None, 0
        try:
            self._prepare()
        except BaseException:
            self._unlock()
            raise
        self._thread = threading.Thread(target=self._supervise, name="postgres", daemon=True)
        self._thread.start()
        self._settled.wait()
        health = self.health()
        if health.state is not State.READY:
            self.stop()
            raise PostgresUnavailable(health.code, health.detail)

    def stop(self) -> None:
        """Stops the server cleanly: connections are closed, everything is on disk."""
        self._stopping.set()
        os.eventfd_write(self._stop, 1)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        os.eventfd_read(self._stop)
        self._unlock()
        self._state = State.STOPPED

    @contextlib.contextmanager
    def at_hand(self) -> Iterator[None]:
        """The server for a short task: one that another process runs already, else one of its own."""
        try:
            self.start()
        except PostgresUnavailable as error:
            if error.code != "data_in_use":
                raise
            yield
            return
        try:
            yield
        finally:
            self.stop()

    def _prepare(self) -> None:
        cluster = self._cluster
        files.open_home(cluster, self._data_dir)
        self._take_lock()
        major = files.data_major(cluster)
        try:
            self._binaries = programs.prepare(_choose(cluster, major), cluster.home, cluster.user)
        except OSError as error:
            raise errors.from_os_error(error, cluster.home) from error
        if major is None:
            files.initialise(cluster, self._binaries)

    def _take_lock(self) -> None:
        """Two supervisors of one directory would fight; the lock ends with the process."""
        try:
            self._lock = (self.home / "lock").open("a")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise errors.already_running(self.home, pid_in(self._cluster.pid_file)) from error
        except OSError as error:
            raise errors.from_os_error(error, self.home) from error

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _chosen(self) -> Binaries:
        if self._binaries is None:
            self._binaries = _choose(self._cluster, files.data_major(self._cluster))
        return self._binaries

    # --- the supervising thread ------------------------------------------------------------

    def _supervise(self) -> None:
        began, pause_s = time.monotonic(), FIRST_PAUSE_S
        while not self._stopping.is_set():
            started = time.monotonic()
            error = self._serve_once()
            if self._stopping.is_set():
                break
            self._state, self._error = State.FAILED, error
            passing = errors.is_passing(error) and time.monotonic() - began < PASSING_TIMEOUT_S
            if not self._settled.is_set() and not passing:
                break
            if time.monotonic() - started > STEADY_S:
                pause_s = FIRST_PAUSE_S
            log.warning("postgres_restarts", detail=str(error), pause_s=pause_s)
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            self._restarts += self._settled.is_set()
        self._settled.set()

    def _serve_once(self) -> PostgresUnavailable:
        """Runs the server to its end. Returns why it ended or could not start."""
        self._state = State.STARTING
        try:
            self._server = launch_server(self._cluster, self._chosen(), self._port)
        except OSError as error:
            return errors.from_os_error(error, self.home)
        try:
            if not self._server.await_ready(self._stop):
                return self._server.why()
            self._state, self._error = State.READY, None
            self._settled.set()
            self._server.watch(self._stop)
            return PostgresUnavailable("postgres_died", "PostgreSQL ended and is started again.")
        finally:
            self._server.end()
            self._server = None


def _choose(cluster: Cluster, major: int | None) -> Binaries:
    """The best binaries that fit the data. Raises PostgresUnavailable."""
    found = programs.find()
    if not found:
        raise errors.no_binaries()
    fitting = [b for b in found if major in (None, b.major)]
    if not fitting:
        here = " and ".join(b.version for b in found)
        raise errors.wrong_version(cluster.home, str(major), here)
    return fitting[0]
