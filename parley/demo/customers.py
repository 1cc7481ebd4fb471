"""The demo company's customers and their orders: made from one seed, so that each start is alike."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from parley.core.desk.customer import Address, Customer, Order
from parley.demo.company import ZONE, names, products

ORDERS_PER_CUSTOMER = (1, 2, 2, 3, 3, 4, 6)  # drawn from; three on average
OLDEST_ORDER_DAYS = 150
UNDER_WAY_SHARE = 0.15  # of orders were placed in the last days and are still travelling
DELIVERY_S = 60 * 3600.0  # from order to delivery, roughly
STALLED_S = 26 * 3600.0  # how long the first customer's parcel has not moved
TIERS = (
    (None, 0, 120),
    ("银卡", 0, 40),
    ("金卡", 5, 25),
    ("VIP", 10, 15),
)  # name, priority, weight

DEDICATED = {"zh-CN": "agt_zhao", "en-US": "agt_james"}  # whose VIPs are, by language
SENT_BACK = ("returned", "cancelled")  # orders that count for no spend

_DAY = 86400.0
_STOPS = (
    (0, "{city}", "已签收，感谢您的购买"),
    (4, "{city}", "派送员正在派送，请保持电话畅通"),
    (12, "{city}转运中心", "到达目的地转运中心"),
    (30, "宁波转运中心", "已离开，发往{city}转运中心"),
    (36, "宁波中心仓", "已出库，交给{carrier}"),
    (44, "宁波中心仓", "仓库拣货完成"),
)  # hours before delivery, newest first


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    customer: Customer
    web: str  # visitor id of their browser
    orders: tuple[Order, ...]
    external: str  # who they are in the shop: `sub` of its identity tokens

    @property
    def addresses(self) -> tuple[Address, ...]:
        return (Address("web", self.web), Address("external", self.external, verified=True))

    @property
    def spend(self) -> float:
        return sum(float(order.amount) for order in self.orders if order.status not in SENT_BACK)


def make_customers(seed: int, now: float) -> list[KnownCustomer]:
    """Some two hundred customers with their orders as of `now` (unix seconds), oldest first."""
    chance = random.Random(seed)  # noqa: S311 - a demo, not a secret
    people = [(name, "zh-CN") for name in names()["chinese"]]
    people += [(name, "en-US") for name in names()["english"]]
    first, rest = people[0], people[1:]
    chance.shuffle(rest)
    numbers = _order_numbers(chance)
    return [
        _known(chance, index, name, language, now, numbers)
        for index, (name, language) in enumerate([first, *rest])
    ]


def _known(
    chance: random.Random, index: int, name: str, language: str, now: float, numbers: Iterator[int]
) -> KnownCustomer:
    tier, priority, _ = chance.choices(TIERS, weights=[weight for *_, weight in TIERS])[0]
    created = now - chance.uniform(60, 1500) * _DAY
    city = chance.choice(names()["cities"])
    tags = tuple(chance.sample(names()["tags"], chance.choice((0, 0, 1, 1, 2))))
    count = chance.choice(ORDERS_PER_CUSTOMER)
    if index == 0:  # the customer of the tutorial
        tier, priority, city, tags, count = "VIP", 10, "杭州", ("老客户", "母婴"), 3
        created = now - 3.2 * 365 * _DAY
    customer = Customer(
        id=f"cus_demo{index:04d}",
        name=name,
        tier=tier,
        priority=priority,
        phone=_phone(index, language),
        email=f"customer{index:03d}@example.com",
        city=names()["cities_en"][city] if language == "en-US" else city,
        language=language,
        member_since=datetime.fromtimestamp(created, UTC).date().isoformat(),
        tags=tags,
        created_at=created,
        updated_at=created,
        dedicated_agent=DEDICATED[language] if tier == "VIP" and index else None,
    )
    orders = [_order(chance, customer, city, now, next(numbers)) for _ in range(count)]
    if index == 0:
        orders[0] = _stalled(orders[0], now)
    return KnownCustomer(customer, f"vis_demo{index:04d}", tuple(orders), f"user-{1000 + index}")


def _phone(index: int, language: str) -> str:
    """Made up to look so. Ofcom keeps 07700 900xxx for drama; China keeps no such range."""
    return f"+447700900{index:03d}" if language == "en-US" else f"+861380000{index:04d}"


def _order_numbers(chance: random.Random) -> Iterator[int]:
    number = 2026_0000_0000
    while True:
        number += chance.randrange(37, 9973)
        yield number


def _order(chance: random.Random, customer: Customer, city: str, now: float, number: int) -> Order:
    travelling = chance.random() < UNDER_WAY_SHARE
    age_days = chance.uniform(0.2, 2) if travelling else chance.uniform(5, OLDEST_ORDER_DAYS)
    placed = _by_day(chance, now - age_days * _DAY, 8, 23)
    placed = max(placed - _DAY if placed > now else placed, customer.created_at)
    delivered = _by_day(chance, placed + DELIVERY_S, 10, 19)
    items = tuple(_item(chance, customer.language) for _ in range(chance.choice((1, 1, 1, 2))))
    amount = sum(float(item["price"]) * int(item["quantity"]) for item in items)
    carrier = chance.choice(names()["carriers"])
    status = "delivered" if delivered <= now else "shipped" if now - placed > _DAY / 2 else "paid"
    if status == "delivered" and chance.random() < 0.06:
        status = chance.choice(SENT_BACK)
    return Order(
        id=str(number),
        customer_id=customer.id,
        placed_at=placed,
        status=status,
        amount=f"{amount:.2f}",
        currency="CNY",
        items=items,
        logistics=_journey(status, delivered, now, city, carrier),
        carrier=None if status in ("paid", "cancelled") else carrier,
        waybill=None if status in ("paid", "cancelled") else f"MY{number:012d}",
    )


def _item(chance: random.Random, language: str) -> dict[str, str]:
    product = chance.choice(list(products().values()))
    quantity = "2" if float(product.price) < 500 and chance.random() < 0.2 else "1"
    return {
        "sku": product.sku,
        "name": product.names[language],
        "quantity": quantity,
        "price": product.price,
    }


def _by_day(chance: random.Random, at: float, from_hour: int, to_hour: int) -> float:
    """The same day in the company's time zone, but at an hour when people are awake."""
    local = datetime.fromtimestamp(at, ZoneInfo(ZONE))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    return midnight + chance.uniform(from_hour, to_hour) * 3600


