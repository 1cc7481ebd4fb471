"""Bridges and channels that outlived their call are ended while a call beside them goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.telephony import exchange
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.names import APP, phone_name
from parley.core.model import LegPlan, Place
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import BOB, SUE, hears, until
from tests.contract.telephony.test_callers import arrange
from tests.contract.telephony.test_conversations import join, talk
from tests.telephony.fixtures import Running


@pytest.fixture
async def real(
    asterisk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[RealStage]:
    monkeypatch.setattr(exchange, "SWEEP_S", 0.5)
    stage = RealStage(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


async def test_what_outlived_its_call_is_ended_and_a_live_one_goes_on(
    real: RealStage, asterisk: Running
):
    live = await talk(real)
    sue, ear = await join(real, SUE, "supervise")
    listened = (
        LegPlan(live.customer, Place.TALK), LegPlan(live.leg, Place.TALK),
        LegPlan(ear, Place.LISTEN),
    )  # fmt: skip
    await arrange(real, *listened, customer_leg=live.customer, owner_leg=live.leg)
    await hears(sue, "customer", "ann")

    ari = Ari(asterisk.switch.access)
    await ari.post("/bridges/talk-int_gone", type="mixing", name="talk-int_gone")
    variables = {"PARLEY_TENANT": real.tenant, "PARLEY_INTERACTION": "int_gone"}
    await ari.post(
        "/channels/leg_gone", {"variables": variables}, app=APP, timeout=60,
        endpoint=f"PJSIP/{phone_name(real.tenant, BOB)}",
    )  # fmt: skip
    bob = await real.rung(BOB)
    sweeper = real.telephony._sweeper
    await until(lambda: sweeper.swept == 2, "both are swept")
    await until(lambda: bob.over, "the phone rings no more")
    left = {bridge["id"] for bridge in await ari.get("/bridges")}
    assert "talk-int_gone" not in left
    looks = sweeper.looks
    await until(lambda: sweeper.looks > looks + 2, "looked again")
    assert sweeper.swept == 2
    await hears(live.caller, "ann")
    await hears(live.ann, "customer")
    await hears(sue, "customer", "ann")
    ari.close()
