"""The disk fills while calls are recorded: they go on, what was said so far is kept, the loss is told.

As root on a small disk of its own, which is really full; else the limits are raised above what is free.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from parley.adapters.telephony import taping
from parley.core import commands as do
from parley.core import inputs as got
from parley.core.model import LegPlan, Place, Recording
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import hears, until
from tests.contract.telephony.test_callers import INT, answered, arrange
from tests.contract.telephony.test_conversations import Talk, talk
from tests.telephony.fixtures import Running

MB = 1024 * 1024
SIZE = 24 * MB


class Disk:
    """Where Asterisk records."""

    def __init__(self, spool: Path, own: bool, patch: pytest.MonkeyPatch) -> None:
        self.spool = spool
        self.own = own
        self._patch = patch
        patch.setattr(taping, "ROOM_S", 0.1)
        if own:
            patch.setattr(taping, "MIN_FREE", 4 * MB)
            patch.setattr(taping, "LEAST_FREE", 2 * MB)

    def fill(self) -> None:
        if not self.own:
            limit = 2 * shutil.disk_usage(self.spool).total
            self._patch.setattr(taping, "MIN_FREE", limit)
            self._patch.setattr(taping, "LEAST_FREE", limit)
            return
        with suppress(OSError), (self.spool / "ballast").open("wb", buffering=0) as file:
            while file.write(bytes(MB)):
                pass

    def clear(self) -> None:
        if self.own:
            (self.spool / "ballast").unlink()
        else:
            self._patch.setattr(taping, "MIN_FREE", 0)
            self._patch.setattr(taping, "LEAST_FREE", 0)


@pytest.fixture
def disk(asterisk: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    spool = asterisk.home.recordings
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(spool)]
    own = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    yield Disk(spool, own, monkeypatch)
    if own:
        subprocess.run(["umount", "--lazy", str(spool)], check=True)


@pytest.fixture
async def real(asterisk: Running, disk: Disk, tmp_path: Path) -> AsyncIterator[RealStage]:
    assert disk.spool.is_dir()
    stage = RealStage(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


async def recorded(stage: RealStage, here: Talk, recording_id: str) -> None:
    """From now on this is to be recorded."""
    await arrange(
        stage, LegPlan(here.customer, Place.TALK), LegPlan(here.leg, Place.TALK),
        customer_leg=here.customer, owner_leg=here.leg, recording=Recording.ON,
        recording_id=recording_id,
    )  # fmt: skip


async def test_a_call_goes_on_and_what_was_said_before_is_kept(real: RealStage, disk: Disk):
    here = await talk(real, recording=Recording.ON, recording_id="rec_full")
    await real.spoken(1.5)
    disk.fill()
    failed = await real.heard.one(got.RecordingFailed)
    assert (failed.recording_id, failed.reason) == ("rec_full", "disk_full")
    await until(lambda: real.taped, "kept")
    assert {"customer"} in real.said_in(real.taped[0].left)
    await hears(here.caller, "ann")
    await hears(here.ann, "customer")
    await recorded(real, here, "rec_none")  # not even begun
    await real.heard.one(got.RecordingFailed, recording_id="rec_none", reason="disk_full")
    disk.clear()
    await recorded(real, here, "rec_again")
    await real.spoken(1.0)
    here.caller.hang_up()
    await until(lambda: len(real.taped) == 2, "kept")
    assert real.taped[1].recording_id == "rec_again"
    assert {"customer"} in real.said_in(real.taped[1].left)
    assert len(real.heard.all(got.RecordingFailed)) == 2


async def test_a_disk_that_is_full_at_once_loses_no_call(
    real: RealStage, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    """Nobody looked at it in time: Asterisk itself meets the end of the disk."""
    if not disk.own:
        pytest.skip("needs a disk of its own: run as root")
    disk.fill()
    monkeypatch.setattr(taping, "MIN_FREE", 0)
    monkeypatch.setattr(taping, "LEAST_FREE", 0)
    here = await talk(real, recording=Recording.ON, recording_id="rec_lost")
    await real.spoken(1.5)
    await hears(here.caller, "ann")
    await hears(here.ann, "customer")
    here.caller.hang_up()
    failed = await real.heard.one(got.RecordingFailed)
    assert (failed.recording_id, failed.reason) == ("rec_lost", "nothing_recorded")
    await until(lambda: real.taped, "the archive sees what there is, and has it on record as lost")


async def test_a_message_that_cannot_be_kept_is_not_begun(real: RealStage, disk: Disk):
    caller, leg = await answered(real)
    disk.fill()
    command = do.RecordMessage(
        lane=INT, leg_id=leg, interaction_id=INT, recording_id="rec_message", max_s=10.0
    )
    await real.telephony.perform(real.tenant, command)
    failed = await real.heard.one(got.RecordingFailed)
    assert (failed.recording_id, failed.reason) == ("rec_message", "disk_full")
    assert caller.connected
