"""The shop's pages as HTML. Everything that is filled in is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from parley.core.desk.customer import Order
from parley.demo.company import ENTRY_POINT, ZONE, Product, products
from parley.demo.shop.words import WORDS

LANGUAGES = {"zh": "zh-CN", "en": "en-US"}  # by the first part of an address


@dataclass(frozen=True, slots=True)
class Guest:
    """Who looks at the page."""

    code: str  # zh or en
    path: str  # the rest of the address, the same in both languages
    member: str | None = None  # their name, once signed in
    identity: str | None = None  # what the shop's server signed for the widget
    members: Mapping[str, str] | None = None  # who one may sign in as: id -> name

    @property
    def language(self) -> str:
        return LANGUAGES[self.code]

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def link(self, path: str) -> str:
        return f"/demo/{self.code}/{path}"


@cache
def details() -> dict[str, dict[str, Any]]:
    return dict(json.loads(files("parley.demo.shop").joinpath("details.json").read_text("utf-8")))


def list_page(guest: Guest) -> str:
    words = guest.words
    cards = "".join(_card(guest, product) for product in products().values())
    body = f"""
<section class="hero"><div><h1>{escape(words["hero"])}</h1><p>{escape(words["hero_text"])}</p></div>
<img src="/demo/assets/RF-520.svg" alt="" width="220" height="220"></section>
{_services(guest)}
<h2 class="section">{escape(words["all"])}</h2>
<div class="grid">{cards}</div>"""
    return _page(guest, words["slogan"], body, {})


def product_page(guest: Guest, product: Product) -> str:
    words, more = guest.words, details()[product.sku]
    name = product.names[guest.language]
    specs = "".join(
        f"<tr><th scope='row'>{escape(key)}</th><td>{escape(value)}</td></tr>"
        for key, value in more["specs"][guest.language]
    )
    body = f"""
<nav class="trail" aria-label="{escape(words["path"])}"><a href="{guest.link("")}">{escape(words["all"])}</a> /
{escape(more["category"][guest.language])}</nav>
<article class="product"><div class="stage">{_art(product, 380)}</div><div>
<h1>{escape(name)}</h1><p class="lead">{escape(more["lead"][guest.language])}</p>
<p class="price">{_price(product)}</p><p class="stock">{escape(words["delivery"])}</p>
<p><button class="buy" type="button">{escape(words["add"])}</button></p>
<p class="ask">{escape(words["ask"])}</p></div></article>
{_services(guest)}
<h2 class="section">{escape(words["specs"])}</h2><table class="specs">{specs}</table>"""
    context = {
        "product": name,
        "sku": product.sku,
        "price": f"¥{product.price}",
        "category": more["category"][guest.language],
    }
    return _page(guest, name, body, context)


def orders_page(guest: Guest, orders: Iterable[Order]) -> str:
    words = guest.words
    rows = "".join(
        f"<li><a href='{guest.link(f'orders/{escape(order.id)}')}'><b>{escape(order.id)}</b>"
        f"<span>{escape(_items(order))}</span><span>{escape(_status(guest, order))}</span>"
        f"<span class='price'>¥{escape(order.amount)}</span></a></li>"
        for order in orders
    )
    shown = f"<ul class='orders'>{rows}</ul>" if rows else f"<p>{escape(words['no_orders'])}</p>"
    return _page(guest, words["orders"], f"<h1>{escape(words['orders'])}</h1>{shown}", {})


def order_page(guest: Guest, order: Order) -> str:
    words = guest.words
    steps = "".join(
        f"<li><time>{escape(_local(step['at']))}</time><b>{escape(step['place'])}</b>"
        f"<span>{escape(step['text'])}</span></li>"
        for step in order.logistics
    )
    placed = datetime.fromtimestamp(order.placed_at, ZoneInfo(ZONE)).strftime("%Y-%m-%d %H:%M")
    facts = [(words["placed"], placed), (words["status"], _status(guest, order))]
    if order.waybill:
        facts.append((words["waybill"], f"{order.carrier} {order.waybill}"))
    rows = "".join(
        f"<tr><th scope='row'>{escape(key)}</th><td>{escape(value)}</td></tr>"
        for key, value in facts
    )
    journey = f"<h2 class='section'>{escape(words['journey'])}</h2><ol class='journey'>{steps}</ol>"
    body = f"""
