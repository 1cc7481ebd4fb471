"""Text from outside, made storable: no control characters, one kind of line end, a length limit."""

from __future__ import annotations

import re

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def clean(text: str, limit: int) -> str:
    """At most `limit` characters; also without the marks that turn the reading direction around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()[:limit]


def clean_line(text: str, limit: int) -> str:
    return " ".join(clean(text, limit * 2).split())[:limit]
