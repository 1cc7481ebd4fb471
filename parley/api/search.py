"""The global search: customers, interactions and tickets by one text, each within its scope."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from parley.api.caller import Caller, Searcher
from parley.api.limits import QUERY_CHARS, SEARCH_ITEMS
from parley.api.permissions import Permission, Scope
from parley.api.rows import customer_row, interaction_rows, ticket_rows
from parley.api.schemas import desk
from parley.api.schemas.desk import SearchResult
from parley.api.schemas.interaction import InteractionRow
from parley.api.scope import scoped, ticket_scope
from parley.core.ports import InteractionFilter

router = APIRouter(prefix="/search", tags=["search"])


@router.get("", operation_id="search")
async def search(
    caller: Searcher, q: Annotated[str, Query(min_length=1, max_length=QUERY_CHARS)]
) -> SearchResult:
    """The best few of each kind; the lists' own pages have all."""
    text = q.strip()
    if not text:
        return SearchResult(customers=[], interactions=[], tickets=[])
    customers, interactions, tickets = await asyncio.gather(
        _customers(caller, text), _interactions(caller, text), _tickets(caller, text)
    )
    return SearchResult(customers=customers, interactions=interactions, tickets=tickets)


async def _customers(caller: Caller, text: str) -> list[desk.Customer]:
    own = caller.reach(Permission.CUSTOMERS_READ) is Scope.OWN
    found = await caller.store.customers.search(
        caller.tenant_id, text, None, SEARCH_ITEMS, served_by=caller.id if own else None
    )
    return [customer_row(customer) for customer in found.items]


async def _interactions(caller: Caller, text: str) -> list[InteractionRow]:
    wanted = await scoped(caller, InteractionFilter(text=text))
    found = await caller.store.interactions.list(caller.tenant_id, wanted, None, SEARCH_ITEMS)
    return await interaction_rows(caller, found.items)


async def _tickets(caller: Caller, text: str) -> list[desk.Ticket]:
    scope = await ticket_scope(caller)
    found = await caller.store.tickets.list(
        caller.tenant_id,
        text=text,
        visible_to=scope.visible_to,
        visible_queues=scope.visible_queues,
        limit=SEARCH_ITEMS,
    )
    return await ticket_rows(caller, found.items)
