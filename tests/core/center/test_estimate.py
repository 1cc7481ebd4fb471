"""What a waiting customer is told must come from a queue that stood lately, not from quiet nights."""

from __future__ import annotations

from parley.core.center.estimate import (
    MAX_DEPARTURES,
    MEMORY_S,
    Departure,
    Pace,
    estimate_s,
    last_to_enter_service_s,
    queue_length_s,
)
from parley.core.center.views import estimated_wait_s, visitor_state

from .world import World

HOUR = 3_600.0


def pace(*departures: Departure) -> Pace:
    made = Pace()
    for departure in departures:
        made.add(departure)
    return made


def busy(*at: float, waited: float = 120.0) -> Pace:
    return pace(*(Departure(a, waited, queued=True) for a in at))


def test_without_recent_experience_nothing_is_promised():
    assert estimate_s(Pace(), 1, 0.0, 0.0) is None
    assert estimate_s(busy(0, 30, 60), 1, 0.0, 60 + MEMORY_S + 1) is None


def test_a_standing_queue_is_estimated_by_its_length():
    assert queue_length_s(busy(0, 30, 60, 90), 3, 100.0) == 90.0
    assert estimate_s(busy(0, 30, 60, 90), 1, 20.0, 100.0) == 30.0


def test_those_who_gave_up_make_the_queue_shorter_too():
    gave_up = pace(
        *(Departure(a, 60.0, queued=True, served=n % 2 == 0) for n, a in enumerate((0, 20, 40)))
    )
    assert queue_length_s(gave_up, 2, 50.0) == 40.0


def test_a_quiet_time_between_two_rushes_is_no_gap():
    assert queue_length_s(busy(0, 30, 900, 930, waited=60.0), 1, 931.0) == 30.0


def test_where_nobody_had_to_wait_the_last_answer_is_the_estimate():
    quick = pace(Departure(0.0, 4.0, queued=False), Departure(HOUR, 6.0, queued=False))
    assert last_to_enter_service_s(quick, HOUR + 10) == 6.0
    assert estimate_s(quick, 1, 2.0, HOUR + 10) == 4.0
    assert estimate_s(quick, 1, 60.0, HOUR + 10) == 0.0


def test_the_memory_is_bounded():
    assert len(busy(*range(200)).departures) == MAX_DEPARTURES


def test_after_a_quiet_night_the_next_in_line_is_not_told_hours():
    w = World()
    w.ready("bob")
    for who in ("a", "b", "c"):
        w.write(who)
        w.now += 4
        w.accept(who, "bob")
        w.close(who, "bob")
        w.wait(2 * HOUR)  # wrap-up times out, then nothing happens
    w.write("wang")
    state = w.center.state
    shown = visitor_state(state, w.center.router, "web:wang", w.now)
    assert shown["position"] == 1
    assert shown["estimated_wait_s"] is None
    w.accept("wang", "bob")
    w.write("li")
    assert estimated_wait_s(state, "sales", 1, w.now, found=True) == 0.0


def served(in_service: int, handle_s: float, n: int = 5) -> Pace:
    made = busy(0, 30, 60)
    for _ in range(n):
        made.begin()
        made.finish(handle_s)
    for _ in range(in_service):
        made.begin()
    return made


def test_a_place_takes_as_long_as_those_in_service_need_to_end():
    assert estimate_s(served(4, 200.0), 1, 0.0, 100.0) == 50.0
    assert estimate_s(served(4, 200.0), 3, 0.0, 100.0) == 150.0


def test_who_gives_up_shortens_the_wait_of_the_others():
    patient, impatient = served(4, 200.0), served(4, 200.0)
    impatient.add(Departure(90.0, 40.0, queued=True, served=False))
    shorter, longer = (estimate_s(p, 10, 0.0, 100.0) for p in (impatient, patient))
    assert shorter is not None
    assert longer is not None
    assert shorter < longer


def test_with_nobody_in_service_the_queue_s_own_past_answers():
    assert estimate_s(served(0, 200.0), 2, 0.0, 100.0) == queue_length_s(busy(0, 30, 60), 2, 100.0)
