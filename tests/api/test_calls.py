"""Calls: dialled by agents, steered by who takes part, and recorded leg by leg for who may see it."""

from __future__ import annotations

import asyncio
import csv
import io
from typing import Any

import pytest

from parley.adapters.store.database import Database
from parley.api.limits import DIALS_PER_ACCOUNT
from parley.api.schemas.common import rfc3339
from parley.core import inputs as got
from parley.core.model import CustomerRef, LegEnd
from parley.core.ports import LegFilter, TelephonyStatus
from parley.ids import new_id
from tests.api.house import House

NUMBER = "+8657188880001"
CALLER = "+8613800138000"


@pytest.fixture
async def line(house: House) -> str:
    """The id of an entry point that is a number."""
    admin = await house.signed_in("admin")
    body = {"channel": "voice", "name": "Hotline", "queue": "sales", "numbers": [NUMBER]}
    made = await admin.done("POST", "/entry-points", json=body)
    return made["id"]


async def rings(house: House, line: str, number: str = CALLER) -> tuple[str, str]:
    """Somebody rings: (interaction, leg)."""
    interaction_id, leg_id = new_id("int"), new_id("leg")
    customer = await house.customer()
    await house.tell(
        got.CallArrived,
        interaction_id=interaction_id,
        leg_id=leg_id,
        entry_point=line,
        ani=number,
        dnis=NUMBER,
        customer=CustomerRef(customer.id, customer.name),
    )
    await house.tell(got.LegAnswered, leg_id=leg_id)
    return interaction_id, leg_id


async def legs(house: House, interaction_id: str) -> list[Any]:
    return list(await house.store.legs.of_interaction(house.tenant, interaction_id))


# --- dialling -------------------------------------------------------------------------------------


async def test_a_number_is_dialled_as_people_write_it(house: House):
    await house.ready("lin")
    await house.tell(got.PhoneChanged, agent_id=house.id("lin"), reachable=True)
    lin = await house.signed_in("lin")
    made = await lin.done("POST", "/calls", json={"number": "138 0013 8000", "queue": "sales"})
    interaction_id = made["interaction_id"]
    detail = await lin.done("GET", f"/interactions/{interaction_id}")
    assert detail["channel"] == "voice"
    mine = await legs(house, interaction_id)
    assert [leg.agent_id for leg in mine] == [house.id("lin")]
    found = await lin.done("GET", "/customers", params={"text": "13800138000"})
    assert [each["phone"] for each in found["items"]] == [CALLER]


async def test_what_can_not_be_dialled_is_said(house: House):
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/calls", json={"number": "12"})
    assert (problem["status"], problem["code"]) == (409, "number_invalid")
    problem = await lin.refused("POST", "/calls", json={"number": CALLER, "queue": "nowhere"})
    assert problem["errors"][0]["code"] == "unknown_queue"
    problem = await lin.refused("POST", "/calls", json={"number": CALLER, "ticket_id": "tkt_1"})
    assert problem["code"] == "ticket_not_found"
    problem = await lin.refused("POST", "/calls", json={"number": CALLER, "customer_id": "cus_1"})
    assert problem["code"] == "customer_not_found"
    house.telephony.told = TelephonyStatus(state="off")
    problem = await lin.refused("POST", "/calls", json={"number": CALLER})
    assert (problem["status"], problem["code"]) == (503, "voice_off")


