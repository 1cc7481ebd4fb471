"""A leg's record is what its events add up to, however they were cut into commits."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parley.core import events as ev
from parley.core.insight.legs import LegChanges, LegRow, legs_of
from parley.core.model import Direction, LegEnd, LegRole

CALL, OURS, THEIRS = "int_1", "leg_agent", "1700000000.1"
STORY: list[ev.Event] = [
    ev.LegStarted(
        at=10, interaction_id=CALL, leg_id=THEIRS, role=LegRole.CUSTOMER, direction=Direction.IN,
        number="+8613800000000", trunk="trk_1",
    ),
    ev.LegUp(at=11, interaction_id=CALL, leg_id=THEIRS),
    ev.LegStarted(
        at=20, interaction_id=CALL, leg_id=OURS, role=LegRole.AGENT, direction=Direction.OUT,
        agent_id="agt_lin",
    ),
    ev.LegRinging(at=21, interaction_id=CALL, leg_id=OURS, caller_id="+8657188880001"),
    ev.LegRinging(at=22, interaction_id=CALL, leg_id=OURS),
    ev.LegUp(at=25, interaction_id=CALL, leg_id=OURS, trunk="trk_2", caller_id="95502"),
    ev.LegOver(at=85, interaction_id=CALL, leg_id=OURS, cause=LegEnd.NORMAL, code=16),
    ev.LegOver(at=86, interaction_id=CALL, leg_id=THEIRS, cause=LegEnd.NORMAL, code=16),
]  # fmt: skip


def stored(commits: list[list[ev.Event]]) -> dict[tuple[str, str], LegRow]:
    """What a database would hold after these commits."""
    rows: dict[tuple[str, str], LegRow] = {}
    for events in commits:
        changes = LegChanges()
        for event in events:
            changes.take(event)
        rows |= changes.started
        rows |= {key: news.on(rows[key]) for key, news in changes.moved.items()}
    return rows


def test_a_call_has_a_row_for_each_leg_with_its_times_and_end() -> None:
    customer, agent = legs_of(STORY)
    assert (customer.number, customer.trunk, customer.talk_s) == ("+8613800000000", "trk_1", 75)
    assert (agent.rang_at, agent.answered_at, agent.ended_at) == (21, 25, 85)
    assert (agent.agent_id, agent.trunk, agent.talk_s) == ("agt_lin", "trk_2", 60)
    assert agent.caller_id == "95502"  # of the trunk that was tried last
    assert agent.cause is LegEnd.NORMAL
    assert agent.code == 16


def test_a_leg_that_was_never_up_has_no_talk_time() -> None:
    over = ev.LegOver(at=50, interaction_id=CALL, leg_id=OURS, cause=LegEnd.NO_ANSWER)
    [row] = legs_of([STORY[2], over])
    assert row.talk_s is None
    assert row.cause is LegEnd.NO_ANSWER


@given(st.lists(st.integers(0, len(STORY)), max_size=6))
def test_the_rows_are_the_same_however_the_events_were_cut_into_commits(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STORY)]
    commits = [STORY[start:end] for start, end in pairwise(edges)]
    assert stored(commits) == {row.key: row for row in legs_of(STORY)}
