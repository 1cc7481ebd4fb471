"""A carrier that sends keys as SIP INFO: each is a key press like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.core import commands as do
from parley.core import inputs as got
from parley.demo.phone import Phone
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import HOTLINE
from tests.contract.telephony.test_callers import INT
from tests.telephony.fixtures import Running


@pytest.fixture
async def real(asterisk: Running, tmp_path: Path) -> AsyncIterator[RealStage]:
    stage = RealStage(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


async def test_a_key_by_info_is_pressed_once(real: RealStage, asterisk: Running):
    async with Phone(("127.0.0.1", asterisk.sip_port), "13800001111", host=real.host) as phone:
        call = await phone.call(HOTLINE)
        leg = (await real.heard.one(got.CallArrived)).leg_id
        await real.telephony.perform(real.tenant, do.AnswerLeg(lane=INT, leg_id=leg))
        await call.up()
        for key in "4#":
            call.press_by_info(key)
            await real.heard.one(got.DigitPressed, leg_id=leg, digit=key)
        call.hang_up()
        await real.heard.one(got.LegEnded, leg_id=leg)
    assert [x.digit for x in real.heard.all(got.DigitPressed)] == ["4", "#"]
