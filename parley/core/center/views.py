"""What screens show of the live center: rows made by pure functions, JSON-ready.

Times are RFC 3339 strings in UTC. Screens hold these rows and replace them; no rule lives there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from heapq import nsmallest
from statistics import fmean
from typing import Any

from parley.core.center import consent, consult
from parley.core.center.call_views import call_brief, call_row, iso
from parley.core.center.change import WAITING, queue_of
from parley.core.center.estimate import estimate_s, last_to_enter_service_s
from parley.core.center.routing import Router, free_channels, positions
from parley.core.center.state import AgentState, Interaction, State
from parley.core.desk.hours import is_open
from parley.core.insight.board import Board, Tally
from parley.core.insight.facts import PREVIEW_CHARS
from parley.core.model import Phase

Row = dict[str, Any]

MAX_WAITING_SHOWN = 200  # ages sent for the bar of a queue
RING_ESTIMATE_S = 15.0  # an agent who rings answers within this, as a rule


# --- one agent's own work -----------------------------------------------------------------------


def work_role(interaction: Interaction, agent_id: str) -> str | None:
    """offer, owner, wrap_up, consult, monitor, invited; None if the agent has no part in it."""
    if interaction.offer is not None and interaction.offer.agent_id == agent_id:
        return "offer"
    if interaction.owner == agent_id:
        return "wrap_up" if interaction.phase is Phase.WRAP_UP else "owner"
    role = interaction.participants.get(agent_id)
    if role is None and agent_id in consult.agent_ids(interaction):
        return "invited"
    return None if role is None else str(role)


def work_rows(state: State, agent_id: str) -> dict[str, Row]:
    agent = state.agents.get(agent_id)
    if agent is None:
        return {}
    ids = [*agent.work, *agent.joined, *agent.invited]
    return {i: work_row(state, state.interactions[i], agent_id) for i in ids}


def work_row(state: State, interaction: Interaction, agent_id: str) -> Row:
    i, queue = interaction, queue_of(state, interaction)
    offer, wrap_up, last = i.offer, i.wrap_up, i.last_message
    return {
        "id": i.id,
        "channel": i.channel,
        "phase": i.phase,
        "role": work_role(i, agent_id),
        "queue": i.queue,
        "customer": {"id": i.customer.id, "name": i.customer.name, "tier": i.customer.tier},
        "language": i.language,
        "topic": i.topic,
        "page": {"url": i.page.url, "title": i.page.title, "context": i.page.context},
        "subject": i.subject,
        "ticket_id": i.ticket_id,
        "arrived_at": iso(i.arrived_at),
        "queued_at": iso(i.queued_at),
        "connected_at": iso(i.connected_at),
        "invitation": _invitation(state, i, agent_id),
        "invited": [
            {"agent_id": a, "name": _name(state, a), "answer": each.answer}
            for a, each in i.invited.items()
        ],
        "asks": _asks(state, i, agent_id),
        "offer": offer
        and {"ring_until": iso(offer.until), "ring_s": queue.ring_s, "why": _why(offer.why)},
        "wrap_up": wrap_up
        and {
            "since": iso(wrap_up.since),
            "until": iso(wrap_up.until),
            "blocking": wrap_up.blocking,
            "disposition_required": queue.disposition_required,
            "dispositions": queue.dispositions,
        },
        "owner": i.owner,
        "participants": [{"agent_id": a, "role": r} for a, r in i.participants.items()],
        "last_message": last
        and {"text": last.text[:PREVIEW_CHARS], "sender": last.sender, "at": iso(last.at)},
        "unread": i.unread,
        "unanswered_since": iso(i.unanswered_since),
        "customer_online": i.customer_online,
        "customer_delivered_to": i.customer_delivered_to,
        "customer_read_to": i.customer_read_to,
        "note": i.note,
        "priority": i.priority,
        "conversation_ended": i.ended_by is not None,
        "ended_by": i.ended_by,
        "call": call_row(state, i.id, agent_id),
    }


def _invitation(state: State, i: Interaction, agent_id: str) -> Row | None:
    """Who asks this agent for help, and how long they wait for an answer."""
    if agent_id not in consult.agent_ids(i):
        return None
    asked = i.invited[agent_id]
    return {
        "by": _name(state, asked.by), "note": asked.note,
        "until": iso(asked.until), "answer_s": consult.INVITED_S,
    }  # fmt: skip


def _asks(state: State, i: Interaction, agent_id: str) -> list[Row]:
    """Who asks this agent whether they may listen in."""
    return [
        {
            "agent_id": supervisor_id, "name": _name(state, supervisor_id), "role": ask.role,
            "until": iso(ask.until), "answer_s": consent.CONSENT_S,
        }
        for supervisor_id, ask in state.asks.items()
        if ask.interaction_id == i.id and ask.agent_id == agent_id
    ]  # fmt: skip


def _asked(state: State, agent: AgentState) -> Row | None:
    """The last question to listen in: without an answer, or what came of it."""
    ask = state.asks.get(agent.id) or agent.asked
    if ask is None:
        return None
    return {
        "interaction_id": ask.interaction_id, "agent_name": _name(state, ask.agent_id),
        "role": ask.role, "until": iso(ask.until), "answer": ask.answer,
    }  # fmt: skip


def _name(state: State, agent_id: str) -> str:
    profile = state.config.agents.get(agent_id)
    return profile.name if profile else agent_id


def _why(why: Mapping[str, str | int | float]) -> Row:
    shown = dict(why)
    idle_since = shown.pop("idle_since", None)
    if isinstance(idle_since, (int, float)):
        shown["idle_since"] = iso(float(idle_since)) or ""
    return shown


# --- agents ---------------------------------------------------------------------------------------


def agent_row(state: State, agent: AgentState) -> Row:
    profile = state.config.agents.get(agent.id)
    return {
        "id": agent.id,
        "name": profile.name if profile else agent.id,
        "status": agent.status,
        "reason": agent.reason,
        "since": iso(agent.since),
        "online": agent.online,
        "phone": agent.phone,
        "busy": [
            _busy_row(state, state.interactions[i], agent.id, since)
            for i, since in (*agent.work.items(), *agent.joined.items())
        ],
        "capacity": dict(profile.capacity) if profile else {},
        "queues": list(profile.queues) if profile else [],
        "skills": dict(profile.skills) if profile else {},
        "free": bool(free_channels(state, agent)),
        "asked": _asked(state, agent),
    }


def _busy_row(state: State, interaction: Interaction, agent_id: str, since: float) -> Row:
    return {
        "interaction_id": interaction.id,
        "channel": interaction.channel,
        "phase": interaction.phase,
        "customer_name": interaction.customer.name,
        "since": iso(since),
        "role": work_role(interaction, agent_id),
        "unanswered_since": iso(interaction.unanswered_since),
        "call": call_brief(state, interaction.id),
    }


# --- queues and totals ----------------------------------------------------------------------------


@dataclass(slots=True)
class Crew:
    """Who works in a queue now. An agent counts in each queue they are a member of."""

    agents: dict[str, int] = field(
        default_factory=lambda: {"ready": 0, "free": 0, "busy": 0, "not_ready": 0, "offline": 0}
    )
    in_service: int = 0  # conversations connected
    members: list[AgentState] = field(default_factory=list)

    def occupancy(self, now: float) -> tuple[float | None, float | None]:
        """Mean of those at work, and the busiest less the least busy (A26)."""
        known = [
            o
            for a in self.members
            if a.here_since is not None and (o := a.occupancy(now)) is not None
        ]
        if not known:
            return None, None
        spread = max(known) - min(known) if len(known) > 1 else None
        return round(fmean(known), 3), None if spread is None else round(spread, 3)


def crews(state: State) -> dict[str, Crew]:
    """Of all queues in one pass over the agents."""
    found = {queue_id: Crew() for queue_id in state.config.queues}
    for agent_id, agent in state.agents.items():
        for interaction_id in agent.work:
            interaction = state.interactions[interaction_id]
            crew = found.get(interaction.queue or "")
            if crew is not None and interaction.phase is Phase.CONNECTED:
                crew.in_service += 1
        profile = state.config.agents.get(agent_id)
        if profile is None:
            continue
        busy, free = bool(agent.work), bool(free_channels(state, agent))
        for queue_id in profile.queues:
            if queue_id in found:
                counts = found[queue_id].agents
                counts[str(agent.status)] += 1
                counts["busy"] += busy
                counts["free"] += free
                found[queue_id].members.append(agent)
    return found


def queue_row(
    state: State,
    router: Router,
    board: Board,
    queue_id: str,
    now: float,
    crew: Crew | None = None,
) -> Row:
    """`crew`, if `crews` was called already for many queues."""
    queue = state.config.queues[queue_id]
    crew = crew or crews(state)[queue_id]
    waiting = [state.interactions[i].queued_at for i in router.waiting.get(queue_id, ())]
    hours = state.config.hours.get(queue.hours_id or "")
    occupancy, spread = crew.occupancy(now)
    return {
        "id": queue_id,
        "names": queue.names,
        "waiting": len(waiting),
        "oldest_at": iso(min(waiting, default=None)),
        "waiting_since": [iso(at) for at in nsmallest(MAX_WAITING_SHOWN, waiting)],
        "in_service": crew.in_service,
        "agents": crew.agents,
        "occupancy": occupancy,
        "occupancy_spread": spread,
        "open": is_open(hours, now),
        "today": _figures(board.tally(queue_id, now)),
        "estimated_wait_s": estimated_wait_s(
            state, queue_id, len(waiting) + 1, now, found=not waiting and crew.agents["free"] > 0
        ),
        "service_level_s": queue.service_level_s,
        "max_waiting": queue.max_waiting,
        "pull": queue.pull,
    }


def _figures(tally: Tally) -> Row:
    return {
        "offered": tally.offered,
        "answered": tally.answered,
        "abandoned": tally.abandoned,
        "short_abandoned": tally.short_abandoned,
        "messages_left": tally.messages_left,
        "answered_in_target": tally.answered_in_target,
        "rated": tally.rated,
        "service_level": tally.service_level,
        "abandonment": tally.abandonment,
        "asa_s": tally.asa_s,
        "aht_s": tally.aht_s,
        "csat": tally.csat,
    }


def totals_row(
    state: State, router: Router, board: Board, now: float, queues: Iterable[str] | None = None
) -> Row:
    """Over the given queues (a supervisor's), or over all."""
    chosen = set(state.config.queues if queues is None else queues)
    ids = [i for queue in chosen for i in router.waiting.get(queue, ())]
    waiting = [state.interactions[i] for i in ids]
    agents = {"ready": 0, "not_ready": 0, "offline": 0, "busy": 0}
    in_service = 0
    for agent_id, agent in state.agents.items():
        profile = state.config.agents.get(agent_id)
        if queues is not None and not (profile and chosen & profile.queues.keys()):
            continue
        agents[str(agent.status)] += 1
        agents["busy"] += bool(agent.work)
        in_service += sum(state.interactions[i].phase is Phase.CONNECTED for i in agent.work)
    return {
        "waiting": len(waiting),
        "oldest_at": iso(min((i.queued_at for i in waiting), default=None)),
        "in_service": in_service,
        "agents": agents,
        "targets": asdict(state.config.targets),
        **_figures(board.total(now, chosen)),
    }


# --- the customer -----------------------------------------------------------------------------------


def estimated_wait_s(
    state: State, queue_id: str, position: int, now: float, *, waited_s: float = 0.0,
    found: bool = False,
) -> float | None:  # fmt: skip
    """Seconds still to wait at a place in a queue; None without recent experience.

    `found`: an agent is free or rings already, so that only their answer is waited for.
    """
    pace = state.pace.get(queue_id)
    if pace is None:
        return None
    if found:
        last = last_to_enter_service_s(pace, now)
        return None if last is None else round(max(0.0, min(last, RING_ESTIMATE_S) - waited_s), 1)
    estimate = estimate_s(pace, position, waited_s, now)
    return None if estimate is None else round(estimate, 1)


def visitor_state(
    state: State, router: Router, address: str, now: float, places: Mapping[str, int] | None = None
) -> Row:
    """What a customer's own screen shows: where they stand, never who else waits."""
    interaction_id = state.by_address.get(address)
    if interaction_id is None:
        return {"phase": "idle", "interaction_id": None, "agent": None, "position": None,
                "estimated_wait_s": None, "can_leave_message": False,
                "away_reason": None}  # fmt: skip
    i = state.interactions[interaction_id]
    waits = i.phase in WAITING
    position = None
    if waits:
        known = places if places is not None else positions(state, router, i.queue or "")
        position = known.get(i.id)
    owner = state.config.agents.get(i.owner or "")
    return {
        "phase": "ended" if i.phase is Phase.WRAP_UP else i.phase,
        "interaction_id": i.id,
        "agent": {"name": owner.name} if owner and i.phase is Phase.CONNECTED else None,
        "position": position,
        "estimated_wait_s": position
        and estimated_wait_s(
            state,
            i.queue or "",
            position,
            now,
            waited_s=now - i.queued_at,
            found=i.phase is Phase.OFFERED,
        ),
        "can_leave_message": waits or i.phase is Phase.AWAY,
        "away_reason": i.away_reason,
    }
