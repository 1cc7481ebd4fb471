"""Many calls in one run: what both processes take with time, and what is left at the end."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.measure import resident_bytes
from bench.voice import rival
from bench.voice.ground import NUMBER, Ground
from bench.voice.load import Calls, Told
from parley.adapters.telephony.asterisk_config import ARI_USER

TALK_S = 1.0
LOOK_S = 30.0
SETTLE_S = 180.0  # for recordings to be kept and calls to be wrapped up
MB = 1e6


@dataclass(frozen=True, slots=True)
class Look:
    """At one moment."""

    at_s: float
    asterisk_mb: float
    parley_mb: float
    asterisk_files: int  # descriptors
    parley_files: int


@dataclass(frozen=True, slots=True)
class Left:
    """What outlived its call."""

    channels: int
    bridges: int
    raw_recordings: int


async def soak(ground: Ground, count: int, rate: float) -> tuple[Told, list[Look], Left]:
    rival.cel_file(ground.home).unlink(missing_ok=True)
    began = time.monotonic()
    looks = [_look(ground, began)]
    with ground.load.agents():
        process = ground.load.begin(Calls(NUMBER, rate, TALK_S, count))
        while process.poll() is None:
            await asyncio.sleep(LOOK_S if count > 1_000 else 2.0)
            looks.append(_look(ground, began))
            rival.cel_file(ground.home).unlink(missing_ok=True)
        took_s = time.monotonic() - began
    left = await _settled(ground)
    looks.append(_look(ground, began))
    return ground.load.told(took_s), looks, left


def _look(ground: Ground, began: float) -> Look:
    asterisk, parley = ground.asterisk_pid, ground.parley_pid
    return Look(
        time.monotonic() - began, resident_bytes(asterisk) / MB, resident_bytes(parley) / MB,
        _files(asterisk), _files(parley),
    )  # fmt: skip


def _files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


async def _settled(ground: Ground) -> Left:
    """Once nothing is left, or after a while."""
    end = time.monotonic() + SETTLE_S
    while True:
        left = _left(ground)
        if left == Left(0, 0, 0) or time.monotonic() > end:
            return left
        await asyncio.sleep(1.0)


def _left(ground: Ground) -> Left:
    raw = [path for path in _recordings(ground.home.path / "spool") if "~" in path.name]
    return Left(_count(ground, "channels"), _count(ground, "bridges"), len(raw))


def _recordings(spool: Path) -> list[Path]:
    return list(spool.rglob("*.wav"))


def _count(ground: Ground, noun: str) -> int:
    answer = httpx.get(
        f"http://127.0.0.1:{ground.home.ports.http}/ari/{noun}",
        auth=(ARI_USER, ground.home.secrets.ari), timeout=30, trust_env=False,
    )  # fmt: skip
    return len(answer.json())
