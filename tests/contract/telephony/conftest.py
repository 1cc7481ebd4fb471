"""`stage`: the same contract over a real Asterisk and over its twin in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.telephony.fake import FakeStage
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import Stage
from tests.telephony.fixtures import asterisk, asterisk_program

__all__ = ["asterisk", "asterisk_program"]


@pytest.fixture(params=["twin", "asterisk"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    if request.param == "twin":
        fake = FakeStage(tmp_path)
        await fake.open()
        yield fake
        await fake.close()
        return
    real = RealStage(request.getfixturevalue("asterisk"), tmp_path)
    await real.open()
    yield real
    await real.close()
