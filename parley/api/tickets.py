"""Tickets: lists, changes decided by core/desk/ticket.py, comments, history."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query

from parley.api.caller import Caller, TicketsReader, TicketsWriter
from parley.api.center import customer_changed
from parley.api.limits import QUERY_CHARS
from parley.api.notices import notice_id, notify
from parley.api.paging import Paging
from parley.api.problems import FieldErrors, field_error
from parley.api.rows import comment_rows, event_rows, ticket_rows
from parley.api.schemas.common import Id, Instant, PageOf
from parley.api.schemas.desk import (
    Ticket,
    TicketComment,
    TicketCommentList,
    TicketCommentWrite,
    TicketCreate,
    TicketPatch,
)
from parley.api.schemas.interaction import EventList
from parley.api.scope import ticket_scope, visible_customer, visible_interaction, visible_ticket
from parley.core.desk import ticket as core
from parley.core.errors import NotFound
from parley.core.events import TicketCommented
from parley.core.ports import Notice
from parley.ids import new_id

REQUIRED = ("kind", "subject", "description", "status", "priority", "fields")  # can't become null

router = APIRouter(prefix="/tickets", tags=["tickets"])


@router.get("", operation_id="ticket_list")
async def list_tickets(
    caller: TicketsReader,
    page: Paging,
    status: Annotated[list[core.TicketStatus] | None, Query(max_length=10)] = None,
    assignee: Id | None = None,
    queue: Id | None = None,
    customer_id: Id | None = None,
    interaction_id: Id | None = None,
    text: Annotated[str, Query(max_length=QUERY_CHARS)] = "",
    unassigned: bool = False,
    due_before: Instant | None = None,
) -> PageOf[Ticket]:
    """Newest first, within what the caller may see."""
    scope = await ticket_scope(caller)
    found = await caller.store.tickets.list(
        caller.tenant_id,
        statuses=status or (),
        assignee=assignee,
        queue=queue,
        customer_id=customer_id,
        interaction_id=interaction_id,
        text=text.strip(),
        unassigned=unassigned,
        due_before=due_before,
        visible_to=scope.visible_to,
        visible_queues=scope.visible_queues,
        cursor=page.cursor,
        limit=page.limit,
    )
    return PageOf(items=await ticket_rows(caller, found.items), next_cursor=found.next_cursor)


@router.post("", operation_id="ticket_create", status_code=201)
async def create_ticket(body: TicketCreate, caller: TicketsWriter) -> Ticket:
    """From an interaction, its customer and queue are taken over unless others are given."""
    now = caller.now()
    values = await _from_interaction(caller, body)
    await _check_references(caller, values)
    wanted = core.Ticket(
        id=new_id("tkt"),
        number=0,
        status=core.TicketStatus.IN_PROGRESS if values["assignee"] else core.TicketStatus.OPEN,
        created_at=now,
        updated_at=now,
        created_by=caller.id,
        **values,
    )
    ticket, _ = await caller.store.tickets.open(caller.tenant_id, wanted)
    await _tell_assignee(caller, ticket)
    await _tell_center(caller, None, ticket)
    return await _row(caller, ticket)


@router.get("/{ticket_id}", operation_id="ticket_get")
async def get_ticket(ticket_id: Id, caller: TicketsReader) -> Ticket:
    return await _row(caller, await visible_ticket(caller, ticket_id))


@router.patch("/{ticket_id}", operation_id="ticket_update")
async def update_ticket(ticket_id: Id, body: TicketPatch, caller: TicketsWriter) -> Ticket:
    """Only the given fields change. 422 `status_step`; 409 `version_changed` if somebody was faster."""
    ticket = await visible_ticket(caller, ticket_id)
    wanted = body.model_dump(exclude_unset=True, exclude={"version"})
    nulls = [name for name in REQUIRED if name in wanted and wanted[name] is None]
    if nulls:
        raise FieldErrors([field_error(name, "required") for name in nulls])
    await _check_references(caller, wanted)
    outcome = core.change(ticket, wanted, by=caller.id, now=caller.now())
    if isinstance(outcome, core.Refused):
        raise FieldErrors([field_error(outcome.field, outcome.code, **outcome.values)])
    if outcome is None:
        return await _row(caller, ticket)
    stored = await caller.store.tickets.save(
        caller.tenant_id, replace(outcome.ticket, version=body.version), [outcome.event]
    )
    if stored.assignee != ticket.assignee:
        await _tell_assignee(caller, stored)
    await _tell_center(caller, ticket, stored)
    return await _row(caller, stored)


@router.get("/{ticket_id}/comments", operation_id="ticket_comment_list")
async def list_comments(ticket_id: Id, caller: TicketsReader) -> TicketCommentList:
    await visible_ticket(caller, ticket_id)
    comments = await caller.store.tickets.comments(caller.tenant_id, ticket_id)
    return TicketCommentList(items=await comment_rows(caller, comments))


@router.post("/{ticket_id}/comments", operation_id="ticket_comment_write", status_code=201)
async def write_comment(
    ticket_id: Id, body: TicketCommentWrite, caller: TicketsWriter
) -> TicketComment:
    ticket = await visible_ticket(caller, ticket_id)
    comment = core.TicketComment(
        id=new_id("cmt"),
        ticket_id=ticket_id,
        at=caller.now(),
        by=caller.id,
        text=body.text,
        internal=body.internal,
    )
    event = TicketCommented(
        at=comment.at,
        ticket_id=ticket_id,
        comment_id=comment.id,
        text=comment.text,
        internal=comment.internal,
        by=caller.id,
        customer_id=ticket.customer_id,
    )
    await caller.store.tickets.comment(caller.tenant_id, comment, [event])
    [row] = await comment_rows(caller, [comment])
    return row


@router.get("/{ticket_id}/events", operation_id="ticket_event_list")
async def list_events(ticket_id: Id, caller: TicketsReader) -> EventList:
    """Every event of the ticket, oldest first, with the names that are in it."""
    await visible_ticket(caller, ticket_id)
    recorded = await caller.store.journal.of_ticket(caller.tenant_id, ticket_id)
    return EventList(items=await event_rows(caller, recorded))


async def _row(caller: Caller, ticket: core.Ticket) -> Ticket:
    [row] = await ticket_rows(caller, [ticket])
    return row


async def _from_interaction(caller: Caller, body: TicketCreate) -> dict[str, Any]:
    values = body.model_dump()
    if body.interaction_id is not None:
        try:
            fact = await visible_interaction(caller, body.interaction_id)
        except NotFound:
            raise FieldErrors([field_error("interaction_id", "unknown_interaction")]) from None
        values["customer_id"] = values["customer_id"] or fact.customer_id
        values["queue"] = values["queue"] or fact.queue
    return values


async def _check_references(caller: Caller, values: dict[str, Any]) -> None:
    """Raises FieldErrors for a customer, queue or assignee that isn't there (or not to be seen)."""
    entries = await caller.directory.of(caller.tenant_id)
    errors = []
    if (queue := values.get("queue")) and ("queue", queue) not in entries.documents:
        errors.append(field_error("queue", "unknown_queue", id=queue))
    if assignee := values.get("assignee"):
        account = entries.accounts.get(assignee)
        if account is None or not account.active:
            errors.append(field_error("assignee", "unknown_agent", id=assignee))
    if customer_id := values.get("customer_id"):
        try:
            await visible_customer(caller, customer_id)
        except NotFound:
            errors.append(field_error("customer_id", "unknown_customer", id=customer_id))
    if errors:
        raise FieldErrors(errors)


async def _tell_assignee(caller: Caller, ticket: core.Ticket) -> None:
    """A notice for whom a ticket was given to by somebody else; once per version of the ticket."""
    if ticket.assignee is None or ticket.assignee == caller.id:
        return
    await notify(
        caller,
        Notice(
            id=notice_id("assigned", ticket.id, str(ticket.version), ticket.assignee),
            account_id=ticket.assignee,
            at=caller.now(),
            kind="ticket_assigned",
            ticket_id=ticket.id,
            by=caller.id,
            text=f"#{ticket.number} {ticket.subject}",
        ),
    )


async def _tell_center(caller: Caller, before: core.Ticket | None, now: core.Ticket) -> None:
    """Who has a customer's open case routes their next contact, and the one that waits."""
    had, has = (core.open_case(each) if each else None for each in (before, now))
    if had == has:
        return
    for customer_id in {case[0] for case in (had, has) if case is not None}:
        await customer_changed(caller, customer_id)
