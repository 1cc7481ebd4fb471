"""Records as rows for screens: ids resolved to names, times left to the schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import msgspec

from parley.api.caller import Caller
from parley.api.center import live_state
from parley.api.directory import Entries
from parley.api.schemas import desk
from parley.api.schemas.common import rfc3339
from parley.api.schemas.interaction import (
    AttachmentLink,
    CustomerShort,
    EventNames,
    InteractionRow,
    Message,
    PromisedCall,
    TimelineEvent,
)
from parley.core import ports
from parley.core.desk.customer import Customer
from parley.core.desk.ticket import Ticket, TicketComment, may_step
from parley.core.errors import Unavailable
from parley.core.insight.facts import InteractionFact

AGENT_FIELDS = ("agent_id", "by", "to_agent", "only_agent", "owner")
QUEUE_FIELDS = ("queue", "to_queue")
TIME_FIELDS = ("at", "order_at", "only_until", "ring_until", "until", "callback_at")


async def interaction_rows(
    caller: Caller, facts: Sequence[InteractionFact]
) -> list[InteractionRow]:
    entries = await caller.directory.of(caller.tenant_id)
    customers = await customers_by_id(caller, (fact.customer_id for fact in facts))
    promised = _promised(caller, facts, entries)
    return [_interaction_row(fact, entries, customers, promised.get(fact.id)) for fact in facts]


def _promised(
    caller: Caller, facts: Sequence[InteractionFact], entries: Entries
) -> dict[str, PromisedCall]:
    """The callbacks that can still be cancelled; none while nobody leads."""
    try:
        calls = live_state(caller).calls
    except Unavailable:
        return {}
    plans = ((f.id, calls[f.id].promised(f.phase)) for f in facts if f.id in calls)
    return {
        id_: PromisedCall(
            number=plan.number, at=plan.at, owner_name=entries.agent_name(plan.owner)
        )
        for id_, plan in plans if plan
    }  # fmt: skip


def _interaction_row(
    fact: InteractionFact,
    entries: Entries,
    customers: Mapping[str, Customer],
    callback: PromisedCall | None,
) -> InteractionRow:
    values = asdict(fact)
    name = values.pop("customer_name")
    known = customers.get(values.pop("customer_id"))
    short = CustomerShort(
        id=fact.customer_id,
        name=known.name if known else name,
        tier=known.tier if known else None,
    )
    return InteractionRow(
        **values,
        customer=short,
        queue_names=entries.queue_names(fact.queue),
        entry_point_name=entries.body("entry_point", fact.entry_point or "").get("name"),
        topic_names=entries.topic_names(fact.entry_point, fact.topic),
        agent_name=entries.agent_name(fact.agent_id),
        callback=callback,
    )


async def customers_by_id(caller: Caller, ids: Iterable[str | None]) -> dict[str, Customer]:
    wanted = sorted({each for each in ids if each})
    if not wanted:
        return {}
    found = await caller.store.customers.get_many(caller.tenant_id, wanted)
    return {customer.id: customer for customer in found}


async def message_rows(caller: Caller, messages: Sequence[ports.Message]) -> list[Message]:
    entries = await caller.directory.of(caller.tenant_id)
    return [_message_row(message, entries) for message in messages]


def _message_row(message: ports.Message, entries: Entries) -> Message:
    return Message(
        id=message.id,
        seq=message.seq,
        interaction_id=message.interaction_id,
        at=message.at,
        sender=message.sender,
        visibility=message.visibility,
        text=message.text,
        key=message.key,
        values=dict(message.values or {}),
        client_id=message.client_id,
        agent_id=message.agent_id,
        agent_name=entries.agent_name(message.agent_id),
        attachments=[attachment_link(file) for file in message.attachments],
        mentions=list(message.mentions),
        language=message.language,
        failed=message.failed,
    )


def attachment_link(file: Mapping[str, Any]) -> AttachmentLink:
    return AttachmentLink(
        id=file["id"],
        name=file["name"],
        media_type=file["media_type"],
        size=file["size"],
        url=attachment_url(file["id"]),
    )


def attachment_url(file_id: str) -> str:
    return f"/api/v1/attachments/{file_id}"


async def event_rows(caller: Caller, recorded: Sequence[ports.Recorded]) -> list[TimelineEvent]:
    entries = await caller.directory.of(caller.tenant_id)
    return [_event_row(entry, entries) for entry in recorded]


def _event_row(recorded: ports.Recorded, entries: Entries) -> TimelineEvent:
    event: dict[str, Any] = msgspec.to_builtins(recorded.event)
    agents = {event[name] for name in AGENT_FIELDS if event.get(name)}
    agents.update(event.get("mentions", ()))
    agents.update(rank[-1] for rank in (event.get("why") or {}).get("best", ()))  # of a receipt
    changes = event.get("changes") or {}
    agents.update(filter(None, [changes.get("assignee")]))
    queues = {event[name] for name in QUEUE_FIELDS if event.get(name)}
    queues.update(filter(None, [changes.get("queue")]))
    for name in TIME_FIELDS:
        if event.get(name) is not None:
            event[name] = rfc3339(event[name])
    return TimelineEvent(
        seq=recorded.seq,
        at=recorded.event.at,
        kind=type(recorded.event).__name__,
        event=event,
        names=EventNames(
            agents={each: entries.agent_name(each) or each for each in sorted(agents)},
            queues={each: entries.queue_names(each) for each in sorted(queues)},
        ),
    )


async def ticket_rows(caller: Caller, tickets: Sequence[Ticket]) -> list[desk.Ticket]:
    entries = await caller.directory.of(caller.tenant_id)
    customers = await customers_by_id(caller, (ticket.customer_id for ticket in tickets))
    return [_ticket_row(ticket, entries, customers) for ticket in tickets]


def _ticket_row(ticket: Ticket, entries: Entries, customers: Mapping[str, Customer]) -> desk.Ticket:
    customer = customers.get(ticket.customer_id or "")
    return desk.Ticket(
        **asdict(ticket),
        next_statuses=may_step(ticket.status),
        customer_name=customer.name if customer else None,
        queue_names=entries.queue_names(ticket.queue),
        assignee_name=entries.agent_name(ticket.assignee),
        created_by_name=entries.agent_name(ticket.created_by),
    )


async def comment_rows(
    caller: Caller, comments: Sequence[TicketComment]
) -> list[desk.TicketComment]:
    entries = await caller.directory.of(caller.tenant_id)
    return [
        desk.TicketComment(**asdict(comment), by_name=entries.agent_name(comment.by))
        for comment in comments
    ]


def customer_row(customer: Customer) -> desk.Customer:
    return desk.Customer(**asdict(customer))


async def notice_rows(caller: Caller, notices: Sequence[ports.Notice]) -> list[desk.Notice]:
    entries = await caller.directory.of(caller.tenant_id)
    return [
        desk.Notice(
            id=notice.id,
            at=notice.at,
            kind=notice.kind,
            interaction_id=notice.interaction_id,
            ticket_id=notice.ticket_id,
            by=notice.by,
            by_name=entries.agent_name(notice.by),
            text=notice.text,
            read=notice.read,
        )
        for notice in notices
    ]
