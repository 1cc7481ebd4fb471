"""All records of all tenants in PostgreSQL: implements `ports.Store`."""

from __future__ import annotations

from collections.abc import Sequence

from parley.adapters.store.accounts import PostgresAccounts
from parley.adapters.store.audit import PostgresAudit
from parley.adapters.store.customers import PostgresCustomers
from parley.adapters.store.database import Database
from parley.adapters.store.documents import PostgresDocuments
from parley.adapters.store.files import PostgresFiles
from parley.adapters.store.interactions import PostgresInteractions
from parley.adapters.store.journal import PostgresRecordJournal
from parley.adapters.store.legs import PostgresLegs
from parley.adapters.store.notices import PostgresNotices
from parley.adapters.store.recordings import PostgresRecordings
from parley.adapters.store.records import OnRecorded
from parley.adapters.store.rows import Codec
from parley.adapters.store.shard import PostgresShard
from parley.adapters.store.tickets import PostgresTickets
from parley.core import ports


class PostgresStore:
    """Needs a migrated, open database. `recorded` hears of every record change after its commit."""

    def __init__(
        self, database: Database, codec: Codec, recorded: OnRecorded | None = None
    ) -> None:
        self._database = database
        self._codec = codec
        parts = (database, codec, recorded or _nobody_listens)
        self.accounts: ports.Accounts = PostgresAccounts(*parts)
        self.documents: ports.Documents = PostgresDocuments(*parts)
        self.customers: ports.Customers = PostgresCustomers(*parts)
        self.interactions: ports.Interactions = PostgresInteractions(*parts)
        self.tickets: ports.Tickets = PostgresTickets(*parts)
        self.files: ports.Files = PostgresFiles(*parts)
        self.notices: ports.Notices = PostgresNotices(*parts)
        self.legs: ports.Legs = PostgresLegs(*parts)
        self.recordings: ports.Recordings = PostgresRecordings(*parts)
        self.journal: ports.RecordJournal = PostgresRecordJournal(database, codec)
        self.audit: ports.Audit = PostgresAudit(database, codec)

    def shard(self, tenant_id: str) -> ports.Shard:
        """A new handle on the tenant's shard; an engine keeps one."""
        return PostgresShard(self._database, self._codec, tenant_id)

    async def tenants(self) -> Sequence[str]:
        async with self._database.system() as connection:
            rows = await connection.fetch("SELECT tenant_ids() AS id")
        return [row["id"] for row in rows]

    async def add_tenant(self, tenant_id: str) -> bool:
        """True if it is new."""
        async with self._database.system() as connection:
            return bool(await connection.fetchval("SELECT tenant_add($1)", tenant_id))

    async def ping(self) -> None:
        """Raises Unavailable."""
        await self._database.ping()


def _nobody_listens(*news: object) -> None:
    """The default of `recorded`."""
