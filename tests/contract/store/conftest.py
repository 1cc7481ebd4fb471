"""Two shards under one contract: PostgreSQL's and its in-memory twin."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parley.adapters.store.store import PostgresStore
from parley.adapters.store.twin import TwinJournal
from parley.core.ports import Shard
from parley.engine.codec import Codec

OpenShard = Callable[[], Shard]


@pytest.fixture(params=["postgres", "twin"])
def open_shard(request: pytest.FixtureRequest) -> OpenShard:
    """Opens one more handle on the same shard, as another node would."""
    if request.param == "twin":
        twin = TwinJournal(Codec)
        return lambda: twin.shard("tnt_one")
    store: PostgresStore = request.getfixturevalue("store")
    tenant: str = request.getfixturevalue("tenant")
    return lambda: store.shard(tenant)