async def test_an_agent_whose_phone_cannot_ring_is_told(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/calls", json={"number": CALLER})
    assert (problem["status"], problem["code"]) == (409, "phone_unreachable")


async def test_dialling_is_limited(house: House):
    lin = await house.signed_in("lin")
    for _ in range(DIALS_PER_ACCOUNT):
        await lin.refused("POST", "/calls", json={"number": "12"})
    problem = await lin.refused("POST", "/calls", json={"number": "12"})
    assert problem["code"] == "rate_limited"


# --- steering -------------------------------------------------------------------------------------

CONTROLS: dict[str, dict[str, Any] | None] = {
    "hold": {"on": True},
    "mute": {"on": True},
    "digits": {"digits": "12#"},
    "recording": {"on": False},
    "merge": None,
    "drop": {"leg_id": "leg_1"},
}


@pytest.mark.parametrize("control", CONTROLS)
async def test_a_conversation_in_writing_is_no_call(house: House, control):
    await house.ready("lin")
    interaction_id = await house.served("lin")
    lin = await house.signed_in("lin")
    at = f"/interactions/{interaction_id}/{control}"
    problem = await lin.refused("POST", at, json=CONTROLS[control])
    assert (problem["status"], problem["code"]) == (409, "not_a_call")


@pytest.mark.parametrize("control", CONTROLS)
async def test_a_call_is_steered_by_its_owner_alone(house: House, line, control):
    interaction_id, _ = await rings(house, line)
    chen = await house.signed_in("chen")
    at = f"/interactions/{interaction_id}/{control}"
    problem = await chen.refused("POST", at, json=CONTROLS[control])
    assert (problem["status"], problem["code"]) in {(409, "not_yours"), (409, "not_connected")}


async def test_an_owner_holds_mutes_and_takes_back(house: House, line):
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    for control in ("hold", "mute"):
        for on in (True, False):
            await lin.done("POST", f"/interactions/{interaction_id}/{control}", json={"on": on})
    await lin.done("POST", f"/interactions/{interaction_id}/digits", json={"digits": "1*#"})
    problem = await lin.refused("POST", f"/interactions/{interaction_id}/merge")
    assert problem["code"] == "nobody_consulted"
    problem = await lin.refused(
        "POST", f"/interactions/{interaction_id}/digits", json={"digits": "call me"}
    )
    assert problem["errors"][0] == {"field": "digits", "code": "format", "values": {}}


async def connected(house: House, line: str) -> str:
    """A call that lin has answered."""
    await house.ready("lin")
    await house.tell(got.PhoneChanged, agent_id=house.id("lin"), reachable=True)
    interaction_id, _ = await rings(house, line)
    mine = await _rung(house, interaction_id)
    await house.tell(got.LegAnswered, leg_id=mine)
    return interaction_id


async def _rung(house: House, interaction_id: str) -> str:
    """The agent's leg, once the system's own words are over."""
    state = house.engines[house.tenant].picture.center.state
    for _ in range(20):
        found = [leg.id for leg in await legs(house, interaction_id) if leg.agent_id is not None]
        if found:
            return found[0]
        playing = state.calls[interaction_id].playing
        if playing is not None:
            leg_id, playback_id = playing
            await house.tell(got.PromptEnded, leg_id=leg_id, playback_id=playback_id)
    raise AssertionError("nobody was rung")


async def test_somebody_outside_is_consulted_and_transferred_to_by_number(house: House, line):
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    at = f"/interactions/{interaction_id}"
    problem = await lin.refused("POST", f"{at}/consult", json={"number": "12"})
    assert problem["code"] == "number_invalid"
    await lin.done("POST", f"{at}/consult", json={"number": "021 6888 0000"})
    assert "+862168880000" in {leg.number for leg in await legs(house, interaction_id)}
    both = {"to_number": "+862168880000", "to_queue": "sales"}
    problem = await lin.refused("POST", f"{at}/transfer", json=both)
    assert problem["errors"][0]["code"] == "one_target"


@pytest.mark.parametrize("cause", [LegEnd.BUSY, LegEnd.NO_ANSWER])
async def test_who_was_passed_on_to_nobody_is_served_again(house: House, line, cause):
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    at = f"/interactions/{interaction_id}"
    await lin.done("POST", f"{at}/transfer", json={"to_number": "021 6888 0000"})
    await lin.done("POST", f"{at}/wrap-up", json={"disposition": "other"})
    boss = await house.signed_in("boss")
    assert (await boss.done("GET", at))["outcome"] is None
    party = next(leg for leg in await legs(house, interaction_id) if leg.role == "party")
    await house.tell(got.LegEnded, leg_id=party.id, cause=cause)
    events = await boss.done("GET", f"{at}/events")
    reasons = [e["event"]["reason"] for e in events["items"] if e["kind"] in ("Queued", "Released")]
    assert reasons[-2:] == ["passed_on", "transfer_failed"]
    assert (await boss.done("GET", at))["phase"] in ("queued", "offered")


async def test_a_supervisor_listens_whispers_or_barges_in_and_an_agent_does_not(house: House, line):
    interaction_id = await connected(house, line)
    lin, boss = await house.signed_in("lin"), await house.signed_in("boss")
    at = f"/interactions/{interaction_id}/monitor"
    assert (await lin.refused("POST", at, json={"role": "barge"}))["code"] == "not_allowed"
    problem = await boss.refused("POST", at, json={"role": "conference"})
    assert problem["errors"][0]["code"] == "not_a_choice"
    await house.tell(got.AgentScreenChanged, agent_id=house.id("boss"), online=True)
    await house.tell(got.PhoneChanged, agent_id=house.id("boss"), reachable=True)
    await boss.done("POST", at, json={"role": "whisper"})
    state = house.engines[house.tenant].picture.center.state
    assert state.interactions[interaction_id].participants[house.id("boss")] == "whisper"


async def test_where_agents_are_asked_only_the_agent_answers_and_only_once(house: House, line):
    admin = await house.signed_in("admin")
    rules = await admin.done("GET", "/settings")
    await admin.done("PUT", "/settings", json={**rules, "monitor_notice": "asked"})
    interaction_id = await connected(house, line)
    lin, chen, boss = [await house.signed_in(name) for name in ("lin", "chen", "boss")]
    await house.tell(got.AgentScreenChanged, agent_id=house.id("boss"), online=True)
    await house.tell(got.PhoneChanged, agent_id=house.id("boss"), reachable=True)
    at = f"/interactions/{interaction_id}"
    await boss.done("POST", f"{at}/monitor", json={"role": "monitor"})
    assert house.id("boss") not in {leg.agent_id for leg in await legs(house, interaction_id)}
    [ask] = (await lin.done("GET", at))["work"]["asks"]
    assert (ask["agent_id"], ask["name"], ask["role"]) == (house.id("boss"), "boss", "monitor")
    yes = {"agent_id": house.id("boss"), "allow": True}
    problem = await chen.refused("POST", f"{at}/consent", json=yes)
    assert (problem["status"], problem["code"]) == (409, "not_yours")
    await lin.done("POST", f"{at}/consent", json=yes)
    problem = await lin.refused("POST", f"{at}/consent", json={**yes, "allow": False})
    assert (problem["status"], problem["code"]) == (409, "already_answered")
    state = house.engines[house.tenant].picture.center.state
    assert state.interactions[interaction_id].participants[house.id("boss")] == "monitor"
    people = (await boss.done("GET", "/board"))["agents"]
    mine = next(each for each in people if each["id"] == house.id("boss"))
    assert (mine["asked"]["agent_name"], mine["asked"]["answer"]) == ("lin", "allowed")
    told = (await boss.done("GET", f"{at}/events"))["items"]
    asked = [row for row in told if row["kind"].startswith("Consent")]
    assert [row["kind"] for row in asked] == ["ConsentAsked", "ConsentEnded"]
    assert asked[0]["names"]["agents"][house.id("lin")] == "lin"


# --- records --------------------------------------------------------------------------------------


async def ended(house: House, line: str, number: str = CALLER) -> str:
    """A caller who hung up while waiting."""
    interaction_id, leg_id = await rings(house, line, number)
    await house.tell(got.LegEnded, leg_id=leg_id, cause=LegEnd.NORMAL, code=16)
    return interaction_id


async def test_legs_are_listed_filtered_and_paged(house: House, line):
    calls = [await ended(house, line), await ended(house, line, "+12025550100")]
    admin = await house.signed_in("admin")
    page = await admin.done("GET", "/calls", params={"limit": 1})
    assert [row["interaction_id"] for row in page["items"]] == [calls[1]]
    rest = await admin.done("GET", "/calls", params={"cursor": page["next_cursor"]})
    assert [row["interaction_id"] for row in rest["items"]] == [calls[0]]
    found = await admin.done("GET", "/calls", params={"number": "138-0013-8000"})
    [row] = found["items"]
    assert (row["number"], row["role"], row["direction"]) == (CALLER, "customer", "in")
    assert (row["cause"], row["code"]) == ("normal", 16)
    assert row["talk_s"] >= 0
    none = await admin.done("GET", "/calls", params={"from": "2099-01-01T00:00:00Z"})
    assert none["items"] == []
    assert (await admin.done("GET", f"/interactions/{calls[0]}/legs"))["items"] == [row]


async def test_the_same_rows_are_exported_for_a_spreadsheet(house: House, line):
    await ended(house, line)
    await ended(house, line, "+12025550100")
    admin = await house.signed_in("admin")
    answer = await admin.get("/calls/export", params={"role": "customer"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == ["+12025550100", CALLER]
    assert rows[0]["started_at"].endswith("Z")


async def test_each_whole_call_has_a_row_with_what_became_of_it(house: House, line):
    waited, talked = await ended(house, line), await connected(house, line)
    admin = await house.signed_in("admin")
    mine, other = (await admin.done("GET", "/call-records"))["items"]
    assert [mine["interaction_id"], other["interaction_id"]] == [talked, waited]
    assert (other["caller"], other["called"], other["direction"]) == (CALLER, NUMBER, "in")
    assert (other["entry_point_name"], other["outcome"]) == ("Hotline", "abandoned")
    assert (other["cause"], other["code"], other["talk_s"]) == ("normal", 16, 0)
    assert other["ended_at"] >= other["answered_at"] >= other["started_at"]
    assert (mine["agent_names"], mine["ended_at"], mine["outcome"]) == (["lin"], None, None)

    async def found(**asked: str) -> list[str]:
        rows = (await admin.done("GET", "/call-records", params=asked))["items"]
        return [row["interaction_id"] for row in rows]

    assert await found(agent_id=house.id("lin")) == [talked]
    assert await found(interaction_id=waited) == [waited]
    assert await found(direction="out") == []
    assert await found(number=CALLER, to="2001-01-01T00:00:00Z") == []
    page = await admin.done("GET", "/call-records", params={"limit": 1, "direction": "in"})
    rest = await admin.done("GET", "/call-records", params={"cursor": page["next_cursor"]})
    assert [row["interaction_id"] for row in rest["items"]] == [waited]


async def test_whole_calls_are_exported_and_who_did_so_is_audited(house: House, line):
    await ended(house, line)
    await connected(house, line)
    admin = await house.signed_in("admin")
    answer = await admin.get("/call-records/export", params={"number": CALLER})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["caller"], row["called"]) for row in rows] == [(CALLER, NUMBER)] * 2
    assert [row["agent_names"] for row in rows] == ["lin", ""]
    [told] = await house.audit("call_record")
    assert (told.action, told.id, told.by) == ("exported", "calls", house.id("admin"))
    assert told.fields == ("number",)


MANY = 1_050  # several pages
LEGS = """
INSERT INTO leg (tenant_id, interaction_id, id, role, direction, started_at)
SELECT $1, 'int_' || n, 'leg_' || n, 'customer', 'in', to_timestamp(1790000000 + n)
FROM generate_series(1, $2::int) n
"""


async def test_an_export_has_all_rows_however_many(house: House, database: Database):
    async with database.tenant(house.tenant) as connection:
        await connection.execute(LEGS, house.tenant, MANY)
    admin = await house.signed_in("admin")
    answer = await admin.get("/calls/export")
    lines = answer.text.splitlines()
    assert len(lines) == 1 + MANY
    assert lines[1].startswith(f"leg_{MANY},")
    assert lines[-1].startswith("leg_1,")


async def test_each_sees_the_calls_of_their_scope(house: House, line):
    theirs = await ended(house, line)
    mine = await connected(house, line)

    async def seen(name: str) -> set[str]:
        client = await house.signed_in(name)
        rows = (await client.done("GET", "/calls"))["items"]
        whole = (await client.done("GET", "/call-records"))["items"]
        assert {row["interaction_id"] for row in whole} == {row["interaction_id"] for row in rows}
        return {row["interaction_id"] for row in rows}

    assert await seen("lin") == {mine}
    assert await seen("chen") == set()
    assert await seen("zhou") == {mine}  # of the queue, which the other never came to
    assert await seen("boss") == {mine, theirs}
    assert await seen("admin") == {mine, theirs}
    chen = await house.signed_in("chen")
    assert (await chen.refused("GET", f"/interactions/{mine}/legs"))["status"] == 404


async def test_another_company_sees_nothing_of_it(house: House, line):
    interaction_id = await ended(house, line)
    await house.add_tenant("other.test")
    stranger = await house.signed_in("admin", "other.test")
    for path in ("/calls", "/call-records"):
        assert (await stranger.done("GET", path))["items"] == []
    assert (await stranger.refused("GET", f"/interactions/{interaction_id}/legs"))["status"] == 404
    all_rows = await house.store.legs.list(house.tenant, LegFilter(), None, 10)
    assert len(all_rows.items) == 1


# --- callbacks that agents book -------------------------------------------------------------------


def in_hours(house: House, hours: float) -> str:
    return rfc3339(house.clock.now() + hours * 3_600)


async def test_an_agent_books_a_call_for_the_customer_at_hand(house: House, line):
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    at = in_hours(house, 24)
    made = await lin.done(
        "POST", f"/interactions/{interaction_id}/callback",
        json={"client_id": "b1", "number": "138 0013 8000", "at": at, "queue": "repair", "note": "about the pump", "owned": True},
    )  # fmt: skip
    assert made["at"] == at
    boss = await house.signed_in("boss")
    booked = await boss.done("GET", f"/interactions/{made['interaction_id']}")
    now = await boss.done("GET", f"/interactions/{interaction_id}")
    assert booked["phase"] == "scheduled"
    assert booked["customer"]["id"] == now["customer"]["id"]
    assert booked["subject"] == "about the pump"
    assert booked["callback"]["owner_name"] == "lin"
    [*_, planned] = (await boss.done("GET", f"/interactions/{booked['id']}/events"))["items"]
    assert planned["event"]["by"] == planned["event"]["owner"] == house.id("lin")
    assert planned["names"]["agents"] == {house.id("lin"): "lin"}


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"number": "12"}, "number", "number_invalid"),
        ({"hours": -1}, "at", "in_the_past"),
        ({"hours": 31 * 24}, "at", "too_far_ahead"),
        ({"queue": "nowhere"}, "queue", "unknown_queue"),
    ],
)
async def test_a_callback_that_can_not_be_kept_is_not_promised(
    house: House, line, wrong: dict[str, Any], field, code
):
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    body = {
        "client_id": "b1",
        "number": CALLER,
        "at": in_hours(house, wrong.pop("hours", 1)),
        **wrong,
    }
    problem = await lin.refused("POST", f"/interactions/{interaction_id}/callback", json=body)
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]


