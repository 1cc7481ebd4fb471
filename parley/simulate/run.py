"""One replication: virtual customers meet the real Center.

Only time and people are simulated: who is offered what, when stages open and what limits hold is
decided by the very code that runs live. An offer is accepted after the visit's `answer_s` (at once
in generated traffic), handling takes what the visit brings, and a customer whose patience ends
leaves if still waiting. A call that is handed over takes the rest of its time with the next agent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf
from pathlib import Path
from random import Random
from typing import Any

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    CenterConfig,
    Channel,
    Policy,
    PresenceStatus,
    Queue,
    WrapUpMode,
)
from parley.simulate.crew import Group, Staffing, hired
from parley.simulate.scenario import Scenario, policy_in
from parley.simulate.thaw import thaw
from parley.simulate.visits import Visit, sources

MAX_SERVE_OUT_S = 30 * 86_400.0  # after the horizon those who wait are served, at most so long
RING_S = inf  # nobody lets it ring in vain
BUSINESS_S = 0.001  # the least a conversation lasts that was handed over

ANSWERED, ABANDONED, BLOCKED, WAITING = "answered", "abandoned", "blocked", "waiting"


@dataclass(slots=True)
class Call:
    """What became of a visit. `waited_s` until answered or gone; the agent is the last one."""

    visit: Visit
    queue: str  # where it waits now: an overflow may have moved it
    left_s: float  # of handling
    id: str = ""  # of its interaction
    waited_s: float = 0.0
    result: str = WAITING
    agent: str = ""
    began: float = 0.0
    term: int = 0  # counts agents: an end that was planned for an earlier one is void
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What the scenario says of a queue beyond the center's own rules."""

    capacity_waiting: int | None = None
    max_wait_s: float | None = None
    overflow: str | None = None


@dataclass(slots=True)
class Plan:
    """All that a replication needs. Seconds count from `start_s`, usually 0."""

    config: CenterConfig
    groups: list[Group]
    rota: list[Staffing]
    sources: list[Iterator[Visit]]
    limits: dict[str, Limits]
    horizon_s: float
    start_s: float = 0.0
    warmup_s: float = 0.0
    system_limit: int | None = None


@dataclass(slots=True)
class Outcome:
    calls: list[Call]  # of those who came after the warm-up
    groups: list[Group]
    events: int
    arrivals: int


