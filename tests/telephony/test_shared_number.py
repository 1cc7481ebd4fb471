"""A number that two companies at one carrier have all the same: nobody gets the other's calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from parley.core import inputs as got
from parley.core.desk.settings import Document
from tests.contract.telephony.stage import HOTLINE, until
from tests.telephony.fake_switch import FakeSwitch
from tests.telephony.newcomer import CALLER, TENANT, Come

OTHER = "tnt_b"
RINGS = {**CALLER, "state": "Ring", "caller": {"number": "13800001111", "name": ""}}
TO_US = ["trunk", TENANT, "first", HOTLINE]


def theirs(number: str) -> list[Document]:
    return [
        Document("entry_point", "ep_theirs", {"channel": "voice", "numbers": [number]}),
        Document("trunk", "theirs", {"name": "theirs", "host": "192.0.2.1"}),
    ]


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries


async def test_a_call_to_a_number_of_two_companies_is_refused_and_logged(
    switch: FakeSwitch, come: Come, logged: list[Any]
):
    house = await come()
    await house.surveyed()
    await house.exchange.configure(OTHER, theirs(HOTLINE))
    await switch.tell("StasisStart", channel=RINGS, args=TO_US)
    await until(lambda: "DELETE /channels/c1" in switch.asked, "refused")
    [warning] = [each for each in logged if each["event"] == "number_of_several_companies"]
    assert warning["tenants"] == [TENANT, OTHER]
    assert not house.heard.all(got.CallArrived)

    await house.exchange.configure(OTHER, theirs("+8657188887777"))
    await switch.tell("StasisStart", channel={**RINGS, "id": "c2"}, args=TO_US)
    await house.heard.one(got.CallArrived, leg_id="c2")
