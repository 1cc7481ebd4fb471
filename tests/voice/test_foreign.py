"""A whole Parley over an Asterisk that somebody else started: a call from the first ring to its recording."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from parley.adapters.telephony.asterisk import Asterisk
from parley.adapters.telephony.asterisk_find import Program
from parley.adapters.telephony.asterisk_home import (
    AsteriskSettings,
    Home,
    Secrets,
    free_port,
    write_private,
)
from tests.telephony.house import PhoneHouse
from tests.voice.line import Center, Stage, hears, speaking, until
from tests.voice.line import stage as on_stage

pytestmark = [pytest.mark.telephony, pytest.mark.slow, pytest.mark.xdist_group("voice"),
              pytest.mark.timeout(600)]  # fmt: skip

CUSTOMER_HZ, AGENT_HZ = 700.0, 1_200.0
PASSWORD = "the same for ARI and AMI"


class ForeignHouse(PhoneHouse):
    """Parley starts no Asterisk: it is told where one is."""

    def __init__(self, data_dir: Path, theirs: Home) -> None:
        super().__init__(data_dir, {
            "PARLEY_ARI_URL": f"http://127.0.0.1:{theirs.ports.http}",
            "PARLEY_ARI_PASSWORD": PASSWORD, "PARLEY_AMI_PORT": str(theirs.ports.ami),
            "PARLEY_ARI_RECORDINGS": str(theirs.recordings),
        })  # fmt: skip
        self._theirs = theirs

    @property
    def home(self) -> Home:
        return self._theirs


@pytest.fixture
async def stage(asterisk_program: Program, tmp_path: Path) -> AsyncIterator[Stage]:
    assert asterisk_program.version
    folder = tmp_path / "theirs"
    folder.mkdir()
    secrets = Secrets(PASSWORD, PASSWORD, "guard", "probe")
    write_private(folder / "secrets.json", json.dumps(asdict(secrets)))
    theirs = Asterisk(AsteriskSettings(home=folder, sip_port=free_port()), print)
    await theirs.start()
    house = ForeignHouse(tmp_path / "house", theirs.home)
    try:
        await asyncio.to_thread(house.start)
        center = Center(house)
        await asyncio.to_thread(center.furnish, free_port())
        async with on_stage(center) as scene:
            yield scene
    finally:
        await asyncio.to_thread(house.end)
        await theirs.stop()


async def test_a_call_over_it_is_answered_heard_and_recorded(stage: Stage) -> None:
    house = stage.center.house
    assert not (house.product.data_dir / "asterisk").exists()
    agent = await stage.agent("lin")
    interaction_id, customer, desk = await stage.connected(agent, "+8613800138090")
    async with speaking(customer, CUSTOMER_HZ), speaking(desk, AGENT_HZ):
        await hears(customer, AGENT_HZ)
        await hears(desk, CUSTOMER_HZ)
    assert (await asyncio.to_thread(house.voice))["warnings"] == []
    customer.hang_up()
    await agent.wrapped_up(interaction_id)

    async def stored() -> list[dict[str, Any]]:
        return (await agent.get(f"interactions/{interaction_id}/recordings"))["items"]

    (recording,) = await until(stored, "the recording is kept")
    assert (await agent.audio(recording["id"])).startswith(b"fLaC")
    await stage.nothing_left()