@dataclass(slots=True)
class Replication:
    plan: Plan
    watch: Callable[[Center, Visit], None] | None = None  # told of each before they come in
    center: Center = field(default_factory=lambda: Center(receipts=False))
    now: float = 0.0
    calls: dict[str, Call] = field(default_factory=dict)
    done: list[Call] = field(default_factory=list)
    events: int = 0
    arrivals: int = 0
    _agenda: list[tuple[float, int, Callable[[Any], None], Any]] = field(default_factory=list)
    _n: int = 0
    _carrying: dict[str, int] = field(default_factory=dict)
    _busy_since: dict[str, float] = field(default_factory=dict)
    _present: dict[str, float] = field(default_factory=dict)
    _leaving: set[str] = field(default_factory=set)
    _group_of: dict[str, Group] = field(default_factory=dict)

    def run(self) -> Outcome:
        thaw()
        plan = self.plan
        self.now = plan.start_s
        for group in plan.groups:
            self._group_of.update(dict.fromkeys(group.agents, group))
        self._tell(got.ConfigChanged(at=self.now, config=plan.config))
        for change in plan.rota:
            self._later(change.at, self._staff, change)
        for source in plan.sources:
            self._await(source)
        self._play(plan.horizon_s + MAX_SERVE_OUT_S)
        self._close_books()
        return Outcome(self.done, plan.groups, self.events, self.arrivals)

    def _play(self, end: float) -> None:
        agenda, horizon, next_due = self._agenda, self.plan.horizon_s, self.center.next_due
        while agenda and agenda[0][0] <= end:
            due = next_due()
            if due is not None and due <= agenda[0][0]:
                self._fire_timers(due)  # what it leads to may come before the next of the agenda
                continue
            at, _, act, what = heappop(agenda)
            self.now = at
            act(what)
            if at >= horizon and not self.calls:
                break

    # --- the agenda ----------------------------------------------------------------------------------

    def _later(self, at: float, act: Callable[[Any], None], what: object) -> None:
        self._n += 1
        heappush(self._agenda, (at, self._n, act, what))

    def _await(self, source: Iterator[Visit]) -> None:
        visit = next(source, None)
        if visit is not None and visit.at < self.plan.horizon_s:
            self._later(visit.at, self._arrive, (source, visit))

    def _fire_timers(self, due: float) -> None:
        self.now = due
        for fired in self.center.due(due):
            self._tell(fired)

    def _tell(self, news: got.Input) -> None:
        events = self.center.receive(news).events
        self.events += len(events)
        for event in events:
            react = _REACTIONS.get(type(event))
            if react is not None:
                react(self, event)

    # --- customers -----------------------------------------------------------------------------------

    def _arrive(self, came: tuple[Iterator[Visit], Visit]) -> None:
        source, visit = came
        self._await(source)
        self.arrivals += 1
        if self.watch is not None:
            self.watch(self.center, visit)
        call = Call(visit, visit.queue, visit.handle_s)
        limit = self.plan.system_limit
        if limit is not None and len(self.calls) >= limit:
            self._finish(call, BLOCKED)
            return
        call_id = self._enter(call, ())
        if call_id is not None and visit.patience_s < inf:
            self._later(visit.at + visit.patience_s, self._leave, call)

    def _enter(self, call: Call, tried: tuple[str, ...]) -> str | None:
        """Let it wait in its queue or along the overflows. Its id, if it is left waiting."""
        self._n += 1
        call_id = call.id = f"int_{self._n}"
        self.calls[call_id] = call
        self._tell(self._news(call_id, call))
        if call.result != WAITING:
            return None
        limits = self.plan.limits.get(call.queue)
        if limits is None or call_id not in self.calls:
            return call_id
        if limits.capacity_waiting is not None:
            waiting = len(self.center.router.waiting.get(call.queue, ()))
            if waiting > limits.capacity_waiting:
                self._quit(call_id)
                return self._overflow(call, limits, (*tried, call.queue), BLOCKED)
        if limits.max_wait_s is not None:
            self._later(self.now + limits.max_wait_s, self._tire, (call_id, call, tried))
        return call_id

    def _overflow(
        self, call: Call, limits: Limits, tried: tuple[str, ...], failed: str
    ) -> str | None:
        if limits.overflow is None or limits.overflow in tried:
            call.waited_s = self.now - call.visit.at
            self._finish(call, failed)
            return None
        call.queue = limits.overflow
        return self._enter(call, tried)

    def _news(self, call_id: str, call: Call) -> got.Input:
        visit = call.visit
        if visit.message is None:
            return got.TaskArrived(
                at=self.now, interaction_id=call_id, queue=call.queue, customer=visit.customer,
                ticket_id=call_id, subject="",
            )  # fmt: skip
        entry_point, language, topic = visit.message
        return got.MessageReceived(
            at=self.now, entry_point=entry_point, address=f"sim:{call_id}", message_id=call_id,
            client_id=call_id, interaction_id=call_id, text="", customer=visit.customer,
            language=language, topic=topic,
        )  # fmt: skip

    def _tire(self, who: tuple[str, Call, tuple[str, ...]]) -> None:
        """The longest wait of a queue is over: to its overflow, or gone."""
        call_id, call, tried = who
        if call_id in self.calls and call.result == WAITING:
            self._quit(call_id)
            limits = self.plan.limits[call.queue]
            self._overflow(call, limits, (*tried, call.queue), ABANDONED)

    def _leave(self, call: Call) -> None:
        if call.result != WAITING:
            return
        call.waited_s = self.now - call.visit.at
        self._finish(call, ABANDONED)
        self._quit(call.id)

    def _quit(self, call_id: str) -> None:
        del self.calls[call_id]
        self._tell(got.EndRequested(at=self.now, interaction_id=call_id))

    def _finish(self, call: Call, result: str) -> None:
        call.result = result
        if call.visit.at >= self.plan.start_s + self.plan.warmup_s:
            self.done.append(call)

    # --- what the center says --------------------------------------------------------------------------

    def _offered(self, event: ev.Offered) -> None:
        call = self.calls[event.interaction_id]
        offer = (event.interaction_id, event.agent_id)
        if call.visit.answer_s > 0:
            self._later(self.now + call.visit.answer_s, self._accept, offer)
        else:
            self._accept(offer)

    def _accept(self, offer: tuple[str, str]) -> None:
        call_id, agent = offer
        self._tell(got.OfferAccepted(at=self.now, interaction_id=call_id, agent_id=agent))

    def _connected(self, event: ev.Connected) -> None:
        call = self.calls[event.interaction_id]
        call.agent, call.began = event.agent_id, self.now
        call.term += 1
        if call.result == WAITING:
            call.result, call.waited_s = ANSWERED, self.now - call.visit.at
            call.hard = self.center.state.interactions[event.interaction_id].hard
        self._take_up(call.agent)
        self._later(self.now + call.left_s, self._end, (event.interaction_id, call.term))

    def _released(self, event: ev.Released) -> None:
        call = self.calls[event.interaction_id]
        call.left_s = max(BUSINESS_S, call.left_s - (self.now - call.began))
        call.term += 1
        self._put_down(event.agent_id)

    def _went_away(self, event: ev.WentAway) -> None:
        """Closed, full or too long: the customer would be asked to leave a message."""
        call = self.calls[event.interaction_id]
        call.waited_s = self.now - call.visit.at
        self._finish(call, ABANDONED if event.reason == "too_long" else BLOCKED)
        self._quit(event.interaction_id)

    def _ended(self, event: ev.Ended) -> None:
        """The center ended it by itself: its queue could not take it."""
        call = self.calls.pop(event.interaction_id, None)
        if call is not None and call.result == WAITING:
            call.waited_s = self.now - call.visit.at
            self._finish(call, BLOCKED)

    def _end(self, what: tuple[str, int]) -> None:
        call_id, term = what
        call = self.calls.get(call_id)
        if call is None or call.term != term:
            return
        agent = call.agent
        del self.calls[call_id]
        self._finish(call, ANSWERED)
        self._put_down(agent)
        if not self._carrying[agent] and self._goes(agent):
            self._set_ready(agent, ready=False)
        self._tell(got.ConversationClosed(at=self.now, interaction_id=call_id, agent_id=agent))

    # --- agents ----------------------------------------------------------------------------------------

    def _goes(self, agent: str) -> bool:
        group = self._group_of[agent]
        if agent in self._leaving:
            return True
        if group.surplus > 0:
            group.surplus -= 1
            return True
        return False

    def _staff(self, change: Staffing) -> None:
        group = self.plan.groups[change.group]
        if change.agent is not None:
            if change.here:
                self._come(change.agent)
            else:
                self._go(change.agent)
            return
        here = [a for a in group.agents if a in self._present]
        missing = change.count - (len(here) - group.surplus)
        if self.now < self.plan.horizon_s or missing > 0:
            self._resize(group, here, missing)

    def _resize(self, group: Group, here: list[str], missing: int) -> None:
        """Who is idle goes first, the others as they become free."""
        if missing >= 0:
            kept = min(missing, group.surplus)
            group.surplus -= kept
            away = (a for a in group.agents if a not in self._present)
            for agent in [a for a, _ in zip(away, range(missing - kept), strict=False)]:
                self._come(agent)
            return
        idle = [a for a in here if not self._carrying.get(a)][:-missing]
        for agent in idle:
            self._go(agent)
        group.surplus += -missing - len(idle)

    def _come(self, agent: str) -> None:
        self._leaving.discard(agent)
        self._present.setdefault(agent, self.now)
        if not self.center.state.agents[agent].online:
            self._tell(got.AgentScreenChanged(at=self.now, agent_id=agent, online=True))
        self._set_ready(agent, ready=True)

    def _go(self, agent: str) -> None:
        """Finishes the call in progress, then is gone."""
        if self.now >= self.plan.horizon_s:
            return  # those of the last period stay until everybody is served
        self._leaving.add(agent)
        if not self.center.state.agents[agent].work:
            self._set_ready(agent, ready=False)

    def _set_ready(self, agent: str, *, ready: bool) -> None:
        status = PresenceStatus.READY if ready else PresenceStatus.NOT_READY
        if not ready:
            self._leaving.discard(agent)
            came = self._present.pop(agent, None)
            if came is not None:
                self._count(agent, came, busy=False)
        self._tell(got.PresenceSet(at=self.now, agent_id=agent, status=status))

    def _take_up(self, agent: str) -> None:
        carrying = self._carrying.get(agent, 0)
        self._carrying[agent] = carrying + 1
        if not carrying:
            self._busy_since[agent] = self.now

    def _put_down(self, agent: str) -> None:
        self._carrying[agent] -= 1
        if not self._carrying[agent]:
            self._count(agent, self._busy_since.pop(agent), busy=True)

    def _count(self, agent: str, since: float, *, busy: bool) -> None:
        """Add what of the span from `since` till now lies between the warm-up and the horizon, and
        what lies after it."""
        group, horizon = self._group_of[agent], self.plan.horizon_s
        seconds = group.busy_s if busy else group.present_s
        start = max(since, self.plan.start_s + self.plan.warmup_s)
        seconds[agent] = seconds.get(agent, 0.0) + max(0.0, min(self.now, horizon) - start)
        late = max(0.0, self.now - max(since, horizon))
        if busy:
            group.late_busy_s += late
        else:
            group.late_present_s += late

    def _close_books(self) -> None:
        self.now = max(self.now, self.plan.horizon_s)
        for agent, came in self._present.items():
            self._count(agent, came, busy=False)
        for agent, since in self._busy_since.items():
            self._count(agent, since, busy=True)
        for call in self.calls.values():
            if call.result == WAITING:
                call.waited_s = self.now - call.visit.at
                self._finish(call, ABANDONED)
            else:
                self._finish(call, ANSWERED)


