"""A new term begins: what was configured meanwhile, and who is no longer there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from parley import rooms as module
from parley.core.desk.settings import Document
from parley.core.errors import Unavailable
from parley.core.insight.board import day_of
from parley.core.insight.facts import InteractionFact
from parley.core.model import PresenceStatus
from parley.rooms import Rooms
from tests.engine.shop import CONFIG, TENANT, Shop


class Documents:
    """A database that cannot be asked the first times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def list(self, tenant_id: str, kind: str | None = None) -> Sequence[Document]:
        if self.failures:
            self.failures -= 1
            raise Unavailable("database_unavailable")
        return []


async def test_a_database_that_fails_at_the_start_of_a_term_leaves_nobody_online_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "RELOAD_PAUSE_S", 0.0)
    monkeypatch.setattr(module, "center_config", lambda documents: CONFIG)
    shop = await Shop().open()
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    told: dict[str, Sequence[str]] = {}
    store: Any = SimpleNamespace(documents=Documents(failures=3))
    rooms = Rooms("node", shop.clock)
    rooms.live = shop.live
    rooms.engines[TENANT] = shop.engine
    rooms._store, rooms._settled = store, told.__setitem__
    rooms._reloading[TENANT] = asyncio.Lock()
    rooms._ready[TENANT] = asyncio.Event()
    await rooms._settle_in(TENANT)
    agent = shop.engine.picture.center.state.agents["lin"]
    assert not agent.online
    assert agent.status is PresenceStatus.READY, "the grace of the screen has only begun"
    assert told == {TENANT: ["web:anna"]}
    assert rooms._ready[TENANT].is_set()
    await shop.close()


async def test_a_zone_that_changes_moves_the_day_of_the_board_at_once() -> None:
    shop = await Shop().open()
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    picture, now = shop.engine.picture, shop.clock.now()
    waiting = list(picture.facts.rows.values())
    began = asyncio.Event()
    ended = asyncio.Event()

    async def history(since: float) -> Sequence[InteractionFact]:
        began.set()
        await ended.wait()
        return [fact for fact in waiting if (fact.queued_at or 0.0) >= since]

    picture._history = history
    reading = asyncio.create_task(picture.rezone("America/New_York", now))
    await began.wait()
    await shop.ask("bert", "hello")
    ended.set()
    await reading
    assert picture.board.zone == "America/New_York"
    assert picture.board.day == day_of(now, "America/New_York")
    assert picture.board.total(shop.clock.now()).offered == 2, "also who came while it was read"
    await shop.close()
