"""Trials: which day is replayed, in pages, and a process that can be ended at any moment."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from parley import trials
from parley.core import events as ev
from parley.core.desk.settings import Document
from parley.core.errors import Conflict, Unavailable
from parley.core.model import Channel, CustomerRef, Outcome, Policy, PresenceStatus
from parley.core.ports import Recorded
from parley.trials import Trials

DAY_S = 86_400.0
NOW = 20_000 * DAY_S + 3600.0  # one in the morning, UTC
YESTERDAY = 19_999 * DAY_S

DOCUMENTS = [
    Document("tenant", "tenant", {"zone": "UTC"}),
    Document("queue", "sales", {"names": {}}),
    Document("agent", "agt_1", {"name": "Lin", "queues": {"sales": 1}, "skills": {},
                                "capacity": {"chat": 1}, "languages": []}),
    Document("entry_point", "shop", {"channel": "chat", "name": "Shop", "queue": "sales"}),
]  # fmt: skip


class Store:
    """A journal in a list, as the store serves it."""

    def __init__(self, events):
        self.rows = sorted(
            (Recorded(seq, event) for seq, event in enumerate(events, 1)),
            key=lambda row: (row.event.at, row.seq),
        )
        self.pages = 0
        self.documents = SimpleNamespace(list=self._documents)
        self.journal = SimpleNamespace(between=self._between)

    async def _documents(self, tenant_id):
        return DOCUMENTS

    async def _between(self, tenant_id, from_at, to_at, limit, *, kinds, after_seq=0):
        self.pages += 1
        wanted = (
            row for row in self.rows
            if (from_at, after_seq) < (row.event.at, row.seq)
            and row.event.at < to_at and isinstance(row.event, tuple(kinds))
        )  # fmt: skip
        return [row for row, _ in zip(wanted, range(limit), strict=False)]


def visits(day_start, count):
    """One agent, a customer every five minutes who is served for one."""
    events = [
        ev.ScreenConnected(at=day_start + 30_000, agent_id="agt_1"),
        ev.PresenceChanged(at=day_start + 30_000, agent_id="agt_1", status=PresenceStatus.READY),
    ]
    for n in range(count):
        at, visit = day_start + 36_000 + n * 300, f"int_{day_start:.0f}_{n}"
        who: dict[str, Any] = {"interaction_id": visit, "agent_id": "agt_1"}
        events += [
            ev.Arrived(
                at=at, interaction_id=visit, channel=Channel.CHAT, entry_point="shop",
                address=visit, customer=CustomerRef("cus", ""), language="en-US",
            ),
            ev.Queued(at=at, interaction_id=visit, queue="sales", priority=0, order_at=at,
                      reason="arrived"),
            ev.Offered(at=at, queue="sales", ring_until=at + 30, **who),
            ev.Connected(at=at + 4, queue="sales", **who),
            ev.Ended(at=at + 64, outcome=Outcome.SERVED, queue="sales", **who),
        ]  # fmt: skip
    return events


def trials_of_a_busy_day() -> Trials:
    store: Any = Store(visits(YESTERDAY, 20))
    return Trials(store, lambda: NOW)


async def test_the_last_recorded_day_is_read_in_pages_and_tried(monkeypatch):
    monkeypatch.setattr(trials, "PAGE", 7)
    store: Any = Store(visits(YESTERDAY - 2 * DAY_S, 20))
    found: Any = await Trials(store, lambda: NOW).try_policy("tnt", Policy(), 2)
    assert found["day"] == "2024-10-01"
    assert found["interactions"] == 20
    assert found["total"]["asa_s"] == {"before": 4.0, "after": 4.0, "delta": 0, "half_width": 0}
    assert store.pages > 10


async def test_nothing_is_tried_where_nobody_came_of_late():
    long_ago = YESTERDAY - trials.DAYS_BACK * DAY_S
    today = visits(YESTERDAY + DAY_S - 36_000, 3)
    store: Any = Store([*visits(long_ago, 3), *today])
    assert await Trials(store, lambda: NOW).try_policy("tnt", Policy(), 2) is None


async def test_a_day_with_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(trials, "MAX_INTERACTIONS", 10)
    with pytest.raises(Conflict) as raised:
        await trials_of_a_busy_day().try_policy("tnt", Policy(), 2)
    assert raised.value.code == "trial_too_large"


async def test_closing_ends_the_trial_that_runs():
    made = trials_of_a_busy_day()
    trial = asyncio.create_task(made.try_policy("tnt", Policy(), 2))
    while made._running is None:
        await asyncio.sleep(0)
    made.close()
    with pytest.raises(Unavailable) as raised:
        await trial
    assert raised.value.code == "trial_interrupted"


async def test_a_trial_out_of_time_says_so(monkeypatch):
    monkeypatch.setattr(trials, "LONGEST_S", 0.0)
    monkeypatch.setattr(trials, "STARTING_S", 0.0)
    with pytest.raises(Unavailable) as raised:
        await trials_of_a_busy_day().try_policy("tnt", Policy(), 2)
    assert raised.value.code == "trial_too_long"
