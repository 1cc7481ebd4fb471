"""The last hour by the minute: whatever happens in whatever order, it is the sum over the facts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from parley.core.insight.board import Tally, contribution
from parley.core.insight.facts import InteractionFact
from parley.core.insight.trend import (
    KEPT_MINUTES,
    SHOWN_MINUTES,
    Line,
    Trend,
    hour_began,
    minute_of,
)
from parley.core.model import Channel, Outcome, Phase, Queue

QUEUES = {"q": Queue("q", {}, service_level_s=30, short_abandon_s=5), "r": Queue("r", {})}
NOW = 1_700_020_800.0
EMPTY = Line([0] * SHOWN_MINUTES, [0] * SHOWN_MINUTES)


def fact(id: str, queued_at: float, waited_s: float | None = None, **more) -> InteractionFact:
    """Waits; with `waited_s` it was connected then, unless `more` says otherwise."""
    phase = Phase.QUEUED if waited_s is None else Phase.CONNECTED
    connected_at = None if waited_s is None else queued_at + waited_s
    made = InteractionFact(
        id, Channel.CHAT, "web:x", None, "c", "C", "zh-CN", queued_at, phase=phase, queue="q",
        queued_at=queued_at, waited_s=waited_s, connected_at=connected_at,
    )  # fmt: skip
    return replace(made, **more)


def lost(id: str, queued_at: float, waited_s: float) -> InteractionFact:
    over = {"phase": Phase.ENDED, "outcome": Outcome.ABANDONED, "connected_at": None}
    return fact(id, queued_at, waited_s, **over)


STEPS = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),  # interaction
        st.sampled_from(["q", "r"]),
        st.floats(0, 9_000),  # how long it has waited or waited before it left
        st.sampled_from(["comes", "answered", "lost", "moves on"]),
        st.floats(0, 2_000),  # the time until the next step
    ),
    max_size=40,
)


def played(steps) -> tuple[Trend, list[InteractionFact], float]:
    """What they lead to, the newest version of each fact, and when it is."""
    trend, now = Trend(), NOW
    facts: dict[str, InteractionFact] = {}
    for who, queue, ago_s, what, pause_s in steps:
        now += pause_s
        known = facts.get(who)
        if what == "comes" or known is None:
            facts[who] = fact(who, now - ago_s, queue=queue)
        elif what == "moves on":
            facts[who] = fact(who, now, queue=queue)
        else:
            waited_s = now - came_at(known)
            made = fact if what == "answered" else lost
            facts[who] = replace(made(who, came_at(known), waited_s), queue=known.queue)
        trend.count(facts[who], QUEUES, now)
    return trend, list(facts.values()), now


@given(STEPS)
def test_any_history_gives_what_a_restart_draws_from_the_facts(steps):
    trend, facts, now = played(steps)
    fresh = Trend()
    fresh.load(facts, QUEUES, now)
    for queue in QUEUES:
        assert trend.line(queue, now) == fresh.line(queue, now)
        assert hours(trend, queue, now) == hours(fresh, queue, now)


@given(STEPS)
def test_each_minute_counts_who_came_in_it_and_who_waited_at_its_end(steps):
    trend, facts, now = played(steps)
    shown = range(minute_of(now) - SHOWN_MINUTES, minute_of(now))
    for queue in QUEUES:
        here = [f for f in facts if f.queue == queue]
        line = trend.line(queue, now)
        came = [sum(minute_of(came_at(f)) == minute for f in here) for minute in shown]
        assert line.offered == came
        assert line.waiting == [sum(waited(f, minute) for f in here) for minute in shown]


@given(STEPS)
def test_an_hour_is_the_sum_of_what_a_list_since_then_shows(steps):
    trend, facts, now = played(steps)
    since = hour_began(now)
    for queue, settings in QUEUES.items():
        total = Tally()
        for f in facts:
            if f.queue == queue and came_at(f) >= since:
                total.add(contribution(f, settings))
        _minute, told = next(trend.hours(queue, now))
        assert (told.offered, told.judged) == (total.offered, total.judged)
        assert (told.service_level, told.abandonment) == (total.service_level, total.abandonment)


@given(STEPS, st.floats(1, 10_000))
def test_changed_settings_judge_what_is_kept_anew(steps, target_s):
    trend, facts, now = played(steps)
    changed = {"q": replace(QUEUES["q"], service_level_s=target_s, short_abandon_s=target_s / 2)}
    trend.retarget(changed)
    fresh = Trend()
    fresh.load(facts, changed, now)
    for queue in QUEUES:
        assert hours(trend, queue, now) == hours(fresh, queue, now)


def test_what_is_kept_does_not_grow_with_time():
    trend, a_minute = Trend(), 3
    for n in range(a_minute * KEPT_MINUTES * 4):
        now = NOW + n * 60 / a_minute
        trend.count(fact(str(n), now - 10, 10.0), QUEUES, now)
    assert trend.kept <= a_minute * (KEPT_MINUTES + 1)


def test_who_has_waited_for_longer_than_is_kept_still_waits_and_then_leaves():
    trend = Trend()
    trend.count(fact("old", NOW), QUEUES, NOW)
    for n in range(KEPT_MINUTES + 5):
        trend.count(fact(str(n), NOW + n * 60, 0.0), QUEUES, NOW + n * 60)
    later = NOW + (KEPT_MINUTES + 5) * 60
    assert trend.line("q", later).waiting == [1] * SHOWN_MINUTES
    trend.count(fact("old", NOW, later - NOW), QUEUES, later)
    assert trend.line("q", later + 60).waiting == [1] * (SHOWN_MINUTES - 1) + [0]


def test_a_quiet_queue_is_a_flat_line():
    assert Trend().line("q", NOW) == EMPTY


def came_at(f: InteractionFact) -> float:
    assert f.queued_at is not None
    return f.queued_at


def waited(f: InteractionFact, minute: int) -> bool:
    """Whether it waited at the end of that minute."""
    over = f.phase is not Phase.QUEUED and minute_of(came_at(f) + (f.waited_s or 0.0)) <= minute
    return minute_of(came_at(f)) <= minute and not over


def hours(trend: Trend, queue: str, now: float) -> list[tuple]:
    return [
        (minute, total.offered, total.judged, total.answered_in_target, total.abandoned)
        for minute, total in trend.hours(queue, now)
    ]
