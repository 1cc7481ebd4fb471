"""The board's day: figures begin at zero at midnight, also before anything happens."""

from parley.core.insight.board import Board, Tally, day_of
from parley.core.insight.facts import InteractionFact
from parley.core.model import Channel, Outcome, Queue

QUEUES = {"q": Queue("q", {}, service_level_s=20, short_abandon_s=5)}
NOON = 1_700_020_800.0  # 2023-11-15 12:00 in Shanghai
DAY_S = 86_400.0


def fact(id: str, queued_at: float = NOON, **more) -> InteractionFact:
    values = {"queue": "q", "queued_at": queued_at, **more}
    return InteractionFact(id, Channel.CHAT, "web:x", None, "c", "C", "zh-CN", NOON, **values)


def board(*facts: InteractionFact, now: float = NOON) -> Board:
    made = Board("Asia/Shanghai")
    made.load(facts, QUEUES, now)
    return made


def test_a_new_day_shows_zero_before_anything_happens():
    made = board(fact("1"))
    assert made.tally("q", NOON).offered == 1
    assert made.tally("q", NOON + DAY_S) == Tally()
    assert made.total(NOON + DAY_S) == Tally()


def test_what_was_queued_yesterday_does_not_count_today():
    made = board(fact("1", NOON - DAY_S), fact("2"))
    assert made.total(NOON).offered == 1


def test_figures_follow_their_definitions():
    made = board(
        fact("in", waited_s=10.0, connected_at=NOON + 10, ended_at=NOON + 110, rating=5),
        fact("late", waited_s=30.0, connected_at=NOON + 30, rating=2),
        fact("left", waited_s=60.0, outcome=Outcome.ABANDONED),
        fact("short", waited_s=3.0, outcome=Outcome.ABANDONED),
        fact("message", waited_s=9.0, outcome=Outcome.MESSAGE_LEFT),
        fact("cancelled", waited_s=9.0, outcome=Outcome.CALLBACK_CANCELLED),
        fact("waiting"),
    )
    tally = made.tally("q", NOON)
    assert (tally.offered, tally.answered, tally.waiting, tally.cancelled) == (7, 2, 1, 1)
    assert (tally.abandoned, tally.short_abandoned, tally.messages_left) == (1, 1, 1)
    assert tally.service_level == 1 / 4  # of 7 less the waiting, the short and the cancelled one
    assert (tally.asa_s, tally.aht_s, tally.csat) == (20.0, 100.0, 0.5)
    assert tally.abandonment == 1 / 4


def test_a_change_takes_the_old_contribution_away():
    made = board(fact("1"))
    assert made.count(fact("1", waited_s=4.0, connected_at=NOON + 4), QUEUES, NOON)
    assert (made.total(NOON).waiting, made.total(NOON).answered) == (0, 1)
    assert not made.count(fact("1", waited_s=4.0, connected_at=NOON + 4), QUEUES, NOON)


def test_a_changed_service_level_judges_the_whole_day_anew():
    """The lists behind the numbers ask today's settings: so must the numbers."""
    facts = (
        fact("in", waited_s=10.0, connected_at=NOON + 10),
        fact("late", waited_s=30.0, connected_at=NOON + 30),
        fact("left", waited_s=8.0, outcome=Outcome.ABANDONED),
        fact("short", waited_s=3.0, outcome=Outcome.ABANDONED),
        fact("waiting"),
    )
    stricter = {"q": Queue("q", {}, service_level_s=5, short_abandon_s=10)}
    made, fresh = board(*facts), Board("Asia/Shanghai")
    made.retarget(stricter)
    fresh.load(facts, stricter, NOON)
    assert made.queues == fresh.queues
    assert made.tally("q", NOON).answered_in_target == 0
    assert made.tally("q", NOON).short_abandoned == 2
    made.retarget(QUEUES)
    assert made.queues == board(*facts).queues


def test_days_are_the_tenants():
    assert day_of(0.0, "Asia/Shanghai") == "1970-01-01"
    assert day_of(-9 * 3600.0, "Asia/Shanghai") == "1969-12-31"
