import pytest

from tests.api.house import House


async def test_a_ticket_made_from_a_conversation_knows_customer_and_queue(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    customer = await house.customer("王女士")
    asked = await house.served("lin", customer=customer)
    ticket = await lin.done(
        "POST", "/tickets", json={"subject": "退货", "kind": "return", "interaction_id": asked}
    )
    assert (ticket["customer_id"], ticket["customer_name"]) == (customer.id, "王女士")
    assert (ticket["queue"], ticket["queue_names"]["en-US"]) == ("sales", "Sales")
    assert (ticket["status"], ticket["number"], ticket["created_by_name"]) == ("open", 1, "lin")
    assert ticket["next_statuses"] == ["in_progress", "resolved", "closed"]
    assert (await lin.done("GET", f"/tickets/{ticket['id']}")) == ticket


async def test_the_status_goes_step_by_step_and_history_tells_who_did_it(house: House):
    lin = await house.signed_in("lin")
    ticket = await lin.done("POST", "/tickets", json={"subject": "维修"})
    at = f"/tickets/{ticket['id']}"
    resolved = await lin.done("PATCH", at, json={"version": 1, "status": "resolved"})
    assert resolved["resolved_at"] is not None
    assert resolved["next_statuses"] == ["in_progress", "closed"]
    problem = await lin.refused("PATCH", at, json={"version": 2, "status": "open"})
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("status", "status_step")]
    assert problem["errors"][0]["values"] == {"from": "resolved", "to": "open"}
    problem = await lin.refused("PATCH", at, json={"version": 1, "priority": "high"})
    assert problem["code"] == "version_changed"
    events = (await lin.done("GET", f"{at}/events"))["items"]
    assert [event["kind"] for event in events] == ["TicketOpened", "TicketChanged"]
    assert events[1]["event"]["changes"] == {"status": "resolved"}
    assert events[1]["names"]["agents"] == {house.id("lin"): "lin"}


async def test_who_is_given_a_ticket_gets_a_notice(house: House):
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    ticket = await lin.done("POST", "/tickets", json={"subject": "维修"})
    changed = await lin.done(
        "PATCH", f"/tickets/{ticket['id']}", json={"version": 1, "assignee": house.id("chen")}
    )
    assert (changed["status"], changed["assignee_name"]) == ("in_progress", "chen")
    [notice] = (await chen.done("GET", "/notices"))["items"]
    assert (notice["kind"], notice["ticket_id"], notice["text"]) == (
        "ticket_assigned", ticket["id"], "#1 维修",
    )  # fmt: skip
    await chen.done("POST", "/tickets", json={"subject": "自己的", "assignee": house.id("chen")})
    assert len((await chen.done("GET", "/notices"))["items"]) == 1


async def test_comments_are_kept_in_order_with_their_authors(house: House):
    lin = await house.signed_in("lin")
    ticket = await lin.done("POST", "/tickets", json={"subject": "维修"})
    at = f"/tickets/{ticket['id']}/comments"
    for text, internal in (("等配件", True), ("已寄出", False)):
        await lin.done("POST", at, json={"text": text, "internal": internal})
    comments = (await lin.done("GET", at))["items"]
    assert [(c["text"], c["internal"], c["by_name"]) for c in comments] == [
        ("等配件", True, "lin"),
        ("已寄出", False, "lin"),
    ]
    problem = await lin.refused("POST", at, json={"text": " "})
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("text", "too_short")]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("queue", "unknown_queue"),
        ("assignee", "unknown_agent"),
        ("customer_id", "unknown_customer"),
        ("interaction_id", "unknown_interaction"),
    ],
)
async def test_what_a_ticket_refers_to_must_exist(house: House, field, code):
    admin = await house.signed_in("admin")
    problem = await admin.refused("POST", "/tickets", json={"subject": "x", field: "nothing"})
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


async def test_the_list_filters(house: House):
    admin = await house.signed_in("admin")
    one = await admin.done("POST", "/tickets", json={"subject": "冰箱", "queue": "repair"})
    two = await admin.done(
        "POST", "/tickets", json={"subject": "空调", "assignee": house.id("lin")}
    )

    async def ids(**filter: object) -> list[str]:
        return [row["id"] for row in (await admin.done("GET", "/tickets", params=filter))["items"]]

    assert await ids() == [two["id"], one["id"]]
    assert await ids(status="open") == [one["id"]]
    assert await ids(status=["open", "in_progress"]) == [two["id"], one["id"]]
    assert await ids(assignee=house.id("lin")) == [two["id"]]
    assert await ids(queue="repair") == [one["id"]]
    assert await ids(text="冰箱") == [one["id"]]
