"""Calls: dial a number, and the records of their legs."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import StreamingResponse

from parley.api.caller import (
    Caller,
    CallsReader,
    InteractionsReader,
    InteractionsServer,
    PhoneOwner,
)
from parley.api.center import submit
from parley.api.directory import Entries
from parley.api.limits import CALLBACK_WITHIN_S, EXPORT_ROWS, PAGE_ITEMS_MAX
from parley.api.numbers import as_e164, dialled
from parley.api.paging import Paging
from parley.api.permissions import Scope
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.common import Id, Instant, rfc3339
from parley.api.schemas.voice import (
    CallbackBook,
    CallbackBooking,
    Dial,
    Dialling,
    Leg,
    LegList,
    LegPage,
)
from parley.api.scope import team_queues, visible_customer, visible_interaction, visible_ticket
from parley.api.voice import telephony_of
from parley.core.desk.customer import Address, Customer, newcomer
from parley.core.inputs import CallbackBooked, DialRequested
from parley.core.insight.legs import LegRow
from parley.core.model import CustomerRef, Direction, LegRole
from parley.core.ports import LegFilter
from parley.ids import new_id

DAY_S = 86_400.0
NUMBER_CHARS = 32
COLUMNS = tuple(Leg.model_fields)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet. Source: OWASP, CSV injection."""

router = APIRouter(tags=["calls"])


# --- dialling -----------------------------------------------------------------------------------


@router.post("/calls", operation_id="call_dial", status_code=201)
async def dial(body: Dial, caller: PhoneOwner) -> Dialling:
    """Call a number: one's own phone first, then the number. 409 `number_invalid`, 503 `voice_off`."""
    caller.front.dials.take(caller.id, caller.now())
    number = await dialled(caller, body.number)
    entries = await caller.directory.of(caller.tenant_id)
    if body.queue is not None and ("queue", body.queue) not in entries.documents:
        raise FieldErrors([field_error("queue", "unknown_queue", id=body.queue)])
    if body.ticket_id is not None:
        await visible_ticket(caller, body.ticket_id)
    telephony_of(caller)
    customer = await _called(caller, number, body.customer_id)
    language = (await _language(caller, customer)) or caller.account.language
    interaction_id = new_id("int")
    await submit(
        caller,
        DialRequested(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            number=number,
            customer=customer,
            queue=body.queue,
            ticket_id=body.ticket_id,
            language=language,
        ),
    )
    return Dialling(interaction_id=interaction_id)


@router.post(
    "/interactions/{interaction_id}/callback", operation_id="interaction_callback", status_code=201
)
async def book_callback(
    interaction_id: Id, body: CallbackBook, caller: InteractionsServer
) -> CallbackBooking:
    """Promise the interaction's customer a call: a new interaction that waits for its time, at most
    CALLBACK_WITHIN_S ahead, then for an agent of the queue. 503 `voice_off`."""
    fact = await visible_interaction(caller, interaction_id)
    caller.front.dials.take(caller.id, caller.now())
    entries = await caller.directory.of(caller.tenant_id)
    queue = body.queue or fact.queue or ""
    number = await as_e164(caller, body.number)
    errors = []
    if not number.startswith("+"):
        errors.append(field_error("number", "number_invalid"))
    if body.at <= caller.now():
        errors.append(field_error("at", "in_the_past"))
    elif body.at > caller.now() + CALLBACK_WITHIN_S:
        errors.append(field_error("at", "too_far_ahead", days=round(CALLBACK_WITHIN_S / DAY_S)))
    if ("queue", queue) not in entries.documents:
        errors.append(field_error("queue", "unknown_queue", id=queue))
    if errors:
        raise FieldErrors(errors)
    telephony_of(caller)
    customer = await _called(caller, number, fact.customer_id)
    booked = CallbackBooked(
        at=caller.now(),
        interaction_id=new_id("int"),
        agent_id=caller.id,
        number=number,
        callback_at=body.at,
        customer=customer,
        queue=queue,
        note=body.note.strip(),
        language=(await _language(caller, customer)) or fact.language,
    )
    await submit(caller, booked)
    return CallbackBooking(interaction_id=booked.interaction_id, at=body.at)


