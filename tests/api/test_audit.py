"""The audit: who listened, took away, changed, from where; for those who may read it alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parley.core.desk.settings import KINDS
from tests.api.house import House
from tests.api.test_recordings import keep

CONSOLE = Path(__file__).parents[2] / "web/console/src/features/audit"


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_each_kind_of_record_has_its_word(language: str):
    words = json.loads((CONSOLE / f"i18n.{language}.json").read_text("utf-8"))["kind"]
    assert {*KINDS, "account", "customer", "recording", "call_record"} == set(words)


async def test_it_shows_who_listened_to_a_recording_who_took_it_away_and_from_where(house: House):
    await house.ready("lin")
    mine, other = [await keep(house, await house.served("lin", str(n))) for n in range(2)]
    lin, zhou, admin = [await house.signed_in(name) for name in ("lin", "zhou", "admin")]
    await lin.get(f"/recordings/{mine.id}/audio")
    await lin.get(f"/recordings/{other.id}/audio")
    house.clock.ahead_s += 5
    await zhou.get(f"/recordings/{mine.id}/file")
    asked = {"interaction_id": mine.interaction_id}
    taken, heard = (await admin.done("GET", "/audit", params=asked))["items"]
    assert (taken["by"], taken["fields"]) == (house.id("zhou"), ["file"])
    assert (heard["by"], heard["action"], heard["fields"]) == (house.id("lin"), "read", [])
    assert taken["by_name"]
    assert heard["at"] < taken["at"]
    assert heard["ip"] == taken["ip"] != ""
    assert {heard["record_id"], taken["record_id"]} == {mine.id}
    assert heard["interaction_id"] == mine.interaction_id
    all_of_them = await admin.done("GET", "/audit", params={"kind": "recording"})
    assert len(all_of_them["items"]) == 3


async def test_it_is_filtered_and_paged_newest_first(house: House):
    admin = await house.signed_in("admin")
    for name in ("one", "two", "three"):
        await admin.done("POST", "/trunks", json={"name": name, "host": "sip.test"})
    seen: list[str] = []
    asked = {"kind": "trunk", "action": "created", "by": house.id("admin"), "limit": 2}
    page = await admin.done("GET", "/audit", params=asked)
    seen += [next(iter(row["record_names"].values())) for row in page["items"]]
    page = await admin.done("GET", "/audit", params={**asked, "cursor": page["next_cursor"]})
    seen += [next(iter(row["record_names"].values())) for row in page["items"]]
    assert (seen, page["next_cursor"]) == (["three", "two", "one"], None)
    for nothing in ({"action": "removed"}, {"by": house.id("lin")}, {"to": "2001-01-01T00:00:00Z"}):
        found = await admin.done("GET", "/audit", params={"kind": "trunk", **nothing})
        assert found["items"] == []


async def test_a_company_reads_its_own_audit_alone_and_only_its_administrators(house: House):
    await house.ready("lin")
    kept = await keep(house, await house.served("lin"))
    await (await house.signed_in("lin")).get(f"/recordings/{kept.id}/audio")
    await house.add_tenant("else.test")
    stranger = await house.signed_in("admin", "else.test")
    asked = {"interaction_id": kept.interaction_id}
    assert (await stranger.done("GET", "/audit", params=asked))["items"] == []
    for name in ("lin", "zhou"):
        client = await house.signed_in(name)
        assert (await client.refused("GET", "/audit"))["code"] == "not_allowed"
