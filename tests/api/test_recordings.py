"""Recordings: heard by who may see the interaction, in ranges, and every listening is audited."""

from __future__ import annotations

import json
import os

import pytest

from parley.api.recordings import RangeNotSatisfiable, asked
from parley.core.ports import KeptRecording
from parley.ids import new_id
from tests.api.house import House

SOUND = os.urandom(200_000)
PEAKS = [[0.0, 0.5], [1.0, 0.25]]


@pytest.fixture
async def kept(house: House) -> KeptRecording:
    """Of a conversation that lin served."""
    await house.ready("lin")
    interaction_id = await house.served("lin")
    return await keep(house, interaction_id)


async def keep(house: House, interaction_id: str) -> KeptRecording:
    recording_id = new_id("rec")
    kept = KeptRecording(
        id=recording_id,
        interaction_id=interaction_id,
        kind="call",
        started_at=house.clock.now(),
        duration_s=12.5,
        size=len(SOUND),
        blob_key=f"{house.tenant}/recordings/{recording_id}",
    )
    await house.vault.put(kept.blob_key, SOUND)
    await house.vault.put(kept.peaks_key, json.dumps(PEAKS).encode())
    await house.store.recordings.add(house.tenant, kept, [])
    return kept


async def test_an_interactions_recordings_are_listed_with_their_waveform(house: House, kept):
    lin = await house.signed_in("lin")
    [row] = (await lin.done("GET", f"/interactions/{kept.interaction_id}/recordings"))["items"]
    assert (row["id"], row["kind"], row["state"], row["duration_s"]) == (
        kept.id, "call", "stored", 12.5,
    )  # fmt: skip
    wave = await lin.done("GET", f"/recordings/{kept.id}/waveform")
    assert wave == {"peaks": PEAKS, "duration_s": 12.5}


async def test_it_is_played_whole_or_in_ranges(house: House, kept):
    lin = await house.signed_in("lin")
    at = f"/recordings/{kept.id}/audio"
    whole = await lin.get(at)
    assert (whole.status_code, whole.content) == (200, SOUND)
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["accept-ranges"] == "bytes"
    assert "no-store" in whole.headers["cache-control"]
    for wanted, start, end in (
        ("bytes=0-99", 0, 100),
        ("bytes=65530-65545", 65_530, 65_546),
        ("bytes=199990-", 199_990, 200_000),
        ("bytes=-5", 199_995, 200_000),
        ("bytes=100-999999", 100, 200_000),
    ):
        part = await lin.get(at, headers={"Range": wanted})
        assert (part.status_code, part.content) == (206, SOUND[start:end]), wanted
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/200000"
        assert part.headers["content-length"] == str(end - start)
    beyond = await lin.refused("GET", at, headers={"Range": "bytes=200000-"})
    assert (beyond["status"], beyond["code"]) == (416, "range_not_satisfiable")


def test_a_range_that_is_not_understood_is_answered_with_the_whole():
    for wanted in (None, "", "bytes=-", "bytes=0-1,5-9", "items=0-1", "bytes=a-b"):
        assert asked(wanted, 100) == (0, 100, False)
    for wanted in ("bytes=100-", "bytes=9-5", "bytes=-0"):
        with pytest.raises(RangeNotSatisfiable):
            asked(wanted, 100)


async def test_a_listening_is_audited_once_however_many_ranges_it_takes(house: House, kept):
    lin, boss = await house.signed_in("lin"), await house.signed_in("boss")
    for client in (lin, lin, boss):
        await client.get(f"/recordings/{kept.id}/audio", headers={"Range": "bytes=0-9"})
    await lin.get(f"/recordings/{kept.id}/waveform")
    told = [(e.id, e.action, e.by) for e in await house.audit("recording")]
    assert told == [(kept.id, "read", house.id("lin")), (kept.id, "read", house.id("boss"))]
    house.clock.ahead_s += 1000
    await lin.get(f"/recordings/{kept.id}/audio")
    assert len(await house.audit("recording")) == 3


async def test_who_may_not_see_the_interaction_hears_nothing(house: House, kept):
    await house.add_tenant("else.test")
    others = [await house.signed_in("chen"), await house.signed_in("admin", "else.test")]
    for other in others:
        for path in ("waveform", "audio"):
            problem = await other.refused("GET", f"/recordings/{kept.id}/{path}")
            assert (problem["status"], problem["code"]) == (404, "recording_not_found")
        at = f"/interactions/{kept.interaction_id}/recordings"
        assert (await other.refused("GET", at))["status"] == 404
    assert await house.audit("recording") == []
    stranger = await house.signed_in("admin", "else.test")
    at = f"/recordings/{kept.id}/hold"
    assert (await stranger.refused("PUT", at, json={"held": True}))["status"] == 404


async def test_an_administrator_holds_it_and_a_supervisor_may_not(house: House, kept):
    zhou, admin = await house.signed_in("zhou"), await house.signed_in("admin")
    at = f"/recordings/{kept.id}/hold"
    assert (await zhou.refused("PUT", at, json={"held": True}))["code"] == "not_allowed"
    assert (await admin.done("PUT", at, json={"held": True}))["held"]
    [told] = await house.audit("recording")
    assert (told.action, told.by, told.fields) == ("changed", house.id("admin"), ("held",))
    assert not await house.store.recordings.mark_deleted(house.tenant, kept.id, [])


async def test_what_was_deleted_by_the_rule_is_listed_but_not_heard(house: House, kept):
    await house.store.recordings.mark_deleted(house.tenant, kept.id, [])
    lin = await house.signed_in("lin")
    [row] = (await lin.done("GET", f"/interactions/{kept.interaction_id}/recordings"))["items"]
    assert row["state"] == "deleted"
    problem = await lin.refused("GET", f"/recordings/{kept.id}/audio")
    assert (problem["status"], problem["code"]) == (404, "recording_deleted")


async def test_a_supervisor_takes_the_file_away_each_time_audited_and_an_agent_may_not(
    house: House, kept
):
    lin, zhou = await house.signed_in("lin"), await house.signed_in("zhou")
    at = f"/recordings/{kept.id}/file"
    assert (await lin.refused("GET", at))["code"] == "not_allowed"
    for _ in range(2):
        taken = await zhou.get(at)
        assert (taken.status_code, taken.content) == (200, SOUND)
        named = f'attachment; filename="call-{kept.id}.flac"'
        assert taken.headers["content-disposition"] == named
    told = [(e.action, e.by, e.fields) for e in await house.audit("recording")]
    assert told == [("read", house.id("zhou"), ("file",))] * 2
