"""What is known of a customer decides who serves them, from the database to the offer."""

from __future__ import annotations

from typing import Any

import pytest

from parley.core import inputs as got
from parley.core.center.state import Interaction, Timer
from parley.core.desk.customer import Customer, Order
from tests.api.house import House
from tests.api.test_policy import published, state

WAIT_S = 20.0  # how long the preferred agent is waited for, if the policy says nothing else


def live(house: House, interaction_id: str) -> Interaction:
    return state(house).interactions[interaction_id]


def offered_to(house: House, interaction_id: str) -> str | None:
    offer = live(house, interaction_id).offer
    return None if offer is None else offer.agent_id.partition(".")[0]


async def sales_are_ready(house: House) -> None:
    """lin is free for longest: whoever nobody is kept for is offered to lin."""
    await house.ready("lin")
    await house.ready("zhou")
    probe = await house.ask()
    assert offered_to(house, probe) == "lin"
    await leaves(house, probe)


async def leaves(house: House, interaction_id: str) -> None:
    await house.tell(got.CustomerEnded, address=f"web:{interaction_id}")


async def patience_ends(house: House, interaction_id: str) -> None:
    house.clock.ahead_s += WAIT_S
    fired = got.TimerFired(at=house.clock.now(), kind=Timer.HOLD, key=interaction_id)
    await house.submit(house.tenant, fired)


async def has_two(house: House, name: str) -> None:
    """As many conversations as they can have at once."""
    mine = await house.customer(dedicated_agent=house.id(name))
    for _ in range(2):
        await house.served(name, customer=mine)


def rule(fact: str, test: str, value: Any) -> dict[str, Any]:
    when = {"fact": fact, "is": test, "value": value}
    names = {"zh-CN": "规则", "en-US": "Rule"}
    return {"id": "rule", "names": names, "when": when, "queue": "repair", "priority": 0}


async def test_a_customer_is_offered_to_their_own_agent_first_and_then_to_another(house: House):
    await sales_are_ready(house)
    customer = await house.customer(dedicated_agent=house.id("zhou"))
    first = await house.ask(customer=customer)
    assert offered_to(house, first) == "zhou"
    await leaves(house, first)
    await has_two(house, "zhou")
    waiting = await house.ask(customer=customer)
    assert offered_to(house, waiting) is None
    assert live(house, waiting).only_agent == house.id("zhou")
    await patience_ends(house, waiting)
    assert offered_to(house, waiting) == "lin"


async def test_whoever_works_on_the_open_ticket_is_offered_the_customers_next_contact(house: House):
    await sales_are_ready(house)
    customer, boss = await house.customer(), await house.signed_in("boss")
    body = {"subject": "空调不制冷", "customer_id": customer.id, "assignee": house.id("zhou")}
    ticket = await boss.done("POST", "/tickets", json=body)
    asked = await house.ask(customer=customer)
    assert offered_to(house, asked) == "zhou"
    await leaves(house, asked)
    solved = {"version": ticket["version"], "status": "resolved"}
    await boss.done("PATCH", f"/tickets/{ticket['id']}", json=solved)
    assert offered_to(house, await house.ask(customer=customer)) == "lin"


async def bought(house: House, customer: Customer, amount: str) -> None:
    order = Order(f"MY-{customer.id}", customer.id, house.clock.now(), "paid", amount, "CNY")
    await house.store.customers.save_order(house.tenant, order)


async def test_a_rule_on_spend_decides_the_queue(house: House):
    admin = await house.signed_in("admin")
    await published(admin, rule("customer.spend", ">=", 10_000))
    small, large = await house.customer(), await house.customer()
    await bought(house, small, "9999.99")
    await bought(house, large, "10000.00")
    assert live(house, await house.ask(customer=small)).queue == "sales"
    assert live(house, await house.ask(customer=large)).queue == "repair"


async def test_a_rule_on_earlier_contacts_knows_who_is_new(house: House):
    admin = await house.signed_in("admin")
    await published(admin, rule("customer.new", "=", value=True))
    customer = await house.customer()
    first = await house.ask(customer=customer)
    assert live(house, first).queue == "repair"
    assert live(house, await house.ask(customer=customer)).queue == "sales"


