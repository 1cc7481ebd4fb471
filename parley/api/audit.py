"""Audit: who changed or read which record. Events of the journal, like everything else."""

from __future__ import annotations

from parley.api.caller import Caller
from parley.api.scope import is_serving
from parley.core.errors import Unavailable
from parley.core.events import RecordChanged


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
