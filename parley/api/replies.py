"""Canned replies for a conversation: those of its queue, in its language, variables filled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import BaseModel

from parley.api.caller import Caller, InteractionsReader
from parley.api.schemas.common import Id
from parley.api.scope import visible_interaction
from parley.core.desk.customer import Order
from parley.core.desk.settings import Document
from parley.core.insight.facts import InteractionFact
from parley.core.model import Texts

ORDER_STATUS: dict[str, Texts] = {
    "paid": {"zh-CN": "已付款", "en-US": "paid"},
    "shipped": {"zh-CN": "已发货", "en-US": "shipped"},
    "delivered": {"zh-CN": "已签收", "en-US": "delivered"},
    "returned": {"zh-CN": "已退货", "en-US": "returned"},
    "cancelled": {"zh-CN": "已取消", "en-US": "cancelled"},
}

VARIABLE = re.compile(r"\{\{\s*([a-z_]+\.[a-z_]+)\s*\}\}")

router = APIRouter(prefix="/canned-replies", tags=["settings"])


class FilledReply(BaseModel):
    id: str
    shortcut: str
    names: dict[str, str]
    group: str
    language: str
    text: str
    missing: list[str]  # variables nothing is known for; they stay in the text as written


@router.get("/render", operation_id="canned_reply_render")
async def fill_replies(interaction_id: Id, caller: InteractionsReader) -> list[FilledReply]:
    fact = await visible_interaction(caller, interaction_id)
    values = await _values(caller, fact)
    entries = await caller.directory.of(caller.tenant_id)
    return [
        _filled(document, fact.language, values)
        for document in entries.of_kind("canned_reply")
        if not document.body.get("queues") or fact.queue in document.body["queues"]
    ]


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """`text` with its {{noun.field}} variables replaced, and the names that have no value."""
    missing: list[str] = []

    def value_of(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if value:
            return value
        missing.append(match[1])
        return match[0]

    return VARIABLE.sub(value_of, text), missing


def in_language(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """(language, text): the one asked for, else a relative (`zh` for `zh-CN`), else the first."""
    if language in texts:
        return language, texts[language]
    related = (tag for tag in texts if tag.split("-")[0] == language.split("-")[0])
    tag = next(related, next(iter(texts)))
    return tag, texts[tag]


def _filled(document: Document, language: str, values: Mapping[str, str]) -> FilledReply:
    body = document.body
    tag, template = in_language(body["texts"], language)
    text, missing = fill(template, values)
    return FilledReply(
        id=document.id,
        shortcut=body.get("shortcut", ""),
        names=body["names"],
        group=body.get("group", ""),
        language=tag,
        text=text,
        missing=missing,
    )


async def _values(caller: Caller, fact: InteractionFact) -> dict[str, str]:
    """What the variables stand for in this conversation."""
    customer = await caller.store.customers.get(caller.tenant_id, fact.customer_id)
    orders = await caller.store.customers.orders(caller.tenant_id, fact.customer_id, 1)
    entries = await caller.directory.of(caller.tenant_id)
    tenant: dict[str, str] = next((d.body.get("names", {}) for d in entries.of_kind("tenant")), {})
    names = [entries.queue_names(fact.queue), tenant]
    queue, company = [in_language(n, fact.language)[1] if n else "" for n in names]
    values = {
        "customer.name": customer.name if customer else fact.customer_name,
        "customer.city": customer.city if customer else None,
        "customer.phone": customer.phone if customer else None,
        "customer.email": customer.email if customer else None,
        "agent.name": caller.account.name,
        "queue.name": queue,
        "company.name": company,
        "page.title": fact.page_title,
        "interaction.id": fact.id,
    }
    if orders:
        values |= _order_values(orders[0], fact.language)
    return {name: value for name, value in values.items() if value}


def _order_values(order: Order, language: str) -> dict[str, str | None]:
    """Of the customer's newest order."""
    words = ORDER_STATUS.get(order.status)
    return {
        "order.id": order.id,
        "order.status": in_language(words, language)[1] if words else order.status,
        "order.carrier": order.carrier,
        "order.waybill": order.waybill,
        "order.item": order.items[0].get("name") if order.items else None,
        "order.latest": order.logistics[0].get("text") if order.logistics else None,
    }
