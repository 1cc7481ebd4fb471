"""A relay's credentials that hold for a time, so that no browser knows its secret.

Source: draft-uberti-behave-turn-rest-00, section 2.2; coturn's `use-auth-secret`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any


def credentials(secret: str, user_id: str, until: float) -> Mapping[str, Any]:
    """`username` and `credential` of an RTCIceServer; the relay takes them until then (unix seconds)."""
    username = f"{round(until)}:{user_id}"
    digest = hmac.digest(secret.encode(), username.encode(), "sha1")
    return {"username": username, "credential": base64.b64encode(digest).decode()}
