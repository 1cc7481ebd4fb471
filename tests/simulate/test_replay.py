"""A recorded day lived again: the same rules give the same day, other rules what they would have."""

from datetime import datetime, timedelta
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parley.api.schemas.policy import Trial
from parley.core import events as ev
from parley.core.desk.settings import center_config
from parley.core.errors import Unavailable
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    Outcome,
    Policy,
    PresenceStatus,
    Queue,
    QueueOrder,
    QueuePolicy,
    Rule,
)
from parley.demo.company import ZONE, documents
from parley.demo.customers import make_customers
from parley.demo.history import History
from parley.simulate.confidence import half_width
from parley.simulate.recorded import LOOK_AHEAD_S, LOOK_BACK_S, RecordedDay, day_of_journal
from parley.simulate.replay import replay
from parley.simulate.trial import try_policy

NOW = 1795321437.0  # a Sunday noon in Shanghai
CONFIG = center_config(documents())
DAY_S = 86_400.0


@pytest.fixture(scope="module")
def past():
    history = History(CONFIG, make_customers(5, NOW), 5, NOW)
    return [event for chapter in history.chapters() for event in chapter.events]


def recorded(past, days_ago):
    zone = ZoneInfo(ZONE)
    date = (datetime.fromtimestamp(NOW, zone) - timedelta(days=days_ago)).date()
    start = datetime(date.year, date.month, date.day, tzinfo=zone).timestamp()
    seen = [e for e in past if start - LOOK_BACK_S <= e.at < start + DAY_S + LOOK_AHEAD_S]
    return day_of_journal(seen, CONFIG, start, start + DAY_S)


@pytest.mark.parametrize("days_ago", range(1, 15))
def test_unchanged_rules_reproduce_the_measured_service_level(past, days_ago):
    day = recorded(past, days_ago)
    lived: list[Any] = [replay(day, CONFIG, CONFIG.policy, seed).total for seed in range(3)]
    assert day.interactions > 30
    assert fmean(f["service_level"] for f in lived) == pytest.approx(
        day.measured.service_level, abs=0.01
    )
    assert fmean(f["asa_s"] for f in lived) == pytest.approx(day.measured.asa_s, rel=0.05)


def test_the_same_seed_gives_the_same_figures(past):
    day = recorded(past, 1)
    policy = Policy(queues={"presales": QueuePolicy(order=QueueOrder.ARRIVAL)})
    assert replay(day, CONFIG, policy, 7) == replay(day, CONFIG, policy, 7)


def test_a_day_without_anybody_is_none(past):
    assert recorded(past, 40) is None
    assert day_of_journal([], CONFIG, 0.0, DAY_S) is None


def test_a_form_sent_while_nobody_waited_is_no_arrival():
    came = [e for e in one_visit("int_1", 100.0, None) if not isinstance(e, ev.Queued | ev.Ended)]
    gone = ev.WentAway(at=100.0, interaction_id="int_1", queue="sales", reason="by_choice")
    left = ev.Ended(at=100.0, interaction_id="int_1", outcome=Outcome.MESSAGE_LEFT)
    assert day_of_journal([came[0], gone, left], CROWDED, 0.0, DAY_S) is None


# --- a crowded day of our own: one agent, a customer a minute, two minutes of work each --------------

CROWDED = CenterConfig(
    queues={"sales": Queue("sales", {"en-US": "Sales"}, order=QueueOrder.ARRIVAL)},
    agents={"agt_1": AgentProfile("agt_1", "Lin", {"sales": 1}, capacity={Channel.CHAT: 1})},
    entry_points={"shop": EntryPoint("shop", Channel.CHAT, "Shop", "sales")},
    policy=Policy(queues={"sales": QueuePolicy(order=QueueOrder.ARRIVAL)}),
)
VIP_FIRST = Policy(
    version=2,
    rules=(
        Rule("vip", {}, {"fact": "customer.tier", "is": "=", "value": "VIP"}, priority=10),
    ),
    queues={"sales": QueuePolicy(order=QueueOrder.PRIORITY)},
)  # fmt: skip
VISITS, WORK_S, EVERY_S, PATIENT_S = 60, 120.0, 60.0, 900.0


def one_visit(visit_id, at, tier):
    return [
        ev.Arrived(
            at=at, interaction_id=visit_id, channel=Channel.CHAT, entry_point="shop",
            address=visit_id, customer=CustomerRef("cus", "", tier), language="en-US",
        ),
        ev.Queued(at=at, interaction_id=visit_id, queue="sales", priority=0, order_at=at,
                  reason="arrived"),
    ]  # fmt: skip


