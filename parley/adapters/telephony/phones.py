"""Agents' phones: one SIP identity each, its credentials, and whether it can be rung.

A browser's password is random and new each time, and works as long as its line is there; a desk phone's is
derived, so that it stays.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from parley.adapters.telephony import asterisk_peers as peers
from parley.adapters.telephony.names import phone_name
from parley.core.desk.settings import Document
from parley.core.model import PhoneKind
from parley.core.ports import PhoneAccess

REALM = "parley"
PASSWORD_BYTES = 24
EXPIRES_S = 12 * 3600.0  # a browser asks for another password by then, and at each start
LINE_S = 60.0  # a browser that was given a password has opened its line by then
FOUND = "found"  # a contact that was there when we came
UNREACHABLE = "Unreachable"
DEAD = frozenset(("Removed", UNREACHABLE))  # what Asterisk says of a contact that can't be rung


@dataclass(frozen=True, slots=True)
class Phone:
    """What rings when an agent is called."""

    tenant_id: str
    agent_id: str
    kind: PhoneKind = PhoneKind.BROWSER
    number: str | None = None  # E.164, of PhoneKind.NUMBER

    @property
    def name(self) -> str:
        return phone_name(self.tenant_id, self.agent_id)

    def peer(self, password: str) -> peers.Phone:
        return peers.Phone(self.name, self.tenant_id, self.agent_id, password, self.kind)


def phones_of(tenant_id: str, documents: Iterable[Document]) -> list[Phone]:
    """Of all agents."""
    return [
        Phone(
            tenant_id, d.id, PhoneKind(d.body.get("phone") or PhoneKind.BROWSER),
            d.body.get("phone_number") or None,
        )
        for d in documents if d.kind == "agent"
    ]  # fmt: skip


class Phones:
    """All tenants' phones at the switch. `secret` makes desk phones' passwords."""

    def __init__(
        self, known: peers.Peers, secret: bytes, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._peers = known
        self._secret = secret
        self._now = now
        self._by_name: dict[str, Phone] = {}
        self._given: dict[str, float] = {}  # browsers whose password works: when it was given
        self._locked: set[str] = set()  # browsers whose password nobody knows
        self._contacts: dict[str, set[str]] = {}  # endpoint -> addresses that can be rung
        self._gone: set[str] = set()  # browsers whose line closed: nothing rings there

    async def configure(self, tenant_id: str, phones: Iterable[Phone]) -> list[Phone]:
        """Those that are other ones now. Raises AriError."""
        new = {phone.name: phone for phone in phones}
        known = dict(self._by_name)
        old = [phone for phone in self.of_tenant(tenant_id) if new.get(phone.name) != phone]
        for phone in old:
            del self._by_name[phone.name]
            self._given.pop(phone.name, None)
            self._locked.discard(phone.name)
        self._by_name.update(new)
        for phone in old:
            await self._peers.remove(phone.name)
        for phone in new.values():
            if phone.kind is PhoneKind.SIP:
                await self._peers.put(phone.peer(self._desk_password(phone)))
        gone = [self.get(tenant_id, phone.agent_id) for phone in old if phone.name not in new]
        return gone + [phone for phone in new.values() if known.get(phone.name) != phone]

    def get(self, tenant_id: str, agent_id: str) -> Phone:
        return self._by_name.get(phone_name(tenant_id, agent_id)) or Phone(tenant_id, agent_id)

    def named(self, name: str) -> Phone | None:
        return self._by_name.get(name)

    def of_tenant(self, tenant_id: str) -> list[Phone]:
        return [phone for phone in self._by_name.values() if phone.tenant_id == tenant_id]

    async def open(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        """New credentials for a browser, a desk phone's own for a desk phone. Raises AriError."""
        phone = self.get(tenant_id, agent_id)
        self._by_name[phone.name] = phone
        desk = phone.kind is PhoneKind.SIP
        password = self._desk_password(phone) if desk else _new_password()
        if not desk:
            self._given[phone.name] = self._now()
            self._locked.discard(phone.name)
        await self._peers.put(phone.peer(password))
        self._gone.discard(phone.name)
        return PhoneAccess(f"sip:{phone.name}@{REALM}", phone.name, password, EXPIRES_S)

    async def lock(self, tenant_id: str, agent_id: str) -> None:
        """A browser's password works no more once its line is closed, or was not opened in time. One
        given just now is for a line that may be coming: that is waited for. Raises AriError."""
        phone = self.get(tenant_id, agent_id)
        while (given := self._given.get(phone.name)) is not None:
            rest_s = given + LINE_S - self._now()
            if rest_s <= 0:
                break
            await asyncio.sleep(rest_s)
        if given is not None and not self.reachable(phone):
            await self._lock(phone)

    async def lock_left_over(self, tenant_id: str, known: Container[str]) -> None:
        """Passwords that an earlier Parley gave: its browsers' lines broke with it. `known` are the
        switch's endpoints. Raises AriError."""
        for phone in self.of_tenant(tenant_id):
            ours = phone.name in self._given or phone.name in self._locked
            if phone.kind is PhoneKind.BROWSER and phone.name in known and not ours:
                await self._lock(phone)

    async def _lock(self, phone: Phone) -> None:
        self._given.pop(phone.name, None)
        self._locked.add(phone.name)
        await self._peers.put(phone.peer(_new_password()))

    def reachable(self, phone: Phone) -> bool:
        """An outside number always is, as far as we know."""
        if phone.kind is PhoneKind.NUMBER:
            return phone.number is not None
        return phone.name not in self._gone and bool(self._contacts.get(phone.name))

    def contact(self, name: str, uri: str, status: str) -> Phone | None:
        """A contact came or went: the phone, if its reachability has changed by it."""
        phone = self._by_name.get(name)
        was = phone is not None and self.reachable(phone)
        contacts = self._contacts.setdefault(name, set())
        contacts.discard(FOUND)
        if status in DEAD:
            contacts.discard(uri)
        else:
            contacts.add(uri)
            self._gone.discard(name)  # its browser has a new line
        if not contacts:
            del self._contacts[name]
        return phone if phone is not None and self.reachable(phone) is not was else None

    def gone(self, tenant_id: str, agent_id: str) -> Phone | None:
        """The browser's line closed: the phone, if it could be rung before."""
        phone = self.get(tenant_id, agent_id)
        was = self.reachable(phone)
        if phone.kind is PhoneKind.BROWSER:
            self._contacts.pop(phone.name, None)
            self._gone.add(phone.name)
        return phone if was and not self.reachable(phone) else None

    def found(self, online: Iterable[str]) -> None:
        """The endpoints that the switch has contacts of, after we were away."""
        self._contacts = {name: self._contacts.get(name) or {FOUND} for name in online}

    def count(self, tenant_id: str) -> int:
        return sum(self.reachable(phone) for phone in self.of_tenant(tenant_id))

    def _desk_password(self, phone: Phone) -> str:
        digest = hmac.digest(self._secret, phone.name.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest)[:PASSWORD_BYTES].decode()


def _new_password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)
