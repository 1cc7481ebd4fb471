"""The audit: who changed, read or took away which record."""

from __future__ import annotations

from typing import Literal

from parley.api.schemas.common import Instant, PageOf, Wire

AuditAction = Literal["created", "changed", "removed", "read", "exported", "lost"]


class AuditRow(Wire):
    seq: int  # of the journal
    at: Instant
    by: str | None  # none: the system itself
    by_name: str | None
    ip: str  # from where; empty if that was not noted
    action: str
    kind: str  # of record
    record_id: str
    record_names: dict[str, str]  # language -> name; empty if it has none, or is gone
    fields: list[str]  # that were changed; of a recording `file`: it was taken away
    customer_id: str | None
    interaction_id: str | None  # whose recording it is


class AuditPage(PageOf[AuditRow]):
    pass
