"""The demo company as data: configuration documents, people, products, names. All of it is in `data/`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from parley.core.desk.settings import Document
from parley.core.model import Texts

TENANT = "tnt_demo"
ENTRY_POINT = "demo-shop"
PASSWORD = "parley-demo"  # noqa: S105 - printed at start; only accounts of TENANT ever get it
ZONE = "Asia/Shanghai"

_DOCUMENT_FILES = {
    "tenant": "tenant.json",
    "center": "center.json",
    "skill": "skills.json",
    "hours": "hours.json",
    "queue": "queues.json",
    "disposition": "dispositions.json",
    "reason": "reasons.json",
    "canned_reply": "canned_replies.json",
    "flow": "flows.json",
    "trunk": "trunks.json",
    "entry_point": "entry_points.json",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in, and what routing knows of them."""

    id: str
    email: str
    name: str
    role: str
    language: str
    profile: dict[str, Any]  # the body of the `agent` document


@dataclass(frozen=True, slots=True)
class Product:
    sku: str
    names: Texts
    price: str  # decimal text, CNY


def documents() -> list[Document]:
    """Every configuration document of the company, those that others refer to first."""
    found = [
        Document(kind, str(body.get("id", kind)), {k: v for k, v in body.items() if k != "id"})
        for kind, name in _DOCUMENT_FILES.items()
        for body in _bodies(name)
    ]
    return found + [Document("agent", person.id, person.profile) for person in people()]


@cache
def people() -> tuple[Person, ...]:
    return tuple(_person(body) for body in _bodies("people.json"))


@cache
def products() -> dict[str, Product]:
    """By SKU."""
    return {body["sku"]: Product(**body) for body in _bodies("products.json")}


@cache
def names() -> dict[str, Any]:
    """Names of customers, cities, carriers and tags, see `data/names.json`."""
    return dict(_read("names.json"))


def _person(body: dict[str, Any]) -> Person:
    profile = {key: body[key] for key in ("name", "queues", "skills", "capacity", "languages")}
    return Person(body["id"], body["email"], body["name"], body["role"], body["language"], profile)


def _bodies(name: str) -> list[dict[str, Any]]:
    value = _read(name)
    return value if isinstance(value, list) else [value]


def _read(name: str) -> Any:
    return json.loads(files("parley.demo").joinpath("data", name).read_text("utf-8"))