async def _called(caller: Caller, number: str, customer_id: str | None) -> CustomerRef:
    """The customer who is named, or the one behind the number; a new one if nobody is."""
    if customer_id is not None:
        customer = await visible_customer(caller, customer_id)
        known = await caller.store.customers.known(caller.tenant_id, customer_id)
        return known or newcomer(customer)
    new = Customer(
        id=new_id("cus"),
        name=number,
        phone=number,
        created_at=caller.now(),
        updated_at=caller.now(),
    )
    return await caller.store.customers.recognise(
        caller.tenant_id, Address("phone", number), new, caller.now()
    )


async def _language(caller: Caller, customer: CustomerRef) -> str | None:
    known = await caller.store.customers.get(caller.tenant_id, customer.id)
    return known.language if known else None


# --- records ------------------------------------------------------------------------------------


async def _wanted(
    caller: CallsReader,
    started_from: Annotated[Instant | None, Query(alias="from")] = None,
    started_to: Annotated[Instant | None, Query(alias="to")] = None,
    agent_id: Id | None = None,
    number: Annotated[str | None, Query(max_length=NUMBER_CHARS)] = None,
    trunk: Id | None = None,
    role: LegRole | None = None,
    direction: Direction | None = None,
    interaction_id: Id | None = None,
) -> LegFilter:
    """What is asked for, narrowed to what the caller may see."""
    own = caller.scope is Scope.OWN
    return LegFilter(
        started_from=started_from,
        started_to=started_to,
        interaction_id=interaction_id,
        agent_id=agent_id,
        number=await as_e164(caller, number) if number else None,
        trunk=trunk,
        role=role,
        direction=direction,
        seen_by=caller.id if own else None,
        queues=await team_queues(caller) if caller.scope is Scope.TEAM else (),
    )


Wanted = Annotated[LegFilter, Depends(_wanted)]


@router.get("/calls", operation_id="call_list")
async def list_legs(caller: CallsReader, wanted: Wanted, page: Paging) -> LegPage:
    """One row for each leg, newest first."""
    found = await caller.store.legs.list(caller.tenant_id, wanted, page.cursor, page.limit)
    entries = await caller.directory.of(caller.tenant_id)
    return LegPage(items=[_leg(row, entries) for row in found.items], next_cursor=found.next_cursor)


@router.get(
    "/calls/export",
    operation_id="call_export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}},
)
async def export(caller: CallsReader, wanted: Wanted) -> StreamingResponse:
    """The same rows as a CSV file, at most EXPORT_ROWS of them."""
    entries = await caller.directory.of(caller.tenant_id)
    return StreamingResponse(
        _csv(caller, wanted, entries),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="calls.csv"'},
    )


@router.get("/interactions/{interaction_id}/legs", operation_id="interaction_leg_list")
async def list_of_interaction(interaction_id: Id, caller: InteractionsReader) -> LegList:
    """The legs of one call, oldest first; empty if it is none."""
    await visible_interaction(caller, interaction_id)
    rows = await caller.store.legs.of_interaction(caller.tenant_id, interaction_id)
    entries = await caller.directory.of(caller.tenant_id)
    return LegList(items=[_leg(row, entries) for row in rows])


def _leg(row: LegRow, entries: Entries) -> Leg:
    return Leg(
        **asdict(row),
        talk_s=row.talk_s,
        agent_name=entries.agent_name(row.agent_id),
        trunk_name=entries.body("trunk", row.trunk or "").get("name"),
    )


async def _csv(caller: Caller, wanted: LegFilter, entries: Entries) -> AsyncIterator[str]:
    yield "\ufeff" + _lines([list(COLUMNS)])  # the mark tells spreadsheets that it is UTF-8
    cursor, left = None, EXPORT_ROWS
    while left > 0:
        size = min(left, PAGE_ITEMS_MAX)
        page = await caller.store.legs.list(caller.tenant_id, wanted, cursor, size)
        yield _lines([_cells(_leg(row, entries)) for row in page.items])
        cursor, left = page.next_cursor, left - len(page.items)
        if cursor is None:
            return


def _cells(leg: Leg) -> list[str]:
    values = leg.model_dump()
    return [_cell(name, values[name]) for name in COLUMNS]


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if name.endswith("_at") and isinstance(value, float):
        return rfc3339(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and name != "number" else text


def _lines(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
