"""What a person may not see is not found, whichever way they ask for it."""

import pytest

from parley.core import inputs as got
from parley.core.desk.ticket import Ticket
from parley.ids import new_id
from tests.api.house import House

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


async def test_another_company_is_not_there_at_all(house: House):
    """Ids of one tenant mean nothing to the administrator of another."""
    await house.ready("lin")
    lin, admin = await house.signed_in("lin"), await house.signed_in("admin")
    asked = await house.served("lin")
    row = await lin.done("GET", f"/interactions/{asked}")
    ticket = await lin.done("POST", "/tickets", json={"subject": "x", "interaction_id": asked})
    file = await lin.done("POST", "/attachments", files={"file": ("a.png", PNG)})
    queue = await admin.done("POST", "/queues", json={"names": {"en-US": "New"}})

    await house.add_tenant("other.test")
    stranger = await house.signed_in("admin", "other.test")
    reads = [
        f"/interactions/{asked}",
        f"/interactions/{asked}/messages",
        f"/interactions/{asked}/events",
        f"/customers/{row['customer']['id']}",
        f"/customers/{row['customer']['id']}/timeline",
        f"/customers/{row['customer']['id']}/orders",
        f"/tickets/{ticket['id']}",
        f"/tickets/{ticket['id']}/comments",
        f"/tickets/{ticket['id']}/events",
        f"/attachments/{file['id']}",
        f"/queues/{queue['id']}",
    ]
    for path in reads:
        assert (await stranger.refused("GET", path))["status"] == 404, path
    writes = [
        ("PATCH", f"/customers/{row['customer']['id']}", {"version": 1, "name": "x"}),
        ("PATCH", f"/tickets/{ticket['id']}", {"version": 1, "subject": "x"}),
        ("POST", f"/tickets/{ticket['id']}/comments", {"text": "x"}),
        ("POST", f"/interactions/{asked}/take-over", {}),
        ("POST", f"/interactions/{asked}/monitor", {}),
        ("POST", f"/interactions/{asked}/priority", {"priority": 9}),
        ("PUT", f"/queues/{queue['id']}", {"version": 1, "names": {"en-US": "x"}}),
        ("PUT", f"/people/{house.id('lin')}/active", {"active": False}),
        ("POST", f"/people/{house.id('lin')}/password-reset", {}),
        ("PUT", f"/agents/{house.id('lin')}/presence", {"status": "offline"}),
    ]
    for method, path, body in writes:
        assert (await stranger.refused(method, path, json=body))["status"] == 404, path
    for path in ("/interactions", "/customers", "/tickets"):
        assert (await stranger.done("GET", path))["items"] == [], path
    found = await stranger.done("GET", "/search", params={"q": "王女士"})
    assert found == {"customers": [], "interactions": [], "tickets": []}


