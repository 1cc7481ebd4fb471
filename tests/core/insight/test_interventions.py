"""What a supervisor did is remembered; what agents and the center did is not."""

from typing import Any

from parley.core import events as ev
from parley.core.insight.facts import Facts, InteractionFact
from parley.core.insight.interventions import REMEMBERED, Deed, Interventions
from parley.core.model import Channel, PresenceStatus, Role

NOW = 1_700_000_000.0


def heard(*events: ev.Event) -> Interventions:
    fact = InteractionFact("int_1", Channel.CHAT, "web:x", None, "c", "王", "zh-CN", NOW)
    fact.queue, fact.agent_id = "q", "lin"
    interventions = Interventions()
    for event in events:
        interventions.hear(event, Facts({"int_1": fact}))
    return interventions


def set_by(by: str | None, at: float = NOW) -> ev.PresenceChanged:
    return ev.PresenceChanged(at=at, agent_id="lin", status=PresenceStatus.READY, by=by)


def test_a_state_that_somebody_else_set_is_told_with_who_and_whom():
    (row,) = heard(set_by("zhou")).rows
    assert (row.deed, row.by, row.agent_id, row.detail) == (Deed.PRESENCE, "zhou", "lin", "ready")


def test_what_agents_and_the_center_do_themselves_is_no_intervention():
    joined = ev.Joined(at=NOW, interaction_id="int_1", agent_id="chen", role=Role.CONSULT, by="lin")
    assert heard(set_by(None), set_by("lin"), set_by("system"), joined).rows == []
    queued = ev.Queued(
        at=NOW, interaction_id="int_1", queue="q", priority=0, order_at=NOW, reason="arrived"
    )
    assert heard(queued).rows == []


def test_work_on_an_interaction_is_told_with_its_queue_customer_and_owner():
    about: dict[str, Any] = {"at": NOW, "interaction_id": "int_1"}
    rows = heard(
        ev.Joined(agent_id="zhou", role=Role.WHISPER, by="zhou", **about),
        ev.Released(agent_id="lin", reason="take_over", to_agent="zhou", **about),
        ev.Queued(
            queue="q", priority=0, order_at=NOW, reason="assigned", only_agent="chen", by="zhou",
            **about,
        ),
        ev.PriorityRaised(priority=9, by="zhou", **about),
    ).rows  # fmt: skip
    assert [(row.deed, row.by, row.agent_id, row.detail) for row in rows] == [
        (Deed.WHISPER, "zhou", "lin", ""),
        (Deed.TOOK_OVER, "zhou", "lin", ""),
        (Deed.ASSIGNED, "zhou", "chen", ""),
        (Deed.PRIORITY, "zhou", None, "9"),
    ]
    assert {(row.queue, row.customer_name) for row in rows} == {("q", "王")}


def test_the_last_ones_are_kept_and_each_has_its_own_id():
    interventions = heard(*(set_by("zhou", NOW + n) for n in range(3 * REMEMBERED)))
    assert [row.at for row in interventions.rows] == [
        NOW + n for n in range(2 * REMEMBERED, 3 * REMEMBERED)
    ]
    assert len({row.id for row in interventions.rows}) == REMEMBERED
