"""The demo company's customers and orders."""

from collections import Counter
from datetime import datetime

from parley.demo.company import people
from parley.demo.customers import STALLED_S, make_customers

NOW = 1795321437.0


def test_customers_and_their_orders_are_many_and_told_apart():
    customers = make_customers(3, NOW)
    orders = [order for known in customers for order in known.orders]
    assert len(customers) == 200
    assert 400 < len(orders) < 900
    assert len({order.id for order in orders}) == len(orders)
    assert len({known.customer.phone for known in customers}) == 200
    assert Counter(order.status for order in orders)["delivered"] > len(orders) / 2


def test_no_order_is_older_than_its_customer_or_from_the_future():
    for known in make_customers(3, NOW):
        for order in known.orders:
            assert known.customer.created_at <= order.placed_at <= NOW
            stops = [datetime.fromisoformat(stop["at"]).timestamp() for stop in order.logistics]
            assert stops == sorted(stops, reverse=True)
            assert all(order.placed_at <= stop <= NOW for stop in stops)
            assert (
                ("签收" in order.logistics[0]["text"])
                == (order.status in ("delivered", "returned"))
                if stops
                else order.status in ("paid", "cancelled", "shipped")
            )


def test_the_customer_of_the_tutorial_waits_for_a_parcel_that_does_not_move():
    first = make_customers(3, NOW)[0]
    assert first.customer.name == "王晓燕"
    assert first.customer.tier == "VIP"
    assert first.orders[0].status == "shipped"
    assert len(first.orders) == 3
    assert STALLED_S > 24 * 3600


def test_some_of_the_best_customers_have_an_agent_of_their_own():
    agents = {person.id for person in people() if person.role == "agent"}
    known = [each.customer for each in make_customers(3, NOW)]
    assert 3 < sum(customer.dedicated_agent is not None for customer in known) < 30
    assert {customer.dedicated_agent for customer in known} <= agents | {None}
    assert known[0].dedicated_agent is None  # in the tutorial whoever is there serves them
