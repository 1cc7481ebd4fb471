"""A visitor comes: who it is, where they stand, what was said last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.customers import (
    WEB,
    customer_identified,
    visitor_with_conversation,
)
from parley.adapters.channels.webchat.entries import Entry
from parley.adapters.channels.webchat.identity import Identity, read_identity
from parley.adapters.channels.webchat.phones import country_of
from parley.adapters.channels.webchat.shown import shown_messages, shown_state
from parley.adapters.channels.webchat.tokens import Visitor
from parley.adapters.channels.webchat.wire import SessionBody, language_of
from parley.core.desk.customer import Address
from parley.core.errors import NotSignedIn
from parley.core.inputs import CustomerIdentified
from parley.core.ports import Message
from parley.ids import new_id

HISTORY_MESSAGES = 50  # of one page of history


async def open_session(chat: Chat, entry: Entry, body: SessionBody) -> dict[str, Any]:
    """Raises NotSignedIn for a forged or expired identity; a token nobody knows is a new visitor."""
    visitor = _returning(chat, entry, body.token)
    if body.identity is not None:
        identity = read_identity(body.identity, entry.settings.secret, chat.now())
        visitor = await _identified(chat, entry, visitor, identity, language_of(body.language))
    elif visitor is None or visitor.subject is not None:
        visitor = Visitor(entry.tenant_id, entry.id, new_id("vis"))
    return await _session(chat, visitor)


def _returning(chat: Chat, entry: Entry, token: str | None) -> Visitor | None:
    try:
        visitor = chat.signer.visitor(token or "")
    except NotSignedIn:
        return None
    return visitor if (visitor.tenant_id, visitor.entry_id) == (entry.tenant_id, entry.id) else None


async def _identified(
    chat: Chat, entry: Entry, visitor: Visitor | None, identity: Identity, language: str
) -> Visitor:
    """The visitor of this customer. Nobody sees the conversation of who used the browser before.

    A conversation goes on where it is: one that this browser began before signing in, else one the
    customer has open on another device; else it is the one visitor of this customer.
    """
    tenant_id, subject = entry.tenant_id, identity.subject
    country = await country_of(chat, entry)
    customer = await customer_identified(chat, tenant_id, identity, language, country)
    if visitor is None or not _keeps(chat, visitor, subject):
        visitor_id = await visitor_with_conversation(chat, tenant_id, customer.id)
        visitor_id = visitor_id or chat.signer.visitor_id(tenant_id, subject)
        visitor = Visitor(tenant_id, entry.id, visitor_id)
    await chat.records.customers.link(tenant_id, Address(WEB, visitor.id), customer.id)
    if (open_id := _open_conversation(chat, visitor)) is not None:
        known = await chat.records.customers.known(tenant_id, customer.id, besides=open_id)
        news = CustomerIdentified(
            at=chat.now(), address=visitor.address, customer=known or customer
        )
        await chat.center.submit(tenant_id, news)
    return replace(visitor, subject=subject)


def _keeps(chat: Chat, visitor: Visitor, subject: str) -> bool:
    if visitor.subject is not None:
        return visitor.subject == subject
    return _open_conversation(chat, visitor) is not None


def _open_conversation(chat: Chat, visitor: Visitor) -> str | None:
    state = chat.center.visitor_state(visitor.tenant_id, visitor.address)
    interaction_id: str | None = state["interaction_id"]
    return interaction_id


async def _session(chat: Chat, visitor: Visitor) -> dict[str, Any]:
    page = await history(chat, visitor, before_seq=None)
    return {
        "token": chat.signer.token(visitor),
        "visitor_id": visitor.id,
        "state": await shown_state(chat, visitor, page),
        "messages": shown_messages(chat, visitor, page),
        "history_before": history_before(page),
    }


async def history(chat: Chat, visitor: Visitor, before_seq: int | None) -> list[Message]:
    """The last messages, or those before a seq, oldest first."""
    thread = chat.records.interactions.thread
    found = await thread(
        visitor.tenant_id, visitor.address, before_seq=before_seq, limit=HISTORY_MESSAGES
    )
    return list(found)


def history_before(page: list[Message]) -> int | None:
    """Where the page before begins to look; None if there is none."""
    return page[0].seq if len(page) == HISTORY_MESSAGES else None
