"""Messages and state as the widget gets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.tokens import FILE_LINK_S, Visitor
from parley.core.ports import Message

RATE_WITHIN_S = 3 * 24 * 3600.0  # how long after its end a conversation may be rated
_WITH_FILES = b'"attachments":[{'


def iso(at: float) -> str:
    text = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def shown_messages(
    chat: Chat, visitor: Visitor, messages: Iterable[Message]
) -> list[dict[str, Any]]:
    return [_shown(chat, visitor, message) for message in messages]


def _shown(chat: Chat, visitor: Visitor, message: Message) -> dict[str, Any]:
    tenant_id = visitor.tenant_id
    agent = message.agent_id and chat.center.agent_name(tenant_id, message.agent_id)
    return {
        "id": message.id,
        "seq": message.seq,
        "interaction_id": message.interaction_id,
        "client_id": message.client_id,
        "at": iso(message.at),
        "sender": str(message.sender),
        "agent_name": agent,
        "text": message.text,
        "key": message.key,
        "values": dict(message.values or {}),
        "attachments": [_file(chat, tenant_id, each) for each in message.attachments],
    }


def _file(chat: Chat, tenant_id: str, file: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": file["id"],
        "name": file["name"],
        "media_type": file["media_type"],
        "size": file["size"],
        "url": file_url(chat, tenant_id, file["id"]),
    }


def file_url(chat: Chat, tenant_id: str, file_id: str) -> str:
    """Relative to this server; works without the token for FILE_LINK_S."""
    link = chat.signer.file_link(tenant_id, file_id, chat.now() + FILE_LINK_S)
    return f"/chat/v1/attachments/{file_id}?t={link}"


def with_links(chat: Chat, tenant_id: str, frame: str) -> str:
    """A live frame, its files given links; frames without files pass as they are."""
    raw = frame.encode()
    if _WITH_FILES not in raw:
        return frame
    told = msgspec.json.decode(raw)
    message = told.get("message") or {}
    message["attachments"] = [_file(chat, tenant_id, f) for f in message.get("attachments", [])]
    return msgspec.json.encode(told).decode()


async def shown_state(chat: Chat, visitor: Visitor, newest: Sequence[Message]) -> dict[str, Any]:
    """The center's word on where the visitor stands, and what they may still rate.

    `newest`: the visitor's last messages, oldest first; none if they never wrote.
    """
    state = chat.center.visitor_state(visitor.tenant_id, visitor.address)
    return {**state, "rate": await _to_rate(chat, visitor, state, newest)}


async def _to_rate(
    chat: Chat, visitor: Visitor, state: dict[str, Any], last: Sequence[Message]
) -> dict[str, str] | None:
    """The last conversation, if an agent served it, it is over and not rated yet."""
    if state["phase"] not in ("idle", "ended"):
        return None
    interactions = chat.records.interactions
    fact = await interactions.get(visitor.tenant_id, last[-1].interaction_id) if last else None
    if fact is None or fact.connected_at is None or fact.conversation_ended_at is None:
        return None
    recent = chat.now() - fact.conversation_ended_at < RATE_WITHIN_S
    return {"interaction_id": fact.id} if fact.rating is None and recent else None
