"""What only a real phone does: its own hold key, wrong passwords, calls that nobody asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.core import inputs as got
from tests.contract.telephony.real import RealPerson, RealStage
from tests.contract.telephony.stage import ANN, until
from tests.contract.telephony.test_callers import INT
from tests.contract.telephony.test_conversations import talk
from tests.contract.telephony.ua import Phone
from tests.telephony.fixtures import Running


@pytest.fixture
async def real(asterisk: Running, tmp_path: Path) -> AsyncIterator[RealStage]:
    stage = RealStage(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


async def test_the_phones_own_hold_key_holds_the_call(real: RealStage):
    here = await talk(real)
    assert isinstance(here.ann, RealPerson)
    here.ann.call.hold(True)
    await real.heard.one(got.HoldRequested, interaction_id=INT, agent_id=ANN, on=True)
    here.ann.call.hold(False)
    await real.heard.one(got.HoldRequested, interaction_id=INT, agent_id=ANN, on=False)


async def test_a_new_password_makes_the_old_one_useless(real: RealStage, asterisk: Running):
    server = ("127.0.0.1", asterisk.sip_port)
    first = await real.telephony.open_phone(real.tenant, "agt_new")
    second = await real.telephony.open_phone(real.tenant, "agt_new")
    assert first.password != second.password
    phone = await Phone.open(first.user, server, first.password)
    assert await phone.register() == 401
    await phone.close()


async def test_a_phone_that_calls_by_itself_is_not_put_through(real: RealStage):
    call = await real.agent_dials(ANN, "+8613800001111")
    await until(lambda: call.ended.is_set(), "refused")
    assert call.status >= 400
    assert not real.heard.all(got.CallArrived)