<nav class="trail" aria-label="{escape(words["path"])}"><a href="{guest.link("orders")}">{escape(words["orders"])}</a> /
{escape(order.id)}</nav>
<h1>{escape(_items(order))}</h1><p class="price">¥{escape(order.amount)}</p>
<table class="specs">{rows}</table>{journey if steps else ""}"""
    context = {"order": order.id, "product": _items(order), "status": _status(guest, order)}
    return _page(guest, f"{words['orders']} {order.id}", body, context)


def lost_page(guest: Guest) -> str:
    words = guest.words
    back = f"<p><a href='{guest.link('')}'>{escape(words['back'])}</a></p>"
    return _page(guest, words["not_found"], f"<h1>{escape(words['not_found'])}</h1>{back}", {})


# --- parts ---------------------------------------------------------------------------------------


def _page(guest: Guest, title: str, body: str, context: Mapping[str, str]) -> str:
    words = guest.words
    other = "en" if guest.code == "zh" else "zh"
    told = f" data-context='{escape(json.dumps(context, ensure_ascii=False))}'" if context else ""
    signed = f" data-identity='{escape(guest.identity)}'" if guest.identity else ""
    return f"""<!doctype html>
<html lang="{guest.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{escape(title)} · {escape(words["brand"])}</title>
<link rel="icon" href="/demo/assets/brand.svg" type="image/svg+xml">
<link rel="stylesheet" href="/demo/assets/shop.css">
<script src="/widget.js" data-entry="{ENTRY_POINT}"{told}{signed} async></script>
</head>
<body>
<header class="top"><a class="brand" href="{guest.link("")}">
<img src="/demo/assets/brand.svg" alt="" width="28" height="28">{escape(words["brand"])}</a>
<nav><a href="{guest.link("orders")}">{escape(words["orders"])}</a>
{_account(guest)}
<a href="/demo/{other}/{escape(guest.path)}" lang="{LANGUAGES[other]}">{escape(words["other"])}</a>
</nav></header>
<main>{body}</main>
<footer>{escape(words["footer"])}</footer>
</body>
</html>
"""


def _account(guest: Guest) -> str:
    words = guest.words
    if guest.member:
        out = f"<button name='member' value=''>{escape(words['sign_out'])}</button>"
        return _form(guest, f"<span class='member'>{escape(guest.member)}</span>{out}")
    choices = "".join(
        f"<button name='member' value='{escape(id_)}'>{escape(name)}</button>"
        for id_, name in (guest.members or {}).items()
    )
    if not choices:
        return ""
    return (
        f"<details class='account'><summary>{escape(words['sign_in'])}</summary>"
        + _form(guest, f"<p>{escape(words['sign_in_as'])}</p>{choices}")
        + "</details>"
    )


def _form(guest: Guest, inside: str) -> str:
    back = f"<input type='hidden' name='back' value='{escape(guest.path)}'>"
    return f"<form method='post' action='{guest.link('member')}'>{back}{inside}</form>"


def _services(guest: Guest) -> str:
    items = "".join(f"<li>{escape(each)}</li>" for each in guest.words["services"].split("|"))
    return f"<ul class='services'>{items}</ul>"


def _card(guest: Guest, product: Product) -> str:
    more = details()[product.sku]
    return f"""<a class="card" href="{guest.link(f"p/{product.sku}")}">{_art(product, 180)}
<span class="category">{escape(more["category"][guest.language])}</span>
<b>{escape(product.names[guest.language])}</b><span class="price">{_price(product)}</span>
<span class="stock">{escape(guest.words["rating"])}</span></a>"""


def _price(product: Product) -> str:
    was = details()[product.sku].get("was")
    before = f" <s>¥{escape(_whole(was))}</s>" if was else ""
    return f"¥{escape(_whole(product.price))}{before}"


def _whole(price: str) -> str:
    return f"{float(price):,.0f}"


def _art(product: Product, size: int) -> str:
    return (
        f'<img class="art" src="/demo/assets/{product.sku}.svg" alt="" '
        f'width="{size}" height="{size}" loading="lazy">'
    )


def _items(order: Order) -> str:
    return "、".join(item["name"] for item in order.items)


def _status(guest: Guest, order: Order) -> str:
    return guest.words.get(order.status, order.status)


def _local(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(ZoneInfo(ZONE)).strftime("%m-%d %H:%M")
