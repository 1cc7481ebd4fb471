"""Tickets: what must be solved, over many interactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class TicketComment:
    id: str  # cmt_…
    ticket_id: str
    at: float
    by: str | None
    text: str
    internal: bool = True
