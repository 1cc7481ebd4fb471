"""One round of each measurement, on either side."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bench.measure import cpu_s
from bench.voice import cel, ear, rival
from bench.voice.ground import NUMBER, Ground
from bench.voice.load import Calls, Told

SIDES = {"parley": NUMBER, "app_queue": rival.EXTENSION}
EAR_PORT = 46_000
SETTLE_S = 1.0  # for the event log to be written
ROOM_S = 8.0  # of talk that is never measured: everybody is in the call by then


@dataclass(frozen=True, slots=True)
class Round:
    side: str
    rate: float
    told: Told
    figures: dict[str, float]


async def rate(
    ground: Ground, side: str, calls_per_s: float, seconds: float, talk_s: float
) -> Round:
    """Customers come at this rate, speak for a while, and hang up."""
    calls = Calls(SIDES[side], calls_per_s, talk_s, max(1, round(calls_per_s * seconds)))
    log = rival.cel_file(ground.home)
    log.unlink(missing_ok=True)
    with ground.load.agents():
        before = cpu_s(ground.asterisk_pid), cpu_s(ground.parley_pid)
        told = await asyncio.to_thread(ground.load.run, calls)
        after = cpu_s(ground.asterisk_pid), cpu_s(ground.parley_pid)
        await asyncio.sleep(SETTLE_S)
    figures = cel.read(log, ground.trunk, ground.phones).figures()
    figures |= _cpu(before, after, told.took_s)
    figures["failed"] = calls.count - told.succeeded
    return Round(side, calls_per_s, told, figures)


async def crowd(ground: Ground, side: str, count: int, seconds: float) -> Round:
    """So many two-party calls at once, recorded; what each customer hears is timed."""
    calls = Calls(SIDES[side], count / ROOM_S, seconds + ROOM_S, count, ears=EAR_PORT)
    rival.cel_file(ground.home).unlink(missing_ok=True)
    with ground.load.agents(), ear.listening(EAR_PORT, count) as heard:
        process = ground.load.begin(calls)
        await asyncio.sleep(ROOM_S + 1.0)
        before = cpu_s(ground.asterisk_pid), cpu_s(ground.parley_pid)
        await asyncio.sleep(seconds - 2.0)
        after = cpu_s(ground.asterisk_pid), cpu_s(ground.parley_pid)
        await asyncio.to_thread(process.wait, 120)
    figures = {**heard, **_cpu(before, after, seconds - 2.0)}
    return Round(side, calls.rate, ground.load.told(0.0), figures)


def _cpu(
    before: tuple[float, float], after: tuple[float, float], took_s: float
) -> dict[str, float]:
    return {
        "asterisk_cores": (after[0] - before[0]) / took_s,
        "parley_cores": (after[1] - before[1]) / took_s,
    }
