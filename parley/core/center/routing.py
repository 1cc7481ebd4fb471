"""Who gets whom: skills and level, tier, priority, then the queue's order of agents.

Waiting interactions that ask for the same (queues, channel, skills, demanding) form a *pool*. A pool keeps two
heaps: its waiting interactions by turn, and the agents free for it by rank. Entries carry the stamp
their owner had when they were pushed; a changed owner gets a new stamp, so an old entry is known to
be stale when it surfaces. An event thus costs a few pushes in the pools it touches, however large
the center is, and the order is right because every live owner has exactly one entry with its
present stamp in each pool it belongs to. Who just became free takes a place in the pools only after
nothing that waits was found for them: in a busy center most are given the next at once.

One global order decides between queues that share agents: `turn` = (-priority, order_at, id).
Ageing needs no re-sorting: where priority counts as waiting (`QueueOrder.CREDIT`), all age at the same
pace, so order_at minus the credit is a key that never changes while waiting.
An agent has one offer at a time and never more work than its capacity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any, NamedTuple, TypeVar

from parley.core.center.change import OFFERED, QUEUED, READY, VOICE, WAITING
from parley.core.center.evolve import level_for
from parley.core.center.state import AgentState, Interaction, State, has_offer, is_capped, load
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    Channel,
    Picks,
    Queue,
    QueueOrder,
    QueuePolicy,
)

HELPER_TIER = 100  # agents of further queues come after all tiers of the queue itself
RECEIPT_CANDIDATES = 3
STALE_SLACK = 64  # a heap may hold twice its live entries plus so many before it is rebuilt

_K = TypeVar("_K", bound=tuple[Any, ...])

Turn = tuple[int, float, str]
Rank = tuple[int, float, float, float, str]
Free = dict[Channel, None]

_LONGEST_IDLE, _LEAST_OCCUPIED = AgentOrder.LONGEST_IDLE, AgentOrder.LEAST_OCCUPIED
_HIGHEST_LEVEL, _LOWEST_SUFFICIENT = AgentOrder.HIGHEST_LEVEL, AgentOrder.LOWEST_SUFFICIENT
_CREDIT, _PRIORITY, _BY_LEVEL = QueueOrder.CREDIT, QueueOrder.PRIORITY, Picks.LEVEL

DEFAULT_INTERRUPTS: dict[Channel, tuple[Channel, ...]] = {
    Channel.VOICE: (),
    Channel.CHAT: (Channel.VOICE, Channel.CHAT, Channel.SMS, Channel.SOCIAL),
    Channel.SMS: (Channel.VOICE, Channel.CHAT, Channel.SMS, Channel.SOCIAL),
    Channel.SOCIAL: (Channel.VOICE, Channel.CHAT, Channel.SMS, Channel.SOCIAL),
    Channel.EMAIL: tuple(Channel),
    Channel.FORM: tuple(Channel),
    Channel.TASK: tuple(Channel),
}


def turn_of(state: State, interaction: Interaction) -> Turn:
    """Whose turn it is among all that wait: the smallest goes first."""
    queue, policy = _rules_of(state, interaction.queue or "")
    own = interaction.priority
    if not own:  # the common case, whatever the order
        return (-queue.priority, interaction.order_at, interaction.id)
    order = policy.order if policy else queue.order
    if order is _CREDIT and policy is not None:
        return (-queue.priority, interaction.order_at - policy.credit_s * own, interaction.id)
    if order is not _PRIORITY:
        own = 0
    return (-(queue.priority + own), interaction.order_at, interaction.id)


def _rules_of(state: State, queue_id: str) -> tuple[Queue, QueuePolicy | None]:
    queue = state.config.queues.get(queue_id) or Queue(queue_id, {})
    return queue, state.config.policy.queues.get(queue_id)


def free_channels(state: State, agent: AgentState) -> Free:
    """Channels on which the agent can be offered one more interaction now."""
    profile = state.config.agents.get(agent.id)
    ready = agent.status is READY and agent.online
    if not ready or profile is None:
        return {}
    if not agent.work:
        return {
            channel: None
            for channel, limit in profile.capacity.items()
            if limit > 0 and (channel is not VOICE or agent.phone)
        }
    if has_offer(state, agent):
        return {}
    carried = load(state, agent)
    interrupts = state.config.interrupts or DEFAULT_INTERRUPTS
    return {
        channel: None
        for channel, limit in profile.capacity.items()
        if carried.get(channel, 0) < limit
        and (channel is not VOICE or agent.phone)
        and all(channel in interrupts.get(busy, ()) for busy in carried)
    }


def serves(profile: AgentProfile, queues: Iterable[str], needs: dict[str, int]) -> bool:
    """Whether the profile is in one of the queues and meets every needed skill level."""
    return any(queue in profile.queues for queue in queues) and all(
        profile.skills.get(skill, 0) >= level for skill, level in needs.items()
    )


def can_serve(state: State, agent: AgentState, interaction: Interaction) -> bool:
    """Eligible and free now: the definition that the heaps below must agree with."""
    profile = state.config.agents.get(agent.id)
    if profile is None or interaction.channel not in free_channels(state, agent):
        return False
    if agent.id in interaction.paused:
        return False
    if interaction.only_agent is not None:
        return interaction.only_agent == agent.id
    if interaction.hard and is_capped(state, agent):
        return False
    return serves(profile, (interaction.queue or "", *interaction.queues), interaction.needs)


def _absence(agent: AgentState) -> str:
    """Why somebody without a free channel has none."""
    if agent.status is not READY:
        return agent.status.value
    return "busy" if agent.online else "disconnected"


def _teams(state: State) -> dict[str, list[str]]:
    """The agents of each queue."""
    teams: dict[str, list[str]] = {}
    for agent_id, profile in state.config.agents.items():
        if agent_id in state.agents:
            for queue in profile.queues:
                teams.setdefault(queue, []).append(agent_id)
    return teams


def _tier(profile: AgentProfile, queues: Sequence[str]) -> int:
    place, home = next((n, q) for n, q in enumerate(queues) if q in profile.queues)
    return profile.queues[home] + place * HELPER_TIER


_STANDING: dict[AgentOrder, Callable[[int, int], tuple[float, ...]]] = {
    AgentOrder.LONGEST_IDLE: lambda tier, level: (tier,),
    AgentOrder.LEAST_OCCUPIED: lambda tier, level: (tier,),
    AgentOrder.HIGHEST_LEVEL: lambda tier, level: (tier, -float(level)),
    AgentOrder.LOWEST_SUFFICIENT: lambda tier, level: (tier, float(level)),
}
"""The beginning of a rank: what stays as it is while a pool lives."""


def _moving(agent: AgentState) -> dict[AgentOrder, tuple[Any, ...]]:
    """The end of the agent's rank: what they carry, and for how long they have been idle."""
    carried = float(len(agent.work))
    rest = (carried, agent.idle_since, agent.id)
    return {
        _LONGEST_IDLE: (carried, 0.0, agent.idle_since, agent.id),
        _LEAST_OCCUPIED: (agent.busy_s, *rest),
        _HIGHEST_LEVEL: rest,
        _LOWEST_SUFFICIENT: rest,
    }


