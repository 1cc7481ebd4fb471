"""Made-up visitors and colleagues against the real product: everybody is served and sent home."""

from collections.abc import Iterator

import httpx
import pytest

from parley.demo.company import PASSWORD
from parley.demo.site import open_site
from parley.demo.traffic import HELPERS, Plan, Traffic
from parley.demo.visitor import Fate
from tests.harness.product import Product

VISITORS_A_MINUTE, MINUTES, PACE = 300.0, 0.06, 30.0


@pytest.fixture(scope="module")
def product(open_dir) -> Iterator[Product]:
    product = Product(open_dir / "traffic")
    try:
        product.start()
        yield product
        product.stop()
    finally:
        product.end()


@pytest.mark.slow
async def test_visitors_are_answered_and_afterwards_nobody_is_left_in_the_house(product):
    lines: list[str] = []
    plan = Plan(product.url, VISITORS_A_MINUTE, MINUTES, agents=len(HELPERS), pace=PACE, seed=4)
    traffic = Traffic(await open_site(product.url), plan, lines.append)
    await traffic.play()

    fates = traffic.tally.fates
    assert fates.total() == traffic.tally.began > 0
    assert fates[Fate.LOST] == 0
    assert fates[Fate.SERVED] > 0
    async with httpx.AsyncClient(base_url=product.url) as client:
        body = {"email": "zhou@demo.parley", "password": PASSWORD}
        (await client.post("/api/v1/session", json=body)).raise_for_status()
        newest = (await client.get("/api/v1/interactions?limit=100")).json()["items"]
        board = (await client.get("/api/v1/board")).json()
    ours = [row for row in newest if row["page_url"].startswith(product.url)]
    assert len(ours) == fates.total()
    assert sum(row["outcome"] == "served" for row in ours) == fates[Fate.SERVED]
    assert all(row["customer"]["name"] for row in ours)
    assert {row["status"] for row in board["agents"]} == {"offline"}
