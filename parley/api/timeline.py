"""What happened with a customer: interactions and tickets in one list, newest first."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from heapq import merge
from itertools import islice
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query

from parley.api.caller import Caller, CustomersReader
from parley.api.limits import TIMELINE_ITEMS
from parley.api.paging import CURSOR_CHARS
from parley.api.rows import interaction_rows, ticket_rows
from parley.api.schemas.common import Id
from parley.api.schemas.desk import Timeline, TimelineItem
from parley.api.scope import scoped, ticket_scope, visible_customer
from parley.core.desk.ticket import Ticket
from parley.core.errors import Invalid
from parley.core.insight.facts import InteractionFact
from parley.core.ports import InteractionFilter, Page

router = APIRouter(prefix="/customers", tags=["customers"])


class Place(msgspec.Struct, array_like=True, frozen=True):
    """How far one of the two lists was shown: `skip` entries of the page at `cursor`."""

    cursor: str | None = None
    skip: int = 0
    done: bool = False

    def after(self, shown: int, page: Page[Ticket] | Page[InteractionFact]) -> Place:
        """The place once `shown` more entries of its page were shown."""
        if self.skip + shown < len(page.items):
            return Place(self.cursor, self.skip + shown)
        return Place(page.next_cursor, 0, page.next_cursor is None)


@router.get("/{customer_id}/timeline", operation_id="customer_timeline")
async def get_timeline(
    customer_id: Id,
    caller: CustomersReader,
    cursor: Annotated[str | None, Query(max_length=2 * CURSOR_CHARS)] = None,
) -> Timeline:
    await visible_customer(caller, customer_id)
    at_interactions, at_tickets = _read(cursor)
    interactions = await _interactions(caller, customer_id, at_interactions)
    tickets = await _tickets(caller, customer_id, at_tickets)
    items = await _items(
        caller, interactions.items[at_interactions.skip :], tickets.items[at_tickets.skip :]
    )
    shown = sum(item.kind == "interaction" for item in items)
    rest = (
        at_interactions.after(shown, interactions),
        at_tickets.after(len(items) - shown, tickets),
    )
    return Timeline(items=items, next_cursor=_write(rest))


async def _items(
    caller: Caller, facts: Sequence[InteractionFact], tickets: Sequence[Ticket]
) -> list[TimelineItem]:
    """The newest TIMELINE_ITEMS of both."""
    contacts = (
        TimelineItem(kind="interaction", at=row.arrived_at, interaction=row)
        for row in await interaction_rows(caller, facts)
    )
    works = (
        TimelineItem(kind="ticket", at=row.created_at, ticket=row)
        for row in await ticket_rows(caller, tickets)
    )
    newest_first = merge(contacts, works, key=lambda item: item.at, reverse=True)
    return list(islice(newest_first, TIMELINE_ITEMS))


async def _interactions(caller: Caller, customer_id: str, place: Place) -> Page[InteractionFact]:
    if place.done:
        return Page([])
    wanted = await scoped(caller, InteractionFilter(customer_id=customer_id))
    return await caller.store.interactions.list(
        caller.tenant_id, wanted, place.cursor, TIMELINE_ITEMS
    )


async def _tickets(caller: Caller, customer_id: str, place: Place) -> Page[Ticket]:
    """All tickets of a customer one serves; a supervisor's team else."""
    if place.done:
        return Page([])
    scope = await ticket_scope(caller)
    return await caller.store.tickets.list(
        caller.tenant_id,
        customer_id=customer_id,
        visible_to=scope.visible_to,
        visible_queues=scope.visible_queues,
        cursor=place.cursor,
        limit=TIMELINE_ITEMS,
    )


def _read(cursor: str | None) -> tuple[Place, Place]:
    if not cursor:
        return Place(), Place()
    try:
        data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(data, type=tuple[Place, Place])
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise Invalid("bad_cursor", "not a cursor of this list") from None


def _write(places: tuple[Place, Place]) -> str | None:
    if all(place.done for place in places):
        return None
    return base64.urlsafe_b64encode(msgspec.json.encode(places)).decode().rstrip("=")
