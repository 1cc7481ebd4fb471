"""A conversation as a text file for its customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.tokens import Visitor
from parley.core.errors import NotFound
from parley.core.model import Sender
from parley.core.ports import Message

PAGE_MESSAGES = 200
MAX_MESSAGES = 5_000
DEFAULT_ZONE = "Asia/Shanghai"

WORDS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "title": "会话记录",
        "says": "{who}：",
        "you": "我",
        "system": "系统",
        "agent": "客服",
        "file": "[文件] {name}",
        "queued": "已进入排队",
        "connected": "{agent} 为您服务",
        "transferred": "已转接，新的客服会继续为您服务",
        "closed_hours": "现在是非服务时间",
        "queue_full": "当前咨询人数较多",
        "waited_too_long": "让您久等了，可以给我们留言或预约回电",
        "agent_left": "客服暂时离开，正在为您重新安排",
        "ended_by_agent": "客服结束了会话",
        "ended_by_customer": "您结束了会话",
        "ended_inactive": "长时间没有新消息，会话已结束",
        "message_saved": "留言已收到",
        "callback_saved": "已登记回电：{phone}",
    },
    "en-US": {
        "title": "Conversation",
        "says": "{who}: ",
        "you": "Me",
        "system": "System",
        "agent": "Agent",
        "file": "[file] {name}",
        "queued": "You are in the queue",
        "connected": "{agent} is with you",
        "transferred": "You are being transferred to a colleague",
        "closed_hours": "We are closed at the moment",
        "queue_full": "All lines are busy at the moment",
        "waited_too_long": "Sorry for the wait. You can leave a message or ask to be called back",
        "agent_left": "The agent had to leave; we are finding someone else for you",
        "ended_by_agent": "The agent ended the conversation",
        "ended_by_customer": "You ended the conversation",
        "ended_inactive": "The conversation ended because nobody wrote for a while",
        "message_saved": "We have your message",
        "callback_saved": "We will call you back: {phone}",
    },
}


async def transcript(chat: Chat, visitor: Visitor, interaction_id: str, language: str) -> str:
    """UTF-8 text, one line a message, in the tenant's time. Raises NotFound if not this visitor's."""
    fact = await chat.records.interactions.get(visitor.tenant_id, interaction_id)
    if fact is None or fact.address != visitor.address:
        raise NotFound("interaction_unknown")
    zone = await _zone(chat, visitor.tenant_id)
    messages = await _all(chat, visitor.tenant_id, interaction_id)
    words = WORDS[language]
    day = _local(fact.arrived_at, zone).strftime("%Y-%m-%d")
    lines = [f"{words['title']} · {day} · {zone.key}", ""]
    for message in messages:
        agent = message.agent_id and chat.center.agent_name(visitor.tenant_id, message.agent_id)
        lines.append(_line(message, agent, words, zone))
    return "\n".join(lines) + "\n"


async def _all(chat: Chat, tenant_id: str, interaction_id: str) -> list[Message]:
    messages: list[Message] = []
    while len(messages) < MAX_MESSAGES:
        after = messages[-1].seq if messages else 0
        page: Sequence[Message] = await chat.records.interactions.messages(
            tenant_id, interaction_id, after_seq=after, limit=PAGE_MESSAGES
        )
        messages.extend(page)
        if len(page) < PAGE_MESSAGES:
            break
    return messages


def _line(message: Message, agent: str | None, words: Mapping[str, str], zone: ZoneInfo) -> str:
    time = _local(message.at, zone).strftime("%H:%M:%S")
    who = {
        Sender.CUSTOMER: words["you"],
        Sender.AGENT: agent or words["agent"],
        Sender.SYSTEM: words["system"],
    }[message.sender]
    said = [said_text(message, words)] if message.text or message.key else []
    said += [words["file"].format(name=file["name"]) for file in message.attachments]
    return f"{time}  {words['says'].format(who=who)}" + "\n          ".join(
        "\n".join(said).split("\n")
    )


def said_text(message: Message, words: Mapping[str, str]) -> str:
    """A system message by its key, in words; others as they were written."""
    template = words.get(message.key or "")
    if template is None:
        return message.text
    return template.format_map(_Blank(message.values or {}))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


async def _zone(chat: Chat, tenant_id: str) -> ZoneInfo:
    document = await chat.records.documents.get(tenant_id, "tenant", tenant_id)
    name = document.body.get("zone") if document else None
    try:
        return ZoneInfo(name if isinstance(name, str) else DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(DEFAULT_ZONE)


def _local(at: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at, zone)
