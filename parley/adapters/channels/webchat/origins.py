"""Which web page may use an entry point, and what browsers are told about it (CORS, fetch.spec.whatwg.org).

The list protects visitors and the company's name against other sites embedding the widget; a program
outside a browser can claim any origin, so it never replaces tokens and limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers

PREFLIGHT_AGE_S = 600


def origin_of(headers: Headers) -> str | None:
    """Browsers leave `Origin` out of same-origin GETs; the referrer stands in for it."""
    if origin := headers.get("origin"):
        return origin.lower()
    if referrer := headers.get("referer"):
        parts = urlsplit(referrer)
        return f"{parts.scheme}://{parts.netloc}".lower()
    return None


def allowed(origin: str | None, host: str, origins: Sequence[str]) -> bool:
    """Whether a page of `origin` may talk to an entry point with this allow-list (empty: any).

    Pages that this server itself serves (the demo shop, the live preview) always may.
    """
    if not origins:
        return True
    if origin is None:
        return False
    if urlsplit(origin).netloc == host.lower():
        return True
    return any(_matches(origin, pattern) for pattern in origins)


def _matches(origin: str, pattern: str) -> bool:
    if "://*." not in pattern:
        return origin == pattern
    scheme, _, domain = pattern.partition("://*")
    return origin.startswith(f"{scheme}://") and origin.endswith(domain)


def cors(origin: str | None) -> dict[str, str]:
    """Headers of every answer, refusals too, so that the widget can read why.

    Nothing rests on cookies: knowing the answer takes the token, which only its own site has.
    """
    return {
        "access-control-allow-origin": origin or "*",
        "access-control-expose-headers": "retry-after, content-disposition",
        "vary": "Origin",
    }


def preflight(origin: str | None) -> dict[str, str]:
    return cors(origin) | {
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": str(PREFLIGHT_AGE_S),
    }
