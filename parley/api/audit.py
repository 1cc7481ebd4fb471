"""Audit: who changed or read which record. Events of the journal, like everything else."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from parley.api.caller import AuditReader, Caller
from parley.api.directory import Entries
from parley.api.paging import Paging
from parley.api.schemas.audit import AuditAction, AuditPage, AuditRow
from parley.api.schemas.common import Id, Instant
from parley.api.scope import is_serving
from parley.core.errors import Unavailable
from parley.core.events import RecordChanged
from parley.core.ports import AuditEntry, AuditFilter

router = APIRouter(tags=["audit"])


@router.get("/audit", operation_id="audit_list")
async def list_audit(
    caller: AuditReader,
    page: Paging,
    kind: Id | None = None,
    action: AuditAction | None = None,
    by: Id | None = None,
    at_from: Annotated[Instant | None, Query(alias="from")] = None,
    at_to: Annotated[Instant | None, Query(alias="to")] = None,
    interaction_id: Id | None = None,
) -> AuditPage:
    """Newest first. `interaction_id`: who listened to its recordings, took them away or held them."""
    wanted = AuditFilter(
        kind=kind,
        action=action,
        by=by,
        at_from=at_from,
        at_to=at_to,
        interaction_id=interaction_id,
    )
    found = await caller.store.audit.list(caller.tenant_id, wanted, page.cursor, page.limit)
    entries = await caller.directory.of(caller.tenant_id)
    return AuditPage(
        items=[_row(caller, each, entries) for each in found.items], next_cursor=found.next_cursor
    )


def _row(caller: Caller, entry: AuditEntry, entries: Entries) -> AuditRow:
    event = entry.event
    return AuditRow(
        seq=entry.seq,
        at=event.at,
        by=event.by,
        by_name=entries.agent_name(event.by),
        ip=event.ip,
        action=event.action,
        kind=event.kind,
        record_id=event.id,
        record_names=_names(caller, event, entries),
        fields=list(event.fields),
        customer_id=event.customer_id,
        interaction_id=entry.interaction_id,
    )


def _names(caller: Caller, event: RecordChanged, entries: Entries) -> dict[str, str]:
    body = entries.body(event.kind, event.id)
    name = body.get("name") or entries.agent_name(event.id)
    names: dict[str, str] = body.get("names") or {}
    return names or ({caller.account.language: name} if name else {})


def recorded(
    caller: Caller,
    kind: str,
    record_id: str,
    action: str,
    *,
    fields: tuple[str, ...] = (),
    customer_id: str | None = None,
) -> RecordChanged:
    """The event that tells who did what to a record; stored with the record's own change."""
    return RecordChanged(
        at=caller.now(),
        kind=kind,
        id=record_id,
        action=action,
        by=caller.id,
        fields=fields,
        customer_id=customer_id,
        ip=caller.ip,
    )


async def audit_reading(caller: Caller, customer_id: str) -> None:
    """Journal that somebody read a customer whom they are not serving; once per READ_AGAIN_S."""
    if _serves_now(caller, customer_id):
        return
    if caller.front.readings.is_new(f"{caller.id} {customer_id}", caller.now()):
        event = recorded(caller, "customer", customer_id, "read", customer_id=customer_id)
        await caller.store.accounts.record(caller.tenant_id, [event])


def _serves_now(caller: Caller, customer_id: str) -> bool:
    try:
        return is_serving(caller, customer_id)
    except Unavailable:  # nobody can tell: rather one entry too many
        return False