def _journey(
    status: str, delivered: float, now: float, city: str, carrier: str
) -> tuple[dict[str, str], ...]:
    """The parcel's stops so far, newest first, if it is (to be) delivered then."""
    if status in ("paid", "cancelled"):
        return ()
    reached = [
        (delivered - hours * 3600, place, text)
        for hours, place, text in _STOPS
        if delivered - hours * 3600 <= now
    ]
    return tuple(_stop(at, place, text, city, carrier) for at, place, text in reached)


def _stalled(order: Order, now: float) -> Order:
    """A parcel that has not moved for a day, which its owner will ask about."""
    arrived = now - STALLED_S
    stops = [
        (arrived - (hours - 12) * 3600, place, text) for hours, place, text in _STOPS if hours >= 12
    ]
    return Order(
        id=order.id,
        customer_id=order.customer_id,
        placed_at=arrived - 34 * 3600,
        status="shipped",
        amount=products()["AC-KFR35"].price,
        currency=order.currency,
        items=(
            {
                "sku": "AC-KFR35",
                "name": products()["AC-KFR35"].names["zh-CN"],
                "quantity": "1",
                "price": products()["AC-KFR35"].price,
            },
        ),
        logistics=tuple(_stop(at, place, text, "杭州", "顺达速运") for at, place, text in stops),
        carrier="顺达速运",
        waybill=f"MY{int(order.id):012d}",
    )


def _stop(at: float, place: str, text: str, city: str, carrier: str) -> dict[str, str]:
    return {
        "at": datetime.fromtimestamp(at, ZoneInfo(ZONE)).isoformat(timespec="seconds"),
        "place": place.format(city=city),
        "text": text.format(city=city, carrier=carrier),
    }
