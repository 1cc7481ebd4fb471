"""The shop's addresses. A member is remembered by a cookie and told to the widget by a signed token,
as a real shop would: the secret never leaves the server."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from parley.config import PACKAGE
from parley.core.desk.customer import Order
from parley.core.ports import Store
from parley.demo.company import ENTRY_POINT, TENANT, products
from parley.demo.customers import KnownCustomer, make_customers
from parley.demo.seed import SEED
from parley.demo.shop import pages
from parley.demo.shop.pages import LANGUAGES, Guest
from parley.demo.site import Site

COOKIE = "shop_member"
MEMBERS_PER_LANGUAGE = 3  # whom a visitor of the demo may sign in as
SHOWN_ORDERS = 20
_POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
]
POLICY = "; ".join(_POLICY)
_HEADERS = {"content-security-policy": POLICY, "cache-control": "no-store"}


def shop_routes(store: Store, now: Callable[[], float] = time.time) -> list[BaseRoute]:
    """Everything under /demo; `now` in unix seconds."""
    shop = Shop(store, now)
    return [
        Route("/demo", _choose_language),
        Route("/demo/", _choose_language),
        Mount("/demo/assets", StaticFiles(directory=PACKAGE / "demo" / "shop" / "static")),
        Route("/demo/{code}/", shop.list),
        Route("/demo/{code}/p/{sku}", shop.product),
        Route("/demo/{code}/orders", shop.orders),
        Route("/demo/{code}/orders/{order_id}", shop.order),
        Route("/demo/{code}/member", shop.sign_in, methods=["POST"]),
        Route("/demo/{path:path}", shop.lost),
    ]


async def _choose_language(request: Request) -> Response:
    first = request.headers.get("accept-language", "zh").lower()
    return RedirectResponse(f"/demo/{'zh' if first.startswith('zh') else 'en'}/")


class Shop:
    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    async def list(self, request: Request) -> Response:
        return _html(pages.list_page(await self._guest(request, "")))

    async def product(self, request: Request) -> Response:
        product = products().get(request.path_params["sku"])
        if product is None:
            return await self.lost(request)
        guest = await self._guest(request, f"p/{product.sku}")
        return _html(pages.product_page(guest, product))

    async def orders(self, request: Request) -> Response:
        guest, member = await self._guest(request, "orders"), _member(request)
        orders = await self._orders(member) if member else ()
        return _html(pages.orders_page(guest, orders))

    async def order(self, request: Request) -> Response:
        member, order_id = _member(request), request.path_params["order_id"]
        if member is None:
            return await self.lost(request)
        orders = await self._orders(member)
        order = next((order for order in orders if order.id == order_id), None)
        if order is None:
            return await self.lost(request)
        guest = await self._guest(request, f"orders/{order.id}")
        return _html(pages.order_page(guest, order))

    async def sign_in(self, request: Request) -> Response:
        """Anybody may be any of the demo's members: there is nothing to protect here."""
        async with request.form(max_fields=4, max_files=0) as form:
            member, back = str(form.get("member", "")), str(form.get("back", ""))
        answer = RedirectResponse(f"/demo/{_code(request)}/{quote(back)}", status_code=303)
        if member in members():
            answer.set_cookie(COOKIE, member, httponly=True, samesite="lax", path="/demo")
        else:
            answer.delete_cookie(COOKIE, path="/demo")
        return answer

    async def lost(self, request: Request) -> Response:
        return _html(pages.lost_page(await self._guest(request, "")), 404)

    async def _orders(self, member: KnownCustomer) -> Sequence[Order]:
        return await self._store.customers.orders(TENANT, member.customer.id, SHOWN_ORDERS)

    async def _guest(self, request: Request, path: str) -> Guest:
        member = _member(request)
        return Guest(
            code=_code(request),
            path=path,
            member=member.customer.name if member else None,
            identity=await self._identity(member) if member else None,
            members={id_: known.customer.name for id_, known in members().items()},
        )

    async def _identity(self, member: KnownCustomer) -> str | None:
        document = await self._store.documents.get(TENANT, "entry_point", ENTRY_POINT)
        secret = document.body.get("secret") if document else None
        return Site("", secret).identity(member) if secret else None


def _code(request: Request) -> str:
    code = request.path_params.get("code", "zh")
    return code if code in LANGUAGES else "zh"


def _member(request: Request) -> KnownCustomer | None:
    return members().get(request.cookies.get(COOKIE, ""))


@cache
def members() -> dict[str, KnownCustomer]:
    """A few of each language, among them the customer of the tutorial, by the shop's own id."""
    everybody = make_customers(SEED, time.time())  # names and ids do not depend on the time
    chosen: list[KnownCustomer] = []
    for language in LANGUAGES.values():
        speaks = [known for known in everybody if known.customer.language == language]
        chosen.extend(speaks[:MEMBERS_PER_LANGUAGE])
    return {known.external: known for known in chosen}


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, headers=_HEADERS)
