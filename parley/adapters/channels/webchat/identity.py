"""Who the host site says its visitor is: a JWT signed with the entry point's secret (RFC 7519, HS256)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OctKey

from parley.adapters.channels.webchat.clean import clean
from parley.core.errors import NotSignedIn

LEEWAY_S = 30  # clocks differ
MAX_IDENTITY_CHARS = 4_096
MAX_SUBJECT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Identity:
    subject: str  # the host site's own id of the customer
    name: str | None = None
    email: str | None = None
    phone: str | None = None  # as given


def read_identity(token: str, secret: str | None, now: float) -> Identity:
    """The verified claims; `sub` and `exp` are required.

    Raises NotSignedIn: identity_unsupported (the entry point has no secret), identity_expired,
    identity_invalid (forged, another algorithm, malformed, a claim missing).
    """
    if not secret:
        raise NotSignedIn("identity_unsupported")
    if len(token) > MAX_IDENTITY_CHARS:
        raise NotSignedIn("identity_invalid")
    try:
        decoded = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"])
        rules = jwt.JWTClaimsRegistry(
            now=lambda: int(now), leeway=LEEWAY_S, exp={"essential": True}, sub={"essential": True}
        )
        rules.validate(decoded.claims)
    except ExpiredTokenError:
        raise NotSignedIn("identity_expired") from None
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn("identity_invalid", type(error).__name__) from None
    return _identity(decoded.claims)


def _identity(claims: dict[str, Any]) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_CHARS:
        raise NotSignedIn("identity_invalid", "sub")
    return Identity(
        subject=subject,
        name=_claim(claims, "name"),
        email=_claim(claims, "email"),
        phone=_claim(claims, "phone"),
    )


def _claim(claims: dict[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return clean(value, 200) or None if isinstance(value, str) else None
