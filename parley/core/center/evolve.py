"""Apply one event to the state: the only place where the state changes, live and in replay alike."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, TypeVar

from parley.core import events as ev
from parley.core.center import evolve_call, said, term
from parley.core.center.change import (
    CONNECTED,
    OFFERED,
    QUEUED,
    READY,
    TASK,
    VOICE,
    WAITING,
    Touched,
    after,
    clear_timers,
    priority_of,
    queue_of,
    set_timer,
    timer_name,
    watch_closing,
)
from parley.core.center.estimate import Departure, Pace
from parley.core.center.state import (
    AgentState,
    Ask,
    Interaction,
    Invitation,
    Offer,
    State,
    Timer,
    WrapUp,
)
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    EntryPoint,
    Flow,
    Hours,
    Phase,
    PresenceStatus,
    Queue,
    Skill,
)

AT_ONCE_S = 1.0  # an agent found within this was free when the customer came
_T = TypeVar("_T", Skill, Hours, Queue, AgentProfile, EntryPoint, Flow)
_V = TypeVar("_V")


def evolve(state: State, event: ev.Event, touched: Touched) -> None:
    apply = _APPLY.get(type(event))
    if apply is not None:  # record events (tickets, ratings, sign-ins) leave the live state alone
        apply(state, event, touched)


# --- configuration ------------------------------------------------------------------------------


def _configured(state: State, e: ev.Configured, touched: Touched) -> None:
    old = state.config
    state.config = CenterConfig(
        skills=_merge(old.skills, e.skills, e.removed.get("skills", ())),
        hours=_merge(old.hours, e.hours, e.removed.get("hours", ())),
        queues=_merge(old.queues, e.queues, e.removed.get("queues", ())),
        agents=_merge(old.agents, e.agents, e.removed.get("agents", ())),
        entry_points=_merge(old.entry_points, e.entry_points, e.removed.get("entry_points", ())),
        flows=_merge(old.flows, e.flows, e.removed.get("flows", ())),
        targets=_or(e.targets, old.targets),
        policy=_or(e.policy, old.policy),
        zone=_or(e.zone, old.zone),
        country=_or(e.country, old.country),
        interrupts=_or(e.interrupts, old.interrupts),
        screen_grace_s=_or(e.screen_grace_s, old.screen_grace_s),
        phone_grace_s=_or(e.phone_grace_s, old.phone_grace_s),
        recording_notice=_or(e.recording_notice, old.recording_notice),
        monitor_notice=_or(e.monitor_notice, old.monitor_notice),
        caller_id=_or(e.caller_id, old.caller_id) or None,
    )
    for profile in e.agents:
        state.agents.setdefault(profile.id, AgentState(profile.id, since=e.at, idle_since=e.at))
    for agent_id in e.removed.get("agents", ()):
        state.agents.pop(agent_id, None)
        clear_timers(state, agent_id, Timer.SCREEN, Timer.RECOVER)
    for queue_id in e.removed.get("queues", ()):
        clear_timers(state, queue_id, Timer.CLOSING)
    if e.queues or e.hours or "hours" in e.removed:
        for queue in state.config.queues.values():
            watch_closing(state, touched, queue, e.at)
    touched.config = True


def _or(news: _V | None, old: _V) -> _V:
    return old if news is None else news


def _merge(old: dict[str, _T], new: tuple[_T, ...], removed: tuple[str, ...]) -> dict[str, _T]:
    kept = {key: value for key, value in old.items() if key not in removed}
    kept.update((value.id, value) for value in new)
    return kept


# --- presence -----------------------------------------------------------------------------------


def _presence(state: State, e: ev.PresenceChanged, touched: Touched) -> None:
    agent = state.agents[e.agent_id]
    if e.status is READY and agent.status is not READY:
        agent.idle_since = e.at
    if agent.status is PresenceStatus.OFFLINE:
        agent.busy_s = agent.here_s = 0.0
    agent.status, agent.reason, agent.since = e.status, e.reason, e.at
    _note_here(agent, e.at)
    touched.agents.add(e.agent_id)


def _note_here(agent: AgentState, at: float) -> None:
    """Time counts for the occupancy while they are ready or have work."""
    here = agent.status is READY or agent.busy_since is not None
    if here and agent.here_since is None:
        agent.here_since = at
    elif not here and agent.here_since is not None:
        agent.here_s += at - agent.here_since
        agent.here_since = None


def _screen_connected(state: State, e: ev.ScreenConnected, touched: Touched) -> None:
    state.agents[e.agent_id].online = True
    clear_timers(state, e.agent_id, Timer.SCREEN)
    touched.agents.add(e.agent_id)


def _screen_lost(state: State, e: ev.ScreenLost, touched: Touched) -> None:
    state.agents[e.agent_id].online = False
    set_timer(state, touched, Timer.SCREEN, e.agent_id, e.at + state.config.screen_grace_s)
    touched.agents.add(e.agent_id)


# --- an interaction, from arrival to its end ----------------------------------------------------


def _arrived(state: State, e: ev.Arrived, touched: Touched) -> None:
    state.interactions[e.interaction_id] = Interaction(
        id=e.interaction_id, channel=e.channel, entry_point=e.entry_point, address=e.address,
        customer=e.customer, language=e.language, arrived_at=e.at, topic=e.topic, page=e.page,
        ticket_id=e.ticket_id, subject=e.subject, phase=Phase.AWAY, order_at=e.at,
    )  # fmt: skip
    state.by_address[e.address] = e.interaction_id


def _queued(state: State, e: ev.Queued, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    moved = i.queue != e.queue or i.phase not in WAITING
    i.phase, i.queue, i.priority, i.needs = QUEUED, e.queue, e.priority, e.needs
    i.order_at, i.queued_reason, i.queues = e.order_at, e.reason, e.queues
    i.only_agent, i.only_until = e.only_agent, e.only_until
    if i.only_agent is not None or i.only_until is not None:
        _open_if_over(i, e.at)
    i.note = e.note or i.note
    i.away_reason = None
    set_timer(state, touched, Timer.HOLD, i.id, i.only_until)
    clear_timers(state, i.id, Timer.LEAVE, Timer.CALLBACK)
    queue = queue_of(state, i)
    if moved:
        if state.calls:
            evolve_call.announce_next(state, touched, i.id, e.at, first=True)
        i.queued_at = e.at
        limit = queue.max_wait_s if i.channel is not TASK else None
        set_timer(state, touched, Timer.WAIT, i.id, None if limit is None else e.at + limit)
        if not i.customer_online:
            set_timer(state, touched, Timer.GONE, i.id, e.at + queue.away_grace_s)
        i.stage = 0
        _next_stage(state, touched, i)
        if queue.hours_id and timer_name(Timer.CLOSING, queue.id) not in state.timers:
            watch_closing(state, touched, queue, e.at)
    touched.interactions.add(i.id)


def _open_if_over(i: Interaction, at: float) -> None:
    """What was kept for one agent until now (or by an older event without an end) is open to all."""
    if i.only_agent is None or (i.only_until is not None and i.only_until <= at):
        i.only_agent = i.only_until = None


def _next_stage(state: State, touched: Touched, i: Interaction) -> None:
    policy = state.config.policy.queues.get(i.queue or "")
    opens_s = None
    if policy is not None and policy.stages:
        opens_s = next((s.after_s for s in policy.stages[i.stage :] if s.after_s > 0), None)
    set_timer(state, touched, Timer.STAGE, i.id, after(i.queued_at, opens_s))


def _staged(state: State, e: ev.Staged, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.stage, i.needs, i.queues = e.stage + 1, e.needs, e.queues
    _next_stage(state, touched, i)
    touched.interactions.add(i.id)


def _classified(state: State, e: ev.Classified, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.rules, i.rule_needs, i.rule_priority = e.rules, e.needs, e.priority
    i.hard, i.tags, i.priority = e.hard, e.tags, priority_of(i)
    touched.interactions.add(i.id)


def _facts_changed(state: State, e: ev.FactsChanged, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.known, i.tags = {**i.known, **e.known}, e.tags


def _went_away(state: State, e: ev.WentAway, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.phase, i.queue, i.away_reason = Phase.AWAY, e.queue, e.reason
    i.only_agent = i.only_until = None
    clear_timers(state, i.id, Timer.WAIT, Timer.HOLD, Timer.RING, Timer.STAGE)
    set_timer(state, touched, Timer.LEAVE, i.id, e.at + said.LEAVE_MESSAGE_S)
    touched.interactions.add(i.id)


def _offered(state: State, e: ev.Offered, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.phase, i.offer = OFFERED, Offer(e.agent_id, e.at, e.ring_until, e.why)
    state.agents[e.agent_id].work[i.id] = e.at
    set_timer(state, touched, Timer.RING, i.id, None if e.ring_until == inf else e.ring_until)
    touched.interactions.add(i.id)
    touched.agents.add(e.agent_id)


def _offer_ended(state: State, e: ev.OfferEnded, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.phase, i.offer = QUEUED, None
    _leave_work(state, e.agent_id, i.id, touched)
    clear_timers(state, i.id, Timer.RING)
    _open_if_over(i, e.at)
    if e.reason != "withdrawn":
        pause = queue_of(state, i).decline_pause_s
        i.paused[e.agent_id] = e.at + pause
        set_timer(state, touched, Timer.PAUSE, f"{i.id} {e.agent_id}", e.at + pause)
        if i.only_agent == e.agent_id:  # held for someone who does not want it: open to all
            i.only_agent = i.only_until = None
            clear_timers(state, i.id, Timer.HOLD)
    touched.interactions.add(i.id)


def _connected(state: State, e: ev.Connected, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    offer, owner = i.offer, i.owner
    i.queue = i.queue or e.queue or None  # dialled by the agent: it never waited
    call = state.calls.get(i.id) if state.calls else None
    if call is not None and (leg := call.of_agent(e.agent_id)):
        leg.aside = False
    i.phase, i.offer, i.owner, i.wrap_up = CONNECTED, None, e.agent_id, None
    i.only_agent = i.only_until = i.away_reason = i.ended_by = None
    i.connected_at = i.connected_at or e.at
    if i.paused:
        _drop_pauses(state, i)
    if state.timers:
        clear_timers(state, i.id, *_WAITING_TIMERS, Timer.WRAP_UP)
    queue = queue_of(state, i)
    if i.unanswered_since is not None:
        i.unanswered_since = e.at  # this agent's time to answer begins now
        set_timer(state, touched, Timer.REPLY, i.id, after(e.at, queue.reply_timeout_s))
    elif i.channel not in (TASK, VOICE):
        set_timer(state, touched, Timer.IDLE, i.id, after(e.at, queue.inactivity_s))
    agent = state.agents[e.agent_id]
    agent.work[i.id] = agent.idle_since = e.at
    if agent.busy_since is None:
        agent.busy_since = e.at
        _note_here(agent, e.at)
    if e.how != "resume":
        _count_hard(state, touched, agent, i.hard, e.at)
        _watch_novice(state, touched, i, e)
    agent.joined.pop(i.id, None)
    i.participants.pop(e.agent_id, None)
    if e.how != "dial":
        _depart(state, i, e.at, offer.at if offer else e.at, served=True)
    if owner is None and i.queue is not None:
        pace = state.pace.get(i.queue)
        if pace is None:
            pace = state.pace[i.queue] = Pace()
        pace.begin()
    touched.interactions.add(i.id)
    touched.agents.add(e.agent_id)


def _depart(state: State, i: Interaction, at: float, found_at: float, *, served: bool) -> None:
    """Remember how long the queue took: what the next ones are told comes from it.

    `found_at`: when an agent was found, before they answered."""
    if i.queue is None:
        return
    waited, queued = max(0.0, at - i.queued_at), found_at - i.queued_at > AT_ONCE_S
    pace = state.pace.get(i.queue)
    if pace is None:
        pace = state.pace[i.queue] = Pace()
    pace.add(Departure(at, waited, queued, served))


def _stop_serving(state: State, i: Interaction, agent_id: str, at: float) -> None:
    """Before it leaves the agent's work; a second time changes nothing."""
    agent, pace = state.agents.get(agent_id), state.pace.get(i.queue or "")
    since = agent.work.get(i.id) if agent else None
    if pace is not None and since is not None:
        pace.finish(at - since)


