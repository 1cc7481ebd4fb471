"""Customers: the person or firm that reaches us, with addresses on channels, and what they bought."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.core.model import CustomerRef

REGION = "region"  # the field that says where a customer belongs if it is not their city


@dataclass(frozen=True, slots=True)
class Address:
    """Where a customer reaches us from. `verified` ones prove identity and are never merged apart."""

    kind: str  # web, phone, email, external
    value: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    name: str
    tier: str | None = None  # e.g. VIP, gold
    priority: int = 0
    phone: str | None = None  # E.164
    email: str | None = None
    city: str | None = None
    language: str = "zh-CN"
    member_since: str | None = None  # ISO date
    tags: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    note: str = ""
    created_at: float = 0.0
    updated_at: float = 0.0
    version: int = 1
    dedicated_agent: str | None = None  # who serves them whenever they are there

    @property
    def region(self) -> str | None:
        return self.fields.get(REGION) or self.city


@dataclass(frozen=True, slots=True)
class Order:
    id: str  # the shop's order number
    customer_id: str
    placed_at: float
    status: str  # paid, shipped, delivered, returned, cancelled
    amount: str  # decimal text with two places
    currency: str
    items: tuple[dict[str, str], ...] = ()  # {"sku", "name", "quantity", "price"}
    logistics: tuple[dict[str, str], ...] = ()  # {"at", "place", "text"} newest first
    carrier: str | None = None
    waybill: str | None = None


ROUTED_BY = frozenset({"name", "tier", "priority", "tags", "fields", "city", "dedicated_agent"})
"""Changes of these are worth telling the live center."""


def newcomer(customer: Customer) -> CustomerRef:
    """What routing knows of somebody who was never here before."""
    return CustomerRef(
        customer.id, customer.name, customer.tier, customer.priority, tags=customer.tags,
        region=customer.region, dedicated_agent=customer.dedicated_agent,
    )  # fmt: skip
