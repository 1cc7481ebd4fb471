"""A call's record is what its interaction and its legs say together."""

from __future__ import annotations

from typing import Any

from parley.core.insight.calls import call_of
from parley.core.insight.facts import InteractionFact
from parley.core.insight.legs import LegRow
from parley.core.model import Channel, Direction, LegEnd, LegRole


def fact(**more: Any) -> InteractionFact:
    return InteractionFact(
        id="int_1", channel=Channel.VOICE, address="tel:1", entry_point="ept_1",
        customer_id="cus_1", customer_name="王女士", language="zh-CN", arrived_at=100.0,
        number="+8613800138000", dnis="+8657188880001", **more,
    )  # fmt: skip


def leg(role: LegRole, up: float | None, end: float | None, **more: Any) -> LegRow:
    return LegRow(
        id=f"{role}-{up}", interaction_id="int_1", role=role, direction=Direction.IN,
        started_at=100.0, answered_at=up, ended_at=end, **more,
    )  # fmt: skip


def test_who_called_whom_turns_with_the_direction() -> None:
    came, went = call_of(fact(), []), call_of(fact(direction=Direction.OUT), [])
    assert (came.caller, came.called) == ("+8613800138000", "+8657188880001")
    assert (went.caller, went.called) == ("+8657188880001", "+8613800138000")


def test_a_call_out_shows_the_number_that_a_carrier_was_told_last() -> None:
    first = leg(LegRole.CUSTOMER, None, 110.0, caller_id="+8657188880002")
    again = leg(LegRole.CUSTOMER, None, 120.0, caller_id="+8657188880003")
    never = leg(LegRole.CUSTOMER, None, 130.0)  # no trunk was free
    out = fact(direction=Direction.OUT)
    assert call_of(out, [first, again, never]).caller == "+8657188880003"
    assert call_of(fact(), [first]).caller == "+8613800138000"


def test_it_talks_while_the_customer_and_somebody_else_are_up_and_not_on_hold() -> None:
    """The second agent is asked while the first is there, and goes on alone: counted once."""
    customer = leg(LegRole.CUSTOMER, 110, 200, trunk="trk_1", cause=LegEnd.NORMAL, code=16)
    legs = [customer, leg(LegRole.AGENT, 130, 170), leg(LegRole.AGENT, 160, 205)]
    row = call_of(fact(held_s=15.0, agents=["agt_1", "agt_2"], waited_s=20.0), legs)
    assert row.talk_s == 70 - 15
    assert (row.hold_s, row.wait_s) == (15, 20)
    assert (row.answered_at, row.ended_at) == (110, 205)
    assert (row.trunk, row.cause, row.code) == ("trk_1", LegEnd.NORMAL, 16)
    assert row.agents == ("agt_1", "agt_2")


def test_a_customer_who_waited_in_vain_did_not_talk_and_a_call_with_a_leg_is_not_over() -> None:
    alone = [leg(LegRole.CUSTOMER, 110, 150)]
    assert call_of(fact(), alone).talk_s == 0
    assert call_of(fact(), [*alone, leg(LegRole.AGENT, None, None)]).ended_at is None
