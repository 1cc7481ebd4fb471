"""Configuration as documents: each noun is a JSON document with a version and a history.

Nouns that the live center knows (queue, skill, hours, entry_point, agent, center) become a
`CenterConfig`; the others (disposition, reason, canned_reply, tenant) are read by the API alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KINDS = (
    "queue",
    "skill",
    "hours",
    "entry_point",
    "agent",
    "center",
    "disposition",
    "reason",
    "canned_reply",
    "tenant",
)


@dataclass(frozen=True, slots=True)
class Document:
    kind: str
    id: str
    body: dict[str, Any]  # JSON
    version: int = 1
    updated_at: float = 0.0
    updated_by: str | None = None