async def test_nobody_books_for_customers_they_do_not_serve(house: House, line):
    interaction_id = await connected(house, line)
    chen = await house.signed_in("chen")
    body = {"client_id": "b1", "number": CALLER, "at": in_hours(house, 1)}
    problem = await chen.refused("POST", f"/interactions/{interaction_id}/callback", json=body)
    assert problem["status"] == 404


async def _booked(house: House, line: str) -> str:
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    body = {"client_id": "b1", "number": CALLER, "at": in_hours(house, 24), "queue": "repair"}
    made = await lin.done("POST", f"/interactions/{interaction_id}/callback", json=body)
    booked: str = made["interaction_id"]
    return booked


@pytest.mark.parametrize("who", ["lin", "boss"])
async def test_a_booked_callback_is_shown_and_cancelled(house: House, line, who: str):
    booked = await _booked(house, line)
    caller = await house.signed_in(who)
    row = await caller.done("GET", f"/interactions/{booked}")
    assert row["callback"]["number"] == CALLER
    assert row["callback"]["owner_name"] is None
    assert row["callback"]["at"] > in_hours(house, 23)
    waiting = {"customer_id": row["customer"]["id"], "phase": ["scheduled", "queued"]}
    listed = await caller.done("GET", "/interactions", params=waiting)
    assert [(each["id"], each["callback"]) for each in listed["items"]] == [
        (booked, row["callback"])
    ]
    for _ in range(2):  # the answer may be lost and the request sent again
        await caller.done("POST", f"/interactions/{booked}/cancel-callback")
    over = await caller.done("GET", f"/interactions/{booked}")
    assert (over["phase"], over["outcome"]) == ("ended", "callback_cancelled")
    assert over["callback"] is None
    events = (await caller.done("GET", f"/interactions/{booked}/events"))["items"]
    [told] = [each for each in events if each["kind"] == "CallbackCancelled"]
    assert told["event"]["by"] == house.id(who)


