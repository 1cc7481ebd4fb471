"""The demo shop: an ordinary site with the widget's tag, and a server that signs its members."""

import html
import json
import re
import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from parley.adapters.channels.webchat.identity import read_identity
from parley.config import PACKAGE
from parley.core.desk.settings import Document
from parley.demo.company import ENTRY_POINT, products
from parley.demo.customers import make_customers
from parley.demo.seed import SEED
from parley.demo.shop import shop_routes
from parley.demo.shop.pages import details
from parley.demo.shop.words import WORDS

SECRET = "the demo shop's own secret, long enough"
TUTORIAL = "user-1000"  # the member the tutorial is about


class Documents:
    async def get(self, tenant_id: str, kind: str, id: str) -> Document:
        return Document(kind, id, {"secret": SECRET})


class Customers:
    async def orders(self, tenant_id: str, customer_id: str, limit: int) -> Any:
        known = make_customers(SEED, time.time())
        return next(each.orders for each in known if each.customer.id == customer_id)


@pytest.fixture
async def browser():
    store: Any = SimpleNamespace(documents=Documents(), customers=Customers())
    app = Starlette(routes=shop_routes(store))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        yield client


def tag(page: httpx.Response) -> dict[str, str]:
    """The attributes of the widget's script tag."""
    found = re.search(r"<script ([^>]*)></script>", page.text)
    assert found
    return {k: html.unescape(v[1:-1]) for k, v in re.findall(r"(\S+?)=('.*?'|\".*?\")", found[1])}


async def test_the_browsers_language_is_met(browser: httpx.AsyncClient):
    for asked, expected in (("zh-CN,zh;q=0.9", "/demo/zh/"), ("de,en;q=0.8", "/demo/en/")):
        answer = await browser.get("/demo/", headers={"accept-language": asked})
        assert answer.headers["location"] == expected


@pytest.mark.parametrize(("code", "language"), [("zh", "zh-CN"), ("en", "en-US")])
async def test_each_product_page_tells_the_widget_what_is_looked_at(
    browser: httpx.AsyncClient, code: str, language: str
):
    for product in products().values():
        page = await browser.get(f"/demo/{code}/p/{product.sku}")
        assert f'<html lang="{language}">' in page.text
        assert tag(page)["data-entry"] == ENTRY_POINT
        context = json.loads(tag(page)["data-context"])
        assert (context["product"], context["sku"]) == (product.names[language], product.sku)


async def test_the_pages_come_with_a_policy_that_allows_nothing_inline(browser: httpx.AsyncClient):
    page = await browser.get("/demo/zh/")
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert not re.search(r"<style|style=|onclick", page.text)


async def test_a_member_is_signed_by_the_server_alone(browser: httpx.AsyncClient):
    assert "data-identity" not in tag(await browser.get("/demo/zh/"))
    answer = await browser.post("/demo/zh/member", data={"member": TUTORIAL, "back": "orders"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/demo/zh/orders")
    page = await browser.get("/demo/zh/orders")
    identity = read_identity(tag(page)["data-identity"], SECRET, time.time())
    assert (identity.subject, identity.name) == (TUTORIAL, "王晓燕")
    assert SECRET not in page.text
    order = re.search(r"orders/(\d+)'", page.text)
    assert order
    detail = await browser.get(f"/demo/zh/orders/{order[1]}")
    assert json.loads(tag(detail)["data-context"])["order"] == order[1]
    await browser.post("/demo/zh/member", data={"member": "", "back": ""})
    assert (await browser.get(f"/demo/zh/orders/{order[1]}")).status_code == 404


@pytest.mark.parametrize("path", ["zh/p/nothing", "zh/orders/1", "nowhere", "zh/p/<script>"])
async def test_what_does_not_exist_says_so(browser: httpx.AsyncClient, path: str):
    page = await browser.get(f"/demo/{path}")
    assert page.status_code == 404
    assert "<script>" not in page.text


async def test_a_form_cannot_lead_to_another_site(browser: httpx.AsyncClient):
    answer = await browser.post("/demo/zh/member", data={"back": "//evil.test/\r\nx: y"})
    assert answer.headers["location"].startswith("/demo/zh/")


def test_every_product_has_art_and_words_in_both_languages():
    art = PACKAGE / "demo" / "shop" / "static"
    assert details().keys() == products().keys()
    for sku, more in details().items():
        drawn = (art / f"{sku}.svg").read_text("utf-8")
        assert "<script" not in drawn
        assert more["lead"].keys() == more["specs"].keys() == {"zh-CN", "en-US"}
    assert WORDS["zh-CN"].keys() == WORDS["en-US"].keys()