@dataclass(slots=True)
class Pool:
    """Of the heaps' entries those count whose owner is among the live, with their present stamp."""

    queues: tuple[str, ...]  # its own first, then those whose agents may help
    channel: Channel
    needs: dict[str, int]
    hard: bool
    order: AgentOrder
    members: dict[str, tuple[int, int]]  # agents of these queues with these skills: tier, level
    short: int  # agents of these queues that lack the skills
    waiting: list[tuple[Turn, int]] = field(default_factory=list)
    waiting_live: set[str] = field(default_factory=set)
    standing: dict[str, tuple[float, ...]] = field(init=False)  # how each member's rank begins
    free: list[tuple[Rank, int]] = field(default_factory=list)
    free_live: set[str] = field(default_factory=set)
    obstacles: dict[str, str | None] = field(default_factory=dict)  # member -> why not free
    counts: dict[str | None, int] = field(default_factory=dict)  # why not free -> members

    def __post_init__(self) -> None:
        begin = _STANDING[self.order]
        self.standing = {agent: begin(*place) for agent, place in self.members.items()}

    def note(self, agent_id: str, obstacle: str | None) -> None:
        """Why the agent is not free for this pool, for receipts; None: they are."""
        before = self.obstacles.get(agent_id)
        if obstacle != before:
            counts = self.counts
            self.obstacles[agent_id] = obstacle
            counts[before] = counts.get(before, 0) - 1
            counts[obstacle] = counts.get(obstacle, 0) + 1

    def askable(self, chosen: str) -> tuple[int, dict[str, int]]:
        """How many could be asked, the chosen one among them, and how many not, by reason."""
        live, excused = len(self.free_live), None
        if chosen not in self.free_live:  # became free just now, and has no place in the pool yet
            live, excused = live + 1, self.obstacles.get(chosen)
        barred: dict[str, int] = {}
        for obstacle, n in self.counts.items():
            if obstacle is not None:
                others = n - 1 if obstacle == excused else n
                if others > 0:
                    barred[obstacle] = others
        barred["level"] = self.short
        return live, barred