@pytest.mark.parametrize(
    ("fact", "test", "value", "change"),
    [
        ("customer.tags", "has", "渠道商", {"tags": ["渠道商"]}),
        ("customer.region", "=", "华东", {"fields": {"region": "华东"}}),
        ("customer.region", "=", "杭州", {"city": "杭州"}),
        ("customer.tier", "=", "VIP", {"tier": "VIP"}),
    ],
)
async def test_a_changed_card_moves_the_customer_who_waits_at_once(
    house: House, fact: str, test: str, value: Any, change: dict[str, Any]
):
    admin = await house.signed_in("admin")
    await published(admin, rule(fact, test, value))
    customer = await house.customer()
    waiting = await house.ask(customer=customer)
    assert live(house, waiting).queue == "sales"
    await admin.done("PATCH", f"/customers/{customer.id}", json={"version": 1, **change})
    assert live(house, waiting).queue == "repair"
    assert live(house, waiting).customer.contacts == 0  # what is at hand is no earlier contact
    assert live(house, await house.ask(customer=customer)).queue == "repair"


async def test_a_ticket_that_changes_hands_is_known_to_what_is_live(house: House):
    await house.ready("lin")
    customer, boss = await house.customer(), await house.signed_in("boss")
    asked = await house.served("lin", customer=customer)
    body = {"subject": "空调不制冷", "interaction_id": asked, "assignee": house.id("lin")}
    ticket = await boss.done("POST", "/tickets", json=body)
    assert live(house, asked).customer.open_agent == house.id("lin")
    handed = {"version": ticket["version"], "assignee": house.id("zhou")}
    ticket = await boss.done("PATCH", f"/tickets/{ticket['id']}", json=handed)
    assert live(house, asked).customer.open_agent == house.id("zhou")
    other = await house.customer()
    moved = {"version": ticket["version"], "customer_id": other.id}
    await boss.done("PATCH", f"/tickets/{ticket['id']}", json=moved)
    assert live(house, asked).customer.open_agent is None


async def test_the_dedicated_agent_is_named_and_must_be_one(house: House):
    admin = await house.signed_in("admin")
    body = {"name": "王", "dedicated_agent": house.id("zhou")}
    made = await admin.done("POST", "/customers", json=body)
    assert (made["dedicated_agent"], made["dedicated_agent_name"]) == (house.id("zhou"), "zhou")
    at = f"/customers/{made['id']}"
    for nobody in ("agt_none", house.id("admin").replace("admin", "nobody")):
        problem = await admin.refused("PATCH", at, json={"version": 1, "dedicated_agent": nobody})
        assert (problem["status"], problem["errors"][0]["code"]) == (422, "unknown_agent")
        assert problem["errors"][0]["field"] == "dedicated_agent"
    problem = await admin.refused("POST", "/customers", json={**body, "dedicated_agent": "no"})
    assert problem["errors"][0]["code"] == "unknown_agent"
    freed = await admin.done("PATCH", at, json={"version": 1, "dedicated_agent": None})
    assert (freed["dedicated_agent"], freed["dedicated_agent_name"]) == (None, None)
    assert [e.fields for e in await house.audit("customer")] == [(), ("dedicated_agent",)]


async def test_who_left_stays_on_the_card_but_is_given_to_nobody_else(house: House):
    admin = await house.signed_in("admin")
    await admin.done("PUT", f"/people/{house.id('zhou')}/active", json={"active": False})
    customer = await house.customer(dedicated_agent=house.id("zhou"))
    at = f"/customers/{customer.id}"
    kept = {"version": 1, "city": "杭州", "dedicated_agent": house.id("zhou")}
    assert (await admin.done("PATCH", at, json=kept))["dedicated_agent_name"] == "zhou"
    body = {"name": "王", "dedicated_agent": house.id("zhou")}
    problem = await admin.refused("POST", "/customers", json=body)
    assert problem["errors"][0]["code"] == "unknown_agent"
