"""Two thousand visitors and a hundred agents on real WebSockets, from a second process.

Measured: memory a connection costs the server; the time from a visitor's `send` to the frame on the
agent's socket (durable in between) at several rates, without and with an answer to each message; and,
to compare with a peer, how fast ten senders get through who each wait for the acknowledgement.

    python -m bench.chat [--visitors 2000] [--agents 100] [--seconds 15] [--synapse <its python>]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

from bench import synapse
from bench.crowd import Agent, Delays, Visitor, a_few_at_once, prepare, until
from bench.measure import cpu_s, machine, percentile, resident_bytes, table

RATES = (100, 250, 500, 750, 1000)  # messages of visitors a second
ANSWERED_RATES = (100, 250, 400)  # as many answers on top
SENDERS = (1, 10)  # in the closed loop
READY_S = 60.0
ARRIVAL_S = 15.0  # a message that takes longer is counted as missing


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    pid: int


@contextlib.contextmanager
def serving(data_dir: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = (data_dir / "bench.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.chat_server", str(port)],
        env={**os.environ, "PARLEY_DATA_DIR": str(data_dir), "PARLEY_LOG_LEVEL": "warning"},
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        _await_ready(url, process)
        yield Server(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        log.close()


def _await_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/readyz").is_success:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


class Crowd:
    def __init__(self, server: Server, agents: int, visitors: int) -> None:
        self.asked, self.answered = Delays(), Delays()
        self.agents = [Agent(server.url, n, self.asked, self.answered) for n in range(agents)]
        self.visitors = [Visitor(server.url, self.asked, self.answered) for _ in range(visitors)]
        self._server = server

    async def come(self) -> float:
        """Everybody connects; server memory a visitor's connection takes, in bytes."""
        await a_few_at_once(10, [agent.open() for agent in self.agents])
        await asyncio.sleep(1.0)
        before = resident_bytes(self._server.pid)
        async with httpx.AsyncClient(base_url=self._server.url, timeout=60.0) as client:
            await a_few_at_once(20, [visitor.open(client) for visitor in self.visitors])
        await asyncio.sleep(1.0)
        return (resident_bytes(self._server.pid) - before) / len(self.visitors)

    async def begin(self) -> None:
        """Every visitor is in a conversation with an agent."""
        await a_few_at_once(50, [visitor.send() for visitor in self.visitors])
        everybody = self.visitors
        if not await until(lambda: all(v.phase == "connected" for v in everybody), 120):
            raise SystemExit("not everybody was connected to an agent within two minutes")

    async def write(self, rate: float, seconds: float, *, answers: bool) -> dict[str, float]:
        """Visitors write at random, `rate` messages a second in all."""
        for agent in self.agents:
            agent.replies = answers
        self.asked.forget()
        self.answered.forget()
        cpu, began = cpu_s(self._server.pid), time.perf_counter()
        own = time.process_time()
        sent = 0
        while (now := time.perf_counter()) < began + seconds:
            while sent < (now - began) * rate:
                await random.choice(self.visitors).send()
                sent += 1
            await asyncio.sleep(0.002)
        used, own = cpu_s(self._server.pid) - cpu, time.process_time() - own
        done = len(self.asked.took) + len(self.answered.took)
        await until(lambda: not self.asked.sent and not self.answered.sent, ARRIVAL_S)
        return {
            "arrived_per_s": done / seconds,
            "p50_ms": 1000 * percentile(self.asked.took, 0.5),
            "p99_ms": 1000 * percentile(self.asked.took, 0.99),
            "answer_p50_ms": 1000 * percentile(self.answered.took, 0.5),
            "answer_p99_ms": 1000 * percentile(self.answered.took, 0.99),
            "missing": float(len(self.asked.sent) + len(self.answered.sent)),
            "cpu": used / seconds,
            "own_cpu": own / seconds,
        }

    async def in_turn(self, senders: int, seconds: float) -> dict[str, float]:
        """Each of a few visitors sends the next message once the last is acknowledged."""
        for agent in self.agents:
            agent.replies = False
        self.asked.forget()
        end = time.perf_counter() + seconds

        async def one(visitor: Visitor) -> int:
            count = 0
            while time.perf_counter() < end:
                await (await visitor.send())
                count += 1
            return count

        counts = await asyncio.gather(*(one(v) for v in self.visitors[:senders]))
        await until(lambda: not self.asked.sent, ARRIVAL_S)
        delay_ms = 1000 * percentile(self.asked.took, 0.5)
        return {"per_s": sum(counts) / seconds, "p50_ms": delay_ms}

    async def leave(self) -> None:
        await a_few_at_once(100, [visitor.close() for visitor in self.visitors])
        await a_few_at_once(100, [agent.close() for agent in self.agents])


