"""One row for each interaction, folded from events: what lists, boards and reports are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.core.model import Channel, Outcome, Phase


@dataclass(slots=True)
class InteractionFact:
    """Times are unix seconds; `None` is "not (yet)"."""

    id: str
    channel: Channel
    address: str
    entry_point: str | None
    customer_id: str
    customer_name: str
    language: str
    arrived_at: float
    phase: Phase = Phase.QUEUED
    topic: str | None = None
    subject: str = ""
    page_url: str = ""
    page_title: str = ""
    queue: str | None = None  # the last one it waited in
    queued_at: float | None = None  # when it first entered that queue
    priority: int = 0
    agent_id: str | None = None  # the last owner
    agents: list[str] = field(default_factory=list)  # all who owned it
    connected_at: float | None = None  # first time
    waited_s: float | None = None  # queued to first connected (or to its end, if never)
    first_reply_at: float | None = None
    conversation_ended_at: float | None = None
    ended_by: str | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None
    offers: int = 0
    transfers: int = 0
    messages_in: int = 0
    messages_out: int = 0
    last_message: str = ""
    last_message_at: float | None = None
    disposition: str | None = None
    wrap_up_note: str = ""
    resolved: bool | None = None
    ticket_id: str | None = None
    rating: int | None = None
    rating_comment: str = ""
