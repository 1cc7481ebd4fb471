"""Interactions and what was said in them, as lists and timelines read them; the engine writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
import msgspec

from parley.adapters.store import filters
from parley.adapters.store.database import Connection, clean_text
from parley.adapters.store.journal import append
from parley.adapters.store.records import Records, decode_cursor, encode_cursor, page_size
from parley.core.errors import Conflict
from parley.core.events import Rated
from parley.core.insight.facts import InteractionFact
from parley.core.model import Sender, Visibility
from parley.core.ports import InteractionFilter, Message, Page

_COLUMNS = "fact, rating, rating_comment"
_GET = f"SELECT {_COLUMNS} FROM interaction i WHERE tenant_id = $1 AND id = $2"  # noqa: S608
_SINCE_QUEUED = f"""
SELECT {_COLUMNS} FROM interaction WHERE tenant_id = $1 AND queued_at >= $2 ORDER BY queued_at, id
"""  # noqa: S608
_MESSAGE = "m.id, m.seq, m.interaction_id, m.at, m.body, m.failed"
_MESSAGES = f"""
SELECT {_MESSAGE} FROM message m
WHERE tenant_id = $1 AND interaction_id = $2 AND seq > $3 AND ($4 OR visibility = 'public')
ORDER BY seq LIMIT $5
"""  # noqa: S608
_OF_ADDRESS = f"""
SELECT {_MESSAGE} FROM interaction i
JOIN message m ON m.tenant_id = i.tenant_id AND m.interaction_id = i.id
WHERE i.tenant_id = $1 AND i.address = $2
"""  # noqa: S608
_THREAD_AFTER = f"{_OF_ADDRESS} AND m.visibility = 'public' AND m.seq > $3 ORDER BY m.seq LIMIT $4"
_THREAD_BEFORE = f"""{_OF_ADDRESS} AND m.visibility = 'public' AND m.seq < $3
ORDER BY m.seq DESC LIMIT $4"""
_OF_CLIENT = f"{_OF_ADDRESS} AND m.client_id = $3 AND m.sender = 'customer' LIMIT 1"
_OF_AGENT = f"""
SELECT {_MESSAGE} FROM message m
WHERE m.tenant_id = $1 AND m.interaction_id = $2 AND m.sender = 'agent'
AND m.body->>'agent_id' = $3 AND m.client_id = $4 LIMIT 1
"""  # noqa: S608
_MENTIONS = """
SELECT EXISTS (SELECT 1 FROM message WHERE tenant_id = $1 AND interaction_id = $2
AND visibility = 'internal' AND body->'mentions' ? $3)
"""
_RATE = f"""
UPDATE interaction SET rating = $3, rating_comment = $4
WHERE tenant_id = $1 AND id = $2 AND rating IS NULL
RETURNING {_COLUMNS}
"""  # noqa: S608
_NO_SEQ = 2**62  # after every seq


class PostgresInteractions(Records):
    async def get(self, tenant_id: str, interaction_id: str) -> InteractionFact | None:
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_GET, tenant_id, interaction_id)
        return fact_of(row) if row else None

    async def list(
        self, tenant_id: str, filter: InteractionFilter, cursor: str | None, limit: int
    ) -> Page[InteractionFact]:
        """Newest arrival first."""
        size = page_size(limit)
        after = decode_cursor(cursor, tuple[float, str])
        async with self._database.tenant(tenant_id) as connection:
            where = await filters.interactions(connection, tenant_id, filter)
            if after is not None:
                where.add("(i.arrived_at, i.id) < ({}, {})", *after)
            rows = await connection.fetch(
                f"SELECT {_COLUMNS}, i.arrived_at FROM interaction i WHERE {where}"  # noqa: S608
                f" ORDER BY i.arrived_at DESC, i.id DESC LIMIT {size + 1}",
                *where.values,
            )
        items = [fact_of(row) for row in rows[:size]]
        if len(rows) <= size:
            return Page(items, None)
        # the column's time, in whole microseconds: the fact's own is finer and may round otherwise
        return Page(items, encode_cursor(rows[size - 1]["arrived_at"], items[-1].id))

    async def count(self, tenant_id: str, filter: InteractionFilter, at_most: int) -> int:
        """How many there are; counting ends at `at_most`."""
        async with self._database.tenant(tenant_id) as connection:
            where = await filters.interactions(connection, tenant_id, filter)
            found = await connection.fetchval(
                f"SELECT count(*) FROM (SELECT 1 FROM interaction i WHERE {where}"  # noqa: S608
                f" LIMIT {int(at_most)}) AS counted",
                *where.values,
            )
        return int(found)

    async def since_queued(self, tenant_id: str, queued_from: float) -> Sequence[InteractionFact]:
        """All facts queued since then, in that order."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_SINCE_QUEUED, tenant_id, queued_from)
        return [fact_of(row) for row in rows]

    async def messages(
        self,
        tenant_id: str,
        interaction_id: str,
        *,
        after_seq: int = 0,
        limit: int = 200,
        internal: bool = False,
    ) -> Sequence[Message]:
        """Oldest first; `internal` includes notes."""
        wanted = (interaction_id, after_seq, internal, page_size(limit))
        async with self._database.tenant(tenant_id) as connection:
            return _messages(await connection.fetch(_MESSAGES, tenant_id, *wanted))

    async def thread(
        self,
        tenant_id: str,
        address: str,
        *,
        after_seq: int = 0,
        before_seq: int | None = None,
        limit: int = 50,
    ) -> Sequence[Message]:
        """Public messages of all conversations of one address, oldest first."""
        size = page_size(limit)
        async with self._database.tenant(tenant_id) as connection:
            if after_seq:
                rows = await connection.fetch(_THREAD_AFTER, tenant_id, address, after_seq, size)
            else:
                before = _NO_SEQ if before_seq is None else before_seq
                rows = await connection.fetch(_THREAD_BEFORE, tenant_id, address, before, size)
                rows.reverse()
        return _messages(rows)

    async def message_of_client(
        self, tenant_id: str, address: str, client_id: str
    ) -> Message | None:
        """What this client id was stored as, in any conversation of the address."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_OF_CLIENT, tenant_id, address, clean_text(client_id))
        return next(iter(_messages(rows)), None)

    async def message_of_agent(
        self, tenant_id: str, interaction_id: str, agent_id: str, client_id: str
    ) -> Message | None:
        """What this agent stored under this client id, if they did."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                _OF_AGENT, tenant_id, interaction_id, agent_id, clean_text(client_id)
            )
        return next(iter(_messages(rows)), None)

    async def mentions(self, tenant_id: str, interaction_id: str, account_id: str) -> bool:
        """Whether a note of the interaction mentions the account."""
        async with self._database.tenant(tenant_id) as connection:
            return bool(await connection.fetchval(_MENTIONS, tenant_id, interaction_id, account_id))

    async def rate(
        self, tenant_id: str, interaction_id: str, score: int, comment: str, at: float
    ) -> InteractionFact | None:
        """Store a rating once (row + event Rated); None if unknown. Raises Conflict(already_rated)."""
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_GET, tenant_id, interaction_id)
            if row is None:
                return None
            event = _rated(fact_of(row), score, comment, at)
            # The engine's commit takes the numbering first and then the interaction: so do we.
            first = await append(connection, self._codec, tenant_id, [event])
            fact = await self._store_rating(connection, tenant_id, event)
        self._recorded(tenant_id, first, [event])
        return fact

    async def _store_rating(
        self, connection: Connection, tenant_id: str, event: Rated
    ) -> InteractionFact:
        values = (event.interaction_id, event.score, clean_text(event.comment))
        row = await connection.fetchrow(_RATE, tenant_id, *values)
        if row is None:
            raise Conflict("already_rated", event.interaction_id)
        return fact_of(row)