def crowded_day():
    """First come, first served; who has waited PATIENT_S goes. Every sixth is a VIP."""
    events = [
        ev.ScreenConnected(at=35_000.0, agent_id="agt_1"),
        ev.PresenceChanged(at=35_001.0, agent_id="agt_1", status=PresenceStatus.READY),
    ]
    free = 0.0
    for n in range(VISITS):
        at, visit = 36_000.0 + n * EVERY_S, f"int_{n:03}"
        events += one_visit(visit, at, "VIP" if n % 6 == 5 else None)
        begins = max(free, at)
        if begins - at > PATIENT_S:
            events.append(
                ev.Ended(at=at + PATIENT_S, interaction_id=visit, outcome=Outcome.ABANDONED)
            )
            continue
        free = begins + WORK_S
        events += served(visit, begins, free)
    return sorted(events, key=lambda event: event.at)


def served(visit, begins, ends):
    who = {"interaction_id": visit, "agent_id": "agt_1"}
    return [
        ev.Offered(at=begins, queue="sales", ring_until=begins + 30, **who),
        ev.Connected(at=begins, queue="sales", **who),
        ev.WrapUpStarted(at=ends - 20, until=None, blocking=True, **who),
        ev.WrapUpEnded(at=ends, **who),
        ev.Ended(at=ends, outcome=Outcome.SERVED, queue="sales", **who),
    ]


def crowded_and_recorded() -> RecordedDay:
    day = day_of_journal(crowded_day(), CROWDED, 0.0, DAY_S)
    assert day is not None
    return day


def test_a_crafted_day_is_lived_again_as_it_was():
    day = crowded_and_recorded()
    lived = replay(day, CROWDED, CROWDED.policy, 1)
    assert day.measured.abandoned > 10
    assert lived.total["service_level"] == pytest.approx(day.measured.service_level)
    assert lived.total["asa_s"] == pytest.approx(day.measured.asa_s)
    assert lived.total["abandonment"] == pytest.approx(day.measured.abandonment)


def test_vips_first_wait_less_and_the_interval_says_so():
    day = crowded_and_recorded()
    trial = Trial.model_validate(try_policy(day, CROWDED, VIP_FIRST, 5))
    vip: Any = trial.total["vip_wait_s"]
    assert vip.after < vip.before / 3
    assert vip.half_width is not None
    assert vip.delta + vip.half_width < 0
    assert trial.interactions == VISITS
    assert trial.measured_service_level == day.measured.service_level
    assert [group.id for group in trial.queues] == ["sales"]
    assert trial.agents[0].names["zh-CN"] == "Lin"
    occupancy: Any = trial.agents[0].figures["occupancy"]
    assert 0.5 < occupancy.before <= 1


def test_the_same_policy_twice_differs_by_nothing():
    day = crowded_and_recorded()
    trial = try_policy(day, CROWDED, CROWDED.policy, 3)
    known = [c for c in trial["total"].values() if c["before"] is not None]
    assert {(c["delta"], c["half_width"]) for c in known} == {(0.0, 0.0)}


def test_another_like_the_only_agent_shortens_the_wait_and_nobody_at_all_serves_nobody():
    day = crowded_and_recorded()
    more = Trial.model_validate(
        try_policy(day, CROWDED, CROWDED.policy, 2, staffing={"agt_1": 2})
    ).model_dump()
    assert more["total"]["abandonment"]["after"] == 0 < more["total"]["abandonment"]["before"]
    assert more["total"]["asa_s"]["after"] < 1
    assert [(a["id"], a["names"]["en-US"]) for a in more["agents"]] == [
        ("agt_1", "Lin"), ("agt_1+1", "Lin +1"),
    ]  # fmt: skip
    assert more["queues"][0]["figures"]["occupancy_spread"]["after"] >= 0
    nobody = try_policy(day, CROWDED, CROWDED.policy, 2, staffing={"agt_1": 0})
    assert nobody["total"]["service_level"]["after"] == 0
    assert nobody["total"]["abandonment"]["after"] == 1


def test_patience_is_the_time_waited_for_each_who_left():
    day = crowded_and_recorded()
    waited = sum(leg.waited_s for contact in day.contacts for leg in contact.legs)
    assert day.patience_s["sales"] == pytest.approx(waited / day.measured.abandoned)


def test_a_trial_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr("parley.simulate.replay.LOOKS_AT_CLOCK", 1)
    day = crowded_and_recorded()
    with pytest.raises(Unavailable) as raised:
        try_policy(day, CROWDED, VIP_FIRST, 5, within_s=0.0)
    assert raised.value.code == "trial_too_long"


def test_a_half_width_is_students():
    assert half_width([1.0]) is None
    assert half_width([1.0, 2.0, 3.0]) == pytest.approx(4.303 / 3**0.5)
