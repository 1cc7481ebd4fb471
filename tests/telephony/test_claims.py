"""Companies at one carrier: whose trunks meet there, and which numbers two of them claim."""

from __future__ import annotations

from typing import Any

import pytest

from parley.adapters.telephony.claims import claimed
from parley.adapters.telephony.trunks import Trunks, trunk_of
from parley.core.desk.settings import Document

HOTLINE = "+8657188880001"


def trunk(host: str, *from_hosts: str, **more: Any) -> Document:
    return Document("trunk", "trk", {"host": host, "from_hosts": from_hosts, **more})


def line(*numbers: str, **more: Any) -> Document:
    return Document("entry_point", "ep", {"channel": "voice", "numbers": list(numbers), **more})


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (trunk("192.0.2.1"), trunk("192.0.2.1", port=5070), True),
        (trunk("192.0.2.1"), trunk("192.0.2.2"), False),
        (trunk("192.0.2.1"), trunk("sip.example", "192.0.2.0/24"), True),
        (trunk("192.0.2.1", "198.51.100.7"), trunk("192.0.2.1"), False),  # only from_hosts count
        (trunk("SIP.example"), trunk("sip.example"), True),
        (trunk("sip.example"), trunk("sip2.example"), False),
        (trunk("2001:db8::1"), trunk("x.example", "2001:db8::/64"), True),
        (trunk("2001:db8::1"), trunk("192.0.2.1"), False),
    ],
)
def test_trunks_meet_where_calls_may_come_from_the_same_address(
    one: Document, other: Document, meet: bool
) -> None:
    mine, theirs = trunk_of("tnt_a", one), trunk_of("tnt_b", other)
    assert mine.meets(theirs) is theirs.meets(mine) is meet


async def test_at_run_time_a_name_meets_the_address_it_leads_to() -> None:
    trunks = Trunks(lambda trunk: 0)
    mine, theirs = trunk_of("tnt_a", trunk("localhost")), trunk_of("tnt_b", trunk("127.0.0.1"))
    trunks.configure("tnt_a", [mine])
    trunks.configure("tnt_b", [theirs])
    assert trunks.meeting(theirs) == [theirs]
    await trunks.look_up()
    assert trunks.meeting(theirs) == [mine, theirs]
    assert trunks.meeting(mine) == [mine, theirs]


AT = trunk("192.0.2.1")


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ([AT, line(HOTLINE, "+8657188880002")], [AT, line(HOTLINE)], {HOTLINE}),
        ([AT, line("057188880001")], [AT, line(HOTLINE)], {"057188880001"}),
        ([AT, line(HOTLINE)], [AT, line("+8657188880002")], set()),
        ([AT, line(HOTLINE)], [trunk("192.0.2.2"), line(HOTLINE)], set()),
        ([AT, line(HOTLINE)], [AT, line(HOTLINE, enabled=False)], set()),
        ([AT, line(HOTLINE)], [trunk("192.0.2.1", enabled=False), line(HOTLINE)], set()),
        ([AT, line(HOTLINE)], [trunk("192.0.2.1", numbers=["95501"]), line(HOTLINE)], set()),
    ],
)
def test_a_number_is_claimed_twice_if_a_call_to_it_could_be_either_ones(
    mine: list[Document], theirs: list[Document], found: set[str]
) -> None:
    assert claimed("tnt_a", {"tnt_a": mine, "tnt_b": theirs}) == found
    assert claimed("tnt_a", {"tnt_a": mine}) == set()