_REACTIONS: dict[type[ev.Event], Callable[[Replication, Any], None]] = {
    ev.Offered: Replication._offered,
    ev.Connected: Replication._connected,
    ev.Released: Replication._released,
    ev.WentAway: Replication._went_away,
    ev.Ended: Replication._ended,
}


def plan_of(scenario: Scenario, policy: Policy | None, folder: Path, number: int) -> Plan:
    """What the scenario's replication of this number needs; `policy` overrules the scenario's."""
    random = Random(f"{scenario.seed} {number}")  # noqa: S311 - a simulation, no secret
    groups, rota = hired(scenario.agents)
    queues = {
        q.id: Queue(
            q.id, {}, needs={q.skill: 1}, ring_s=RING_S, wrap_up=WrapUpMode.NONE,
            service_level_s=q.service_level_s, agent_order=AgentOrder(q.agent_order),
        )
        for q in scenario.queues
    }  # fmt: skip
    agents: dict[str, AgentProfile] = {}
    for group, spec in zip(groups, scenario.agents, strict=True):
        served = {q.id: 1 for q in scenario.queues if spec.skills.get(q.skill, 0) > 0}
        for agent in group.agents:
            agents[agent] = AgentProfile(agent, agent, served, spec.skills, {Channel.TASK: 1})
    chosen = policy_in(scenario, folder) if policy is None else policy
    return Plan(
        config=CenterConfig(queues=queues, agents=agents, policy=chosen),
        groups=groups, rota=rota, sources=sources(scenario, random, folder),
        limits={
            q.id: Limits(q.capacity_waiting, q.max_wait_s, q.overflow) for q in scenario.queues
        },
        horizon_s=scenario.horizon_s, warmup_s=scenario.warmup_s,
        system_limit=scenario.system_limit,
    )  # fmt: skip


def replicate(scenario: Scenario, policy: Policy | None, folder: Path, number: int) -> Outcome:
    """Run one replication with its own random numbers."""
    return Replication(plan_of(scenario, policy, folder, number)).run()