def _count_hard(state: State, touched: Touched, agent: AgentState, hard: bool, at: float) -> None:
    fairness = state.config.policy.fairness
    agent.hard_run = agent.hard_run + 1 if hard else 0
    agent.recent.append(hard)
    if len(agent.recent) > fairness.window:
        del agent.recent[: -max(fairness.window, 1)]
    if hard and (fairness.run is not None or fairness.share is not None):
        set_timer(state, touched, Timer.RECOVER, agent.id, at + fairness.recovery_s)


def _watch_novice(state: State, touched: Touched, i: Interaction, e: ev.Connected) -> None:
    policy = state.config.policy.queues.get(e.queue)
    if policy is None or policy.novice_below is None:
        return
    level = level_for(state, e.agent_id, e.queue, i.rule_needs)
    if level < policy.novice_below:
        set_timer(state, touched, Timer.NOVICE, i.id, e.at + policy.novice_after_s)


def level_for(state: State, agent_id: str, queue_id: str, needs: dict[str, int]) -> int:
    """The agent's weakest level among the skills this work is about; 0 if it is about none."""
    profile = state.config.agents.get(agent_id)
    queue = state.config.queues.get(queue_id)
    skills = {*needs, *(queue.needs if queue else ())}
    return min((profile.skills.get(s, 0) if profile else 0 for s in skills), default=0)


