"""Founds a company: its tenant with what a first conversation needs, and its administrator.

Safe to repeat after an interruption: what is there is left alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import ValidationError

from parley.api.passwords import temporary_password, weakness
from parley.api.schemas.account import PersonCreate
from parley.api.schemas.settings import TenantSettings
from parley.api.settings import CENTER_FIELDS
from parley.core.desk.account import Account, AccountRole
from parley.core.desk.settings import Document
from parley.core.errors import Conflict, Invalid
from parley.core.events import RecordChanged
from parley.core.model import Texts
from parley.core.ports import Store
from parley.ids import new_id

QUEUE, HOURS = "general", "office"
_BY = "found"
_WORKDAY = [[9 * 60, 18 * 60]]  # minutes of the day
_REASONS = {
    "break": ("小休", "Short break"),
    "lunch": ("午餐", "Lunch"),
    "meeting": ("会议", "Meeting"),
}


class Ground(Store, Protocol):
    """A store that can take a new tenant."""

    async def add_tenant(self, tenant_id: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Company:
    """What whoever founds it says of it and of its first administrator."""

    name: str
    email: str
    administrator: str  # their name
    language: str = "zh-CN"
    zone: str = "Asia/Shanghai"
    password: str | None = None  # none: a temporary one is made


@dataclass(frozen=True, slots=True)
class Founded:
    tenant_id: str
    entry_point: str
    temporary_password: str | None  # to be shown once


async def found(
    store: Ground, company: Company, now: float, hash_password: Callable[[str], Awaitable[str]]
) -> Founded:
    """Raises Invalid (what makes no sense), Conflict (company_exists, email_taken)."""
    settings, person = _checked(company)
    if await store.accounts.by_email(person.email):
        raise Conflict("email_taken", f"Somebody signs in as {person.email} already.")
    tenant_id = await _tenant(store, company.name)
    password = person.password or temporary_password()
    await store.add_tenant(tenant_id)
    account = Account(
        id=new_id("agt"),
        tenant_id=tenant_id,
        email=person.email,
        name=person.name,
        role=person.role,
        password_hash=await hash_password(password),
        language=person.language,
        must_change_password=person.password is None,
    )
    entry_point = f"ept_{tenant_id.removeprefix('tnt_')}"
    profile = person.model_dump(mode="json", include={"name", "queues", "capacity", "languages"})
    await store_documents(
        store,
        tenant_id,
        [
            *_documents(tenant_id, entry_point, company, settings),
            Document("agent", account.id, profile),
        ],
        now,
        _BY,
    )
    created = RecordChanged(at=now, kind="account", id=account.id, action="created", by=_BY)
    await store.accounts.save(account, [created], new=True)
    return Founded(tenant_id, entry_point, None if person.password else password)


async def store_documents(
    store: Store, tenant_id: str, documents: Iterable[Document], now: float, by: str
) -> None:
    """Those that are not there yet; a chat's entry point gets its secret."""
    stored = {(kept.kind, kept.id) for kept in await store.documents.list(tenant_id)}
    for document in documents:
        if (document.kind, document.id) in stored:
            continue
        body = dict(document.body)
        if document.kind == "entry_point" and body["channel"] == "chat":
            body["secret"] = secrets.token_urlsafe(32)  # signs identity tokens of the host site
        await store.documents.save(
            tenant_id,
            replace(document, body=body, updated_at=now, updated_by=by),
            [RecordChanged(at=now, kind=document.kind, id=document.id, action="created", by=by)],
            new=True,
        )


def _checked(company: Company) -> tuple[TenantSettings, PersonCreate]:
    """Held to the API's own models. Raises Invalid with one sentence."""
    try:
        settings = TenantSettings(
            names={company.language: company.name},
            zone=company.zone,
            interrupts={"chat": ["chat", "task"], "task": ["chat", "voice"], "voice": []},
        )
        person = PersonCreate(
            email=company.email,
            name=company.administrator,
            role=AccountRole.ADMINISTRATOR,
            language=company.language,
            languages=[company.language],
            queues={QUEUE: 1},
            password=company.password,
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Invalid("company_invalid", f"{field}: {first['msg']}.") from error
    if company.password is not None:
        wrong = weakness(company.password, email=person.email, name=person.name)
        if wrong:
            raise Invalid("password_weak", f"This password will not do: {wrong.replace('_', ' ')}.")
    return settings, person


async def _tenant(store: Store, name: str) -> str:
    """A new id, or that of a founding that was interrupted. Raises Conflict(company_exists)."""
    for tenant_id in await store.tenants():
        kept = await store.documents.get(tenant_id, "tenant", tenant_id)
        if kept is not None and name not in kept.body.get("names", {}).values():
            continue
        if await store.accounts.list(tenant_id):
            if kept is not None:
                raise Conflict(
                    "company_exists",
                    f"{name} exists already: sign in as its administrator, who may add others.",
                )
            continue
        return tenant_id
    return new_id("tnt")


def _documents(
    tenant_id: str, entry_point: str, company: Company, settings: TenantSettings
) -> list[Document]:
    """One queue, one entry point, working hours, reasons to be away: to be changed in Settings."""
    tenant = settings.model_dump(mode="json")
    rules = {name: tenant.pop(name) for name in CENTER_FIELDS}
    names = {company.language: company.name}
    zh = company.language == "zh-CN"
    hours = {
        "name": "工作日 9:00–18:00" if zh else "Weekdays 9:00–18:00",
        "zone": company.zone,
        "week": [_WORKDAY] * 5 + [[], []],
    }
    queue = {
        "names": _both("客户服务", "Customer service"),
        "hours_id": HOURS,
        "disposition_required": False,
    }
    chat: dict[str, Any] = {
        "channel": "chat",
        "name": "网站在线客服" if zh else "Website chat",
        "names": names,
        "queue": QUEUE,
        "greeting": _both("您好，请问有什么可以帮您？", "Hello, how can we help?"),
        "origins": [],
        "enabled": True,
    }
    return [
        Document("tenant", tenant_id, tenant),
        Document("center", "center", rules),
        Document("hours", HOURS, hours),
        Document("queue", QUEUE, queue),
        *(Document("reason", id_, {"names": _both(*words)}) for id_, words in _REASONS.items()),
        Document("entry_point", entry_point, chat),
    ]


def _both(zh: str, en: str) -> Texts:
    return {"zh-CN": zh, "en-US": en}
