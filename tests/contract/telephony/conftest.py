"""`stage`: the same contract over a real Asterisk and over its twin in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import Stage
from tests.telephony.fixtures import asterisk, asterisk_program

__all__ = ["asterisk", "asterisk_program"]


@pytest.fixture(params=["asterisk"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    running = request.getfixturevalue("asterisk")
    real = RealStage(running, tmp_path)
    await real.open()
    yield real
    await real.close()
