"""Tickets: numbered per tenant, changed by compare-and-set, with comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import msgspec

from parley.adapters.store import search
from parley.adapters.store.database import Connection, clean_text, json_text
from parley.adapters.store.records import (
    Records,
    decode_cursor,
    encode_cursor,
    page_size,
    version_changed,
)
from parley.core.desk.ticket import Ticket, TicketComment, TicketPriority, TicketStatus
from parley.core.errors import NotFound
from parley.core.events import Event, TicketOpened
from parley.core.ports import Page

NOUN = "ticket"
_COLUMNS = (
    "id, number, kind, subject, description, status, priority, customer_id, interaction_id, queue,"
    " assignee, phone, callback_at, due_at, fields, created_at, updated_at, resolved_at,"
    " created_by, version, recording_id"
)
_GET = f"SELECT {_COLUMNS} FROM ticket WHERE tenant_id = $1 AND id = $2"  # noqa: S608
_INSERT = f"""
INSERT INTO ticket (tenant_id, {_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22)
"""  # noqa: S608
_UPDATE = """
UPDATE ticket
SET number = $3, kind = $4, subject = $5, description = $6, status = $7, priority = $8,
    customer_id = $9, interaction_id = $10, queue = $11, assignee = $12, phone = $13,
    callback_at = $14, due_at = $15, fields = $16, created_at = $17, updated_at = $18,
    resolved_at = $19, created_by = $20, recording_id = $22, version = version + 1
WHERE tenant_id = $1 AND id = $2 AND version = $21
RETURNING version
"""
_NEXT_NUMBER = """
UPDATE tenant SET ticket_number = ticket_number + 1 WHERE tenant_id = $1 RETURNING ticket_number
"""
_PAGE = f"""
SELECT {_COLUMNS} FROM ticket
WHERE tenant_id = $1
  AND (cardinality($2::text[]) = 0 OR status = ANY($2))
  AND ($3::text IS NULL OR assignee = $3)
  AND ($4::text IS NULL OR queue = $4)
  AND ($5::text IS NULL OR customer_id = $5)
  AND ($6::text IS NULL OR interaction_id = $6)
  AND ($7::text[] IS NULL OR id = ANY($7))
  AND ($8::text IS NULL OR assignee = $8 OR created_by = $8 OR queue = ANY($9::text[]))
  AND ($10::timestamptz IS NULL OR (created_at, id) < ($10, $11::text))
  AND (NOT $13::bool OR assignee IS NULL)
  AND ($14::timestamptz IS NULL OR due_at < $14)
ORDER BY created_at DESC, id DESC
LIMIT $12
"""  # noqa: S608


class PostgresTickets(Records):
    async def get(self, tenant_id: str, ticket_id: str) -> Ticket | None:
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_GET, tenant_id, ticket_id)
        return _ticket(row) if row else None

    async def list(
        self,
        tenant_id: str,
        *,
        statuses: Sequence[str] = (),
        assignee: str | None = None,
        queue: str | None = None,
        customer_id: str | None = None,
        interaction_id: str | None = None,
        text: str = "",
        unassigned: bool = False,
        due_before: float | None = None,
        visible_to: str | None = None,
        visible_queues: Sequence[str] = (),
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Ticket]:
        """Newest first. `text` finds subjects, descriptions, comments and numbers.

        `visible_to`: only tickets of that account (assignee or author) or of `visible_queues`.
        """
        size = page_size(limit)
        after = decode_cursor(cursor, tuple[float, str]) or (None, None)
        wanted = (list(statuses), assignee, queue, customer_id, interaction_id)
        scope = (visible_to, list(visible_queues))
        async with self._database.tenant(tenant_id) as connection:
            ids = await search.refs(connection, NOUN, text) if text.strip() else None
            values = (*wanted, ids, *scope, *after, size + 1, unassigned, due_before)
            rows = await connection.fetch(_PAGE, tenant_id, *values)
        items = [_ticket(row) for row in rows[:size]]
        more = len(rows) > size
        return Page(items, encode_cursor(items[-1].created_at, items[-1].id) if more else None)

    async def open(self, tenant_id: str, ticket: Ticket) -> tuple[Ticket, bool]:
        """Store with the next number and a TicketOpened event; (ticket, False) if the id exists."""
        events: list[Event] = []
        async with self._change(tenant_id, events) as connection:
            number = await connection.fetchval(_NEXT_NUMBER, tenant_id)  # also waits for a rival
            if number is None:
                raise NotFound("tenant_unknown", tenant_id)
            row = await connection.fetchrow(_GET, tenant_id, ticket.id)
            if row is not None:
                await connection.execute(
                    "UPDATE tenant SET ticket_number = $2 - 1 WHERE tenant_id = $1",
                    tenant_id,
                    number,
                )
                return _ticket(row), False
            stored = replace(ticket, number=number, version=1)
            await connection.execute(_INSERT, tenant_id, *_values(stored))
            await _make_findable(connection, tenant_id, stored)
            events.append(_opened(stored))
        return stored, True

    async def save(self, tenant_id: str, ticket: Ticket, events: Sequence[Event]) -> Ticket:
        """Compare-and-set on `version`. Raises Conflict(version_changed)."""
        async with self._change(tenant_id, events) as connection:
            version = await connection.fetchval(_UPDATE, tenant_id, *_values(ticket))
            if version is None:
                raise version_changed(NOUN, ticket.id)
            await _make_findable(connection, tenant_id, ticket)
        return replace(ticket, version=version)

    async def comment(
        self, tenant_id: str, comment: TicketComment, events: Sequence[Event]
    ) -> None:
        """Raises NotFound if there is no such ticket."""
        values = (comment.id, comment.ticket_id, comment.at, comment.by)
        try:
            async with self._change(tenant_id, events) as connection:
                await connection.execute(
                    "INSERT INTO ticket_comment (tenant_id, id, ticket_id, at, by, text, internal)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    tenant_id,
                    *values,
                    clean_text(comment.text),
                    comment.internal,
                )
                await search.put(
                    connection,
                    tenant_id,
                    NOUN,
                    comment.ticket_id,
                    part=comment.id,
                    text=comment.text,
                )
        except asyncpg.ForeignKeyViolationError as error:
            raise NotFound("ticket_unknown", comment.ticket_id) from error

    async def comments(self, tenant_id: str, ticket_id: str) -> Sequence[TicketComment]:
        """Oldest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                "SELECT id, ticket_id, at, by, text, internal FROM ticket_comment"
                " WHERE tenant_id = $1 AND ticket_id = $2 ORDER BY at, id",
                tenant_id,
                ticket_id,
            )
        return [TicketComment(**row) for row in rows]


