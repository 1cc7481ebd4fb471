"""What to do. The core returns these; the engine makes them durable and hands each to whoever can."""

from __future__ import annotations

from dataclasses import dataclass

from parley.core.model import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    lane: str  # commands of one lane (an interaction) are carried out one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Command):
    """Send to the customer on their channel. Failure for good becomes `DeliveryFailed`."""

    interaction_id: str
    entry_point: str
    address: str
    message_id: str
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Command):
    """Carry a left message or a callback on as a ticket; `ticket_id` makes it idempotent."""

    ticket_id: str
    kind: str  # message or callback
    interaction_id: str
    customer_id: str
    queue: str
    subject: str
    text: str
    phone: str | None = None
    callback_at: float | None = None
    language: str = "zh-CN"
