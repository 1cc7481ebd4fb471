"""A running Parley as the demo's visitors and colleagues reach it: addresses, identities, errors."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from parley.demo.company import ENTRY_POINT, PASSWORD, TENANT
from parley.demo.customers import KnownCustomer

IDENTITY_S = 600  # an identity token is good for so long
TIMEOUT_S = 15.0


class SiteUnusable(Exception):
    """One sentence that says what is wrong and what to do about it."""


@dataclass(frozen=True, slots=True)
class Site:
    url: str  # http://127.0.0.1:8080, without a slash at the end
    secret: str | None = None  # of the demo shop's entry point; None: visitors stay anonymous

    @property
    def live_url(self) -> str:
        return "ws" + self.url.removeprefix("http")

    def identity(self, known: KnownCustomer) -> str | None:
        """What the demo shop would sign for a customer who is signed in there (RFC 7519, HS256)."""
        if self.secret is None:
            return None
        customer = known.customer
        claims = {
            "sub": known.external,
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "exp": int(time.time()) + IDENTITY_S,
        }
        signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
        return f"{signed}.{_text(hmac.digest(self.secret.encode(), signed.encode(), 'sha256'))}"


def is_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def open_site(url: str) -> Site:
    """Raises SiteUnusable if nothing answers there or it has no demo company."""
    url = url.rstrip("/")
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S) as client:
        try:
            answer = await client.get(f"/chat/v1/entry/{ENTRY_POINT}")
        except httpx.HTTPError as error:
            raise SiteUnusable(
                f"Nothing answers at {url}: start Parley with `make run`."
            ) from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise SiteUnusable(f"{url} has no demo company: run `parley seed` there.")
        if answer.is_error:
            raise SiteUnusable(
                f"{url} is not ready yet (HTTP {answer.status_code}): try again soon."
            )
        return Site(url, await _entry_secret(client))


async def _entry_secret(client: httpx.AsyncClient) -> str | None:
    """The demo administrator may see it; with another password visitors are simply unknown."""
    csrf = await sign_in(client, "admin@demo.parley")
    if csrf is None:
        return None
    answer = await client.post(
        f"/api/v1/entry-points/{ENTRY_POINT}/secret", headers={"X-CSRF-Token": csrf}
    )
    await client.delete("/api/v1/session", headers={"X-CSRF-Token": csrf})
    return str(answer.json()["secret"]) if answer.is_success else None


async def sign_in(client: httpx.AsyncClient, email: str) -> str | None:
    """The session's CSRF token; None if the demo password is not theirs (any more)."""
    body = {"email": email, "password": PASSWORD, "tenant": TENANT}
    answer = await client.post("/api/v1/session", json=body)
    return str(answer.json()["csrf"]) if answer.is_success else None


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value, separators=(",", ":")).encode())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
