"""Interactions as lists, timelines and the desk show them, and what can be done with one."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from parley.api.limits import ATTACHMENTS, ID_CHARS, MENTIONS, MESSAGE_CHARS
from parley.api.schemas.common import Body, Id, Instant, Language, Note, PageOf, Wire
from parley.api.schemas.numbers import Dialled
from parley.core.model import Channel, Outcome, Phase, Sender, Visibility


class CustomerShort(Wire):
    id: str
    name: str
    tier: str | None = None


class PromisedCall(Wire):
    """A callback that can still be cancelled."""

    number: str  # E.164
    at: Instant | None  # none: as soon as somebody is free
    owner_name: str | None  # who promised to call


class InteractionRow(Wire):
    """One interaction in a list; the same facts the board counts."""

    id: str
    channel: Channel
    address: str
    entry_point: str | None
    entry_point_name: str | None  # None also for one that is no longer there
    customer: CustomerShort
    language: str
    arrived_at: Instant
    phase: Phase
    topic: str | None
    topic_names: dict[str, str]
    subject: str
    page_url: str
    page_title: str
    queue: str | None
    queue_names: dict[str, str]
    queued_at: Instant | None
    priority: int
    agent_id: str | None
    agent_name: str | None
    agents: list[str]
    connected_at: Instant | None
    waited_s: float | None
    first_reply_at: Instant | None
    conversation_ended_at: Instant | None
    ended_by: str | None
    ended_at: Instant | None
    outcome: Outcome | None
    offers: int
    transfers: int
    messages_in: int
    messages_out: int
    last_message: str
    last_message_at: Instant | None
    disposition: str | None
    wrap_up_note: str
    resolved: bool | None
    ticket_id: str | None
    rating: int | None
    rating_comment: str
    callback: PromisedCall | None = None


class InteractionParticipant(Wire):
    agent_id: str
    name: str
    role: str


class InteractionDetail(InteractionRow):
    participants: list[InteractionParticipant] = []
    work: dict[str, Any] | None = None  # the live work row, if the caller takes part


class AttachmentLink(Wire):
    id: str
    name: str
    media_type: str
    size: int
    url: str


class Message(Wire):
    id: str
    seq: int
    interaction_id: str
    at: Instant
    sender: Sender
    visibility: Visibility
    text: str
    key: str | None
    values: dict[str, str]
    client_id: str
    agent_id: str | None
    agent_name: str | None
    attachments: list[AttachmentLink]
    mentions: list[str]
    language: str | None
    failed: str | None


class EventNames(Wire):
    agents: dict[str, str]
    queues: dict[str, dict[str, str]]


class TimelineEvent(Wire):
    """One journal event; `names` resolves the ids in it, so that it can be told in plain words."""

    seq: int
    at: Instant
    kind: str
    event: dict[str, Any]
    names: EventNames


class EventList(Wire):
    items: list[TimelineEvent]


class MessageList(Wire):
    items: list[Message]


class MessageWrite(Body):
    """`client_id` is the console's own id of the message: a repeat is stored once."""

    client_id: Annotated[str, StringConstraints(min_length=1, max_length=ID_CHARS)]
    text: Annotated[str, StringConstraints(max_length=MESSAGE_CHARS)] = ""
    internal: bool = False
    mentions: Annotated[list[Id], Field(max_length=MENTIONS)] = []
    attachments: Annotated[list[Id], Field(max_length=ATTACHMENTS)] = []
    language: Language | None = None


class MessageWritten(Wire):
    message_id: str


class MessageRead(Body):
    message_id: Id


class Transfer(Body):
    """To a queue, a colleague, or (a call) an outside number: exactly one."""

    to_queue: Id | None = None
    to_agent: Id | None = None
    to_number: Dialled | None = None
    note: Note = ""

    @model_validator(mode="after")
    def one_target(self) -> Transfer:
        if sum(to is not None for to in (self.to_queue, self.to_agent, self.to_number)) != 1:
            raise PydanticCustomError("one_target", "one of to_queue, to_agent and to_number")
        return self


class Consult(Body):
    """A colleague, or (a call) somebody outside: exactly one."""

    agent_id: Id | None = None
    number: Dialled | None = None
    note: Note = ""

    @model_validator(mode="after")
    def one_target(self) -> Consult:
        if (self.agent_id is None) == (self.number is None):
            raise PydanticCustomError("one_target", "either agent_id or number")
        return self


class Assign(Body):
    agent_id: Id


class PriorityChange(Body):
    priority: Annotated[int, Field(ge=-100, le=100)]


class WrapUp(Body):
    disposition: Id | None = None
    note: Note = ""
    resolved: bool | None = None
    ready: bool | None = None  # true: ready for the next at once


class InteractionPage(PageOf[InteractionRow]):
    total: int
