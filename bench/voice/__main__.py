"""Parley's calls beside app_queue's: the same Asterisk, the same SIPp customers and agents' phones.

    python -m bench.voice [--rates 5 10 20 40] [--crowd 200] [--rounds 3] [--seconds 15]
    python -m bench.voice --soak 20000

Customers call, speak and hang up; agents answer at once and speak; both sides record. The delay from
INVITE to bridged is Asterisk's own (its channel event log), so both are timed by the same clock. Rounds
alternate; figures are medians over rounds. Needs SIPp (`apt-get install sip-tester`).
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import machine, medians, table
from bench.voice import rounds
from bench.voice.ground import Ground, ground
from bench.voice.soak import soak

TALK_S = 2.0
CROWD_S = 20.0
SPARE = 1.5  # agents for each call at once
PEER = "app_queue"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", type=float, nargs="*", default=[5, 10, 20, 40], help="calls/s")
    parser.add_argument("--seconds", type=float, default=15.0, help="of calls coming, each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--crowd", type=int, default=200, help="calls at once; 0: not measured")
    parser.add_argument("--agents", type=int, default=None)
    parser.add_argument("--soak", type=int, default=None, help="calls in one run, instead")
    parser.add_argument("--soak-rate", type=float, default=20.0, help="its calls/s")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="parley-voice-"))
    folder.chmod(0o755)
    try:
        asyncio.run(_measured(given, folder))
    finally:
        shutil.rmtree(folder)


async def _measured(given: argparse.Namespace, folder: Path) -> None:
    most: tuple[float, ...] = (given.crowd, SPARE * TALK_S * max([*given.rates, 0.0]))
    if given.soak is not None:
        most = (SPARE * TALK_S * given.soak_rate,)
    agents = given.agents or int(max(30, *(1.02 * each for each in most)))
    async with ground(folder, agents) as here:
        print(f"{machine()}; {agents} agents\n", flush=True)
        if given.soak is not None:
            await _soak(here, given.soak, given.soak_rate)
            return
        await rounds.rate(here, "parley", 2.0, 5.0, TALK_S)  # warm
        for calls_per_s in given.rates:
            await _rate(here, calls_per_s, given.seconds, given.rounds)
        if given.crowd:
            await _crowd(here, given.crowd)


async def _rate(here: Ground, calls_per_s: float, seconds: float, count: int) -> None:
    found: dict[str, list[dict[str, float]]] = {side: [] for side in rounds.SIDES}
    for _ in range(count):
        for side in rounds.SIDES:
            one = await rounds.rate(here, side, calls_per_s, seconds, TALK_S)
            found[side].append(one.figures)
    middle = {side: medians(rows) for side, rows in found.items()}
    columns = ("bridged", "failed", "p50_ms", "p99_ms", "answer_p50_ms", "answer_p99_ms",
               "asterisk_cores", "parley_cores")  # fmt: skip
    print(f"{calls_per_s:g} calls/s, {seconds:g} s, medians of {count} rounds\n")
    print(_sides(middle, columns), flush=True)
    ours, peer = middle["parley"], middle[PEER]
    if peer["p50_ms"] and peer["p99_ms"]:
        print(
            f"\nratio of delays, p50 {ours['p50_ms'] / peer['p50_ms']:.2f}, "
            f"p99 {ours['p99_ms'] / peer['p99_ms']:.2f}\n",
            flush=True,
        )


async def _crowd(here: Ground, count: int) -> None:
    found = {
        side: (await rounds.crowd(here, side, count, CROWD_S)).figures for side in rounds.SIDES
    }
    columns = ("calls", "packets", "lost", "disordered", "gap_p99_ms", "gap_p999_ms", "gap_max_ms",
               "over_60_ms", "over_100_ms", "asterisk_cores", "parley_cores")  # fmt: skip
    print(f"{count} calls at once, both recorded\n\n{_sides(found, columns)}\n", flush=True)


def _sides(found: dict[str, dict[str, float]], columns: Sequence[str]) -> str:
    rows = [[side, *(f"{row[name]:.4g}" for name in columns)] for side, row in found.items()]
    return table(["", *columns], rows)


async def _soak(here: Ground, count: int, rate: float) -> None:
    told, looks, left = await soak(here, count, rate)
    print(f"{count} calls: {told.succeeded} succeeded, {told.failed} failed, {told.took_s:.0f} s\n")
    rows = [
        [f"{look.at_s:.0f}", f"{look.asterisk_mb:.0f}", f"{look.parley_mb:.0f}",
         str(look.asterisk_files), str(look.parley_files)]
        for look in looks
    ]  # fmt: skip
    print(table(["s", "Asterisk MB", "Parley MB", "its descriptors", "Parley's"], rows))
    print(
        f"\nleft: {left.channels} channels, {left.bridges} bridges, "
        f"{left.raw_recordings} raw recordings"
    )


if __name__ == "__main__":
    main()
