"""What an agent does on a call. Whether it can be done now is decided by the core (409)."""

from __future__ import annotations

from fastapi import APIRouter

from parley.api.caller import InteractionsServer
from parley.api.center import submit
from parley.api.schemas.common import Done, Id
from parley.api.schemas.voice import Consent, DigitsWrite, Drop, Switch
from parley.core.inputs import (
    ConsentAnswered,
    ConsultMerged,
    DigitsSent,
    HoldRequested,
    MuteRequested,
    PartyDropped,
    RecordingSet,
)

router = APIRouter(prefix="/interactions/{interaction_id}", tags=["calls"])


@router.post("/hold", operation_id="interaction_hold")
async def hold(interaction_id: Id, body: Switch, caller: InteractionsServer) -> Done:
    """The customer hears music, or is taken back."""
    await submit(
        caller,
        HoldRequested(
            at=caller.now(), interaction_id=interaction_id, agent_id=caller.id, on=body.on
        ),
    )
    return Done()


@router.post("/mute", operation_id="interaction_mute")
async def mute(interaction_id: Id, body: Switch, caller: InteractionsServer) -> Done:
    """One's own microphone, as the call hears it."""
    await submit(
        caller,
        MuteRequested(
            at=caller.now(), interaction_id=interaction_id, agent_id=caller.id, on=body.on
        ),
    )
    return Done()


@router.post("/digits", operation_id="interaction_digits")
async def digits(interaction_id: Id, body: DigitsWrite, caller: InteractionsServer) -> Done:
    """Press keys towards the customer's side."""
    await submit(
        caller,
        DigitsSent(
            at=caller.now(), interaction_id=interaction_id, agent_id=caller.id, digits=body.digits
        ),
    )
    return Done()


@router.post("/recording", operation_id="interaction_recording")
async def recording(interaction_id: Id, body: Switch, caller: InteractionsServer) -> Done:
    """Pause the recording while a card number is said, and resume it."""
    await submit(
        caller,
        RecordingSet(
            at=caller.now(), interaction_id=interaction_id, agent_id=caller.id, on=body.on
        ),
    )
    return Done()


@router.post("/merge", operation_id="interaction_merge")
async def merge(interaction_id: Id, caller: InteractionsServer) -> Done:
    """Everybody who is consulted joins the conversation."""
    await submit(
        caller,
        ConsultMerged(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id),
    )
    return Done()


@router.post("/drop", operation_id="interaction_drop")
async def drop(interaction_id: Id, body: Drop, caller: InteractionsServer) -> Done:
    """Let a colleague or an outside party go."""
    await submit(
        caller,
        PartyDropped(
            at=caller.now(), interaction_id=interaction_id, agent_id=caller.id, leg_id=body.leg_id
        ),
    )
    return Done()


@router.post("/consent", operation_id="interaction_consent")
async def consent(interaction_id: Id, body: Consent, caller: InteractionsServer) -> Done:
    """Let a supervisor listen in who asked for it, or not."""
    await submit(
        caller,
        ConsentAnswered(
            at=caller.now(), interaction_id=interaction_id, agent_id=caller.id, by=body.agent_id,
            allow=body.allow,
        ),
    )  # fmt: skip
    return Done()
