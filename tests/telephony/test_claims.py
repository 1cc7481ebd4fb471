"""Companies at one carrier: whose trunks meet there, and which numbers two of them claim."""

from __future__ import annotations

from typing import Any

import pytest

from parley.adapters.telephony import claims as claims_module
from parley.adapters.telephony.claims import Claims, Clashes
from parley.adapters.telephony.trunks import Places, Trunk, Trunks, enabled, trunk_of
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
    assert Places().meet(mine, theirs) is Places().meet(theirs, mine) is meet


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


def country(code: str) -> Document:
    return Document("tenant", "tnt", {"country": code})


def claims(theirs: list[Document]) -> Claims:
    """Of the other company."""
    found = Claims(Places())
    found.configure("tnt_b", theirs)
    return found


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ([AT, line(HOTLINE, "+8657188880002")], [AT, line(HOTLINE)], {HOTLINE}),
        ([AT, line("057188880001")], [AT, line(HOTLINE)], {"057188880001"}),
        ([AT, line(HOTLINE)], [AT, line("057188880001")], {HOTLINE}),
        ([AT, line(HOTLINE)], [AT, line("+8657188880002")], set()),
        ([AT, line(HOTLINE)], [trunk("192.0.2.2"), line(HOTLINE)], set()),
        ([AT, line(HOTLINE)], [AT, line(HOTLINE, enabled=False)], set()),
        ([AT, line(HOTLINE)], [trunk("192.0.2.1", enabled=False), line(HOTLINE)], set()),
        ([AT, line(HOTLINE)], [trunk("192.0.2.1", numbers=["95501"]), line(HOTLINE)], set()),
        # a German number as it is written there is a Chinese one, as carriers send it
        ([AT, line(HOTLINE)], [country("DE"), AT, line("057188880001")], {HOTLINE}),
        ([country("DE"), AT, line("057188880001")], [AT, line(HOTLINE)], {"057188880001"}),
        ([AT, line(HOTLINE)], [country("DE"), AT, line("+4957188880001")], set()),
    ],
)
async def test_a_number_is_claimed_twice_if_a_call_to_it_could_be_either_ones(
    mine: list[Document], theirs: list[Document], found: set[str]
) -> None:
    assert (await claims(theirs).new("tnt_a", [], mine)).numbers == found
    assert await claims(theirs).new("tnt_b", [], mine) == Clashes()  # one's own


@pytest.mark.parametrize(
    ("mine", "theirs"), [("localhost", "127.0.0.1"), ("127.0.0.1", "localhost")]
)
async def test_a_carriers_name_and_its_address_are_one_carrier(mine: str, theirs: str) -> None:
    others = claims([trunk(theirs), line(HOTLINE)])
    found = await others.new("tnt_a", [], [trunk(mine), line(HOTLINE)])
    assert found.numbers == {HOTLINE}


async def test_what_clashes_already_is_not_new() -> None:
    now, then = [AT, line(HOTLINE)], [AT, line(HOTLINE, "+8657188880002")]
    others = claims([AT, line(HOTLINE)])
    assert await others.new("tnt_a", now, then) == Clashes()
    others.configure("tnt_a", now)
    assert others.now("tnt_a").numbers == others.now("tnt_b").numbers == {HOTLINE}


async def test_a_save_reads_nobody_elses_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    others = claims([AT, line(HOTLINE)])
    read: list[str] = []

    def noted(tenant_id: str, documents: list[Document]) -> list[Trunk]:
        read.append(tenant_id)
        return enabled(tenant_id, documents)

    monkeypatch.setattr(claims_module, "enabled", noted)
    await others.new("tnt_a", [], [AT, line(HOTLINE)])
    assert set(read) == {"tnt_a"}


@pytest.mark.parametrize(
    ("more", "differs"),
    [
        ({}, False),
        ({"codecs": ["g722"]}, False),
        ({"srtp": True}, True),
        ({"transport": "tls"}, True),
        ({"host": "192.0.2.2", "srtp": True}, False),
    ],
)
async def test_a_carrier_is_connected_to_by_all_companies_in_one_manner(
    more: dict[str, Any], differs: bool
) -> None:
    mine = Document("trunk", "trk_mine", {"host": "192.0.2.1", **more})
    found = await claims([AT]).new("tnt_a", [], [mine])
    assert found.trunks == ({"trk_mine"} if differs else set())


@pytest.mark.parametrize(
    ("network", "kept"),
    [("0.0.0.0/0", False), ("192.0.2.0/23", False), ("192.0.2.0/24", True), ("::/0", False),
     ("2001:db8::/47", False), ("2001:db8::/48", True), ("0::ffff:0:0/96", False), ("0/0", False)],
)  # fmt: skip
def test_a_wide_network_of_an_earlier_release_is_not_let_in(network: str, kept: bool) -> None:
    found = trunk_of("tnt_a", trunk("192.0.2.1", network)).peer.hosts
    assert found == ((network,) if kept else ("192.0.2.1",))
