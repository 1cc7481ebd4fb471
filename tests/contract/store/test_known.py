"""What routing is told of a customer who comes: each fact from the rows that make it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from parley.adapters.store.customers import MAX_CONTACTS
from parley.adapters.store.store import PostgresStore
from parley.core.desk.customer import Address, Customer, Order, newcomer
from parley.core.desk.ticket import UNSOLVED, Ticket, TicketStatus
from parley.core.insight.facts import InteractionFact
from parley.core.model import Channel, CustomerRef
from parley.ids import new_id

AT = 1_790_000_000.5
STRANGER = Customer("cus_stranger", "?")


class Desk:
    """A tenant's records, and what a test puts there."""

    def __init__(self, store: PostgresStore, tenant: str) -> None:
        self.store, self.tenant = store, tenant
        self.shard = store.shard(tenant)
        self.epoch = 0
        self._moments = count(1)

    async def customer(self, **fields: Any) -> Customer:
        one = Customer(new_id("cus"), "王女士", created_at=AT, updated_at=AT, **fields)
        await self.store.customers.save(self.tenant, one, [], new=True)
        await self.store.customers.link(self.tenant, Address("phone", one.id), one.id)
        return one

    async def ordered(
        self, customer: Customer, *amounts: str, status: str = "delivered", currency: str = "CNY"
    ) -> None:
        for amount in amounts:
            order = Order(new_id("ord"), customer.id, AT, status, amount, currency)
            await self.store.customers.save_order(self.tenant, order)

    async def reached_us(self, customer: Customer, times: int = 1, **fields: Any) -> list[str]:
        """The new interactions' ids, oldest first."""
        facts = [self._fact(customer, fields) for _ in range(times)]
        await self.shard.commit(self.epoch, (), (), facts)
        return [fact.id for fact in facts]

    def _fact(self, customer: Customer, fields: dict[str, Any]) -> InteractionFact:
        values = {
            "channel": Channel.CHAT, "address": "web:vis_1", "entry_point": "shop",
            "customer_id": customer.id, "customer_name": customer.name, "language": "zh-CN",
            "arrived_at": AT + next(self._moments), **fields,
        }  # fmt: skip
        return InteractionFact(new_id("int"), **values)

    async def ticket(
        self, customer: Customer, assignee: str | None, status: TicketStatus = TicketStatus.OPEN
    ) -> None:
        ticket = Ticket(
            new_id("tkt"), 0, "problem", "空调不制冷", customer_id=customer.id, assignee=assignee,
            status=status, created_at=AT + next(self._moments),
        )  # fmt: skip
        await self.store.tickets.open(self.tenant, ticket)

    async def known(self, customer: Customer) -> CustomerRef:
        """As they come from their address; asked for by id, the answer is the same."""
        address = Address("phone", customer.id)
        found = await self.store.customers.recognise(self.tenant, address, STRANGER, AT)
        assert await self.store.customers.known(self.tenant, customer.id) == found
        return found


@pytest.fixture
async def desk(store: PostgresStore, tenant: str) -> AsyncIterator[Desk]:
    desk = Desk(store, tenant)
    desk.epoch = await desk.shard.acquire("test") or 0
    yield desk
    await desk.shard.release(desk.epoch)


async def test_what_the_card_says_is_known(desk: Desk) -> None:
    one = await desk.customer(
        tier="VIP", priority=7, tags=("老客户", "母婴"), city="杭州", dedicated_agent="agt_1"
    )
    assert await desk.known(one) == CustomerRef(
        one.id, "王女士", "VIP", 7, tags=("老客户", "母婴"), region="杭州", dedicated_agent="agt_1"
    )
    assert await desk.store.customers.known(desk.tenant, "cus_none") is None


async def test_somebody_new_is_known_as_they_will_be_the_next_time(desk: Desk) -> None:
    address = Address("phone", "+8613800138000")
    new = Customer(new_id("cus"), "新客\x00户", tags=("展会",), fields={"region": "华东"})
    first = await desk.store.customers.recognise(desk.tenant, address, new, AT)
    assert (first.tags, first.region, first.contacts) == (("展会",), "华东", 0)
    assert await desk.store.customers.recognise(desk.tenant, address, STRANGER, AT) == first


