"""Whole conversations a second, each step durable, beside what PostgreSQL itself can do.

Parley: many conversations at once through one real engine (center, facts, board, live fan-out,
journal, messages, search, outbox) on an embedded PostgreSQL with its ordinary, durable settings.

The limit: `pgbench` on the same PostgreSQL, the same conversations, the very same statement as the
engine's commit, but each input a transaction of its own, from many connections. Once as it is, every
transaction numbering its events through the tenant's row; once with that row left out and the numbers
taken from a sequence, as a design without a gapless journal would.

    python -m bench.journal [--seconds 10] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

from bench.measure import cpu_s, machine, medians, percentile, table
from bench.talk import INPUTS_A_TALK, opening, talk
from parley.adapters.embedded.cluster import DATABASE
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store import commit
from parley.adapters.store.database import Database
from parley.adapters.store.migrate import migrate
from parley.adapters.store.shard import LEASE_S
from parley.adapters.store.store import PostgresStore
from parley.core.center.center import Center
from parley.core.center.turn import Step
from parley.core.commands import Command, OpenTicket, SendMessage
from parley.core.insight.facts import Facts, InteractionFact
from parley.engine.clock import SystemClock
from parley.engine.codec import Codec
from parley.engine.engine import Engine
from parley.engine.live import Live
from parley.engine.picture import CenterPicture
from parley.engine.screens import EngineSource
from parley.engine.status import EnginePhase

TENANT, RIVAL = "tnt_bench", "tnt_pgbench"
CONVERSATIONS = (16, 64, 256)  # at once, through one engine
CLIENTS = (4, 8, 16, 32)  # connections of pgbench
MARK = "70313370313"  # stands in a captured statement where each run puts its own number


class Delivered:
    """A channel that delivers at once."""

    async def perform(self, tenant_id: str, command: Command) -> None:
        return None


# --- Parley -----------------------------------------------------------------------------------------


async def parley_round(dsn: str, at_once: int, seconds: float, run: int) -> dict[str, float]:
    database = Database(dsn)
    await database.open()
    store = PostgresStore(database, Codec)
    await store.add_tenant(TENANT)
    live, clock = Live(SystemClock()), SystemClock()
    engine: Engine[CenterPicture] = Engine(
        store.shard(TENANT), f"bench-{run}", clock=clock, published=live.published,
        handlers={SendMessage: Delivered(), OpenTicket: Delivered()},
        blank=lambda: CenterPicture("Asia/Shanghai", _no_history),
    )  # fmt: skip
    live.attach(EngineSource(engine))
    tasks = [asyncio.create_task(engine.run()), asyncio.create_task(live.run())]
    try:
        while engine.status.phase is not EnginePhase.LEADING:
            await asyncio.sleep(0.01)
        return await _measured(engine, at_once, seconds, run)
    finally:
        engine.stop()
        await tasks[0]
        tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await tasks[1]
        await database.close()


async def _measured(
    engine: Engine[CenterPicture], at_once: int, seconds: float, run: int
) -> dict[str, float]:
    for news in opening(at_once, time.time()):
        await engine.submit(news)
    latencies: list[float] = []
    finished = 0
    end = time.perf_counter() + seconds

    async def converse(slot: int) -> None:
        nonlocal finished
        for number in itertools.count():
            conversation = talk(f"{run}.{slot}.{number}", time.time())
            news = next(conversation)
            with suppress(StopIteration):
                while True:
                    began = time.perf_counter()
                    step = await engine.submit(news)
                    latencies.append(time.perf_counter() - began)
                    news = conversation.send(step.events)
            if time.perf_counter() > end:
                return
            finished += 1

    began, cpu = time.perf_counter(), cpu_s(os.getpid())
    await asyncio.gather(*(converse(slot) for slot in range(at_once)))
    took = time.perf_counter() - began
    return {
        "interactions_per_s": finished / seconds,
        "inputs_per_s": len(latencies) / took,
        "p50_ms": 1000 * percentile(latencies, 0.5),
        "p99_ms": 1000 * percentile(latencies, 0.99),
        "cpu_us_per_input": 1e6 * (cpu_s(os.getpid()) - cpu) / len(latencies),
    }


async def _no_history(since: float) -> Sequence[InteractionFact]:
    return ()


# --- pgbench ----------------------------------------------------------------------------------------


class Tape:
    """Stands in for a connection: keeps the statement instead of sending it."""

    def __init__(self) -> None:
        self.sql = ""
        self.arguments: tuple[Any, ...] = ()

    async def fetchrow(self, sql: str, *arguments: Any) -> None:
        self.sql, self.arguments = sql, arguments


def script(numbered_by: str) -> str:
    """A pgbench script: one conversation, each of its inputs a transaction.

    `numbered_by` is "row" (as Parley) or "sequence".
    """
    lines = [r"\set i random(1, 1000000000000)"]
    center, facts, now = Center(), Facts(), time.time()
    for news in opening(1, now):
        center.receive(news)
    conversation = talk(MARK, now)
    news = next(conversation)
    with suppress(StopIteration):
        while True:
            step = center.receive(news)
            changed = {f.id: f for f in map(facts.apply, step.events) if f is not None}
            lines.append(_statement(step, list(changed.values()), numbered_by))
            news = conversation.send(step.events)
    return "\n".join(lines) + "\n"


def _statement(step: Step, facts: list[InteractionFact], numbered_by: str) -> str:
    """The engine's own commit of one step, its arguments written out."""
    tape: Any = Tape()
    batch = commit.Batch.of(Codec, step.events, step.commands, facts)
    asyncio.run(commit.write(tape, RIVAL, 0, LEASE_S, batch))
    sql = tape.sql
    if numbered_by == "sequence":
        sql, changes = re.subn(
            r"UPDATE shard SET.*?RETURNING seq - \$3 AS base",
            "SELECT nextval('bench_seq') * 16 AS base WHERE $1 <> '' AND $2 = 0 AND $3 > 0"
            " AND $4 > 0",
            sql,
            flags=re.DOTALL,
        )
        assert changes == 1, "the commit's statement changed: adapt this"
    written = re.sub(r"\$(\d+)", lambda m: _literal(tape.arguments[int(m[1]) - 1]), sql)
    return " ".join(written.split()) + ";"


