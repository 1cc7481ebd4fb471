"""The made-up past obeys the same laws as the present, since the same center decided it."""

from collections import Counter

import pytest

from parley.core import events as ev
from parley.core.center.center import Center
from parley.core.desk.settings import center_config
from parley.core.insight.facts import InteractionFact
from parley.core.model import Outcome, Phase, PresenceStatus
from parley.demo.company import documents
from parley.demo.customers import make_customers
from parley.demo.history import Chapter, History

NOW = 1795321437.0  # a Sunday noon in Shanghai
NIGHT = 1795285800.0  # 2:30 in the morning
SEED = 5


def played(now: float) -> tuple[History, list[Chapter], dict]:
    history = History(center_config(documents()), make_customers(SEED, now), SEED, now)
    chapters: list[Chapter] = []
    facts: dict[str, InteractionFact] = {}
    for chapter in history.chapters():
        chapters.append(chapter)
        facts.update((fact.id, fact) for fact in chapter.facts)
    return history, chapters, facts


@pytest.fixture(scope="module")
def past():
    return played(NOW)


def events_of(chapters):
    return [event for chapter in chapters for event in chapter.events]


def test_each_interaction_that_arrived_ended_once(past):
    _, chapters, facts = past
    arrived = Counter(e.interaction_id for e in events_of(chapters) if isinstance(e, ev.Arrived))
    ended = Counter(e.interaction_id for e in events_of(chapters) if isinstance(e, ev.Ended))
    assert arrived == ended
    assert set(arrived.values()) == {1}
    assert len(arrived) > 500
    assert {fact.phase for fact in facts.values()} == {Phase.ENDED}


@pytest.mark.parametrize("now", [NOW, NIGHT])
def test_the_demo_starts_with_an_empty_house(now):
    history, chapters, _ = played(now)
    state = history.stage.center.state
    assert not state.interactions
    assert all(agent.status is PresenceStatus.OFFLINE for agent in state.agents.values())
    assert max(event.at for event in events_of(chapters)) < now


def test_time_never_runs_backwards(past):
    _, chapters, _ = past
    times = [event.at for event in events_of(chapters)]
    assert times == sorted(times)


def test_replaying_the_events_gives_the_same_state(past):
    history, chapters, _ = past
    replayed = Center()
    for event in events_of(chapters):
        replayed.evolve(event)
    assert replayed.state == history.stage.center.state


def test_the_same_seed_and_moment_make_the_same_past(past):
    _, chapters, _ = past
    assert [c.events for c in played(NOW)[1]] == [c.events for c in chapters]


OF_CALLS = {
    Outcome.SELF_SERVED,
    Outcome.UNREACHED,
    Outcome.CALLBACK_CANCELLED,
}  # the past is in writing


def test_every_kind_of_outcome_happens_and_most_are_served(past):
    _, _, facts = past
    outcomes = Counter(fact.outcome for fact in facts.values())
    assert set(outcomes) == set(Outcome) - OF_CALLS
    assert outcomes[Outcome.SERVED] > 0.75 * len(facts)


def test_ratings_and_tickets_belong_to_interactions_of_the_past(past):
    _, chapters, facts = past
    for chapter in chapters:
        for rating in chapter.ratings:
            assert facts[rating.interaction_id].outcome is Outcome.SERVED
            assert rating.at <= NOW
        for ticket in chapter.tickets:
            assert ticket.interaction_id in facts
            assert ticket.opened_at <= NOW
