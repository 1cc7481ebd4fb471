"""Interactions: lists, one with its messages and events, and all that people do with one.

What can be done now is decided by the core; a refusal is a 409 with the core's code.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from parley.api.caller import (
    Caller,
    InteractionsReader,
    InteractionsServer,
    InteractionsSupervisor,
)
from parley.api.center import live_state, submit
from parley.api.limits import PAGE_ITEMS_MAX, QUERY_CHARS, TOTAL_COUNTED
from parley.api.numbers import dialled
from parley.api.paging import Paging
from parley.api.rows import event_rows, interaction_rows, message_rows
from parley.api.schemas.common import Done, Id, Instant
from parley.api.schemas.interaction import (
    Assign,
    Consult,
    EventList,
    InteractionDetail,
    InteractionPage,
    InteractionParticipant,
    MessageList,
    PriorityChange,
    Transfer,
    WrapUp,
)
from parley.api.schemas.voice import Monitor
from parley.api.scope import (
    scoped,
    shares_team,
    supervised_interaction,
    takes_part,
    visible_interaction,
)
from parley.core.center.views import work_row
from parley.core.errors import NotFound
from parley.core.inputs import (
    Assigned,
    ConversationClosed,
    ConversationResumed,
    JoinRequested,
    Left,
    OfferAccepted,
    OfferDeclined,
    PartyInvited,
    PresenceSet,
    PriorityChanged,
    Pulled,
    TakenOver,
    TransferRequested,
    WrapUpSaved,
)
from parley.core.model import Channel, Outcome, Phase, PresenceStatus, Role
from parley.core.ports import InteractionFilter

MESSAGES = 200  # of one conversation at once, and unless asked otherwise

router = APIRouter(prefix="/interactions", tags=["interactions"])


# --- reading ------------------------------------------------------------------------------------


@router.get("", operation_id="interaction_list")
async def list_interactions(
    caller: InteractionsReader,
    page: Paging,
    queue: Id | None = None,
    agent_id: Id | None = None,
    customer_id: Id | None = None,
    channel: Channel | None = None,
    phase: Annotated[list[Phase] | None, Query(max_length=len(Phase))] = None,
    outcome: Outcome | None = None,
    answered: bool | None = None,
    in_service_level: bool | None = None,
    short_abandon: bool | None = None,
    queued_from: Instant | None = None,
    queued_to: Instant | None = None,
    arrived_from: Instant | None = None,
    arrived_to: Instant | None = None,
    rated: bool | None = None,
    text: Annotated[str, Query(max_length=QUERY_CHARS)] = "",
) -> InteractionPage:
    """Newest arrival first. The board's numbers link here with the same words."""
    wanted = InteractionFilter(
        queue=queue,
        agent_id=agent_id,
        customer_id=customer_id,
        channel=channel,
        phases=tuple(phase or ()),
        outcome=outcome,
        answered=answered,
        in_service_level=in_service_level,
        short_abandon=short_abandon,
        queued_from=queued_from,
        queued_to=queued_to,
        arrived_from=arrived_from,
        arrived_to=arrived_to,
        rated=rated,
        text=text.strip(),
    )
    narrowed = await scoped(caller, wanted)
    interactions = caller.store.interactions
    found = await interactions.list(caller.tenant_id, narrowed, page.cursor, page.limit)
    return InteractionPage(
        items=await interaction_rows(caller, found.items),
        next_cursor=found.next_cursor,
        total=await interactions.count(caller.tenant_id, narrowed, TOTAL_COUNTED),
    )


@router.get("/{interaction_id}", operation_id="interaction_get")
async def get_interaction(interaction_id: Id, caller: InteractionsReader) -> InteractionDetail:
    fact = await visible_interaction(caller, interaction_id)
    [row] = await interaction_rows(caller, [fact])
    detail = InteractionDetail(**row.model_dump())
    if fact.phase is not Phase.ENDED:
        await _add_live(caller, detail)
    return detail


@router.get("/{interaction_id}/messages", operation_id="message_list")
async def list_messages(
    interaction_id: Id,
    caller: InteractionsReader,
    after_seq: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX)] = MESSAGES,
) -> MessageList:
    """Oldest first, notes included. Ask again after the last `seq` until a list is not full."""
    await visible_interaction(caller, interaction_id)
    messages = await caller.store.interactions.messages(
        caller.tenant_id, interaction_id, after_seq=after_seq, limit=limit, internal=True
    )
    return MessageList(items=await message_rows(caller, messages))


@router.get("/{interaction_id}/events", operation_id="interaction_event_list")
async def list_events(interaction_id: Id, caller: InteractionsReader) -> EventList:
    """Every event of the interaction, oldest first, with the names that are in it."""
    await visible_interaction(caller, interaction_id)
    recorded = await caller.store.journal.of_interaction(caller.tenant_id, interaction_id)
    return EventList(items=await event_rows(caller, recorded))


# --- serving ------------------------------------------------------------------------------------


@router.post("/{interaction_id}/accept", operation_id="interaction_accept")
async def accept(interaction_id: Id, caller: InteractionsServer) -> Done:
    await submit(
        caller,
        OfferAccepted(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id),
    )
    return Done()


@router.post("/{interaction_id}/decline", operation_id="interaction_decline")
async def decline(interaction_id: Id, caller: InteractionsServer) -> Done:
    await submit(
        caller,
        OfferDeclined(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id),
    )
    return Done()