async def test_an_agent_sees_what_they_serve_and_nothing_else(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    customer = await house.customer("李先生")
    mine = await house.served("lin", customer=customer)
    theirs = await house.ask(topic="repair")
    assert [r["id"] for r in (await lin.done("GET", "/interactions"))["items"]] == [mine]
    assert (await chen.done("GET", "/interactions"))["items"] == []
    for path in ("", "/messages", "/events"):
        await lin.done("GET", f"/interactions/{mine}{path}")
        for refused in (f"/interactions/{theirs}{path}",):
            assert (await lin.refused("GET", refused))["status"] == 404
        assert (await chen.refused("GET", f"/interactions/{mine}{path}"))["status"] == 404
    await lin.done("GET", f"/customers/{customer.id}")
    for path in ("", "/timeline", "/orders"):
        problem = await chen.refused("GET", f"/customers/{customer.id}{path}")
        assert (problem["status"], problem["code"]) == (404, "customer_not_found")
    assert len((await lin.done("GET", "/customers"))["items"]) == 1
    assert (await chen.done("GET", "/customers"))["items"] == []


async def test_an_agent_cannot_widen_the_list_by_asking_for_somebody_else(house: House):
    lin = await house.signed_in("lin")
    problem = await lin.refused("GET", "/interactions", params={"agent_id": house.id("chen")})
    assert (problem["status"], problem["code"]) == (403, "out_of_scope")


async def test_who_serves_a_customer_sees_their_earlier_interactions(house: House):
    for name in ("lin", "chen"):
        await house.ready(name)
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    customer = await house.customer("李先生")
    earlier = await house.served("lin", "第一次", customer=customer)
    await lin.done("POST", f"/interactions/{earlier}/close")
    assert (await chen.refused("GET", f"/interactions/{earlier}"))["status"] == 404
    now = await house.served("chen", "第二次", topic="repair", customer=customer)
    page = await chen.done("GET", "/interactions", params={"customer_id": customer.id})
    assert [row["id"] for row in page["items"]] == [now, earlier]
    await chen.done("GET", f"/interactions/{earlier}/messages")


async def test_who_is_offered_or_consulted_sees_the_interaction_meanwhile(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    offered = await house.ask()
    assert (await lin.done("GET", f"/interactions/{offered}"))["phase"] == "offered"
    await lin.done("POST", f"/interactions/{offered}/accept")
    await house.tell(got.AgentScreenChanged, agent_id=house.id("chen"), online=True)
    at = f"/interactions/{offered}"
    await lin.done("POST", f"{at}/consult", json={"agent_id": house.id("chen")})
    await chen.done("GET", f"{at}/messages")
    await chen.done("POST", f"{at}/accept")
    await chen.done("POST", f"{at}/leave")
    assert (await chen.refused("GET", f"{at}/messages"))["status"] == 404


async def test_a_supervisor_sees_the_team_and_one_without_queues_everybody(house: House):
    await house.ready("lin")
    zhou, boss = await house.signed_in("zhou"), await house.signed_in("boss")
    sales, repair = await house.ask(), await house.ask(topic="repair")
    assert [r["id"] for r in (await zhou.done("GET", "/interactions"))["items"]] == [sales]
    assert {r["id"] for r in (await boss.done("GET", "/interactions"))["items"]} == {sales, repair}
    assert (await zhou.refused("GET", f"/interactions/{repair}"))["status"] == 404
    for what in ("take-over", "monitor"):
        assert (await zhou.refused("POST", f"/interactions/{repair}/{what}"))["status"] == 404
    problem = await zhou.refused("GET", "/interactions", params={"queue": "repair"})
    assert problem["code"] == "out_of_scope"
    people = {person["name"] for person in await zhou.done("GET", "/people")}
    assert people == {"lin", "zhou"}


@pytest.mark.parametrize(
    ("fields", "visible"),
    [
        ({"queue": "sales"}, True),
        ({"queue": "repair"}, False),
        ({"queue": "repair", "assignee": "lin"}, True),
        ({"queue": "repair", "created_by": "lin"}, True),
        ({}, False),
    ],
)
async def test_an_agents_tickets_are_their_own_and_those_of_their_queues(
    house: House, fields, visible
):
    lin = await house.signed_in("lin")
    who = {k: house.id(v) for k, v in fields.items() if k != "queue"}
    ticket = Ticket(new_id("tkt"), 0, "problem", "冰箱", **{**fields, **who})
    await house.store.tickets.open(house.tenant, ticket)
    listed = [row["id"] for row in (await lin.done("GET", "/tickets"))["items"]]
    found = [row["id"] for row in (await lin.done("GET", "/search?q=冰箱"))["tickets"]]
    answer = await lin.get(f"/tickets/{ticket.id}")
    assert listed == found == ([ticket.id] if visible else [])
    assert answer.status_code == (200 if visible else 404)


async def test_the_search_finds_each_kind_within_its_scope(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    customer = await house.customer("欧阳修", phone="+8613800138000")
    asked = await house.served("lin", "醉翁亭记", customer=customer)
    ticket = await lin.done("POST", "/tickets", json={"subject": "亭子", "interaction_id": asked})
    for query, kind, found in (
        ("欧阳", "customers", customer.id),
        ("13800138000", "customers", customer.id),
        ("醉翁亭", "interactions", asked),
        ("亭子", "tickets", ticket["id"]),
    ):
        result = await lin.done("GET", "/search", params={"q": query})
        assert [row["id"] for row in result[kind]] == [found], query
        assert (await chen.done("GET", "/search", params={"q": query}))[kind] == [], query
