"""Records and a shard in memory, as far as web chat reads and writes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parley.core.commands import Command
from parley.core.desk.customer import Address, Customer, newcomer
from parley.core.desk.settings import Document
from parley.core.errors import Conflict, Unavailable
from parley.core.events import Event, MessageAdded
from parley.core.insight.facts import InteractionFact
from parley.core.model import CustomerRef, Visibility
from parley.core.ports import Message, OutboxFailure, OutboxItem, Recorded, StoredFile

TENANT = "tnt_test"


@dataclass
class MemoryShard:
    """The journal of one tenant; `broken` makes commits fail as a lost database would."""

    tenant_id: str = TENANT
    events: list[Event] = field(default_factory=list)
    facts: dict[str, InteractionFact] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    broken: bool = False

    async def acquire(self, node: str) -> int | None:
        return 1

    async def renew(self, epoch: int) -> None: ...

    async def release(self, epoch: int) -> None: ...

    async def load_snapshot(self, before: int | None = None) -> tuple[int, bytes] | None:
        return None

    async def save_snapshot(self, epoch: int, seq: int, state: bytes) -> None: ...

    async def replay(self, after_seq: int) -> AsyncIterator[Recorded]:
        for seq, event in enumerate(self.events[after_seq:], after_seq + 1):
            yield Recorded(seq, event)

    async def commit(
        self,
        epoch: int,
        events: Sequence[Event],
        commands: Sequence[Command],
        facts: Sequence[InteractionFact],
        done: Sequence[int] = (),
    ) -> tuple[int, Sequence[OutboxItem]]:
        if self.broken:
            raise Unavailable("database_gone")
        first = len(self.events) + 1
        self.events.extend(events)
        self.commands.extend(commands)
        self.facts.update({fact.id: replace(fact) for fact in facts})
        return first, [
            OutboxItem(len(self.commands) + n, c, 0, 0.0) for n, c in enumerate(commands)
        ]

    async def outbox(self) -> Sequence[OutboxItem]:
        return []

    async def outbox_done(self, ids: Sequence[int]) -> None: ...

    async def outbox_retry(self, id: int, due_at: float, error: str) -> None: ...

    async def outbox_failed(self, id: int, error: str) -> None: ...

    async def outbox_failures(self) -> Sequence[OutboxFailure]:
        return []

    async def forget_failures(self) -> int:
        return 0


@dataclass
class MemoryInteractions:
    shard: MemoryShard

    def _public(self) -> list[Message]:
        return [
            Message(
                id=e.message_id,
                seq=seq,
                interaction_id=e.interaction_id,
                at=e.at,
                sender=e.sender,
                visibility=e.visibility,
                text=e.text,
                client_id=e.client_id,
                agent_id=e.agent_id,
                attachments=tuple(
                    {"id": a.id, "name": a.name, "media_type": a.media_type, "size": a.size}
                    for a in e.attachments
                ),
                key=e.key,
                values=e.values,
            )
            for seq, e in enumerate(self.shard.events, 1)
            if isinstance(e, MessageAdded) and e.visibility is Visibility.PUBLIC
        ]

    async def get(self, tenant_id: str, interaction_id: str) -> InteractionFact | None:
        return self.shard.facts.get(interaction_id)

    async def messages(
        self, tenant_id: str, interaction_id: str, *, after_seq: int = 0, limit: int = 200
    ) -> list[Message]:
        found = [m for m in self._public() if m.interaction_id == interaction_id]
        return [m for m in found if m.seq > after_seq][:limit]

    async def thread(
        self,
        tenant_id: str,
        address: str,
        *,
        after_seq: int = 0,
        before_seq: int | None = None,
        limit: int = 50,
    ) -> list[Message]:
        mine = {fact.id for fact in self.shard.facts.values() if fact.address == address}
        found = [m for m in self._public() if m.interaction_id in mine]
        if after_seq:
            return [m for m in found if m.seq > after_seq][:limit]
        return [m for m in found if before_seq is None or m.seq < before_seq][-limit:]

    async def message_of_client(
        self, tenant_id: str, address: str, client_id: str
    ) -> Message | None:
        thread = await self.thread(tenant_id, address, limit=10_000)
        return next((m for m in thread if m.client_id == client_id), None)

    async def rate(
        self, tenant_id: str, interaction_id: str, score: int, comment: str, at: float
    ) -> InteractionFact | None:
        fact = self.shard.facts[interaction_id]
        if fact.rating is not None:
            raise Conflict("already_rated")
        fact.rating, fact.rating_comment = score, comment
        return fact


@dataclass
class MemoryCustomers:
    customers: dict[str, Customer] = field(default_factory=dict)
    owners: dict[tuple[str, str], str] = field(default_factory=dict)  # address -> customer

    async def get(self, tenant_id: str, customer_id: str) -> Customer | None:
        return self.customers.get(customer_id)

    async def recognise(
        self, tenant_id: str, address: Address, new: Customer, now: float
    ) -> CustomerRef:
        owner = self.owners.setdefault((address.kind, address.value), new.id)
        customer = self.customers.setdefault(owner, new)
        return newcomer(customer)

    async def known(
        self, tenant_id: str, customer_id: str, *, besides: str = ""
    ) -> CustomerRef | None:
        customer = self.customers.get(customer_id)
        return newcomer(customer) if customer else None

    async def link(self, tenant_id: str, address: Address, customer_id: str) -> None:
        self.owners[address.kind, address.value] = customer_id

    async def addresses(self, tenant_id: str, customer_id: str) -> list[Address]:
        return [Address(*key) for key, owner in self.owners.items() if owner == customer_id]


@dataclass
class MemoryFiles:
    files: dict[str, StoredFile] = field(default_factory=dict)

    async def add(self, tenant_id: str, file: StoredFile) -> None:
        self.files[file.id] = file

    async def get(self, tenant_id: str, file_id: str) -> StoredFile | None:
        return self.files.get(file_id)

    async def uncarried_bytes(self, tenant_id: str, uploaded_by: str) -> int:
        mine = (f for f in self.files.values() if f.uploaded_by == uploaded_by)
        return sum(f.size for f in mine if f.interaction_id is None)


@dataclass
class MemoryDocuments:
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)

    async def save(
        self, tenant_id: str, document: Document, events: Sequence[Event], *, new: bool = False
    ) -> Document:
        self.documents[document.kind, document.id] = document
        return document

    async def get(self, tenant_id: str, kind: str, id: str) -> Document | None:
        return self.documents.get((kind, id))


@dataclass
class MemoryBlobs:
    kept: dict[str, bytes] = field(default_factory=dict)

    async def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data

    async def get(self, key: str) -> bytes | None:
        return self.kept.get(key)


class MemoryRecords:
    def __init__(self) -> None:
        self.shard = MemoryShard()
        self.customers: Any = MemoryCustomers()
        self.interactions: Any = MemoryInteractions(self.shard)
        self.files: Any = MemoryFiles()
        self.documents: Any = MemoryDocuments()

    async def tenants(self) -> list[str]:
        return [TENANT]
