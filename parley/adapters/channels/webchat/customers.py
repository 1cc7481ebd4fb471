"""Which customer a visitor is: known by the host site's word (identity), else by their visitor id."""

from __future__ import annotations

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.identity import Identity
from parley.adapters.channels.webchat.phones import e164
from parley.adapters.channels.webchat.tokens import Visitor
from parley.core.desk.customer import Address, Customer
from parley.core.model import CustomerRef
from parley.ids import new_id

EXTERNAL = "external"  # kind of address: the host site's own id of a customer
WEB = "web"  # kind of address: a visitor
_NAMELESS = {"zh-CN": "访客 {}", "en-US": "Visitor {}"}


async def customer_of(chat: Chat, visitor: Visitor, language: str) -> CustomerRef:
    """The customer behind a visitor, a new one if nobody is."""
    now = chat.now()
    new = Customer(
        id=new_id("cus"),
        name=_NAMELESS[language].format(visitor.id[-4:]),
        language=language,
        created_at=now,
        updated_at=now,
    )
    return await chat.records.customers.recognise(
        visitor.tenant_id, Address(WEB, visitor.id), new, now
    )


async def customer_identified(
    chat: Chat, tenant_id: str, identity: Identity, language: str, country: str
) -> CustomerRef:
    """The customer of this identity; what it says of them is only taken for a new one."""
    now = chat.now()
    new = Customer(
        id=new_id("cus"),
        name=identity.name or identity.subject,
        email=identity.email,
        phone=identity.phone and e164(identity.phone, country),
        language=language,
        created_at=now,
        updated_at=now,
    )
    address = Address(EXTERNAL, identity.subject, verified=True)
    return await chat.records.customers.recognise(tenant_id, address, new, now)


async def visitor_with_conversation(chat: Chat, tenant_id: str, customer_id: str) -> str | None:
    """The customer's visitor that has a conversation open, on whichever device it began."""
    for address in await chat.records.customers.addresses(tenant_id, customer_id):
        if address.kind != WEB:
            continue
        state = chat.center.visitor_state(tenant_id, f"{WEB}:{address.value}")
        if state["interaction_id"] is not None:
            return address.value
    return None
