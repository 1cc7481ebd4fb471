"""What a visitor does in a conversation, as inputs of the center. Nothing here knows of sockets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.customers import customer_of
from parley.adapters.channels.webchat.entries import Entry
from parley.adapters.channels.webchat.phones import country_of, e164
from parley.adapters.channels.webchat.shown import RATE_WITHIN_S
from parley.adapters.channels.webchat.tokens import Visitor
from parley.adapters.channels.webchat.wire import LeaveMessage, Rate, Send, cleaned
from parley.core.center.turn import Step
from parley.core.errors import Conflict, Invalid, NotFound
from parley.core.events import MessageAdded
from parley.core.inputs import (
    CustomerEnded,
    CustomerRead,
    LeaveMessageRequested,
    MessageReceived,
    PageVisited,
)
from parley.core.model import Attachment, CustomerRef, Page, Sender
from parley.ids import new_id

CALLBACK_WITHIN_S = 30 * 24 * 3600.0  # how far ahead one may ask to be called
CALLBACK_SLACK_S = 300.0  # "now", by a clock that is slow
_CALL_ME = {"zh-CN": "请回电：{}", "en-US": "Please call me back: {}"}  # a message without words


@dataclass(slots=True)
class Visit:
    """One open screen of a visitor."""

    visitor: Visitor
    entry: Entry
    ip: str
    language: str
    page: Page = field(default_factory=Page)
    customer: CustomerRef | None = None

    @property
    def tenant_id(self) -> str:
        return self.visitor.tenant_id

    @property
    def address(self) -> str:
        return self.visitor.address


@dataclass(frozen=True, slots=True)
class Ack:
    client_id: str
    message_id: str
    seq: int | None  # None: the message itself follows with its seq

    def frame(self) -> dict[str, Any]:
        return {
            "type": "ack",
            "client_id": self.client_id,
            "message_id": self.message_id,
            "seq": self.seq,
        }


async def send(chat: Chat, visit: Visit, frame: Send) -> Ack:
    """Store the message once, however often it is sent. Raises Invalid, TooMany, Conflict."""
    text = cleaned(frame.text)
    if not text and not frame.attachments:
        raise Invalid("message_empty")
    async with chat.turn(visit.tenant_id, visit.address):
        return await _send(chat, visit, frame, text)


async def _send(chat: Chat, visit: Visit, frame: Send, text: str) -> Ack:
    if known := await _known(chat, visit, frame.client_id, frame.retry):
        return known
    _admit(chat, visit)
    files = await _files(chat, visit, frame.attachments)
    message_id = new_id("msg")
    news = MessageReceived(
        at=chat.now(),
        entry_point=visit.entry.id,
        address=visit.address,
        message_id=message_id,
        client_id=frame.client_id,
        interaction_id=new_id("int"),
        text=text,
        customer=await _customer(chat, visit),
        language=visit.language,
        topic=frame.topic,
        page=visit.page,
        attachments=files,
    )
    step = await chat.center.submit(visit.tenant_id, news)
    added = _accepted(step)
    if added is None:
        return await _stored(chat, visit, frame.client_id, message_id)
    return Ack(frame.client_id, message_id, None)


async def leave_message(chat: Chat, visit: Visit, frame: LeaveMessage) -> Ack:
    """A message for later, or (with a phone number) the wish to be called back.

    Raises Invalid (message_empty, phone_invalid, callback_at_invalid), TooMany, Conflict.
    """
    phone = await _phone(chat, visit, frame.phone)
    text = cleaned(frame.text) or (_CALL_ME[visit.language].format(phone) if phone else "")
    if not text:
        raise Invalid("message_empty")
    callback_at = _callback_at(frame.callback_at, chat.now()) if phone else None
    async with chat.turn(visit.tenant_id, visit.address):
        return await _leave_message(chat, visit, frame, text, phone, callback_at)


async def _leave_message(
    chat: Chat,
    visit: Visit,
    frame: LeaveMessage,
    text: str,
    phone: str | None,
    callback_at: float | None,
) -> Ack:
    if known := await _known(chat, visit, frame.client_id, retry=True):
        return known
    _admit(chat, visit)
    message_id = new_id("msg")
    news = LeaveMessageRequested(
        at=chat.now(),
        entry_point=visit.entry.id,
        address=visit.address,
        interaction_id=new_id("int"),
        message_id=message_id,
        client_id=frame.client_id,
        customer=await _customer(chat, visit),
        text=text,
        phone=phone,
        callback_at=callback_at,
        language=visit.language,
        topic=frame.topic,
        page=visit.page,
    )
    _accepted(await chat.center.submit(visit.tenant_id, news))
    return Ack(frame.client_id, message_id, None)


async def rate(chat: Chat, visit: Visit, frame: Rate) -> None:
    """Raises NotFound (not this visitor's), Conflict (not ended yet, too late, rated already)."""
    fact = await chat.records.interactions.get(visit.tenant_id, frame.interaction_id)
    if fact is None or fact.address != visit.address:
        raise NotFound("interaction_unknown")
    if fact.conversation_ended_at is None:
        raise Conflict("not_ended")
    if chat.now() - fact.conversation_ended_at > RATE_WITHIN_S:
        raise Conflict("too_late_to_rate")
    _admit(chat, visit)
    comment = cleaned(frame.comment)
    await chat.records.interactions.rate(visit.tenant_id, fact.id, frame.score, comment, chat.now())


async def end(chat: Chat, visit: Visit) -> None:
    await chat.center.submit(visit.tenant_id, CustomerEnded(at=chat.now(), address=visit.address))


async def read(chat: Chat, visit: Visit, message_id: str, *, seen: bool) -> None:
    """The screen received, or (`seen`) showed, everything up to this message."""
    news = CustomerRead(at=chat.now(), address=visit.address, message_id=message_id, read=seen)
    await chat.center.submit(visit.tenant_id, news)


async def go_to(chat: Chat, visit: Visit, page: Page) -> None:
    """The visitor is on another page; agents see it if a conversation is open."""
    visit.page = page
    if _conversation(chat, visit) is not None:
        news = PageVisited(at=chat.now(), address=visit.address, page=page)
        await chat.center.submit(visit.tenant_id, news)


def _admit(chat: Chat, visit: Visit) -> None:
    chat.gate.admit(
        chat.now(), "messages", visitor=visit.visitor.id, ip=visit.ip, entry=visit.entry.id
    )


def _conversation(chat: Chat, visit: Visit) -> str | None:
    state = chat.center.visitor_state(visit.tenant_id, visit.address)
    interaction_id: str | None = state["interaction_id"]
    return interaction_id


async def _known(chat: Chat, visit: Visit, client_id: str, retry: bool) -> Ack | None:
    """The center knows the client ids of an open conversation; older ones are asked of the store."""
    if not retry and _conversation(chat, visit) is not None:
        return None
    stored = await chat.records.interactions.message_of_client(
        visit.tenant_id, visit.address, client_id
    )
    return None if stored is None else Ack(client_id, stored.id, stored.seq)


async def _stored(chat: Chat, visit: Visit, client_id: str, message_id: str) -> Ack:
    """The center took it for a repeat: its first arrival is durable by now."""
    known = await _known(chat, visit, client_id, retry=True)
    return known or Ack(client_id, message_id, None)


def _accepted(step: Step) -> MessageAdded | None:
    """The customer's message that was added, if any. Raises Conflict if the center refused."""
    if step.refusal is not None:
        raise Conflict(step.refusal.code, "", **step.refusal.values)
    added = (event for event in step.events if isinstance(event, MessageAdded))
    return next((event for event in added if event.sender is Sender.CUSTOMER), None)


async def _customer(chat: Chat, visit: Visit) -> CustomerRef:
    """Asked anew for each new conversation, since tier and last agent change."""
    if visit.customer is None or _conversation(chat, visit) is None:
        visit.customer = await customer_of(chat, visit.visitor, visit.language)
    return visit.customer


async def _files(chat: Chat, visit: Visit, ids: list[str]) -> tuple[Attachment, ...]:
    files = []
    for file_id in dict.fromkeys(ids):
        file = await chat.records.files.get(visit.tenant_id, file_id)
        if file is None or file.uploaded_by != visit.address:
            raise Invalid("file_unknown")
        files.append(Attachment(file.id, file.name, file.media_type, file.size))
    return tuple(files)


async def _phone(chat: Chat, visit: Visit, number: str | None) -> str | None:
    if number is None or not number.strip():
        return None
    phone = e164(number, await country_of(chat, visit.entry))
    if phone is None:
        raise Invalid("phone_invalid")
    return phone


def _callback_at(text: str | None, now: float) -> float | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("callback_at_invalid") from None
    wanted = (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    if not now - CALLBACK_SLACK_S <= wanted <= now + CALLBACK_WITHIN_S:
        raise Invalid("callback_at_invalid")
    return wanted
