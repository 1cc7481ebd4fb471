import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.desk.ticket import (
    STATUS_STEPS,
    Changed,
    Refused,
    Ticket,
    TicketPriority,
    TicketStatus,
    change,
    may_step,
)

NOW = 1_800_000_000.0
OPEN = Ticket(id="tkt_1", number=7, kind="problem", subject="冰箱不制冷", customer_id="cus_1")
STATUSES = st.sampled_from(list(TicketStatus))


def changed(ticket: Ticket, **wanted: object) -> Changed:
    outcome = change(ticket, wanted, by="agt_1", now=NOW)
    assert isinstance(outcome, Changed)
    return outcome


def test_what_is_already_so_changes_nothing():
    assert change(OPEN, {"subject": OPEN.subject, "status": OPEN.status}, by=None, now=NOW) is None


def test_the_event_tells_only_what_differs():
    event = changed(OPEN, subject="冰箱漏水", priority=TicketPriority.NORMAL).event
    assert event.changes == {"subject": "冰箱漏水"}
    assert (event.ticket_id, event.by, event.customer_id) == ("tkt_1", "agt_1", "cus_1")


def test_giving_an_open_ticket_to_somebody_starts_it():
    outcome = changed(OPEN, assignee="agt_2")
    assert outcome.ticket.status is TicketStatus.IN_PROGRESS
    assert outcome.event.changes == {"assignee": "agt_2", "status": "in_progress"}


def test_a_resolved_ticket_knows_when_and_forgets_it_when_reopened():
    resolved = changed(OPEN, status=TicketStatus.RESOLVED).ticket
    assert resolved.resolved_at == NOW
    assert changed(resolved, status=TicketStatus.IN_PROGRESS).ticket.resolved_at is None


def test_a_closed_ticket_keeps_the_time_it_was_resolved():
    resolved = changed(OPEN, status=TicketStatus.RESOLVED).ticket
    closed = change(resolved, {"status": TicketStatus.CLOSED}, by=None, now=NOW + 60)
    assert isinstance(closed, Changed)
    assert closed.ticket.resolved_at == NOW


def test_a_closed_ticket_is_not_resolved_again():
    closed = changed(OPEN, status=TicketStatus.CLOSED).ticket
    assert change(closed, {"status": TicketStatus.RESOLVED}, by=None, now=NOW) == Refused(
        "status", "status_step", {"from": "closed", "to": "resolved"}
    )


@given(STATUSES, STATUSES)
def test_every_step_offered_is_taken_and_every_other_refused(before, after):
    ticket = Ticket(id="tkt_1", number=1, kind="problem", subject="x", status=before)
    outcome = change(ticket, {"status": after}, by=None, now=NOW)
    if after is before:
        assert outcome is None
    else:
        assert isinstance(outcome, Changed if after in may_step(before) else Refused)


@pytest.mark.parametrize("status", TicketStatus)
def test_no_status_is_a_dead_end(status):
    assert STATUS_STEPS[status]
