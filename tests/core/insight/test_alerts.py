"""An alert stands exactly while its queue is off target, and says since when."""

import pytest

from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.insight.alerts import LEAST_ABANDONED, LEAST_JUDGED, Alert, AlertKind, alerts_of
from parley.core.insight.trend import SHOWN_MINUTES, Trend, hour_began
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    PresenceStatus,
    Queue,
    Targets,
)
from tests.core.insight.test_trend import fact, lost

NOW = 1_700_020_800.0  # a full minute
TARGET_S = 30.0
QUEUES = {"q": Queue("q", {}, service_level_s=TARGET_S, short_abandon_s=5.0)}
TARGETS = Targets(service_level=0.8, abandonment=0.1)


class Floor:
    """One queue, one agent who can be ready for two."""

    def __init__(self) -> None:
        self.center, self.trend = Center(), Trend()
        self.configure(TARGETS)

    def configure(self, targets: Targets) -> None:
        config = CenterConfig(
            queues=QUEUES,
            agents={"a": AgentProfile("a", "A", {"q": 1}, capacity={Channel.CHAT: 1})},
            entry_points={"web": EntryPoint("web", Channel.CHAT, "Web", "q")},
            targets=targets,
        )
        self.tell(got.ConfigChanged(at=NOW, config=config))

    def tell(self, news: got.Input) -> None:
        self.center.receive(news)

    def comes(self, name: str, at: float) -> None:
        self.tell(
            got.MessageReceived(
                at=at, entry_point="web", address=f"web:{name}", message_id=f"m{name}",
                client_id=name, interaction_id=name, text="hi", customer=CustomerRef(name, name),
            )
        )  # fmt: skip

    def leaves(self, name: str, at: float) -> None:
        self.tell(got.CustomerEnded(at=at, address=f"web:{name}"))

    def presence(self, status: PresenceStatus, at: float) -> None:
        self.tell(got.AgentScreenChanged(at=at, agent_id="a", online=True))
        self.tell(got.PresenceSet(at=at, agent_id="a", status=status))

    def looks(self, now: float) -> dict[AlertKind, Alert]:
        found = alerts_of(self.center.state, self.center.router, self.trend, "q", now)
        return {alert.kind: alert for alert in found.standing}

    def due(self, now: float) -> float | None:
        return alerts_of(self.center.state, self.center.router, self.trend, "q", now).due


def test_nothing_is_wrong_while_nobody_waits():
    floor = Floor()
    assert floor.looks(NOW) == {}
    assert floor.due(NOW) is None


def test_a_wait_past_its_target_stands_since_that_moment_and_until_nobody_is_late():
    floor = Floor()
    floor.comes("anna", NOW)
    assert floor.due(NOW) == NOW + TARGET_S
    assert AlertKind.OLDEST_WAIT not in floor.looks(NOW + TARGET_S - 1)
    alert = floor.looks(NOW + 100)[AlertKind.OLDEST_WAIT]
    assert (alert.since, alert.target) == (NOW + TARGET_S, TARGET_S)
    assert floor.due(NOW + 100) is None, "it stands already"
    floor.leaves("anna", NOW + 101)
    assert floor.looks(NOW + 101) == {}


def test_nobody_is_ready_since_the_first_waits_or_the_last_went():
    floor = Floor()
    floor.presence(PresenceStatus.READY, NOW - 60)
    floor.comes("anna", NOW)  # rings
    floor.comes("bert", NOW + 1)
    assert AlertKind.NOBODY_READY not in floor.looks(NOW + 2)
    floor.presence(PresenceStatus.NOT_READY, NOW + 10)
    assert floor.looks(NOW + 20)[AlertKind.NOBODY_READY].since == NOW + 10
    floor.leaves("anna", NOW + 21)
    floor.leaves("bert", NOW + 21)
    assert floor.looks(NOW + 22) == {}
    floor.comes("cleo", NOW + 30)
    assert floor.looks(NOW + 31)[AlertKind.NOBODY_READY].since == NOW + 30


def answered(floor: Floor, count: int, at: float, waited_s: float, name: str = "") -> None:
    for n in range(count):
        floor.trend.count(fact(f"{name}{at}{n}", at, waited_s), QUEUES, at + waited_s)


def test_a_service_level_under_target_stands_since_the_minute_it_fell():
    floor = Floor()
    answered(floor, 8, NOW, 1.0)
    answered(floor, 2, NOW + 300, 60.0)  # 8 of 10: on target
    assert floor.looks(NOW + 400) == {}
    answered(floor, 1, NOW + 600, 60.0)  # 8 of 11
    alert = floor.looks(NOW + 700)[AlertKind.SERVICE_LEVEL]
    assert (alert.since, alert.counted, alert.target) == (NOW + 600, 3, 0.8)
    assert alert.value == pytest.approx(8 / 11)
    answered(floor, 10, NOW + 900, 1.0)  # 18 of 21
    assert floor.looks(NOW + 1_000) == {}


def test_a_service_level_of_the_last_hour_forgets_what_is_older():
    floor = Floor()
    answered(floor, LEAST_JUDGED, NOW, 60.0)
    assert hour_began(NOW + 3_599) == NOW
    assert AlertKind.SERVICE_LEVEL in floor.looks(NOW + 3_599)
    assert floor.looks(NOW + 3_600) == {}


def test_what_stands_for_the_whole_hour_has_no_beginning():
    floor = Floor()
    for minute in range(2 * SHOWN_MINUTES):
        answered(floor, 1, NOW + minute * 60, 50.0)
    assert floor.looks(NOW + 2 * 3_600)[AlertKind.SERVICE_LEVEL].since is None


def test_a_few_interactions_raise_no_alert():
    floor = Floor()
    answered(floor, LEAST_JUDGED - 1, NOW, 60.0)
    for n in range(LEAST_ABANDONED - 1):
        floor.trend.count(lost(f"l{n}", NOW - 3_000, 60.0), QUEUES, NOW)
    assert AlertKind.ABANDONMENT not in floor.looks(NOW + 60)
    one_more = Floor()
    answered(one_more, LEAST_JUDGED, NOW, 60.0)
    assert AlertKind.SERVICE_LEVEL in one_more.looks(NOW + 60)


def test_many_who_left_are_told_with_their_number_and_short_ones_are_not_among_them():
    floor = Floor()
    answered(floor, 20, NOW, 1.0)
    for n in range(3):
        floor.trend.count(lost(f"l{n}", NOW + 120, 60.0), QUEUES, NOW + 180)
        floor.trend.count(lost(f"s{n}", NOW + 120, 2.0), QUEUES, NOW + 180)
    alert = floor.looks(NOW + 200)[AlertKind.ABANDONMENT]
    assert (alert.since, alert.counted, alert.value) == (NOW + 120, 3, 3 / 23)


def test_changed_targets_decide_at_once():
    floor = Floor()
    answered(floor, 3, NOW, 1.0)
    answered(floor, 2, NOW, 60.0, "late")
    assert AlertKind.SERVICE_LEVEL in floor.looks(NOW + 60)
    floor.configure(Targets(service_level=0.5, abandonment=0.1))
    assert floor.looks(NOW + 60) == {}
