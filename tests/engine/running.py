"""A real `parley run` as a child process, on a free port and a data directory of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

START_S = 150.0
STOP_S = 60.0


@contextmanager
def roomy() -> Iterator[Path]:
    """A directory that PostgreSQL's own user may enter, unlike pytest's, when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


class Running:
    """`start`, then `url`; `stop` ends it in order, `kill` as a power cut does."""

    def __init__(self, data_dir: Path, *, demo: bool = True, **environment: str) -> None:
        self.data_dir = data_dir
        self.lines: list[str] = []
        self.url = ""
        self.took_s = 0.0
        self._arguments = ["run", "--demo"] if demo else ["run"]
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self._ready = threading.Event()

    def start(self) -> Running:
        self._ready.clear()
        self.lines.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "parley", *self._arguments],
            env=environment(self.data_dir, **self._environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        assert self._ready.wait(START_S), "\n".join(self.lines)
        assert self.url, "\n".join(self.lines)
        return self

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip())
            if found := re.search(r"(http://[\d.:]+)/", line):
                self.url = found[1]
            if found := re.search(r"ready after ([\d.]+) s", line):
                self.took_s = float(found[1])
            if "Ctrl-C" in line:
                self._ready.set()
        self._ready.set()

    @property
    def postgres_pid(self) -> int:
        return int((self.data_dir / "postgres/data/postmaster.pid").read_text().split()[0])

    def stop(self) -> int:
        """The exit code after SIGTERM."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(STOP_S)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_S)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self.stop()
            self._process.kill()


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "PARLEY_DATA_DIR": str(data_dir),
        "PARLEY_PORT": "0",
        "PARLEY_HOST": "127.0.0.1",
        "PARLEY_TELEPHONY": "false",  # whoever wants calls says so
        **more,
    }


def parley(data_dir: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "parley", *arguments],
        env=environment(data_dir, **more),
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )


def lives(pid: int) -> bool:
    """Whether the process runs (a zombie does not)."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


class Person:
    """Somebody signed in at the console."""

    def __init__(self, url: str, email: str, password: str = "parley-demo") -> None:
        self.client = httpx.Client(base_url=f"{url}/api/v1", timeout=60)
        self.me = self.post("/session", email=email, password=password)
        self.client.headers["X-CSRF-Token"] = self.me["csrf"]

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, params=query).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(path, json=body).raise_for_status().json()

    def put(self, path: str, **body: Any) -> Any:
        return self.client.put(path, json=body).raise_for_status().json()
