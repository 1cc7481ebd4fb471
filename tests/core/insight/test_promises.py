"""The error of the estimated wait is measured on those who waited and were answered."""

import pytest

from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.events import Connected, Offered
from parley.core.insight.promises import Promises
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    PresenceStatus,
    Queue,
    WrapUpMode,
)

HANDLE_S = 100.0


class Desk:
    """One agent who takes every offer at once."""

    def __init__(self) -> None:
        self.center, self.promises = Center(), Promises()
        queue = Queue("q", {}, wrap_up=WrapUpMode.NONE)
        agent = AgentProfile("a", "A", {"q": 1}, capacity={Channel.TASK: 1})
        config = CenterConfig(queues={"q": queue}, agents={"a": agent})
        self.tell(got.ConfigChanged(at=0, config=config))
        self.tell(got.AgentScreenChanged(at=0, agent_id="a", online=True))
        self.tell(got.PresenceSet(at=0, agent_id="a", status=PresenceStatus.READY))

    def tell(self, news: got.Input) -> str | None:
        """Who was connected by it."""
        events = self.center.receive(news).events
        for event in events:
            self.promises.hear(event, self.center)
        for event in events:
            if isinstance(event, Offered):
                accepted = got.OfferAccepted(
                    at=news.at, interaction_id=event.interaction_id, agent_id="a"
                )
                return self.tell(accepted)
        return next((e.interaction_id for e in events if isinstance(e, Connected)), None)

    def come(self, at: float, name: str) -> str | None:
        return self.tell(
            got.TaskArrived(
                at=at, interaction_id=name, queue="q", customer=CustomerRef("cus", ""),
                ticket_id=name, subject="",
            )
        )  # fmt: skip

    def end(self, at: float, name: str) -> str | None:
        return self.tell(got.ConversationClosed(at=at, interaction_id=name, agent_id="a"))


def test_who_is_served_at_once_is_not_judged():
    desk = Desk()
    for n in range(5):
        desk.come(n * 200.0, f"i{n}")
        desk.end(n * 200.0 + HANDLE_S, f"i{n}")
    assert desk.promises.error is None


def test_the_error_is_relative_to_the_wait():
    desk = Desk()
    for n in range(5):  # so that the queue's pace is known
        desk.come(n * 200.0, f"i{n}")
        desk.end(n * 200.0 + HANDLE_S, f"i{n}")
    serving = desk.come(1_000.0, "first")
    for n in range(3):  # told 100, 200, 300 s; they wait as long
        desk.come(1_000.0, f"w{n}")
    for n in range(1, 4):
        assert serving is not None
        serving = desk.end(1_000.0 + n * HANDLE_S, serving)
    assert desk.promises.error == pytest.approx(0.0, abs=0.01)


def test_a_wait_half_as_long_as_told_counts():
    desk = Desk()
    for n in range(5):
        desk.come(n * 200.0, f"i{n}")
        desk.end(n * 200.0 + HANDLE_S, f"i{n}")
    desk.come(1_000.0, "first")
    desk.come(1_000.0, "next")  # told 100 s
    assert desk.end(1_050.0, "first") == "next"
    assert desk.promises.error == pytest.approx(1.0)