def _rated(fact: InteractionFact, score: int, comment: str, at: float) -> Rated:
    return Rated(
        at=at,
        interaction_id=fact.id,
        score=score,
        comment=comment,
        customer_id=fact.customer_id,
        agent_id=fact.agent_id,
        queue=fact.queue,
    )


def fact_of(row: asyncpg.Record) -> InteractionFact:
    fact = msgspec.json.decode(row["fact"], type=InteractionFact)
    fact.rating, fact.rating_comment = row["rating"], row["rating_comment"]
    return fact


def _messages(rows: Iterable[asyncpg.Record]) -> list[Message]:
    return [_message(row, msgspec.json.decode(row["body"])) for row in rows]


def _message(row: asyncpg.Record, body: dict[str, Any]) -> Message:
    return Message(
        id=row["id"],
        seq=row["seq"],
        interaction_id=row["interaction_id"],
        at=body["at"],
        sender=Sender(body["sender"]),
        visibility=Visibility(body["visibility"]),
        text=body["text"],
        client_id=body["client_id"],
        agent_id=body["agent_id"],
        customer_id=body["customer_id"],
        attachments=tuple(body["attachments"]),
        mentions=tuple(body["mentions"]),
        language=body["language"],
        key=body["key"],
        values=body["values"],
        failed=row["failed"],
    )
