"""One house per test, over records in memory and over PostgreSQL: what holds must hold for both."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from parley.adapters.store.database import Database
from parley.adapters.store.store import PostgresStore
from parley.core.desk.settings import Document
from parley.engine.codec import Codec
from parley.ids import new_id
from tests.contract.channels.house import DOCUMENT, ENTRY, House
from tests.contract.channels.records import MemoryBlobs, MemoryRecords


@dataclass
class OneTenant:
    """A store in which only this test's tenant exists."""

    store: PostgresStore
    tenant_id: str

    def __post_init__(self) -> None:
        self.customers = self.store.customers
        self.interactions = self.store.interactions
        self.files = self.store.files
        self.documents = self.store.documents
        self.shard = self.store.shard(self.tenant_id)

    async def tenants(self) -> list[str]:
        return [self.tenant_id]


@pytest.fixture(params=["memory", "postgres"])
def database_address(request: pytest.FixtureRequest) -> str | None:
    """None: no database."""
    if request.param == "memory":
        return None
    address: str = request.getfixturevalue("dsn")
    return address


@pytest.fixture
async def records(database_address: str | None) -> AsyncIterator[Any]:
    if database_address is None:
        memory = MemoryRecords()
        await memory.documents.save(memory.shard.tenant_id, entry_document(), [], new=True)
        yield memory
        return
    database = Database(database_address)
    await database.open()
    store = PostgresStore(database, Codec)
    tenant_id = new_id("tnt")
    await store.add_tenant(tenant_id)
    await store.documents.save(tenant_id, entry_document(), [], new=True)
    yield OneTenant(store, tenant_id)
    await database.close()


def entry_document() -> Document:
    return Document("entry_point", ENTRY, DOCUMENT)


@pytest.fixture
async def house(records: Any) -> AsyncIterator[House]:
    async with House(records, records.shard, MemoryBlobs()).running() as house:
        yield house
