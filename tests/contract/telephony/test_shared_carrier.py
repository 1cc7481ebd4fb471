"""Two companies at one carrier: Asterisk names one's trunk for both, the number tells whose call it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from parley.core import commands as do
from parley.core import inputs as got
from parley.core.desk.settings import Document
from parley.ids import new_id
from tests.contract.telephony.real import RealPerson, RealStage
from tests.contract.telephony.stage import HOTLINE, until
from tests.telephony.fixtures import Running

THEIRS = "+8657188880055"


class SharedCarrier(RealStage):
    """A second company has its trunk at the first one's carrier."""

    def __init__(self, running: Running, folder: Path) -> None:
        super().__init__(running, folder)
        self.other = new_id("tnt")

    async def configure(self, *more: Document) -> None:
        await super().configure(*more)
        await self.configure_other(Document("trunk", "theirs", {"name": "x", "host": self.host}))

    async def configure_other(self, trunk: Document) -> None:
        line = Document("entry_point", "ep_theirs", {"channel": "voice", "numbers": [THEIRS]})
        await self.telephony.configure(self.other, [line, trunk])

    async def close(self) -> None:
        await self.telephony.configure(self.other, [])
        await super().close()

    def calls(self) -> dict[str, tuple[int, int, int]]:
        """calls, carried, rejected by trunk."""
        trunks = (t for x in (self.tenant, self.other) for t in self.telephony.status(x).trunks)
        return {t.id: (t.calls, t.carried, t.rejected) for t in trunks}

    async def taken(self, number: str, tenant: str) -> tuple[RealPerson, got.CallArrived]:
        caller = await self.call(number)
        await until(lambda: self.heard.of(tenant, got.CallArrived) or caller.over, "the call is in")
        assert not caller.over, caller.refused_with
        [arrived] = self.heard.of(tenant, got.CallArrived)
        return caller, arrived


@pytest.fixture
async def shared(asterisk: Running, tmp_path: Path) -> AsyncIterator[SharedCarrier]:
    stage = SharedCarrier(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


async def test_each_company_gets_the_calls_of_its_own_numbers(shared: SharedCarrier):
    _, mine = await shared.taken(HOTLINE, shared.tenant)
    _, theirs = await shared.taken(THEIRS, shared.other)
    assert (mine.entry_point, mine.trunk) == ("ep_hotline", "first")
    assert (theirs.entry_point, theirs.trunk) == ("ep_theirs", "theirs")
    assert shared.calls() == {"first": (1, 1, 0), "second": (0, 0, 0), "theirs": (1, 1, 0)}
    nobodys = await shared.call("+8657188880077")
    await until(lambda: nobodys.over, "refused")
    assert nobodys.refused_with == "not_found"


async def test_the_limit_is_that_of_the_company_that_is_called(shared: SharedCarrier):
    full = {"name": "x", "host": shared.host, "limit": 0}
    await shared.configure_other(Document("trunk", "theirs", full))
    refused = await shared.call(THEIRS)
    await until(lambda: refused.over, "refused")
    await shared.taken(HOTLINE, shared.tenant)
    assert shared.calls() == {"first": (1, 1, 0), "second": (0, 0, 0), "theirs": (0, 0, 1)}


async def test_who_comes_back_finds_each_companys_calls(shared: SharedCarrier):
    """Both are called, so that one of the calls came over the other's trunk."""
    _, mine = await shared.taken(HOTLINE, shared.tenant)
    _, theirs = await shared.taken(THEIRS, shared.other)
    for tenant, leg in ((shared.tenant, mine.leg_id), (shared.other, theirs.leg_id)):
        answer = do.AnswerLeg(lane="int_1", leg_id=leg)
        await shared.telephony.perform(tenant, answer)
        await shared.heard.one(got.LegAnswered, leg_id=leg)
    shared.heard.tenants.clear()
    shared.heard.inputs.clear()
    await shared.cut()
    await shared.telephony.survey(shared.other)
    for tenant, leg in ((shared.tenant, mine.leg_id), (shared.other, theirs.leg_id)):
        await until(partial(shared.heard.of, tenant, got.LegsFound), "they are found")
        assert all(found.up == (leg,) for found in shared.heard.of(tenant, got.LegsFound))
    assert {name: figures[0] for name, figures in shared.calls().items()} == {
        "first": 1, "second": 0, "theirs": 1,
    }  # fmt: skip
