"""What became of a ticket follows the steps a ticket may take."""

import random

import pytest

from parley.core.desk.ticket import TicketStatus
from parley.demo.tickets import course
from parley.demo.visit import PastTicket

NOW = 1795321437.0


def past_ticket(age_s: float) -> PastTicket:
    return PastTicket(
        id="tkt_1", kind="problem", subject="空调显示 E6", description="", priority="high",
        customer_id="cus_1", interaction_id="int_1", queue="aftersales", agent_id="agt_lin",
        opened_at=NOW - age_s,
    )  # fmt: skip


@pytest.mark.parametrize("age_s", [60.0, 3600.0, 86400.0 * 2, 86400.0 * 10])
@pytest.mark.parametrize("seed", range(20))
def test_nothing_happens_to_a_ticket_after_now_or_out_of_order(age_s, seed):
    one = course(past_ticket(age_s), random.Random(seed), NOW)
    times = [event.at for event in one.events]
    assert times == sorted(times)
    assert all(one.opened.created_at <= at < NOW for at in times)
    assert (one.now.resolved_at is None) == (
        one.now.status in (TicketStatus.OPEN, TicketStatus.IN_PROGRESS)
    )


def test_old_tickets_are_mostly_done_and_fresh_ones_are_not():
    def open_share(age_s: float) -> float:
        courses = [course(past_ticket(age_s), random.Random(seed), NOW) for seed in range(200)]
        return sum(one.now.resolved_at is None for one in courses) / len(courses)

    assert open_share(10 * 86400.0) < 0.2
    assert open_share(2 * 3600.0) > 0.7
