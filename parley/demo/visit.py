"""One visit as it will be played: who comes, what is said, from which page; and what it leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.core.model import Page
from parley.demo.company import names, products
from parley.demo.customers import KnownCustomer
from parley.demo.dialogues import Dialogue, Line

_FEMALE = set(
    "燕桐玲涵婷华丽琪芬怡佳音清雪兰静洁英悦雨欣梅慧娜秀月霞芳萍姝晴瑶茹如云雯琴惠琳思敏珊"
)


@dataclass(slots=True)
class Visit:
    """One visitor's conversation, being played."""

    known: KnownCustomer
    dialogue: Dialogue
    interaction_id: str
    lines: tuple[Line, ...] = field(init=False)
    next: int = 0  # the line that comes next
    turn: int = 0  # raised whenever the plan changes: older plans are void
    transfers: bool = False  # the first agent will pass it on

    def __post_init__(self) -> None:
        self.lines = self.dialogue.filled(self._values())

    @property
    def address(self) -> str:
        return f"web:{self.known.web}"

    @property
    def page(self) -> Page:
        """The page of the demo shop they write from; its address is relative to this server."""
        language, product = self.dialogue.language, products().get(self.dialogue.product or "")
        shop = f"/demo/{language[:2]}"
        if product is None:
            order = self.known.orders[0]
            title = "我的订单" if language == "zh-CN" else "My orders"
            return Page(f"{shop}/orders/{order.id}", title, {"order": order.id})
        name = product.names[language]
        return Page(f"{shop}/p/{product.sku}", name, {"sku": product.sku, "product": name})

    def _values(self) -> dict[str, str]:
        customer, order = self.known.customer, self.known.orders[0]
        chinese = self.dialogue.language == "zh-CN"
        sku = self.dialogue.product or order.items[0]["sku"]
        carrier = order.carrier or names()["carriers"][0]
        return {
            "name": customer.name if chinese else customer.name.split()[0],
            "title": f"{customer.name[0]}{'女士' if customer.name[-1] in _FEMALE else '先生'}",
            "product": products()[sku].names[self.dialogue.language],
            "order": order.id,
            "city": customer.city or "",
            "carrier": carrier if chinese else names()["carriers_en"][carrier],
            "waybill": order.waybill or f"MY{int(order.id):012d}",
            "agent": "{agent}",  # filled in once one is connected
        }


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A ticket to be stored, and how far it has come."""

    id: str
    kind: str
    subject: str
    description: str
    priority: str
    customer_id: str
    interaction_id: str
    queue: str | None
    agent_id: str | None
    opened_at: float
    phone: str | None = None
    callback_at: float | None = None


@dataclass(frozen=True, slots=True)
class PastRating:
    interaction_id: str
    score: int
    comment: str
    at: float
