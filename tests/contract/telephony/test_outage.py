"""Asterisk dies during calls: they are told to be lost, and the next one gets through."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from parley.core import inputs as got
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import until
from tests.contract.telephony.test_callers import answered
from tests.telephony.fixtures import Running

RESTART_S = 60.0


@pytest.fixture
async def real(asterisk: Running, tmp_path: Path) -> AsyncIterator[RealStage]:
    stage = RealStage(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


async def test_calls_are_lost_with_asterisk_and_the_next_gets_through(
    real: RealStage, asterisk: Running
):
    _, leg = await answered(real)
    before = asterisk.asterisk.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    await until(lambda: real.telephony.status(real.tenant).state == "lost", "lost")
    await until(lambda: got_none(real), "nobody lives")
    await until(lambda: real.telephony.status(real.tenant).state == "on", "back", "", RESTART_S)
    assert real.telephony.status(real.tenant).legs == 0
    assert asterisk.asterisk.pid != before
    known = len(real.heard.all(got.CallArrived))
    x = await real.call()
    await until(
        lambda: len(real.heard.all(got.CallArrived)) > known,
        "the next call",
        lambda: (x.refused_with, x.call.status, x.call.heard_back),
    )
    assert real.heard.all(got.CallArrived)[-1].leg_id != leg


async def test_a_line_that_somebody_took_is_taken_back(real: RealStage):
    caller, leg = await answered(real)
    before = len(real.heard.all(got.LegsFound))
    access = real.access
    headers = {"Authorization": access.basic}
    async with connect(access.line, additional_headers=headers, proxy=None):
        await until(lambda: len(real.heard.all(got.LegsFound)) > before, "surveyed again")
    assert real.heard.all(got.LegsFound)[-1].up == (leg,)
    caller.press("7")
    await real.heard.one(got.DigitPressed, leg_id=leg, digit="7")


def got_none(real: RealStage) -> bool:
    arrived = real.heard.inputs.index(real.heard.all(got.CallArrived)[0])
    later = real.heard.inputs[arrived:]
    return any(isinstance(x, got.LegsFound) and not x.up for x in later)