def _released(state: State, e: ev.Released, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    _stop_serving(state, i, e.agent_id, e.at)
    i.owner, i.ended_by, i.note = None, None, e.note or i.note
    if e.reason == ev.PASSED_ON:
        i.phase = Phase.FLOW
    _drop_invitations(state, i)
    if e.reason == "reply_timeout" or e.to_queue is not None:  # others are asked first
        pause = queue_of(state, i).decline_pause_s
        i.paused[e.agent_id] = e.at + pause
        set_timer(state, touched, Timer.PAUSE, f"{i.id} {e.agent_id}", e.at + pause)
    clear_timers(state, i.id, Timer.REPLY, Timer.IDLE, Timer.NOVICE, Timer.REJOIN)
    if (call := state.calls.get(i.id)) is not None:
        call.held, call.rejoin_until = False, None
    _leave_work(state, e.agent_id, i.id, touched, at=e.at)
    touched.interactions.add(i.id)


def _invited(state: State, e: ev.Invited, touched: Touched) -> None:
    invitation = Invitation(e.by, e.note, e.until)
    state.interactions[e.interaction_id].invited[e.agent_id] = invitation
    state.agents[e.agent_id].invited[e.interaction_id] = e.at
    set_timer(state, touched, Timer.INVITE, f"{e.interaction_id} {e.agent_id}", e.until)


def _invitation_ended(state: State, e: ev.InvitationEnded, touched: Touched) -> None:
    state.interactions[e.interaction_id].invited[e.agent_id].answer = e.reason
    _close_invitation(state, e.interaction_id, e.agent_id)


def _close_invitation(state: State, interaction_id: str, agent_id: str) -> None:
    if agent_id in state.agents:
        state.agents[agent_id].invited.pop(interaction_id, None)
    clear_timers(state, f"{interaction_id} {agent_id}", Timer.INVITE)


def _drop_invitations(state: State, i: Interaction) -> None:
    """Who asked no longer serves the customer."""
    for agent_id in i.invited:
        _close_invitation(state, i.id, agent_id)
    i.invited.clear()


def _joined(state: State, e: ev.Joined, touched: Touched) -> None:
    _close_invitation(state, e.interaction_id, e.agent_id)
    state.interactions[e.interaction_id].invited.pop(e.agent_id, None)
    state.interactions[e.interaction_id].participants[e.agent_id] = e.role
    state.agents[e.agent_id].joined[e.interaction_id] = e.at
    touched.agents.add(e.agent_id)


def _parted(state: State, e: ev.Parted, touched: Touched) -> None:
    state.interactions[e.interaction_id].participants.pop(e.agent_id, None)
    if e.agent_id in state.agents:
        state.agents[e.agent_id].joined.pop(e.interaction_id, None)
    touched.agents.add(e.agent_id)


def _consent_asked(state: State, e: ev.ConsentAsked, touched: Touched) -> None:
    state.asks[e.agent_id] = Ask(e.interaction_id, e.to_agent, e.role, e.until)
    state.agents[e.agent_id].asked = None
    set_timer(state, touched, Timer.CONSENT, e.agent_id, e.until)


def _consent_ended(state: State, e: ev.ConsentEnded, touched: Touched) -> None:
    ask = state.asks.pop(e.agent_id)
    ask.answer = e.answer
    state.agents[e.agent_id].asked = ask
    clear_timers(state, e.agent_id, Timer.CONSENT)


def _priority(state: State, e: ev.PriorityRaised, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.priority = i.set_priority = e.priority
    touched.interactions.add(e.interaction_id)


def _conversation_ended(state: State, e: ev.ConversationEnded, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.ended_by, i.unanswered_since = e.by, None
    if i.invited:
        _drop_invitations(state, i)
    clear_timers(state, i.id, Timer.REPLY, Timer.IDLE, Timer.NOVICE, Timer.REJOIN)
    touched.interactions.add(i.id)


def _wrap_up_started(state: State, e: ev.WrapUpStarted, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.phase, i.wrap_up = Phase.WRAP_UP, WrapUp(e.agent_id, e.at, e.until, e.blocking)
    set_timer(state, touched, Timer.WRAP_UP, i.id, e.until)
    touched.interactions.add(i.id)
    touched.agents.add(e.agent_id)


def _wrap_up_ended(state: State, e: ev.WrapUpEnded, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.wrap_up = None
    _stop_serving(state, i, e.agent_id, e.at)
    clear_timers(state, i.id, Timer.WRAP_UP)
    _leave_work(state, e.agent_id, i.id, touched, at=e.at)


def _ended(state: State, e: ev.Ended, touched: Touched) -> None:
    i = state.interactions.pop(e.interaction_id)
    if i.phase in WAITING:
        _depart(state, i, e.at, e.at, served=False)
    if state.by_address.get(i.address) == i.id:
        del state.by_address[i.address]
    for agent_id in i.participants:
        state.agents[agent_id].joined.pop(i.id, None)
        touched.agents.add(agent_id)
    if i.owner is not None:
        _stop_serving(state, i, i.owner, e.at)
        _leave_work(state, i.owner, i.id, touched, at=e.at)
    if i.paused:
        _drop_pauses(state, i)
    if i.invited:
        _drop_invitations(state, i)
    if state.timers:
        clear_timers(state, i.id, *_WAITING_TIMERS, *_SERVING_TIMERS, Timer.SPOKEN)
    if state.calls:
        evolve_call.interaction_over(state, i.id)
    touched.interactions.add(i.id)


# --- a customer who goes and comes, and time that passes -----------------------------------------


def _customer_away(state: State, e: ev.CustomerAway, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.customer_online = False
    if i.phase in WAITING or i.phase is Phase.AWAY:
        set_timer(state, touched, Timer.GONE, i.id, e.at + queue_of(state, i).away_grace_s)


def _customer_back(state: State, e: ev.CustomerBack, touched: Touched) -> None:
    state.interactions[e.interaction_id].customer_online = True
    clear_timers(state, e.interaction_id, Timer.GONE)


def _recognised(state: State, e: ev.CustomerRecognised, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.customer = e.customer
    i.priority = priority_of(i)
    touched.interactions.add(i.id)


def _lapsed(state: State, e: ev.TimerLapsed, touched: Touched) -> None:
    clear_timers(state, e.key, e.kind)
    interaction_id, _, agent_id = e.key.partition(" ")
    i = state.interactions.get(interaction_id)
    if e.kind == Timer.RECOVER and e.key in state.agents:
        state.agents[e.key].hard_run, state.agents[e.key].recent = 0, []
        touched.agents.add(e.key)
    if e.kind == Timer.CLOSING and (queue := state.config.queues.get(e.key)) is not None:
        watch_closing(state, touched, queue, e.at)
    if e.kind == Timer.ANNOUNCE:
        evolve_call.announce_next(state, touched, e.key, e.at, first=False)
    if e.kind == Timer.PAUSE and i is not None:
        i.paused.pop(agent_id, None)
        touched.interactions.add(interaction_id)
        touched.agents.add(agent_id)


# --- shared -------------------------------------------------------------------------------------

_WAITING_TIMERS = (
    Timer.RING, Timer.HOLD, Timer.WAIT, Timer.GONE, Timer.LEAVE, Timer.STAGE, Timer.ANNOUNCE,
    Timer.CALLBACK,
)  # fmt: skip
_SERVING_TIMERS = (Timer.REPLY, Timer.IDLE, Timer.NOVICE, Timer.WRAP_UP, Timer.REJOIN)


def _leave_work(
    state: State, agent_id: str, interaction_id: str, touched: Touched, at: float | None = None
) -> None:
    """`at` is given when real work ended: an offer that came to nothing keeps the idle time (P6)."""
    agent = state.agents.get(agent_id)
    if agent is None:
        return
    if agent.work.pop(interaction_id, None) is not None and at is not None:
        agent.idle_since = at
        if not agent.work and agent.busy_since is not None:
            agent.busy_s += at - agent.busy_since
            agent.busy_since = None
            _note_here(agent, at)
    touched.agents.add(agent_id)


def _drop_pauses(state: State, i: Interaction) -> None:
    for agent_id in i.paused:
        clear_timers(state, f"{i.id} {agent_id}", Timer.PAUSE)
    i.paused.clear()


_APPLY: dict[type[ev.Event], Callable[[State, Any, Touched], None]] = {
    ev.Configured: _configured,
    ev.PresenceChanged: _presence,
    ev.ScreenConnected: _screen_connected,
    ev.ScreenLost: _screen_lost,
    ev.Arrived: _arrived,
    ev.Queued: _queued,
    ev.Classified: _classified,
    ev.FactsChanged: _facts_changed,
    ev.Staged: _staged,
    ev.WentAway: _went_away,
    ev.Offered: _offered,
    ev.OfferEnded: _offer_ended,
    ev.Connected: _connected,
    ev.Released: _released,
    ev.Invited: _invited,
    ev.InvitationEnded: _invitation_ended,
    ev.Joined: _joined,
    ev.Parted: _parted,
    ev.ConsentAsked: _consent_asked,
    ev.ConsentEnded: _consent_ended,
    ev.PriorityRaised: _priority,
    ev.ConversationEnded: _conversation_ended,
    ev.WrapUpStarted: _wrap_up_started,
    ev.WrapUpEnded: _wrap_up_ended,
    ev.Ended: _ended,
    ev.MessageAdded: said.message,
    ev.DeliveryChanged: said.delivery,
    ev.PageChanged: said.page,
    ev.CustomerAway: _customer_away,
    ev.CustomerBack: _customer_back,
    ev.CustomerRecognised: _recognised,
    ev.GraceGiven: term.grace_given,
    ev.TimerLapsed: _lapsed,
    **evolve_call.APPLY,
}