async def measure(server: Server, arguments: argparse.Namespace) -> dict[int, dict[str, float]]:
    crowd = Crowd(server, arguments.agents, arguments.visitors)
    each = await crowd.come()
    print(f"{arguments.visitors:,} visitors and {arguments.agents} agents connected;", end=" ")
    print(f"server memory for each visitor's connection: {each / 1000:.1f} kB\n")
    await crowd.begin()
    rows = []
    for answers, rates in ((False, RATES), (True, ANSWERED_RATES)):
        for rate in rates:
            row = await crowd.write(rate, arguments.seconds, answers=answers)
            rows.append(_row(rate, row, answers))
            print(" | ".join(rows[-1]), file=sys.stderr)
    print(_table(rows), "\n")
    in_turn = {n: await crowd.in_turn(n, arguments.seconds) for n in SENDERS}
    await crowd.leave()
    return in_turn


def _row(rate: float, row: dict[str, float], answers: bool) -> list[str]:
    answered = f"{row['answer_p50_ms']:.1f} / {row['answer_p99_ms']:.1f}" if answers else ""
    return [
        f"{rate:g}{' + answers' if answers else ''}",
        f"{row['arrived_per_s']:,.0f}",
        f"{row['p50_ms']:.1f} / {row['p99_ms']:.1f}",
        answered,
        f"{row['missing']:.0f}",
        f"{row['cpu']:.2f}",
        f"{row['own_cpu']:.2f}",
    ]


def _table(rows: list[list[str]]) -> str:
    header = (
        "asked/s", "arrived/s", "visitor → agent p50 / p99 ms", "agent → visitor p50 / p99 ms",
        "missing", "server, cores", "crowd, cores",
    )  # fmt: skip
    return table(header, rows)


def compare(ours: dict[int, dict[str, float]], theirs: dict[int, dict[str, float]]) -> None:
    rows = []
    for senders, row in ours.items():
        peer = theirs.get(senders)
        peer_cells = [f"{peer['per_s']:,.0f}", f"{peer['p50_ms']:.1f}"] if peer else ["", ""]
        ratios = (
            [f"{row['per_s'] / peer['per_s']:.1f}×", f"{row['p50_ms'] / peer['p50_ms']:.2f}×"]
            if peer
            else ["", ""]
        )
        ours_cells = [f"{row['per_s']:,.0f}", f"{row['p50_ms']:.1f}"]
        rows.append([str(senders), *ours_cells, *peer_cells, *ratios])
    header = (
        "senders", "Parley msg/s", "p50 ms", "synapse msg/s", "p50 ms", "msg/s ratio", "delay ratio",
    )  # fmt: skip
    print(table(header, rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visitors", type=int, default=2000)
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--synapse", type=Path, help="python of an environment with matrix-synapse")
    arguments = parser.parse_args()
    print(machine())
    capacity = -(-arguments.visitors // arguments.agents)
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        data_dir = Path(folder)
        data_dir.chmod(0o755)
        prepare(data_dir, arguments.agents, capacity)
        with serving(data_dir) as server:
            ours = uvloop.run(measure(server, arguments))
    theirs = {}
    if arguments.synapse is not None:
        theirs = synapse.measure(arguments.synapse, SENDERS, arguments.seconds)
    compare(ours, theirs)


if __name__ == "__main__":
    main()
