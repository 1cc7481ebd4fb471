"""Customers, tickets, attachments, notices, search."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from parley.api.limits import DESCRIPTION_CHARS, LIST_ITEMS, NAME_CHARS, NOTE_CHARS, SUBJECT_CHARS
from parley.api.schemas.account import Email
from parley.api.schemas.common import Body, Fields, Id, Instant, Language, Name, Note, PageOf, Wire
from parley.api.schemas.interaction import InteractionRow
from parley.core.desk.ticket import TicketPriority, TicketStatus

Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()-]{3,32}$")]
ShortText = Annotated[str, StringConstraints(max_length=NAME_CHARS)]
Tags = Annotated[list[ShortText], Field(max_length=LIST_ITEMS)]
CustomerPriority = Annotated[int, Field(ge=-100, le=100)]
IsoDate = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
TicketKind = Literal["problem", "message", "callback", "complaint", "return"]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=SUBJECT_CHARS)]
Description = Annotated[str, StringConstraints(max_length=DESCRIPTION_CHARS)]


class CustomerAddress(Wire):
    kind: str
    value: str
    verified: bool


class Customer(Wire):
    id: str
    name: str
    tier: str | None
    priority: int
    phone: str | None
    email: str | None
    city: str | None
    language: str
    member_since: str | None
    tags: list[str]
    fields: dict[str, str]
    note: str
    dedicated_agent: str | None  # who serves them whenever they are there
    created_at: Instant
    updated_at: Instant
    version: int


class CustomerDetail(Customer):
    dedicated_agent_name: str | None
    addresses: list[CustomerAddress] = []


class CustomerCreate(Body):
    name: Name
    tier: ShortText | None = None
    priority: CustomerPriority = 0
    phone: Phone | None = None
    email: Email | None = None
    city: ShortText | None = None
    language: Language = "zh-CN"
    member_since: IsoDate | None = None
    tags: Tags = []
    fields: Fields = {}
    note: Note = ""
    dedicated_agent: Id | None = None


class CustomerPatch(Body):
    """Only the fields that are given change; `version` is the one that was read."""

    version: int
    name: Name | None = None
    tier: ShortText | None = None
    priority: CustomerPriority | None = None
    phone: Phone | None = None
    email: Email | None = None
    city: ShortText | None = None
    language: Language | None = None
    member_since: IsoDate | None = None
    tags: Tags | None = None
    fields: Fields | None = None
    note: Note | None = None
    dedicated_agent: Id | None = None


class Order(Wire):
    id: str
    customer_id: str
    placed_at: Instant
    status: str
    amount: str
    currency: str
    items: list[dict[str, str]]
    logistics: list[dict[str, str]]
    carrier: str | None
    waybill: str | None


class OrderList(Wire):
    items: list[Order]


class Ticket(Wire):
    id: str
    number: int
    kind: str
    subject: str
    description: str
    status: TicketStatus
    next_statuses: list[TicketStatus]  # what `status` may become
    priority: TicketPriority
    customer_id: str | None
    customer_name: str | None
    interaction_id: str | None
    queue: str | None
    queue_names: dict[str, str]
    assignee: str | None
    assignee_name: str | None
    phone: str | None
    callback_at: Instant | None
    due_at: Instant | None
    fields: dict[str, str]
    created_at: Instant
    updated_at: Instant
    resolved_at: Instant | None
    created_by: str | None
    created_by_name: str | None
    version: int
    recording_id: str | None  # the message, if it was spoken


class TicketCreate(Body):
    kind: TicketKind = "problem"
    subject: Subject
    description: Description = ""
    priority: TicketPriority = TicketPriority.NORMAL
    customer_id: Id | None = None
    interaction_id: Id | None = None
    queue: Id | None = None
    assignee: Id | None = None
    phone: Phone | None = None
    callback_at: Instant | None = None
    due_at: Instant | None = None
    fields: Fields = {}


class TicketPatch(Body):
    """Only the fields that are given change; `version` is the one that was read."""

    version: int
    kind: TicketKind | None = None
    subject: Subject | None = None
    description: Description | None = None
    status: TicketStatus | None = None
    priority: TicketPriority | None = None
    customer_id: Id | None = None
    queue: Id | None = None
    assignee: Id | None = None
    phone: Phone | None = None
    callback_at: Instant | None = None
    due_at: Instant | None = None
    fields: Fields | None = None


class TicketComment(Wire):
    id: str
    ticket_id: str
    at: Instant
    by: str | None
    by_name: str | None
    text: str
    internal: bool


class TicketCommentList(Wire):
    items: list[TicketComment]


class TicketCommentWrite(Body):
    text: Annotated[str, StringConstraints(min_length=1, max_length=NOTE_CHARS)]
    internal: bool = True


class TimelineItem(Wire):
    """One entry of a customer's timeline: an interaction or a ticket."""

    kind: Literal["interaction", "ticket"]
    at: Instant
    interaction: InteractionRow | None = None
    ticket: Ticket | None = None


class Timeline(PageOf[TimelineItem]):
    pass


class Attachment(Wire):
    id: str
    name: str
    media_type: str
    size: int
    url: str


class SearchResult(Wire):
    customers: list[Customer]
    interactions: list[InteractionRow]
    tickets: list[Ticket]


class Notice(Wire):
    id: str
    at: Instant
    kind: str
    interaction_id: str | None
    ticket_id: str | None
    by: str | None
    by_name: str | None
    text: str
    read: bool


class NoticeList(Wire):
    items: list[Notice]
    unread: int


class NoticesRead(Body):
    ids: Annotated[list[Id], Field(max_length=LIST_ITEMS)]
