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
