"""Presence, one's own and others', and the agents that pickers show."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter

from parley.api.caller import AgentsReader, AnyCaller, Caller, PresenceOwner, PresenceSetter
from parley.api.center import live_state, submit
from parley.api.directory import Entries
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.account import Agent, PresenceChange, PresenceReason
from parley.api.schemas.common import Done, Id
from parley.api.scope import shares_team
from parley.core.center.routing import free_channels
from parley.core.center.state import AgentState, State
from parley.core.desk.account import Account
from parley.core.errors import NotFound
from parley.core.inputs import PresenceSet
from parley.core.model import AgentProfile, PresenceStatus

router = APIRouter(tags=["presence"])


@router.get("/presence/reasons", operation_id="presence_reason_list")
async def list_reasons(caller: AnyCaller) -> list[PresenceReason]:
    """Why one may be not ready; those in use."""
    entries = await caller.directory.of(caller.tenant_id)
    reasons = [d for d in entries.of_kind("reason") if d.body.get("active", True)]
    return [PresenceReason(id=d.id, names=d.body["names"]) for d in reasons]


@router.put("/presence", operation_id="presence_set_own")
async def set_own_presence(body: PresenceChange, caller: PresenceOwner) -> Done:
    await _set(caller, caller.id, body, by=None)
    return Done()


@router.put("/agents/{agent_id}/presence", operation_id="presence_set")
async def set_presence(agent_id: Id, body: PresenceChange, caller: PresenceSetter) -> Done:
    """A supervisor sets an agent of the team ready, not ready or offline."""
    entries = await caller.directory.of(caller.tenant_id)
    if agent_id not in entries.accounts or not await shares_team(caller, agent_id):
        raise NotFound("agent_not_found", id=agent_id)
    await _set(caller, agent_id, body, by=caller.id)
    return Done()


@router.get("/agents", operation_id="agent_list")
async def list_agents(caller: AgentsReader) -> list[Agent]:
    """Everybody who serves, with what they do now: for transfer, consult and assignment."""
    entries = await caller.directory.of(caller.tenant_id)
    state = live_state(caller)
    return [
        _agent(state, account, profile)
        for account in entries.accounts.values()
        if account.active and (profile := state.config.agents.get(account.id)) is not None
    ]


async def _set(caller: Caller, agent_id: str, body: PresenceChange, *, by: str | None) -> None:
    reason = body.reason if body.status is PresenceStatus.NOT_READY else None
    entries = await caller.directory.of(caller.tenant_id)
    if reason is not None and not _is_reason(entries, reason):
        raise FieldErrors([field_error("reason", "unknown_reason", id=reason)])
    await submit(
        caller,
        PresenceSet(at=caller.now(), agent_id=agent_id, status=body.status, reason=reason, by=by),
    )


def _is_reason(entries: Entries, reason: str) -> bool:
    document = entries.documents.get(("reason", reason))
    return document is not None and bool(document.body.get("active", True))


def _agent(state: State, account: Account, profile: AgentProfile) -> Agent:
    agent = state.agents.get(account.id) or AgentState(account.id)
    carried = Counter(state.interactions[each].channel for each in agent.work)
    return Agent(
        id=account.id,
        name=account.name,
        role=account.role,
        status=agent.status,
        reason=agent.reason,
        since=agent.since or None,
        online=agent.online,
        busy={str(channel): count for channel, count in carried.items()},
        capacity={str(channel): count for channel, count in profile.capacity.items()},
        queues=list(profile.queues),
        skills=dict(profile.skills),
        languages=list(profile.languages),
        free=bool(free_channels(state, agent)) if account.id in state.agents else False,
    )
