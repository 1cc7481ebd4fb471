"""Names and memberships of a tenant, remembered for a moment: who is who, which queue is called what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.core.desk.account import Account
from parley.core.desk.settings import Document
from parley.core.ports import Store

REMEMBERED_S = 5.0  # how long another node's change may go unnoticed


@dataclass(frozen=True, slots=True)
class Entries:
    """All accounts and documents of one tenant as of a moment."""

    until: float
    accounts: Mapping[str, Account]
    documents: Mapping[tuple[str, str], Document]

    def agent_name(self, account_id: str | None) -> str | None:
        account = self.accounts.get(account_id or "")
        return account.name if account else None

    def serves(self, account_id: str) -> bool:
        """Somebody who may sign in and has a profile that work is routed by."""
        account = self.accounts.get(account_id)
        return account is not None and account.active and ("agent", account_id) in self.documents

    def queue_names(self, queue_id: str | None) -> dict[str, str]:
        names: dict[str, str] = self.body("queue", queue_id or "").get("names", {})
        return names

    def topic_names(self, entry_point_id: str | None, key: str | None) -> dict[str, str]:
        """What customers chose there, in their words; none for what a flow or a bot found out."""
        topics: list[dict[str, Any]] = self.body("entry_point", entry_point_id or "").get(
            "topics", []
        )
        return next((topic["names"] for topic in topics if topic["key"] == key), {})

    def queues_of(self, agent_id: str) -> tuple[str, ...]:
        """The queues an agent or supervisor belongs to."""
        return tuple(self.body("agent", agent_id).get("queues", {}))

    def body(self, kind: str, id: str) -> dict[str, Any]:
        document = self.documents.get((kind, id))
        return document.body if document else {}

    def of_kind(self, kind: str) -> list[Document]:
        return [d for (k, _), d in self.documents.items() if k == kind]


class Directory:
    """One read of a tenant's accounts and documents serves all requests of REMEMBERED_S seconds."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[str, Entries] = {}

    async def of(self, tenant_id: str) -> Entries:
        known = self._known.get(tenant_id)
        now = self._clock()
        if known is not None and known.until > now:
            return known
        accounts = await self._store.accounts.list(tenant_id)
        documents = await self._store.documents.list(tenant_id)
        entries = Entries(
            now + REMEMBERED_S,
            {account.id: account for account in accounts},
            {(document.kind, document.id): document for document in documents},
        )
        self._known[tenant_id] = entries
        return entries

    def forget(self, tenant_id: str) -> None:
        """After a change made here: the next question reads again."""
        self._known.pop(tenant_id, None)
