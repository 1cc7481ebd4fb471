"""An Asterisk that somebody else runs: whole calls, recorded over AMI, and without AMI not recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from parley.adapters.telephony.asterisk import ForeignAsterisk
from parley.adapters.telephony.asterisk_home import free_port
from parley.core import inputs as got
from parley.core.model import Recording
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import hears, until
from tests.contract.telephony.test_conversations import talk
from tests.telephony.fixtures import Running


class Foreign:
    def __init__(self, stage: RealStage, asterisk: ForeignAsterisk) -> None:
        self.stage = stage
        self.asterisk = asterisk


@pytest.fixture
async def foreign(
    request: pytest.FixtureRequest, asterisk: Running, tmp_path: Path
) -> AsyncIterator[Foreign]:
    mine = asterisk.switch
    ami = mine.ami if request.param == "ami" else replace(mine.ami, port=free_port())
    theirs = ForeignAsterisk(mine.access, ami, mine.recordings)
    stage = RealStage(replace(asterisk, switch=await theirs.start()), tmp_path)
    await stage.open()
    yield Foreign(stage, theirs)
    await stage.close()
    await theirs.stop()


@pytest.mark.parametrize("foreign", ["ami"], indirect=True)
async def test_a_whole_call_goes_through_it_and_is_recorded(foreign: Foreign):
    stage = foreign.stage
    await until(lambda: not foreign.asterisk.warnings, "AMI is there")
    here = await talk(stage, recording=Recording.ON, recording_id="rec_foreign")
    await stage.spoken(1.0)
    here.caller.hang_up()
    await stage.heard.one(got.LegEnded, leg_id=here.customer)
    await until(lambda: stage.taped, "kept")
    assert {"customer"} in stage.said_in(stage.taped[0].left)


@pytest.mark.parametrize("foreign", ["no ami"], indirect=True)
async def test_without_ami_calls_go_on_and_it_is_said_that_they_are_not_recorded(foreign: Foreign):
    (warning,) = foreign.asterisk.warnings
    assert "AMI" in warning["zh-CN"]
    assert "can't be recorded" in warning["en-US"]
    here = await talk(foreign.stage, recording=Recording.ON, recording_id="rec_none")
    failed = await foreign.stage.heard.one(got.RecordingFailed)
    assert (failed.recording_id, failed.reason) == ("rec_none", "manager_off")
    await hears(here.caller, "ann")
