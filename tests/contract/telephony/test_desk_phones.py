"""What only a real phone does: its own hold key, wrong passwords, calls that nobody asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.telephony import asterisk_peers
from parley.core import inputs as got
from parley.core.model import LegEnd
from tests.contract.telephony.real import RealPerson, RealStage
from tests.contract.telephony.stage import ANN, hears, until
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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone is missed at once."""
    monkeypatch.setattr(asterisk_peers, "DESK_SILENT_S", 2)
    monkeypatch.setattr(asterisk_peers, "QUALIFY_S", 1)


@pytest.fixture
async def impatient_stage(impatient: None, real: RealStage) -> RealStage:
    return real


async def test_a_phone_from_which_nothing_comes_any_more_is_lost(impatient_stage: RealStage):
    here = await talk(impatient_stage)
    assert isinstance(here.ann, RealPerson)
    here.ann.call.audio.silent = True
    ended = await impatient_stage.heard.one(got.LegEnded, leg_id=here.leg)
    assert ended.cause is LegEnd.LOST  # not hung up by the agent
    assert here.caller.connected


async def test_a_phone_that_suppresses_silence_is_not_lost(impatient_stage: RealStage):
    here = await talk(impatient_stage)
    assert isinstance(here.ann, RealPerson)
    here.ann.call.audio.reports = here.ann.call.audio.silent = True
    loop = asyncio.get_running_loop()
    end = loop.time() + 3 * asterisk_peers.DESK_SILENT_S
    await until(lambda: here.ann.over or loop.time() > end)
    assert here.ann.connected
    await hears(here.ann, "customer")


async def test_a_phone_without_power_is_unreachable_until_it_is_there_again(
    impatient_stage: RealStage,
):
    stage = impatient_stage
    stage.asleep(ANN, on=True)
    await stage.heard.one(got.PhoneChanged, agent_id=ANN, reachable=False)
    before = len(stage.heard.all(got.PhoneChanged, agent_id=ANN, reachable=True))
    stage.asleep(ANN, on=False)
    await until(
        lambda: len(stage.heard.all(got.PhoneChanged, agent_id=ANN, reachable=True)) > before,
        "reachable again",
    )


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
