"""Customers, the addresses they reach us from, and what they bought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import msgspec

from parley.adapters.store import search
from parley.adapters.store.database import Connection, clean_json, clean_text, json_text
from parley.adapters.store.records import (
    Records,
    decode_cursor,
    encode_cursor,
    page_size,
    version_changed,
)
from parley.core.desk.customer import REGION, Address, Customer, Order, newcomer
from parley.core.errors import NotFound
from parley.core.events import Event
from parley.core.model import CustomerRef
from parley.core.ports import Page

NOUN = "customer"
NOT_YET = ""  # the id of an interaction that has not begun
MAX_CONTACTS = 100  # counted; who has more has this many
_COLUMNS = (
    "id, name, tier, priority, phone, email, city, language, member_since, tags, fields, note,"
    " created_at, updated_at, version, dedicated_agent"
)
_GET = f"SELECT {_COLUMNS} FROM customer WHERE tenant_id = $1 AND id = $2"  # noqa: S608
_GET_MANY = f"""
SELECT {_COLUMNS} FROM customer WHERE tenant_id = $1 AND id = ANY($2::text[])
"""  # noqa: S608
_INSERT = f"""
INSERT INTO customer (tenant_id, {_COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT DO NOTHING
RETURNING version
"""  # noqa: S608
_UPDATE = """
UPDATE customer
SET name = $3, tier = $4, priority = $5, phone = $6, email = $7, city = $8, language = $9,
    member_since = $10, tags = $11, fields = $12, note = $13, created_at = $14, updated_at = $15,
    dedicated_agent = $17, version = version + 1
WHERE tenant_id = $1 AND id = $2 AND version = $16
RETURNING version
"""
_PAGE = f"""
SELECT {_COLUMNS} FROM customer c
WHERE tenant_id = $1
  AND ($2::text[] IS NULL OR id = ANY($2))
  AND ($3::timestamptz IS NULL OR (updated_at, id) < ($3, $4::text))
  AND ($5::text IS NULL
       OR EXISTS (SELECT FROM interaction i JOIN interaction_agent a
                  ON a.tenant_id = i.tenant_id AND a.interaction_id = i.id
                  WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id AND a.agent_id = $5)
       OR EXISTS (SELECT FROM ticket t
                  WHERE t.tenant_id = c.tenant_id AND t.customer_id = c.id AND t.assignee = $5))
ORDER BY updated_at DESC, id DESC
LIMIT $6
"""  # noqa: S608
_KNOWN = f"""
SELECT c.id, c.name, c.tier, c.priority, c.tags, c.dedicated_agent,
       coalesce(nullif(c.fields->>'{REGION}', ''), c.city) AS region,
       c.spend::float8 AS spend,
       (SELECT count(*) FROM (
            SELECT FROM interaction i
            WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id
              AND i.channel <> 'task' AND i.id <> $2
            LIMIT {MAX_CONTACTS}) earlier) AS contacts,
       (SELECT t.assignee FROM ticket t
        WHERE t.tenant_id = c.tenant_id AND t.customer_id = c.id
          AND t.assignee IS NOT NULL AND t.status IN ('open', 'in_progress')
        ORDER BY t.created_at DESC LIMIT 1) AS open_agent,
       last.agent_id AS last_agent, last.connected_at AS last_served_at
FROM customer c
LEFT JOIN LATERAL (
    SELECT i.agent_id, i.connected_at FROM interaction i
    WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id AND i.id <> $2
      AND i.agent_id IS NOT NULL AND i.connected_at IS NOT NULL
    ORDER BY i.arrived_at DESC LIMIT 1
) last ON true
WHERE c.tenant_id = $1 AND c.id = """  # noqa: S608
_OF_ID = _KNOWN + "$3"
_OF_ADDRESS = f"""{_KNOWN} (
    SELECT a.customer_id FROM customer_address a
    WHERE a.tenant_id = $1 AND a.kind = $3 AND a.value = $4
)"""  # noqa: S608
_LINK = """
INSERT INTO customer_address AS a (tenant_id, kind, value, customer_id, verified)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, kind, value)
    DO UPDATE SET customer_id = excluded.customer_id, verified = a.verified OR excluded.verified
"""
_WELCOME = f"""
WITH met AS (
    INSERT INTO customer (tenant_id, {_COLUMNS})
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
), linked AS (
    INSERT INTO customer_address (tenant_id, kind, value, customer_id, verified)
    VALUES ($1, $18, $19, $2, $20)
)
INSERT INTO search (tenant_id, noun, ref, part, label, words)
SELECT $1, '{NOUN}', $2, '', $21, $22::text::tsvector
FROM set_config('synchronous_commit', 'off', true)
"""  # noqa: S608
_SAVE_ORDER = """
INSERT INTO customer_order (tenant_id, id, customer_id, placed_at, body)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (tenant_id, id) DO UPDATE
    SET customer_id = excluded.customer_id, placed_at = excluded.placed_at, body = excluded.body
"""


class PostgresCustomers(Records):
    async def get(self, tenant_id: str, customer_id: str) -> Customer | None:
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_GET, tenant_id, customer_id)
        return _customer(row) if row else None

    async def get_many(self, tenant_id: str, customer_ids: Sequence[str]) -> Sequence[Customer]:
        """Those that exist, in any order."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_GET_MANY, tenant_id, list(customer_ids))
        return [_customer(row) for row in rows]

    async def search(
        self,
        tenant_id: str,
        text: str,
        cursor: str | None,
        limit: int,
        *,
        served_by: str | None = None,
    ) -> Page[Customer]:
        """By name, phone, e-mail, order number or tag; the last changed first.

        `served_by`: only customers of whom this agent had an interaction or has a ticket.
        """
        size = page_size(limit)
        after = decode_cursor(cursor, tuple[float, str]) or (None, None)
        async with self._database.tenant(tenant_id) as connection:
            ids = await search.refs(connection, NOUN, text) if text.strip() else None
            rows = await connection.fetch(_PAGE, tenant_id, ids, *after, served_by, size + 1)
        items = [_customer(row) for row in rows[:size]]
        more = len(rows) > size
        return Page(items, encode_cursor(items[-1].updated_at, items[-1].id) if more else None)

    async def save(
        self, tenant_id: str, customer: Customer, events: Sequence[Event], *, new: bool = False
    ) -> Customer:
        """Compare-and-set on `version`. Raises Conflict(version_changed)."""
        async with self._change(tenant_id, events) as connection:
            statement = _INSERT if new else _UPDATE
            version = await connection.fetchval(statement, tenant_id, *_values(customer))
            if version is None:
                raise version_changed(NOUN, customer.id)
            await _make_findable(connection, tenant_id, customer)
        return replace(customer, version=version)

    async def addresses(self, tenant_id: str, customer_id: str) -> Sequence[Address]:
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                "SELECT kind, value, verified FROM customer_address"
                " WHERE tenant_id = $1 AND customer_id = $2 ORDER BY kind, value",
                tenant_id,
                customer_id,
            )
        return [Address(**row) for row in rows]

    async def recognise(
        self, tenant_id: str, address: Address, new: Customer, now: float
    ) -> CustomerRef:
        """The customer behind an address; `new` is stored with the address if nobody is.

        That is on disk no later than the next commit of anything that refers to it."""
        try:
            return await self._met(tenant_id, address, new, now)
        except asyncpg.UniqueViolationError:  # by another of their contacts, just now
            return await self._met(tenant_id, address, new, now)

    async def _met(
        self, tenant_id: str, address: Address, new: Customer, now: float
    ) -> CustomerRef:
        key = (tenant_id, NOT_YET, address.kind, address.value)
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_OF_ADDRESS, *key)
            if row is not None:
                return _reference(row)
            stored = replace(
                new, created_at=new.created_at or now, updated_at=new.updated_at or now
            )
            await connection.execute(
                _WELCOME, tenant_id, *_values(stored), address.kind, address.value,
                address.verified, *search.entry(*_words(stored)),
            )  # fmt: skip
        return newcomer(replace(stored, name=clean_text(stored.name)))

    async def known(
        self, tenant_id: str, customer_id: str, *, besides: str = NOT_YET
    ) -> CustomerRef | None:
        """What routing knows of a customer; the interaction `besides` counts as none of theirs."""
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_OF_ID, tenant_id, besides, customer_id)
        return _reference(row) if row else None

    async def link(self, tenant_id: str, address: Address, customer_id: str) -> None:
        """The address (e.g. a visitor) belongs to this customer from now on."""
        values = (address.kind, address.value, customer_id, address.verified)
        try:
            async with self._database.tenant(tenant_id) as connection:
                await connection.execute(_LINK, tenant_id, *values)
        except asyncpg.ForeignKeyViolationError as error:
            raise NotFound("customer_unknown", customer_id) from error

    async def orders(self, tenant_id: str, customer_id: str, limit: int) -> Sequence[Order]:
        """Newest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                "SELECT body FROM customer_order WHERE tenant_id = $1 AND customer_id = $2"
                " ORDER BY placed_at DESC, id DESC LIMIT $3",
                tenant_id,
                customer_id,
                page_size(limit),
            )
        return [msgspec.json.decode(row["body"], type=Order) for row in rows]

    async def save_order(self, tenant_id: str, order: Order) -> None:
        """New or changed: the shop decides, there is no version."""
        body = clean_json(msgspec.json.encode(order))
        key = (tenant_id, order.id, order.customer_id)
        try:
            async with self._database.tenant(tenant_id) as connection:
                await connection.execute(_SAVE_ORDER, *key, order.placed_at, body)
                label = f"{order.id} {order.waybill or ''}"
                await search.put(
                    connection, tenant_id, NOUN, order.customer_id, part=order.id, label=label
                )
        except asyncpg.ForeignKeyViolationError as error:
            raise NotFound("customer_unknown", order.customer_id) from error


async def _make_findable(connection: Connection, tenant_id: str, customer: Customer) -> None:
    label, text = _words(customer)
    await search.put(connection, tenant_id, NOUN, customer.id, label=label, text=text)


def _words(customer: Customer) -> tuple[str, str]:
    """What a customer is looked up by: label and text."""
    text = " ".join((customer.name, *customer.tags))
    label = " ".join((customer.id, text, customer.phone or "", customer.email or ""))
    return label, text


def _customer(row: asyncpg.Record) -> Customer:
    fields = msgspec.json.decode(row["fields"], type=dict[str, str])
    return Customer(**{**row, "tags": tuple(row["tags"]), "fields": fields})


def _reference(row: asyncpg.Record) -> CustomerRef:
    return CustomerRef(**{**row, "tags": tuple(row["tags"])})


def _values(customer: Customer) -> tuple[object, ...]:
    return (
        customer.id,
        clean_text(customer.name),
        customer.tier,
        customer.priority,
        customer.phone,
        customer.email,
        customer.city,
        customer.language,
        customer.member_since,
        list(customer.tags),
        json_text(customer.fields),
        clean_text(customer.note),
        customer.created_at,
        customer.updated_at,
        customer.version,
        customer.dedicated_agent,
    )
