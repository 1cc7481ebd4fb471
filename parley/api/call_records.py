"""Call detail records: a row for each whole call, and one for each of its legs; listed and exported."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import StreamingResponse

from parley.api.audit import recorded
from parley.api.caller import Caller, CallsReader, InteractionsReader
from parley.api.directory import Entries
from parley.api.export import CSV, download
from parley.api.limits import PAGE_ITEMS_MAX
from parley.api.numbers import as_e164
from parley.api.paging import Paging
from parley.api.permissions import Scope
from parley.api.schemas.common import Id, Instant
from parley.api.schemas.voice import CallPage, CallRecord, Leg, LegList, LegPage
from parley.api.scope import team_queues, visible_interaction
from parley.core.insight.calls import CallRow
from parley.core.insight.legs import LegRow
from parley.core.model import Direction, LegRole
from parley.core.ports import LegFilter, Page

NUMBER_CHARS = 32
_SCOPE = ("seen_by", "queues")  # of a filter: not asked for, but all there is

router = APIRouter(tags=["calls"])


async def _wanted(
    caller: CallsReader,
    started_from: Annotated[Instant | None, Query(alias="from")] = None,
    started_to: Annotated[Instant | None, Query(alias="to")] = None,
    agent_id: Id | None = None,
    number: Annotated[str | None, Query(max_length=NUMBER_CHARS)] = None,
    trunk: Id | None = None,
    role: LegRole | None = None,
    direction: Direction | None = None,
    interaction_id: Id | None = None,
) -> LegFilter:
    """What is asked for, narrowed to what the caller may see."""
    own = caller.scope is Scope.OWN
    return LegFilter(
        started_from=started_from,
        started_to=started_to,
        interaction_id=interaction_id,
        agent_id=agent_id,
        number=await as_e164(caller, number) if number else None,
        trunk=trunk,
        role=role,
        direction=direction,
        seen_by=caller.id if own else None,
        queues=await team_queues(caller) if caller.scope is Scope.TEAM else (),
    )


Wanted = Annotated[LegFilter, Depends(_wanted)]


@router.get("/calls", operation_id="call_list")
async def list_legs(caller: CallsReader, wanted: Wanted, page: Paging) -> LegPage:
    """One row for each leg, newest first."""
    found = await caller.store.legs.list(caller.tenant_id, wanted, page.cursor, page.limit)
    entries = await caller.directory.of(caller.tenant_id)
    return LegPage(items=[_leg(row, entries) for row in found.items], next_cursor=found.next_cursor)


@router.get("/calls/export", operation_id="call_export", **CSV)
async def export_legs(caller: CallsReader, wanted: Wanted) -> StreamingResponse:
    """The same rows as a CSV file: all of them, however many. Audited."""
    entries = await caller.directory.of(caller.tenant_id)

    async def page(cursor: str | None) -> Page[Leg]:
        found = await caller.store.legs.list(caller.tenant_id, wanted, cursor, PAGE_ITEMS_MAX)
        return Page([_leg(row, entries) for row in found.items], found.next_cursor)

    await _audit(caller, "legs", wanted)
    return download("legs.csv", Leg, page)


@router.get("/call-records", operation_id="call_record_list")
async def list_calls(caller: CallsReader, wanted: Wanted, page: Paging) -> CallPage:
    """One row for each whole call, the latest to begin first."""
    found = await caller.store.legs.calls(caller.tenant_id, wanted, page.cursor, page.limit)
    entries = await caller.directory.of(caller.tenant_id)
    return CallPage(
        items=[_call(row, entries) for row in found.items], next_cursor=found.next_cursor
    )


@router.get("/call-records/export", operation_id="call_record_export", **CSV)
async def export_calls(caller: CallsReader, wanted: Wanted) -> StreamingResponse:
    """The same rows as a CSV file: all of them, however many. Audited."""
    entries = await caller.directory.of(caller.tenant_id)

    async def page(cursor: str | None) -> Page[CallRecord]:
        found = await caller.store.legs.calls(caller.tenant_id, wanted, cursor, PAGE_ITEMS_MAX)
        return Page([_call(row, entries) for row in found.items], found.next_cursor)

    await _audit(caller, "calls", wanted)
    return download("calls.csv", CallRecord, page)


@router.get("/interactions/{interaction_id}/legs", operation_id="interaction_leg_list")
async def list_of_interaction(interaction_id: Id, caller: InteractionsReader) -> LegList:
    """The legs of one call, oldest first; empty if it is none."""
    await visible_interaction(caller, interaction_id)
    rows = await caller.store.legs.of_interaction(caller.tenant_id, interaction_id)
    entries = await caller.directory.of(caller.tenant_id)
    return LegList(items=[_leg(row, entries) for row in rows])


def _leg(row: LegRow, entries: Entries) -> Leg:
    return Leg(
        **asdict(row),
        talk_s=row.talk_s,
        agent_name=entries.agent_name(row.agent_id),
        trunk_name=entries.body("trunk", row.trunk or "").get("name"),
    )


def _call(row: CallRow, entries: Entries) -> CallRecord:
    return CallRecord(
        **{**asdict(row), "agents": list(row.agents)},
        agent_names=[entries.agent_name(each) or each for each in row.agents],
        entry_point_name=entries.body("entry_point", row.entry_point or "").get("name"),
        queue_names=entries.queue_names(row.queue),
        trunk_name=entries.body("trunk", row.trunk or "").get("name"),
    )


async def _audit(caller: Caller, what: str, wanted: LegFilter) -> None:
    """Who took records away, and by what they were narrowed."""
    asked = tuple(name for name, value in asdict(wanted).items() if value and name not in _SCOPE)
    event = recorded(caller, "call_record", what, "exported", fields=asked)
    await caller.store.accounts.record(caller.tenant_id, [event])
