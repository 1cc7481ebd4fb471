"""Who a visitor is and what they may download, as signed texts that need no row.

A token carries tenant, entry point and visitor, signed (HMAC-SHA-256) with a key derived from the
installation's secret for this tenant. Any node verifies it without a query, nothing is stored that
could be stolen, and a new secret ends all of them. They do not expire: a returning visitor keeps
their conversation; one that was tied to a customer is only good together with that identity again.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import msgspec

from parley.core.errors import NotSignedIn

MAX_TOKEN_CHARS = 1_024
FILE_LINK_S = 24 * 3600.0  # a link in a message works for so long; history gives new ones
LEAST_SECRET_BYTES = 32
_VISITOR_ALPHABET = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Visitor:
    tenant_id: str
    entry_id: str
    id: str  # vis_…
    subject: str | None = None  # the host site's own id of the customer, once identified

    @property
    def address(self) -> str:
        return f"web:{self.id}"


class Signer:
    def __init__(self, secret: bytes) -> None:
        if len(secret) < LEAST_SECRET_BYTES:
            raise ValueError(f"the secret must have at least {LEAST_SECRET_BYTES} bytes")
        self._secret = secret

    def token(self, visitor: Visitor) -> str:
        claims = [visitor.tenant_id, visitor.entry_id, visitor.id, visitor.subject]
        return self._sign("visitor", visitor.tenant_id, msgspec.json.encode(claims))

    def visitor(self, token: str) -> Visitor:
        """Raises NotSignedIn for anything this installation did not sign."""
        try:
            payload = self._verified("visitor", token)
            tenant_id, entry_id, visitor_id, subject = _visitor_claims.decode(payload)
        except ValueError:
            raise NotSignedIn("token_invalid") from None
        return Visitor(tenant_id, entry_id, visitor_id, subject)

    def file_link(self, tenant_id: str, file_id: str, until: float) -> str:
        claims = [tenant_id, file_id, int(until)]
        return self._sign("file", tenant_id, msgspec.json.encode(claims))

    def file_tenant(self, file_id: str, link: str, now: float) -> str:
        """The tenant whose file it is. Raises NotSignedIn if the link is another's or too old."""
        try:
            tenant_id, linked_id, until = _file_claims.decode(self._verified("file", link))
        except ValueError:
            raise NotSignedIn("link_invalid") from None
        if linked_id != file_id:
            raise NotSignedIn("link_invalid")
        if now > until:
            raise NotSignedIn("link_expired")
        return tenant_id

    def visitor_id(self, tenant_id: str, subject: str) -> str:
        """The one visitor of an identified customer on all their devices; can't be guessed."""
        digest = hmac.digest(self._key("subject", tenant_id), subject.encode(), hashlib.sha256)
        return "vis_" + bytes(_VISITOR_ALPHABET[byte & 31] for byte in digest[:26]).decode()

    def _key(self, purpose: str, tenant_id: str) -> bytes:
        words = f"parley webchat {purpose} {tenant_id}"
        return hmac.digest(self._secret, words.encode(), hashlib.sha256)

    def _sign(self, purpose: str, tenant_id: str, payload: bytes) -> str:
        mac = hmac.digest(self._key(purpose, tenant_id), payload, hashlib.sha256)
        return f"{_text(payload)}.{_text(mac)}"

    def _verified(self, purpose: str, signed: str) -> bytes:
        """The payload. Raises ValueError if it was not signed here for this purpose."""
        if len(signed) > MAX_TOKEN_CHARS:
            raise ValueError("too long")
        head, _, tail = signed.partition(".")
        payload, mac = _bytes(head), _bytes(tail)
        claims = _any_claims.decode(payload)
        tenant_id = str(claims[0]) if claims else ""
        expected = hmac.digest(self._key(purpose, tenant_id), payload, hashlib.sha256)
        if not hmac.compare_digest(mac, expected):
            raise ValueError("signed by somebody else")
        return payload


_visitor_claims = msgspec.json.Decoder(tuple[str, str, str, str | None])
_file_claims = msgspec.json.Decoder(tuple[str, str, int])
_any_claims = msgspec.json.Decoder(list[str | int | None])


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64url") from None
