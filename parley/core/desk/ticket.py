"""Tickets: what must be solved, over many interactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from parley.core.events import TicketChanged


class TicketStatus(StrEnum):
    OPEN = "open"  # 待处理
    IN_PROGRESS = "in_progress"  # 处理中
    RESOLVED = "resolved"  # 已解决
    CLOSED = "closed"  # 已关闭


class TicketPriority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Ticket:
    id: str  # tkt_…
    number: int  # shown to people; counted per tenant; 0 until stored
    kind: str  # problem, message, callback, complaint, return
    subject: str
    description: str = ""
    status: TicketStatus = TicketStatus.OPEN
    priority: TicketPriority = TicketPriority.NORMAL
    customer_id: str | None = None
    interaction_id: str | None = None
    queue: str | None = None
    assignee: str | None = None
    phone: str | None = None
    callback_at: float | None = None
    due_at: float | None = None
    fields: dict[str, str] = field(default_factory=dict)
    created_at: float = 0.0
    updated_at: float = 0.0
    resolved_at: float | None = None
    created_by: str | None = None
    version: int = 1
    recording_id: str | None = None  # the message, if it was spoken


@dataclass(frozen=True, slots=True)
class TicketComment:
    id: str  # cmt_…
    ticket_id: str
    at: float
    by: str | None
    text: str
    internal: bool = True


# --- decisions ----------------------------------------------------------------------------------

STATUS_STEPS: dict[TicketStatus, frozenset[TicketStatus]] = {
    TicketStatus.OPEN: frozenset(
        {TicketStatus.IN_PROGRESS, TicketStatus.RESOLVED, TicketStatus.CLOSED}
    ),
    TicketStatus.IN_PROGRESS: frozenset(
        {TicketStatus.OPEN, TicketStatus.RESOLVED, TicketStatus.CLOSED}
    ),
    TicketStatus.RESOLVED: frozenset({TicketStatus.IN_PROGRESS, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset({TicketStatus.IN_PROGRESS}),
}
"""Where a ticket may go from each status; a resolved or closed one is reopened to in_progress."""

UNSOLVED = frozenset({TicketStatus.OPEN, TicketStatus.IN_PROGRESS})

CHANGEABLE = (
    "kind",
    "subject",
    "description",
    "status",
    "priority",
    "customer_id",
    "queue",
    "assignee",
    "phone",
    "callback_at",
    "due_at",
    "fields",
)


@dataclass(frozen=True, slots=True)
class Changed:
    """The ticket as it should be stored and the event that tells it."""

    ticket: Ticket
    event: TicketChanged


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the change cannot be: the field, a stable code and what fills its sentence."""

    field: str
    code: str
    values: dict[str, str]


def change(
    ticket: Ticket, wanted: Mapping[str, Any], *, by: str | None, now: float
) -> Changed | Refused | None:
    """`ticket` with the `wanted` fields (of CHANGEABLE); None if that changes nothing.

    A status may only take the steps of STATUS_STEPS. An open ticket that is given to somebody goes
    to in_progress unless the same change names a status.
    """
    differing = {name: value for name, value in wanted.items() if getattr(ticket, name) != value}
    if not differing:
        return None
    status = differing.get("status")
    if status is not None and status not in STATUS_STEPS[ticket.status]:
        return Refused("status", "status_step", {"from": ticket.status, "to": status})
    if differing.get("assignee") and ticket.status is TicketStatus.OPEN and "status" not in wanted:
        differing["status"] = TicketStatus.IN_PROGRESS
    if "status" in differing:
        differing["resolved_at"] = _resolved_at(ticket, differing["status"], now)
    changed = replace(ticket, updated_at=now, **differing)
    differing.pop("resolved_at", None)
    event = TicketChanged(
        at=now,
        ticket_id=ticket.id,
        changes={name: _text(value) for name, value in differing.items()},
        by=by,
        customer_id=changed.customer_id,
    )
    return Changed(changed, event)


def may_step(status: TicketStatus) -> list[TicketStatus]:
    """The statuses a ticket may take next, in the order of work."""
    return [step for step in TicketStatus if step in STATUS_STEPS[status]]


def open_case(ticket: Ticket) -> tuple[str, str] | None:
    """(customer, assignee) while somebody works on a customer's unsolved ticket."""
    if ticket.status not in UNSOLVED or not ticket.customer_id or not ticket.assignee:
        return None
    return ticket.customer_id, ticket.assignee


def _resolved_at(ticket: Ticket, status: TicketStatus, now: float) -> float | None:
    match status:
        case TicketStatus.RESOLVED:
            return now
        case TicketStatus.CLOSED:
            return ticket.resolved_at if ticket.resolved_at is not None else now
        case _:
            return None


def _text(value: Any) -> str | None:
    """A field's value as the journal and the timeline tell it."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {entry}" for key, entry in value.items())
    return str(value)