@pytest.mark.parametrize(
    ("city", "fields", "region"),
    [
        ("杭州", {"region": "华东"}, "华东"),
        ("杭州", {"region": ""}, "杭州"),
        ("杭州", {}, "杭州"),
        (None, {}, None),
    ],
)
async def test_the_region_is_the_field_of_that_name_or_else_the_city(
    desk: Desk, city: str | None, fields: dict[str, str], region: str | None
) -> None:
    one = await desk.customer(city=city, fields=fields)
    assert (await desk.known(one)).region == newcomer(one).region == region


async def test_spend_sums_the_orders_that_were_kept(desk: Desk) -> None:
    one, other = await desk.customer(), await desk.customer()
    assert (await desk.known(one)).spend == 0
    await desk.ordered(one, "0.10", "0.20", "1299.00")
    await desk.ordered(one, "10.00", status="paid")
    await desk.ordered(one, "5000.00", status="returned")
    await desk.ordered(one, "7000.00", status="cancelled")
    await desk.ordered(other, "1.00")
    assert (await desk.known(one)).spend == 1309.30


async def test_an_order_sent_back_counts_no_more(desk: Desk) -> None:
    one = await desk.customer()
    order = Order("M-1", one.id, AT, "delivered", "99.00", "CNY")
    for status, spend in (("delivered", 99), ("returned", 0)):
        changed = Order(order.id, one.id, AT, status, order.amount, order.currency)
        await desk.store.customers.save_order(desk.tenant, changed)
        assert (await desk.known(one)).spend == spend


async def test_an_amount_that_is_no_number_is_kept_and_counts_nothing(desk: Desk) -> None:
    one = await desk.customer()
    await desk.ordered(one, "-5.00", "1e9", "NaN", "", "12.50")
    assert (await desk.known(one)).spend == 12.5
    orders = await desk.store.customers.orders(desk.tenant, one.id, 10)
    assert {order.amount for order in orders} == {"-5.00", "1e9", "NaN", "", "12.50"}


async def test_earlier_contacts_are_counted_up_to_a_limit_and_tasks_are_none(desk: Desk) -> None:
    one = await desk.customer()
    await desk.reached_us(one, 2)
    await desk.reached_us(one, channel=Channel.VOICE)
    await desk.reached_us(one, 3, channel=Channel.TASK)
    assert (await desk.known(one)).contacts == 3
    await desk.reached_us(one, MAX_CONTACTS)
    assert (await desk.known(one)).contacts == MAX_CONTACTS


async def test_the_interaction_at_hand_is_no_earlier_one(desk: Desk) -> None:
    one = await desk.customer()
    served: dict[str, Any] = {"connected_at": AT + 3}
    await desk.reached_us(one, agent_id="agt_old", **served)
    [now] = await desk.reached_us(one, agent_id="agt_now", **served)
    besides = await desk.store.customers.known(desk.tenant, one.id, besides=now)
    assert besides is not None
    assert (besides.contacts, besides.last_agent) == (1, "agt_old")
    everything = await desk.known(one)
    assert (everything.contacts, everything.last_agent) == (2, "agt_now")
    assert everything.last_served_at == AT + 3


@pytest.mark.parametrize("status", TicketStatus)
async def test_only_an_unsolved_ticket_is_an_open_case(desk: Desk, status: TicketStatus) -> None:
    one = await desk.customer()
    await desk.ticket(one, "agt_1", status)
    assert (await desk.known(one)).open_agent == ("agt_1" if status in UNSOLVED else None)


async def test_the_newest_case_that_somebody_works_on_decides(desk: Desk) -> None:
    one, other = await desk.customer(), await desk.customer()
    await desk.ticket(one, "agt_older")
    await desk.ticket(one, "agt_newer", TicketStatus.IN_PROGRESS)
    await desk.ticket(one, "agt_solved", TicketStatus.RESOLVED)
    await desk.ticket(one, None)
    await desk.ticket(other, "agt_other")
    assert (await desk.known(one)).open_agent == "agt_newer"


async def test_another_tenants_rows_say_nothing(desk: Desk) -> None:
    one = await desk.customer()
    foreign = new_id("tnt")
    await desk.store.add_tenant(foreign)
    assert await desk.store.customers.known(foreign, one.id) is None