def _literal(value: object) -> str:
    if isinstance(value, int | float):
        return repr(value)
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"ARRAY[{', '.join(_element(each) for each in value)}]"
    return _element(value)


def _element(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"to_timestamp({value!r})"
    if isinstance(value, int):
        return repr(value)
    # pgbench takes a colon for a variable, also inside quotes.
    text = str(value).replace("\\", r"\\").replace("'", "''").replace(":", r"\x3A")
    parts = ["E'" + part + "'" for part in text.replace("\n", r"\n").split(MARK)]
    return "(" + " || :i || ".join(parts) + ")" if len(parts) > 1 else parts[0]


def pgbench(
    server: EmbeddedPostgres, dsn: str, path: Path, clients: int, seconds: float
) -> dict[str, float]:
    done = subprocess.run(
        [
            str(server.bin_dir / "pgbench"), "-n", "-M", "prepared", "-f", str(path), "-c", str(clients),
            "-j", "2", "-T", str(max(1, round(seconds))), dsn,
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode != 0 or found is None:
        raise SystemExit(f"pgbench failed: {done.stderr or done.stdout}")
    return {"interactions_per_s": float(found[1]), "inputs_per_s": float(found[1]) * INPUTS_A_TALK}


def prepare_rival(server: EmbeddedPostgres) -> str:
    """The rival writes as superuser: no row-level security stands in its way."""
    dsn = server.superuser_dsn.replace("@/postgres?", f"@/{DATABASE}?")
    psql(server, dsn, f"SELECT tenant_add('{RIVAL}')", "CREATE SEQUENCE bench_seq")
    return dsn


def psql(server: EmbeddedPostgres, dsn: str, *statements: str) -> str:
    commands = [part for statement in statements for part in ("-c", statement)]
    command = [str(server.bin_dir / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", *commands, dsn]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


# --- side by side -----------------------------------------------------------------------------------


def measure(server: EmbeddedPostgres, seconds: float, rounds: int) -> None:
    asyncio.run(migrate(server.dsn))
    dsn = prepare_rival(server)
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for way in ("row", "sequence"):
            paths[way] = Path(folder) / f"{way}.sql"
            paths[way].write_text(script(way), "utf-8")
        for turn in range(rounds):
            for count in CONVERSATIONS:
                row = asyncio.run(parley_round(server.dsn, count, seconds, turn * 1000 + count))
                found.setdefault(("Parley", count), []).append(row)
            for way in ("row", "sequence"):
                for count in CLIENTS:
                    row = pgbench(server, dsn, paths[way], count, seconds)
                    found.setdefault((f"pgbench, {way}", count), []).append(row)
    _show({key: medians(rows) for key, rows in found.items()})


def _show(results: dict[tuple[str, int], dict[str, float]]) -> None:
    rows = []
    for (who, count), row in results.items():
        delays = f"{row['p50_ms']:.1f} / {row['p99_ms']:.1f}" if "p50_ms" in row else ""
        cpu = f"{row['cpu_us_per_input']:.0f}" if "cpu_us_per_input" in row else ""
        figures = (f"{row['interactions_per_s']:,.0f}", f"{row['inputs_per_s']:,.0f}")
        rows.append((who, str(count), *figures, delays, cpu))
    header = ("", "at once", "conversations/s", "inputs/s", "commit p50 / p99 ms", "CPU µs/input")
    print(table(header, rows), "\n")
    best = {
        name: max(r["interactions_per_s"] for (who, _), r in results.items() if who == name)
        for name in {who for who, _ in results}
    }
    for way in ("row", "sequence"):
        ratio = best["Parley"] / best[f"pgbench, {way}"]
        print(f"best of Parley / best of pgbench numbered by {way}: {ratio:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    print(machine())
    print(f"a conversation is {INPUTS_A_TALK} inputs; medians of {arguments.rounds} rounds\n")
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder))
        server.start()
        try:
            measure(server, arguments.seconds, arguments.rounds)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
