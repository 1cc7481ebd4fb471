"""The real product as a process of its own: `python -m parley run` on a data directory and a port.

Only processes started here are ever signalled, by their own ids. Waiting is for something with a
deadline, never for a while.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
START_S = 180.0  # initdb, migrations, the demo company: 8 s on a quiet machine
STOP_S = 60.0
PACE_S = 0.02  # between two looks at something that is awaited
PORTS = (21_000, 29_000)  # below those that the kernel gives to outgoing connections
LOG_TAIL_CHARS = 6_000


class NotInTime(AssertionError):
    """Something awaited did not become true before its deadline."""


def until(true: Callable[[], Any], what: str, seconds: float = 10.0) -> Any:
    """What `true` returns once it is truthy. Raises NotInTime."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > deadline:
            raise NotInTime(f"not after {seconds:g} s: {what}")
        time.sleep(PACE_S)
    return found


def free_port() -> int:
    """A port nobody listens on, and that no outgoing connection takes before it is used again."""
    for port in random.sample(range(*PORTS), 200):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


class Product:
    """One node. It may be started again after it was stopped or killed: same data, same port."""

    def __init__(
        self,
        data_dir: Path,
        *,
        demo: bool = True,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._demo = demo
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data_dir / "product.log"

    # --- coming and going ------------------------------------------------------------------------

    def launch(self) -> None:
        """Start the process without waiting for it."""
        assert self._process is None, "it runs already"
        self.data_dir.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "parley", "run", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--demo"] if self._demo else command,
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self, seconds: float = START_S) -> None:
        """Start it and wait until every part is ready."""
        self.launch()
        self.await_ready(seconds)

    def await_ready(self, seconds: float = START_S) -> None:
        self._await(self.ready, "ready", seconds)

    def await_listening(self, seconds: float = START_S) -> None:
        """Answers at all, be it only that another node leads."""
        self._await(lambda: self._get("/healthz") is not None, "listening", seconds)

    def await_words(self, words: str, seconds: float = START_S) -> None:
        """Until it has said so in its log."""
        self._await(lambda: words in self._log.read_text("utf-8", "replace"), words, seconds)

    def stop(self) -> int:
        """As Ctrl-C does; its exit status."""
        process = self._running()
        process.send_signal(signal.SIGINT)
        try:
            status = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NotInTime(f"did not stop in {STOP_S:g} s\n{self.log()}") from None
        self._process = None
        return status

    def kill(self) -> None:
        """SIGKILL: the process gets no chance to say or save anything."""
        process = self._running()
        process.kill()
        process.wait(STOP_S)
        self._process = None

    def freeze(self) -> None:
        self._running().send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Whatever state it is in: nothing is left of it, nor of its database server."""
        if not self.running:
            self._process = None
            return
        self.thaw()
        server = self.postgres_pid()
        with contextlib.suppress(NotInTime):
            self.stop()
        if server is not None:
            until(lambda: not Path(f"/proc/{server}").exists(), "PostgreSQL gone", STOP_S)

    def kill_postgres(self) -> None:
        """SIGKILL for the embedded database server, which is this process's child."""
        pid = self.postgres_pid()
        assert pid is not None, "no embedded server runs"
        os.kill(pid, signal.SIGKILL)

    # --- what it says ----------------------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._running().pid

    def ready(self) -> bool:
        answer = self._get("/readyz")
        return answer is not None and answer.status_code == httpx.codes.OK

    def parts(self) -> dict[str, dict[str, Any]]:
        """What `/readyz` says of each part; {} if nothing answers."""
        answer = self._get("/readyz")
        return {} if answer is None else dict(answer.json()["parts"])

    def postgres_pid(self) -> int | None:
        """The server that this very process started, as the kernel knows it."""
        found = list(self._children(self._running().pid))
        return found[0] if found else None

    def log(self) -> str:
        """The last words, for whoever reads a failure."""
        try:
            return self._log.read_text("utf-8", errors="replace")[-LOG_TAIL_CHARS:]
        except FileNotFoundError:
            return ""

    def environment(self) -> dict[str, str]:
        """What a command line of this installation needs, too."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}
        return {
            **inherited,
            "PARLEY_DATA_DIR": str(self.data_dir),
            "PARLEY_LOG_FORMAT": "json",
            "PARLEY_TELEPHONY": "false",  # whoever wants calls says so
            "PYTHONUNBUFFERED": "1",
            **self._environment,
        }

    def command(self, *arguments: str, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
        """`python -m parley …` on this installation's data."""
        return subprocess.run(
            [sys.executable, "-m", "parley", *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def _await(self, true: Callable[[], bool], what: str, seconds: float) -> None:
        def arrived() -> bool:
            if not self.running:
                raise AssertionError(f"the product ended by itself\n{self.log()}")
            return true()

        try:
            until(arrived, what, seconds)
        except NotInTime as error:
            raise NotInTime(f"{error}\n{self.parts()}\n{self.log()}") from None

    def _get(self, path: str) -> httpx.Response | None:
        try:
            return httpx.get(self.url + path, timeout=5.0, trust_env=False)
        except httpx.HTTPError:
            return None

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it does not run"
        return self._process

    @staticmethod
    def _children(pid: int) -> list[int]:
        found = Path(f"/proc/{pid}/task").glob("*/children")
        return [int(child) for tasks in found for child in tasks.read_text().split()]
