"""The load: SIPp's customers, who speak, and SIPp's agents, who answer at once (`sip-tester`)."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parley.demo.phone import sound

HERE = Path(__file__).parent
HOST = "127.0.0.1"
CUSTOMERS = 2_000  # different callers, who call again and again
AGENT_HZ, CUSTOMER_HZ = 1_200.0, 700.0
SPEECH_S = 20.0  # repeated until the call ends
CLOSING_S = 30.0  # after the last call should have ended
SPEAK = '  <nop><action><exec rtp_stream="{path},-1,0,PCMU/8000"/></action></nop>'


@dataclass(frozen=True, slots=True)
class Calls:
    """What the customers do."""

    to: str
    rate: float  # calls a second
    talk_s: float  # from the answer to hanging up, the wait included
    count: int
    speaks: bool = True
    ears: int | None = None  # the first port of an ear for each call, instead of SIPp's own sound


@dataclass(frozen=True, slots=True)
class Told:
    """What SIPp says of a run."""

    succeeded: int
    failed: int
    retransmissions: int
    took_s: float


class NoSipp(SystemExit):
    def __init__(self) -> None:
        super().__init__("needs SIPp: apt-get install sip-tester")


class Load:
    """Scenarios and sounds in `folder`; agents answer on `agent_port`, for all phones at once."""

    def __init__(self, folder: Path, agent_port: int, sip_port: int) -> None:
        if shutil.which("sipp") is None:
            raise NoSipp
        self._folder = folder
        self.agent_port = agent_port
        self._sip_port = sip_port
        folder.mkdir(parents=True, exist_ok=True)
        for name, hz in (("agent", AGENT_HZ), ("customer", CUSTOMER_HZ)):
            (folder / f"{name}.ul").write_bytes(sound.to_ulaw(sound.tone(hz, SPEECH_S)))
        self._scenario("agent", "agent", port="[rtpstream_audio_port]", speaks=True)

    @contextmanager
    def agents(self) -> Iterator[None]:
        """Somebody answers every phone that is registered at `agent_port`."""
        process = self._sipp(
            "agent", "-sf", str(self._folder / "agent.xml"), "-p", str(self.agent_port),
            "-mp", "30000", "-l", "4000", HOST,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)

    def run(self, calls: Calls) -> Told:
        """Returns when all customers have hung up."""
        began = time.monotonic()
        process = self.begin(calls)
        limit = calls.count / calls.rate + calls.talk_s + CLOSING_S
        try:
            process.wait(limit + 10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        took_s = time.monotonic() - began
        return self.told(took_s)

    def begin(self, calls: Calls) -> subprocess.Popen[bytes]:
        port = "[field1]" if calls.ears else "[rtpstream_audio_port]"
        self._scenario("customer", "customer", port=port, speaks=calls.speaks and not calls.ears)
        self._numbers(calls)
        for old in self._folder.glob("stat.csv"):
            old.unlink()
        limit = int(calls.count / calls.rate + calls.talk_s + CLOSING_S)
        return self._sipp(
            "customer", "-sf", str(self._folder / "customer.xml"),
            "-inf", str(self._folder / "numbers.csv"), "-s", calls.to,
            "-p", str(self._customer_port()), "-mp", "40000",
            "-r", f"{calls.rate:g}", "-d", str(int(calls.talk_s * 1000)), "-m", str(calls.count),
            "-l", "4000", "-timeout", f"{limit}s", "-trace_stat",
            "-stf", str(self._folder / "stat.csv"), "-fd", "5", f"{HOST}:{self._sip_port}",
        )  # fmt: skip

    def told(self, took_s: float) -> Told:
        with (self._folder / "stat.csv").open() as file:
            last = list(csv.DictReader(file, delimiter=";"))[-1]
        return Told(
            int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]),
            int(last["Retransmissions(C)"]), took_s,
        )  # fmt: skip

    def _customer_port(self) -> int:
        return self.agent_port + 1

    def _sipp(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{name}.log").open("wb")
        return subprocess.Popen(
            ["sipp", "-i", HOST, "-nostdin", "-trace_err",
             "-error_file", str(self._folder / f"{name}.err"), *arguments],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=self._folder,
        )  # fmt: skip

    def _scenario(self, name: str, file: str, *, port: str, speaks: bool) -> None:
        text = (HERE / f"{file}.xml").read_text()
        speak = SPEAK.format(path=self._folder / f"{name}.ul") if speaks else ""
        filled = text.replace("@SPEAK@", speak).replace("@PORT@", port)
        (self._folder / f"{name}.xml").write_text(filled)

    def _numbers(self, calls: Calls) -> None:
        chance = random.Random(1)
        first = calls.ears or 0
        lines = ["SEQUENTIAL"]
        for index in range(max(CUSTOMERS, calls.count if calls.ears else 0)):
            number = f"+86138{chance.randrange(10**8):08d}"
            lines.append(f"{number};{first + 2 * index};")
        (self._folder / "numbers.csv").write_text("\n".join(lines) + "\n")