async def _make_findable(connection: Connection, tenant_id: str, ticket: Ticket) -> None:
    label = f"{ticket.id} #{ticket.number} {ticket.subject} {ticket.phone or ''}"
    text = f"{ticket.number} {ticket.subject}\n{ticket.description}"
    await search.put(connection, tenant_id, NOUN, ticket.id, label=label, text=text)


def _opened(ticket: Ticket) -> TicketOpened:
    return TicketOpened(
        at=ticket.created_at,
        ticket_id=ticket.id,
        number=ticket.number,
        kind=ticket.kind,
        subject=ticket.subject,
        customer_id=ticket.customer_id,
        interaction_id=ticket.interaction_id,
        by=ticket.created_by,
    )


def _ticket(row: asyncpg.Record) -> Ticket:
    enums = {"status": TicketStatus(row["status"]), "priority": TicketPriority(row["priority"])}
    fields = msgspec.json.decode(row["fields"], type=dict[str, str])
    return Ticket(**{**row, **enums, "fields": fields})


def _values(ticket: Ticket) -> tuple[object, ...]:
    return (
        ticket.id,
        ticket.number,
        ticket.kind,
        clean_text(ticket.subject),
        clean_text(ticket.description),
        ticket.status,
        ticket.priority,
        ticket.customer_id,
        ticket.interaction_id,
        ticket.queue,
        ticket.assignee,
        ticket.phone,
        ticket.callback_at,
        ticket.due_at,
        json_text(ticket.fields),
        ticket.created_at,
        ticket.updated_at,
        ticket.resolved_at,
        ticket.created_by,
        ticket.version,
        ticket.recording_id,
    )