async def test_a_callback_is_not_cancelled_by_strangers_nor_is_a_call_that_is_none(
    house: House, line
):
    booked = await _booked(house, line)
    chen = await house.signed_in("chen")
    problem = await chen.refused("POST", f"/interactions/{booked}/cancel-callback")
    assert problem["status"] == 404
    lin = await house.signed_in("lin")
    [mine] = (await lin.done("GET", "/interactions", params={"phase": "connected"}))["items"]
    assert mine["callback"] is None
    problem = await lin.refused("POST", f"/interactions/{mine['id']}/cancel-callback")
    assert (problem["status"], problem["code"]) == (409, "being_called")


async def test_a_booking_that_is_sent_again_is_booked_once(house: House, line):
    """The answer may be lost: the client sends the same again, later than the time it asked for too."""
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    path = f"/interactions/{interaction_id}/callback"
    body = {"client_id": "b1", "number": CALLER, "at": in_hours(house, 1), "queue": "repair"}
    first = await lin.done("POST", path, json=body)
    assert await lin.done("POST", path, json=body) == first
    assert await lin.done("POST", path, json={**body, "at": in_hours(house, -1)}) == first
    await lin.done("POST", f"/interactions/{first['interaction_id']}/cancel-callback")
    assert await lin.done("POST", path, json=body) == first  # nor is it promised anew
    other = await lin.done("POST", path, json={**body, "client_id": "b2"})
    boss = await house.signed_in("boss")
    theirs = await boss.done("POST", path, json=body)  # everybody chooses ids for themselves
    ids = {each["interaction_id"] for each in (first, other, theirs)}
    assert len(ids) == 3
    planned = await lin.done("GET", "/interactions", params={"phase": "scheduled"})
    assert {each["id"] for each in planned["items"]} <= ids


async def test_two_bookings_at_once_with_one_client_id_are_one(house: House, line):
    interaction_id = await connected(house, line)
    lin = await house.signed_in("lin")
    path = f"/interactions/{interaction_id}/callback"
    body = {"client_id": "b1", "number": CALLER, "at": in_hours(house, 1), "queue": "repair"}
    first, second = await asyncio.gather(*(lin.done("POST", path, json=body) for _ in range(2)))
    assert first == second
    events = (await lin.done("GET", f"/interactions/{first['interaction_id']}/events"))["items"]
    assert [each["kind"] for each in events].count("CallbackPlanned") == 1
