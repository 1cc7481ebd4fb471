"""A whole Parley with calls, as a process of its own: what an administrator sees of it, and callers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from parley.adapters.telephony.asterisk_home import Home, free_port, known
from parley.adapters.telephony.asterisk_process import left_over
from tests.harness.product import ROOT, Product, until

HOTLINE = "+8657188880001"
READY_S = 90.0


class PhoneHouse:
    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None) -> None:
        given = {"PARLEY_SIP_PORT": str(free_port())} if environment is None else environment
        self.product = Product(data_dir, environment={"PARLEY_TELEPHONY": "true", **given})
        self._admin: httpx.Client | None = None

    def start(self) -> None:
        self.product.start()
        self._admin = None
        until(lambda: self.voice()["state"] == "on", "calls are possible", READY_S)

    def end(self) -> None:
        """Nothing is left of it, also if it was killed."""
        self.product.end()
        process = left_over(self.home) if known(self.product.data_dir / "asterisk") else None
        if process is not None:
            os.kill(process.pid, signal.SIGKILL)
            process.close()

    @property
    def home(self) -> Home:
        home = known(self.product.data_dir / "asterisk")
        assert home is not None, "telephony never started"
        return home

    def asterisk_pid(self) -> int | None:
        process = left_over(self.home)
        if process is None:
            return None
        process.close()
        return process.pid

    # --- the administrator --------------------------------------------------------------------------

    def voice(self) -> dict[str, Any]:
        return self.get("/voice")

    def get(self, path: str) -> Any:
        answer = self._client().get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def rule(self, **rules: object) -> None:
        """Changes the rules of the whole center."""
        answer = self._client().put("/settings", json={**self.get("/settings"), **rules})
        assert answer.status_code == 200, answer.text

    def have_a_hotline(self) -> None:
        """A trunk from loopback and a number, unless the demo company has them."""
        client = self._client()
        if not client.get("/trunks").json():
            trunk = {"name": "Demo", "host": "127.0.0.1", "port": 5999, "from_hosts": ["127.0.0.1"]}
            assert client.post("/trunks", json=trunk).status_code == 201
        if not any(
            HOTLINE in point.get("numbers", ()) for point in client.get("/entry-points").json()
        ):
            point = {
                "name": "hotline", "names": {"zh-CN": "热线", "en-US": "Hotline"},
                "channel": "voice", "numbers": [HOTLINE], "queue": "aftersales",
            }  # fmt: skip
            assert client.post("/entry-points", json=point).status_code == 201

    def _client(self) -> httpx.Client:
        if self._admin is None:
            url = self.product.url
            self._admin = httpx.Client(
                base_url=f"{url}/api/v1", headers={"Origin": url}, timeout=30, trust_env=False
            )
            told = self._admin.post(
                "/session", json={"email": "admin@demo.parley", "password": "parley-demo"}
            )
            self._admin.headers["X-CSRF-Token"] = told.json()["csrf"]
        return self._admin

    # --- a customer ---------------------------------------------------------------------------------

    def call(self, number: str, *more: str) -> Caller:
        command = [sys.executable, "-m", "parley", "demo", "call", number, *more]
        return Caller(command, self.product.environment(), self.product.data_dir / "caller.log")


class Caller:
    """`parley demo call` as a process of its own."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT
            )

    @property
    def words(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def says(self, pattern: str, seconds: float = 30.0) -> None:
        def said() -> bool:
            assert re.search(pattern, self.words) or self.process.poll() is None, self.words
            return re.search(pattern, self.words) is not None

        until(said, f"the caller says {pattern}", seconds)

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