class Match(NamedTuple):
    interaction: Interaction
    agent: AgentState
    why: dict[str, Any]


class Router:
    """Indexes over a state; told what changed by `refresh`, asked for the next match. It chooses the
    same with and without receipts."""

    def __init__(self, state: State, *, receipts: bool = True) -> None:
        self.state = state
        self._receipts = receipts
        self.pools: dict[tuple[Any, ...], Pool] = {}
        self.pool_of: dict[str, Pool] = {}  # waiting interaction -> its pool
        self.pools_of: dict[str, list[Pool]] = {agent: [] for agent in state.agents}
        self.held: dict[str, dict[str, None]] = {}  # agent -> interactions kept for them
        self.held_for: dict[str, str] = {}  # and back
        self.waiting: dict[str, dict[str, None]] = {}  # queue -> interactions, offered ones too
        self.free: dict[str, Free] = {}
        self._absent: dict[str, str] = {}  # agents without a place in the pools, and why
        self._unplaced: set[str] = set()  # free, and what the pools say of them is not so any more
        self._team_of = _teams(state)
        self._stamps: dict[str, int] = {}
        self._queue_of: dict[str, str] = {}
        self._next_stamp = count(1).__next__
        self._turns_to_try: list[Turn] = []
        self._agents_to_try: list[tuple[float, str]] = []
        self._freed: set[str] = set()  # agents among those to try
        self.refresh(set(state.interactions), set(state.agents))
        self._turns_to_try.clear()  # trying every free agent finds every match

    def refresh(self, interactions: set[str], agents: set[str]) -> None:
        """Take over what changed in the state; what could now be matched is tried later."""
        for agent_id in agents:
            self._update_agent(agent_id)
        for interaction_id in interactions:
            self._update_interaction(interaction_id)

    def next_match(self) -> Match | None:
        """One match to make true before asking again; None when nobody more can be matched."""
        if self._turns_to_try or len(self._unplaced) > 1:
            self._place_all()
        while self._turns_to_try:
            match = self._agent_for(self._turns_to_try[0][-1])
            if match is not None and match.agent.id in self._freed:
                return self._interaction_for(match.agent.id)  # others may have waited longer
            heappop(self._turns_to_try)
            if match is not None:
                return match
        while self._agents_to_try:
            agent_id = heappop(self._agents_to_try)[1]
            self._freed.discard(agent_id)
            match = self._interaction_for(agent_id) if self.free.get(agent_id) else None
            if match is not None:
                return match
        if self._unplaced:
            self._place_all()
        return None

    def _is_waiting(self, interaction_id: str) -> bool:
        interaction = self.state.interactions.get(interaction_id)
        return interaction is not None and interaction.phase is QUEUED

    def _turn(self, interaction_id: str) -> Turn:
        return turn_of(self.state, self.state.interactions[interaction_id])

    # --- keeping the indexes ---------------------------------------------------------------------

    def _stamp(self, owner: str) -> int:
        stamp = self._stamps[owner] = self._next_stamp()
        return stamp

    def _update_agent(self, agent_id: str) -> None:
        agent = self.state.agents.get(agent_id)
        if agent is None:
            self._stamps.pop(agent_id, None)
            self.free.pop(agent_id, None)
            self._unplaced.discard(agent_id)
            return
        free = self.free[agent_id] = free_channels(self.state, agent)
        if free:
            self._unplaced.add(agent_id)
            heappush(self._agents_to_try, (agent.idle_since, agent_id))
            self._freed.add(agent_id)
            return
        self._unplaced.discard(agent_id)
        obstacle = _absence(agent)
        if obstacle != self._absent.get(agent_id):
            self._absent[agent_id] = obstacle
            for pool in self.pools_of.get(agent_id, ()):
                self._bar(pool, agent_id, obstacle)

    def _place_all(self) -> None:
        """Make the places of all who are free what their state says."""
        for agent_id in self._unplaced:
            agent, free = self.state.agents[agent_id], self.free[agent_id]
            self._absent.pop(agent_id, None)
            pools = self.pools_of.setdefault(agent_id, [])
            self._place(agent, free, self._stamp(agent_id), pools)
        self._unplaced.clear()

    def _place(self, agent: AgentState, free: Free, stamp: int, pools: Iterable[Pool]) -> None:
        """Make the agent's place in these pools what the agent's state says."""
        agent_id, receipts = agent.id, self._receipts
        capped, moving = is_capped(self.state, agent), _moving(agent)
        for pool in pools:
            if pool.channel not in free:
                self._bar(pool, agent_id, _absence(agent))
            elif capped and pool.hard:
                self._bar(pool, agent_id, "capped")
            else:
                if receipts:
                    pool.note(agent_id, None)
                live, heap = pool.free_live, pool.free
                if len(heap) > 2 * len(live) + STALE_SLACK:
                    self._compact(heap, live)
                heappush(heap, (pool.standing[agent_id] + moving[pool.order], stamp))
                live.add(agent_id)

    def _bar(self, pool: Pool, agent_id: str, obstacle: str) -> None:
        """The agent cannot be offered something of this pool now."""
        pool.free_live.discard(agent_id)
        if self._receipts:
            pool.note(agent_id, obstacle)

    def _update_interaction(self, interaction_id: str) -> None:
        known = interaction_id in self._queue_of
        if known:
            self._forget(interaction_id)
        interaction = self.state.interactions.get(interaction_id)
        if interaction is None or interaction.phase not in WAITING:
            if known:
                self._stamps.pop(interaction_id, None)
            return
        queue = interaction.queue or ""
        self._queue_of[interaction_id] = queue
        waiting = self.waiting.get(queue)
        if waiting is None:
            waiting = self.waiting[queue] = {}
        waiting[interaction_id] = None
        if interaction.phase is OFFERED:
            return
        turn = turn_of(self.state, interaction)
        heappush(self._turns_to_try, turn)
        if interaction.only_agent is not None:
            self.held.setdefault(interaction.only_agent, {})[interaction_id] = None
            self.held_for[interaction_id] = interaction.only_agent
            return
        pool = self._pool(interaction)
        if len(pool.waiting) > 2 * len(pool.waiting_live) + STALE_SLACK:
            self._compact(pool.waiting, pool.waiting_live)
        heappush(pool.waiting, (turn, self._stamp(interaction_id)))
        pool.waiting_live.add(interaction_id)
        self.pool_of[interaction_id] = pool

    def _forget(self, interaction_id: str) -> None:
        queue = self._queue_of.pop(interaction_id, None)
        if queue is not None:
            self.waiting[queue].pop(interaction_id, None)
        pool = self.pool_of.pop(interaction_id, None)
        if pool is not None:
            pool.waiting_live.discard(interaction_id)
        agent_id = self.held_for.pop(interaction_id, None)
        if agent_id is not None:
            self.held[agent_id].pop(interaction_id)
            if not self.held[agent_id]:
                del self.held[agent_id]

    def _pool(self, interaction: Interaction) -> Pool:
        queues = (interaction.queue or "", *interaction.queues)
        needs = tuple(sorted(interaction.needs.items()))
        key = (queues, interaction.channel, needs, interaction.hard)
        pool = self.pools.get(key)
        if pool is None:
            pool = self.pools[key] = self._new_pool(queues, interaction)
        return pool

    def _new_pool(self, queues: tuple[str, ...], like: Interaction) -> Pool:
        self._place_all()
        agents = self.state.config.agents
        group = {a for q in queues for a in self._team_of.get(q, ())}
        able = sorted(a for a in group if serves(agents[a], queues, like.needs))
        members = {a: (_tier(agents[a], queues), self._level(a, queues[0], like)) for a in able}
        queue, policy = _rules_of(self.state, queues[0])
        order = policy.agent_order if policy else queue.agent_order
        pool = Pool(
            queues, like.channel, dict(like.needs), like.hard, order, members,
            len(group) - len(able),
        )  # fmt: skip
        for agent_id in able:
            self.pools_of.setdefault(agent_id, []).append(pool)
            agent, free = self.state.agents[agent_id], self.free.get(agent_id, {})
            stamp = self._stamps.get(agent_id) or self._stamp(agent_id)
            self._place(agent, free, stamp, (pool,))
        return pool

    def _level(self, agent_id: str, queue: str, like: Interaction) -> int:
        """The agent's weakest level among the skills this work is about; 0 if it is about none."""
        return level_for(self.state, agent_id, queue, like.needs)

    def _compact(self, heap: list[tuple[_K, int]], live: set[str]) -> None:
        heap[:] = [e for e in heap if e[0][-1] in live and self._stamps.get(e[0][-1]) == e[1]]
        heapify(heap)

    # --- matching ----------------------------------------------------------------------------------

    def _agent_for(self, interaction_id: str) -> Match | None:
        if not self._is_waiting(interaction_id):
            return None
        interaction = self.state.interactions[interaction_id]
        if interaction.only_agent is not None:
            agent = self.state.agents.get(interaction.only_agent)
            if agent is None or not can_serve(self.state, agent, interaction):
                return None
            return Match(interaction, agent, self._why(interaction, agent))
        pool = self.pool_of[interaction_id]
        if not pool.free_live:
            return None
        best = self._candidates(pool, interaction)
        if not best:
            return None
        agent = self.state.agents[best[0][-1]]
        return Match(interaction, agent, self._why(interaction, agent, pool, "arrival", best))

    def _candidates(self, pool: Pool, interaction: Interaction) -> list[Rank]:
        """Ranks of the first RECEIPT_CANDIDATES agents free for it, best first."""
        wanted = RECEIPT_CANDIDATES if self._receipts else 1
        heap, live, stamps, paused = pool.free, pool.free_live, self._stamps, interaction.paused
        best: list[Rank] = []
        while heap and (heap[0][0][-1] not in live or stamps.get(heap[0][0][-1]) != heap[0][1]):
            heappop(heap)
        if heap and wanted == 1 and heap[0][0][-1] not in paused:
            return [heap[0][0]]
        next_ones = [(heap[0], 0)] if heap else []  # whose elders were seen, and their places
        while next_ones and len(best) < wanted:
            (rank, stamp), place = heappop(next_ones)
            agent_id = rank[-1]
            if agent_id in live and stamps.get(agent_id) == stamp and agent_id not in paused:
                best.append(rank)
                if len(best) == wanted:
                    break
            for child in (2 * place + 1, 2 * place + 2):
                if child < len(heap):
                    heappush(next_ones, (heap[child], child))
        return best

    def _interaction_for(self, agent_id: str) -> Match | None:
        """What this agent should serve next: kept for them first, then whoever's turn it is."""
        agent, free = self.state.agents[agent_id], self.free[agent_id]
        kept = [i for i in self.held.get(agent_id, ()) if self._channel(i) in free]
        kept = [i for i in kept if agent_id not in self.state.interactions[i].paused]
        if kept:
            interaction = self.state.interactions[min(kept, key=self._turn)]
            return Match(interaction, agent, self._why(interaction, agent))
        by_level = self.state.config.policy.picks is _BY_LEVEL
        heads: list[tuple[tuple[int, int, float, str], int, Pool]] = []
        capped = is_capped(self.state, agent)
        for pool in self.pools_of.get(agent_id, ()):
            if pool.waiting_live and pool.channel in free and not (capped and pool.hard):
                turn = self._head(pool, agent_id)
                if turn is not None:
                    level = -pool.members[agent_id][1] if by_level else 0
                    heads.append(((level, *turn), len(heads), pool))
        if not heads:
            return None
        heads.sort()
        terms, _, pool = heads[0]
        interaction = self.state.interactions[terms[-1]]
        compared = [terms for terms, _, _ in heads[:RECEIPT_CANDIDATES]]
        return Match(interaction, agent, self._why(interaction, agent, pool, "freed", compared))

    def _channel(self, interaction_id: str) -> Channel:
        return self.state.interactions[interaction_id].channel

    def _head(self, pool: Pool, agent_id: str) -> Turn | None:
        """The turn of the first in the pool that this agent did not decline just now."""
        aside, found = [], None
        while pool.waiting and found is None:
            entry = pool.waiting[0]
            waiting_id = entry[0][-1]
            if waiting_id not in pool.waiting_live or self._stamps.get(waiting_id) != entry[1]:
                heappop(pool.waiting)
            elif agent_id in self.state.interactions[waiting_id].paused:
                aside.append(heappop(pool.waiting))
            else:
                found = entry[0]
        for entry in aside:
            heappush(pool.waiting, entry)
        return found

    def _why(
        self, interaction: Interaction, agent: AgentState, pool: Pool | None = None,
        by: str = "", compared: Sequence[tuple[Any, ...]] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """The receipt: see core.center.receipt."""
        if not self._receipts:
            return {}
        why: dict[str, Any] = {
            "version": self.state.config.policy.version,
            "rules": interaction.rules,
            "queue": interaction.queue or "",
            "stage": interaction.stage,
            "needs": interaction.needs,
            "hard": interaction.hard,
            "turn": compared[0][1:3] if by == "freed" else turn_of(self.state, interaction)[:2],
            "idle_since": agent.idle_since,
            "carrying": len(agent.work),
        }
        if pool is None:
            why["kept"] = interaction.queued_reason
            return why
        why["order"] = pool.order.value
        why["candidates"], why["not"] = pool.askable(agent.id)
        why["waiting"] = len(pool.waiting_live)
        why["tier"], why["level"] = pool.members[agent.id]
        why["by"] = by
        why["best" if by == "arrival" else "next"] = compared
        return why


def positions(state: State, router: Router, queue_id: str) -> dict[str, int]:
    """Place of each waiting interaction of a queue, 1 is next."""
    waiting = (state.interactions[i] for i in router.waiting.get(queue_id, ()))
    order = sorted(waiting, key=lambda i: turn_of(state, i))
    return {interaction.id: place for place, interaction in enumerate(order, 1)}
