"""One replication: virtual customers meet the real Center.

Only time and people are simulated: who is offered what, when stages open and what limits hold is
decided by the very code that runs live. An offer is accepted at once; handling takes what the
scenario draws; a customer whose patience ends leaves if still waiting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from math import inf
from pathlib import Path
from random import Random

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center, Step
from parley.core.desk.settings import policy_of
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    Picks,
    Policy,
    PresenceStatus,
    Queue,
    QueuePolicy,
    WrapUpMode,
)
from parley.simulate.draws import Arrivals, Draw, day_factor, drawer, trace_rows
from parley.simulate.scenario import QueueSpec, Scenario

MAX_SERVE_OUT_S = 30 * 86_400.0  # after the horizon those who wait are served, at most so long
RING_S = 1e9
CUSTOMER = CustomerRef("cus", "")


@dataclass(slots=True)
class Call:
    queue: str
    at: float
    handle_s: float
    waited_s: float = 0.0
    result: str = "waiting"  # answered, abandoned, blocked


@dataclass(slots=True)
class Group:
    """Agents of one line of the scenario."""

    agents: list[str]
    busy_s: dict[str, float]
    present_s: dict[str, float]


@dataclass(slots=True)
class Outcome:
    calls: list[Call]
    groups: list[Group]
    events: int


@dataclass(slots=True)
class Replication:
    scenario: Scenario
    policy: Policy | None
    folder: Path
    random: Random
    center: Center = field(default_factory=Center)
    now: float = 0.0
    calls: dict[str, Call] = field(default_factory=dict)
    done: list[Call] = field(default_factory=list)
    in_system: int = 0
    events: int = 0
    _agenda: list[tuple[float, int, str, str]] = field(default_factory=list)
    _n: int = 0
    _present: dict[str, float] = field(default_factory=dict)
    _serving: dict[str, tuple[str, float]] = field(default_factory=dict)
    _leaving: set[str] = field(default_factory=set)
    _group_of: dict[str, Group] = field(default_factory=dict)
    _groups: list[Group] = field(default_factory=list)
    _sources: dict[str, Arrivals] = field(default_factory=dict)
    _handle: dict[str, Draw] = field(default_factory=dict)
    _patience: dict[str, Draw] = field(default_factory=dict)

    def run(self) -> Outcome:
        self._set_up()
        end = self.scenario.horizon_s + MAX_SERVE_OUT_S
        while self._agenda and self._agenda[0][0] <= end:
            at, _, kind, key = heappop(self._agenda)
            self._fire_timers(at)
            self.now = at
            getattr(self, f"_on_{kind}")(key)
            if at >= self.scenario.horizon_s and not self.calls:
                break
        self._close_books()
        return Outcome(self.done, self._groups, self.events)

    # --- setting up --------------------------------------------------------------------------------

    def _set_up(self) -> None:
        s = self.scenario
        self._hire()
        self._tell(got.ConfigChanged(at=0.0, config=self._config()))
        for queue_id, durations in s.handle.items():
            self._handle[queue_id] = drawer(durations, self.random, self.folder)
        for queue_id, patience in (s.patience or {}).items():
            if patience is not None:
                self._patience[queue_id] = drawer(patience, self.random, self.folder)
        factor = day_factor(s, self.random)
        for n, arrivals in enumerate(s.arrivals):
            if arrivals.trace is not None:
                self._load_trace(self.folder / arrivals.trace)
                continue
            profile = arrivals.profile or [(0.0, arrivals.rate_per_s or 0.0)]
            steps = [(at, rate * factor) for at, rate in profile]
            self._sources[f"{n} {arrivals.queue}"] = Arrivals(steps, self.random)
            self._next_arrival(f"{n} {arrivals.queue}")
        self._rota()

    def _config(self) -> CenterConfig:
        queues = {
            q.id: Queue(
                q.id, {}, needs={q.skill: 1}, ring_s=RING_S, wrap_up=WrapUpMode.NONE,
                service_level_s=q.service_level_s, agent_order=AgentOrder(q.agent_order),
            )
            for q in self.scenario.queues
        }  # fmt: skip
        agents: dict[str, AgentProfile] = {}
        for group, spec in zip(self._groups, self.scenario.agents, strict=True):
            served = {q.id: 1 for q in self.scenario.queues if spec.skills.get(q.skill, 0) > 0}
            for agent_id in group.agents:
                agents[agent_id] = AgentProfile(
                    agent_id, agent_id, served, spec.skills, {Channel.TASK: 1}
                )
        return CenterConfig(queues=queues, agents=agents, policy=self.policy or self._default())

    def _default(self) -> Policy:
        """The scenario's own rule: a freed agent serves its highest level first."""
        if isinstance(self.scenario.policy, dict):
            return policy_of(self.scenario.policy, 0)
        orders = {
            q.id: QueuePolicy(agent_order=AgentOrder(q.agent_order)) for q in self.scenario.queues
        }
        return Policy(queues=orders, picks=Picks.LEVEL)

    def _hire(self) -> None:
        for n, spec in enumerate(self.scenario.agents):
            ids = [f"g{n}-{k}" for k in range(spec.most)]
            group = Group(ids, dict.fromkeys(ids, 0.0), dict.fromkeys(ids, 0.0))
            self._groups.append(group)
            self._group_of.update(dict.fromkeys(ids, group))

    def _rota(self) -> None:
        """When each agent comes and goes."""
        for group, spec in zip(self._groups, self.scenario.agents, strict=True):
            counts = [(0.0, spec.count)] if isinstance(spec.count, int) else spec.count
            for k, agent_id in enumerate(group.agents):
                here = False
                for at, count in counts:
                    if (k < count) is not here:
                        here = not here
                        self._plan(at, "come" if here else "go", agent_id)
                if spec.shifts is not None:
                    self._agenda = [e for e in self._agenda if e[3] != agent_id]
                    for start, end in spec.shifts:
                        self._plan(start, "come", agent_id)
                        self._plan(end, "go", agent_id)
        self._agenda.sort()

    def _load_trace(self, path: Path) -> None:
        for row in trace_rows(path):
            self._plan(float(row["at_s"]), "traced", "\t".join(
                (row["queue"], row.get("patience_s") or "", row.get("handle_s") or "",
                 row.get("priority") or "0")
            ))  # fmt: skip

    # --- the agenda ----------------------------------------------------------------------------------

    def _plan(self, at: float, kind: str, key: str) -> None:
        self._n += 1
        heappush(self._agenda, (at, self._n, kind, key))

    def _next_arrival(self, source: str) -> None:
        at = self._sources[source].after(self.now)
        if at < self.scenario.horizon_s:
            self._plan(at, "arrival", source)

    def _fire_timers(self, until: float) -> None:
        while (due := self.center.next_due()) is not None and due <= until:
            for fired in self.center.due(due):
                self.now = due
                self._tell(replace(fired, at=due))

    def _tell(self, news: got.Input) -> Step:
        step = self.center.receive(news)
        self.events += len(step.events)
        for event in step.events:
            if isinstance(event, ev.Offered):
                self._begin(event.interaction_id, event.agent_id)
        return step

    # --- customers -----------------------------------------------------------------------------------

    def _on_arrival(self, source: str) -> None:
        queue = source.partition(" ")[2]
        self._next_arrival(source)
        draw = self._patience.get(queue)
        patience = draw(self.now) if draw else inf
        self._arrive(queue, patience, self._handle[queue](self.now), 0)

    def _on_traced(self, row: str) -> None:
        queue, patience, handle, priority = row.split("\t")
        draw = self._patience.get(queue)
        patience_s = float(patience) if patience else draw(self.now) if draw else inf
        handle_s = float(handle) if handle else self._handle[queue](self.now)
        self._arrive(queue, patience_s, handle_s, int(priority))

    def _arrive(self, queue: str, patience: float, handle: float, priority: int) -> None:
        call = Call(queue, self.now, handle)
        limit = self.scenario.system_limit
        if limit is not None and self.in_system >= limit:
            self._finish(call, "blocked")
            return
        self._n += 1
        call_id = f"int_{self._n}"
        self.calls[call_id] = call
        self.in_system += 1
        self._tell(self._news(call_id, queue, priority))
        if call.result == "waiting" and not self._fits(call_id, call, priority):
            return
        spec = self._spec(queue)
        leave = min(patience, spec.max_wait_s or inf)
        if call.result == "waiting" and leave < inf:
            self._plan(self.now + leave, "leave", call_id)

    def _news(self, call_id: str, queue: str, priority: int) -> got.TaskArrived:
        customer = replace(CUSTOMER, priority=priority) if priority else CUSTOMER
        return got.TaskArrived(
            at=self.now, interaction_id=call_id, queue=queue, customer=customer,
            ticket_id=call_id, subject="",
        )  # fmt: skip

    def _spec(self, queue: str) -> QueueSpec:
        return next(q for q in self.scenario.queues if q.id == queue)

    def _fits(self, call_id: str, call: Call, priority: int) -> bool:
        """Whether there was a waiting place; if not it overflows once, or is blocked."""
        spec = self._spec(call.queue)
        waiting = len(self.center.router.waiting.get(call.queue, ()))
        if spec.capacity_waiting is None or waiting <= spec.capacity_waiting:
            return True
        self._tell(got.EndRequested(at=self.now, interaction_id=call_id))
        del self.calls[call_id]
        self.in_system -= 1
        if spec.overflow is not None:
            self._arrive(spec.overflow, inf, call.handle_s, priority)
        else:
            self._finish(call, "blocked")
        return False

    def _on_leave(self, call_id: str) -> None:
        call = self.calls.get(call_id)
        if call is None or call.result != "waiting":
            return
        call.waited_s = self.now - call.at
        del self.calls[call_id]
        self.in_system -= 1
        self._finish(call, "abandoned")
        self._tell(got.EndRequested(at=self.now, interaction_id=call_id))

    def _begin(self, call_id: str, agent_id: str) -> None:
        call = self.calls[call_id]
        call.result, call.waited_s = "answered", self.now - call.at
        accepted = got.OfferAccepted(at=self.now, interaction_id=call_id, agent_id=agent_id)
        self.events += len(self.center.receive(accepted).events)
        self._serving[call_id] = (agent_id, self.now)
        self._plan(self.now + call.handle_s, "end", call_id)

    def _on_end(self, call_id: str) -> None:
        agent_id, began = self._serving.pop(call_id)
        self._add_busy(agent_id, began)
        call = self.calls.pop(call_id)
        self.in_system -= 1
        self._finish(call, "answered")
        if agent_id in self._leaving:
            self._set_ready(agent_id, ready=False)
        self._tell(got.ConversationClosed(at=self.now, interaction_id=call_id, agent_id=agent_id))

    def _finish(self, call: Call, result: str) -> None:
        call.result = result
        if call.at >= self.scenario.warmup_s:
            self.done.append(call)

    # --- agents ----------------------------------------------------------------------------------------

    def _on_come(self, agent_id: str) -> None:
        self._leaving.discard(agent_id)
        self._present.setdefault(agent_id, self.now)
        self._tell(got.AgentScreenChanged(at=self.now, agent_id=agent_id, online=True))
        self._set_ready(agent_id, ready=True)

    def _on_go(self, agent_id: str) -> None:
        """Finishes the call in progress, then is gone."""
        if self.now >= self.scenario.horizon_s:
            return  # those of the last period stay until everybody is served
        self._leaving.add(agent_id)
        if not self.center.state.agents[agent_id].work:
            self._set_ready(agent_id, ready=False)

    def _set_ready(self, agent_id: str, *, ready: bool) -> None:
        status = PresenceStatus.READY if ready else PresenceStatus.NOT_READY
        if not ready:
            self._add_presence(agent_id)
            self._leaving.discard(agent_id)
        self._tell(got.PresenceSet(at=self.now, agent_id=agent_id, status=status))

    def _add_presence(self, agent_id: str) -> None:
        came = self._present.pop(agent_id, None)
        if came is not None:
            self._group_of[agent_id].present_s[agent_id] += self._counted(came, self.now)

    def _add_busy(self, agent_id: str, began: float) -> None:
        self._group_of[agent_id].busy_s[agent_id] += self._counted(began, self.now)

    def _counted(self, start: float, end: float) -> float:
        """Seconds of a span that lie between the warm-up and the horizon."""
        return max(0.0, min(end, self.scenario.horizon_s) - max(start, self.scenario.warmup_s))

    def _close_books(self) -> None:
        self.now = max(self.now, self.scenario.horizon_s)
        for agent_id in list(self._present):
            self._add_presence(agent_id)
        for agent_id, began in self._serving.values():
            self._add_busy(agent_id, began)
        self._left_over(self.calls.values())

    def _left_over(self, calls: Iterable[Call]) -> None:
        for call in calls:
            waits = call.result == "waiting"
            self._finish(call, "abandoned" if waits else "answered")


def replicate(scenario: Scenario, policy: Policy | None, folder: Path, number: int) -> Outcome:
    """Run one replication with its own random numbers."""
    random = Random(f"{scenario.seed} {number}")  # noqa: S311 - a simulation, no secret
    return Replication(scenario, policy, folder, random).run()