@router.post("/{interaction_id}/pull", operation_id="interaction_pull")
async def pull(interaction_id: Id, caller: InteractionsServer) -> Done:
    """Pick a waiting interaction where the queue allows it."""
    await submit(caller, Pulled(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id))
    return Done()


@router.post("/{interaction_id}/close", operation_id="interaction_close")
async def close(interaction_id: Id, caller: InteractionsServer) -> Done:
    """Close the conversation; wrap-up follows as the queue says."""
    await submit(
        caller,
        ConversationClosed(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id),
    )
    return Done()


@router.post("/{interaction_id}/resume", operation_id="interaction_resume")
async def resume(interaction_id: Id, caller: InteractionsServer) -> Done:
    """Go on with a conversation whose customer wrote during wrap-up."""
    await submit(
        caller,
        ConversationResumed(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id),
    )
    return Done()


@router.post("/{interaction_id}/leave", operation_id="interaction_leave")
async def leave(interaction_id: Id, caller: InteractionsServer) -> Done:
    """Stop consulting or reading along, or withdraw the question to listen in."""
    await submit(caller, Left(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id))
    return Done()


@router.post("/{interaction_id}/transfer", operation_id="interaction_transfer")
async def transfer(interaction_id: Id, body: Transfer, caller: InteractionsServer) -> Done:
    await submit(
        caller,
        TransferRequested(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            to_queue=body.to_queue,
            to_agent=body.to_agent,
            to_number=await dialled(caller, body.to_number) if body.to_number else None,
            note=body.note,
        ),
    )
    return Done()


@router.post("/{interaction_id}/consult", operation_id="interaction_consult")
async def consult(interaction_id: Id, body: Consult, caller: InteractionsServer) -> Done:
    """Invite a colleague, who then reads along and writes notes; on a call they talk aside, and an
    outside number can be asked too."""
    await submit(caller, await _consulted(interaction_id, body, caller))
    return Done()


async def _consulted(
    interaction_id: str, body: Consult, caller: Caller
) -> JoinRequested | PartyInvited:
    if body.number is not None:
        return PartyInvited(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            number=await dialled(caller, body.number),
        )
    assert body.agent_id is not None
    return JoinRequested(
        at=caller.now(),
        interaction_id=interaction_id,
        agent_id=body.agent_id,
        role=Role.CONSULT,
        by=caller.id,
        note=body.note,
    )


@router.post("/{interaction_id}/wrap-up", operation_id="interaction_wrap_up")
async def wrap_up(interaction_id: Id, body: WrapUp, caller: InteractionsServer) -> Done:
    """Save the wrap-up; with `ready` the agent is ready for the next one at once."""
    await submit(
        caller,
        WrapUpSaved(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            disposition=body.disposition,
            note=body.note,
            resolved=body.resolved,
        ),
    )
    if body.ready:
        await submit(
            caller,
            PresenceSet(at=caller.now(), agent_id=caller.id, status=PresenceStatus.READY),
        )
    return Done()


# --- supervising --------------------------------------------------------------------------------


@router.post("/{interaction_id}/take-over", operation_id="interaction_take_over")
async def take_over(interaction_id: Id, caller: InteractionsSupervisor) -> Done:
    """Become the owner of a connected interaction."""
    await supervised_interaction(caller, interaction_id)
    await submit(
        caller, TakenOver(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id)
    )
    return Done()


@router.post("/{interaction_id}/monitor", operation_id="interaction_monitor")
async def monitor(
    interaction_id: Id, caller: InteractionsSupervisor, body: Monitor | None = None
) -> Done:
    """Read along; a note is then a whisper to the agent. On a call: listen, whisper or barge in,
    once the agent allows it where the company's rule is that they are asked."""
    await supervised_interaction(caller, interaction_id)
    await submit(
        caller,
        JoinRequested(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            role=Role(body.role) if body else Role.MONITOR,
            by=caller.id,
        ),
    )
    return Done()


@router.post("/{interaction_id}/assign", operation_id="interaction_assign")
async def assign(interaction_id: Id, body: Assign, caller: InteractionsSupervisor) -> Done:
    """Offer a waiting interaction to this agent alone."""
    await supervised_interaction(caller, interaction_id)
    if not await shares_team(caller, body.agent_id):
        raise NotFound("agent_not_found", id=body.agent_id)
    await submit(
        caller,
        Assigned(
            at=caller.now(), interaction_id=interaction_id, agent_id=body.agent_id, by=caller.id
        ),
    )
    return Done()


@router.post("/{interaction_id}/priority", operation_id="interaction_priority_change")
async def change_priority(
    interaction_id: Id, body: PriorityChange, caller: InteractionsSupervisor
) -> Done:
    await supervised_interaction(caller, interaction_id)
    await submit(
        caller,
        PriorityChanged(
            at=caller.now(), interaction_id=interaction_id, priority=body.priority, by=caller.id
        ),
    )
    return Done()


async def _add_live(caller: Caller, detail: InteractionDetail) -> None:
    """Who takes part now, and the work row if the caller does."""
    interaction = live_state(caller).interactions.get(detail.id)
    if interaction is None:
        return
    entries = await caller.directory.of(caller.tenant_id)
    detail.participants = [
        InteractionParticipant(agent_id=id_, name=entries.agent_name(id_) or id_, role=role)
        for id_, role in interaction.participants.items()
    ]
    if takes_part(interaction, caller.id):
        detail.work = work_row(live_state(caller), interaction, caller.id)
