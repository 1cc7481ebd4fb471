"""Who gets whom: skills and level, tier, priority, then the longest idle.

Waiting interactions that ask for the same (queue, channel, skills) form a *pool*. A pool keeps two
heaps: its waiting interactions by turn, and the agents free for it by rank. Entries carry the stamp
their owner had when they were pushed; a changed owner gets a new stamp, so an old entry is known to
be stale when it surfaces. An event thus costs a few pushes in the pools it touches, however large
the center is, and the order is right because every live owner has exactly one entry with its
present stamp in each pool it belongs to.

One global order decides between queues that share agents: `turn` = (-priority, order_at, id).
An agent has one offer at a time and never more work than its capacity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar

from parley.core.center.evolve import queue_of
from parley.core.center.state import AgentState, Interaction, State, has_offer, load
from parley.core.model import AgentOrder, AgentProfile, Channel, Phase, PresenceStatus, QueueOrder

POLICY = "skills, level, tier, priority, longest idle"
STALE_SLACK = 64  # a heap may hold twice its live entries plus so many before it is rebuilt

_K = TypeVar("_K", bound=tuple[Any, ...])

Turn = tuple[int, float, str]
Rank = tuple[int, int, int, float, str]
Free = dict[Channel, None]

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
    queue = queue_of(state, interaction)
    own = interaction.priority if queue.order is QueueOrder.PRIORITY else 0
    return (-(queue.priority + own), interaction.order_at, interaction.id)


def free_channels(state: State, agent: AgentState) -> Free:
    """Channels on which the agent can be offered one more interaction now."""
    profile = state.config.agents.get(agent.id)
    ready = agent.status is PresenceStatus.READY and agent.online
    if not ready or profile is None or has_offer(state, agent):
        return {}
    carried = load(state, agent)
    interrupts = state.config.interrupts or DEFAULT_INTERRUPTS
    return {
        channel: None
        for channel, limit in profile.capacity.items()
        if carried.get(channel, 0) < limit
        and all(channel in interrupts.get(busy, ()) for busy in carried)
    }


def serves(profile: AgentProfile, queue: str, needs: dict[str, int]) -> bool:
    """Whether the profile is in the queue and meets every needed skill level."""
    return queue in profile.queues and all(
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
    return serves(profile, interaction.queue or "", interaction.needs)


@dataclass(slots=True)
class Pool:
    queue: str
    channel: Channel
    needs: dict[str, int]
    members: set[str]
    waiting: list[tuple[Turn, int]] = field(default_factory=list)
    waiting_live: set[str] = field(default_factory=set)
    free: list[tuple[Rank, int]] = field(default_factory=list)
    free_live: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Match:
    interaction: Interaction
    agent: AgentState
    why: dict[str, str | int | float]


class Router:
    """Indexes over a state; told what changed by `touch_…`, asked for the next match."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.pools: dict[tuple[str, Channel, tuple[tuple[str, int], ...]], Pool] = {}
        self.pool_of: dict[str, Pool] = {}  # waiting interaction -> its pool
        self.pools_of: dict[str, list[Pool]] = {agent: [] for agent in state.agents}
        self.held: dict[str, dict[str, None]] = {}  # agent -> interactions kept for them
        self.held_for: dict[str, str] = {}  # and back
        self.waiting: dict[str, dict[str, None]] = {}  # queue -> interactions, offered ones too
        self.free: dict[str, Free] = {}
        self._stamps: dict[str, int] = {}
        self._queue_of: dict[str, str] = {}
        self._next_stamp = 0
        self._turns_to_try: list[Turn] = []
        self._agents_to_try: list[tuple[float, str]] = []
        self._freed: set[str] = set()  # agents among those to try
        self.refresh(set(state.interactions), set(state.agents))
        self._turns_to_try.clear()  # trying every free agent finds every match

    def refresh(self, interactions: set[str], agents: set[str]) -> None:
        """Take over what changed in the state; what could now be matched is tried later."""
        for agent_id in agents:
            self._update_agent(agent_id)
            if self.free.get(agent_id):
                heappush(self._agents_to_try, (self.state.agents[agent_id].idle_since, agent_id))
                self._freed.add(agent_id)
        for interaction_id in interactions:
            self._update_interaction(interaction_id)
            if self._is_waiting(interaction_id):
                heappush(self._turns_to_try, self._turn(interaction_id))

    def next_match(self) -> Match | None:
        """One match to make true before asking again; None when nobody more can be matched."""
        while self._turns_to_try:
            interaction_id = self._turns_to_try[0][-1]
            match = self._agent_for(interaction_id)
            if match is None:
                heappop(self._turns_to_try)
            elif match.agent.id in self._freed:  # others may have waited longer for this agent
                return self._interaction_for(match.agent.id)
            else:
                return match
        while self._agents_to_try:
            agent_id = self._agents_to_try[0][1]
            match = self._interaction_for(agent_id) if self.free.get(agent_id) else None
            if match is not None:
                return match
            heappop(self._agents_to_try)
            self._freed.discard(agent_id)
        return None

    def _is_waiting(self, interaction_id: str) -> bool:
        interaction = self.state.interactions.get(interaction_id)
        return interaction is not None and interaction.phase is Phase.QUEUED

    def _turn(self, interaction_id: str) -> Turn:
        return turn_of(self.state, self.state.interactions[interaction_id])

    # --- keeping the indexes ---------------------------------------------------------------------

    def _stamp(self, owner: str) -> int:
        self._next_stamp += 1
        self._stamps[owner] = self._next_stamp
        return self._next_stamp

    def _update_agent(self, agent_id: str) -> None:
        agent = self.state.agents.get(agent_id)
        if agent is None:
            self._stamps.pop(agent_id, None)
            self.free.pop(agent_id, None)
            return
        stamp = self._stamp(agent_id)
        free = self.free[agent_id] = free_channels(self.state, agent)
        carried = len(agent.work)
        for pool in self.pools_of.setdefault(agent_id, []):
            if pool.channel in free:
                self._compact(pool.free, pool.free_live)
                heappush(pool.free, (self._rank(pool, agent, carried), stamp))
                pool.free_live.add(agent_id)
            else:
                pool.free_live.discard(agent_id)

    def _update_interaction(self, interaction_id: str) -> None:
        self._forget(interaction_id)
        interaction = self.state.interactions.get(interaction_id)
        if interaction is None or interaction.phase not in (Phase.QUEUED, Phase.OFFERED):
            self._stamps.pop(interaction_id, None)
            return
        queue = interaction.queue or ""
        self._queue_of[interaction_id] = queue
        self.waiting.setdefault(queue, {})[interaction_id] = None
        if interaction.phase is Phase.OFFERED:
            return
        if interaction.only_agent is not None:
            self.held.setdefault(interaction.only_agent, {})[interaction_id] = None
            self.held_for[interaction_id] = interaction.only_agent
            return
        pool = self._pool(interaction)
        self._compact(pool.waiting, pool.waiting_live)
        turn = turn_of(self.state, interaction)
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
        key = (
            interaction.queue or "",
            interaction.channel,
            tuple(sorted(interaction.needs.items())),
        )
        pool = self.pools.get(key)
        if pool is None:
            pool = self.pools[key] = self._new_pool(*key[:2], interaction.needs)
        return pool

    def _new_pool(self, queue: str, channel: Channel, needs: dict[str, int]) -> Pool:
        agents = self.state.config.agents
        members = {a for a, profile in agents.items() if serves(profile, queue, needs)}
        pool = Pool(queue, channel, dict(needs), members)
        for agent_id in sorted(members & self.state.agents.keys()):
            self.pools_of.setdefault(agent_id, []).append(pool)
            if channel in self.free.get(agent_id, {}):
                agent = self.state.agents[agent_id]
                rank = self._rank(pool, agent, len(agent.work))
                pool.free.append((rank, self._stamps[agent_id]))
                pool.free_live.add(agent_id)
        heapify(pool.free)
        return pool

    def _compact(self, heap: list[tuple[_K, int]], live: set[str]) -> None:
        if len(heap) > 2 * len(live) + STALE_SLACK:
            heap[:] = [e for e in heap if e[0][-1] in live and self._stamps.get(e[0][-1]) == e[1]]
            heapify(heap)

    def _rank(self, pool: Pool, agent: AgentState, carried: int) -> Rank:
        """Smallest first: tier, (level,) how much they carry, idle for longest."""
        queue = self.state.config.queues.get(pool.queue)
        by_level = queue is not None and queue.agent_order is AgentOrder.HIGHEST_LEVEL
        tier = self.state.config.agents[agent.id].queues[pool.queue]
        level = self._level(pool, agent.id) if by_level else 0
        return (tier, -level, carried, agent.idle_since, agent.id)

    def _level(self, pool: Pool, agent_id: str) -> int:
        """The agent's weakest level among the skills the pool needs; 0 if it needs none."""
        skills = self.state.config.agents[agent_id].skills
        return min((skills.get(skill, 0) for skill in pool.needs), default=0)

    # --- matching ----------------------------------------------------------------------------------

    def _agent_for(self, interaction_id: str) -> Match | None:
        if not self._is_waiting(interaction_id):
            return None
        interaction = self.state.interactions[interaction_id]
        if interaction.only_agent is not None:
            agent = self.state.agents.get(interaction.only_agent)
            if agent is None or not can_serve(self.state, agent, interaction):
                return None
            return Match(interaction, agent, self._why(interaction, agent, None))
        pool = self.pool_of[interaction_id]
        aside, chosen = [], None
        while pool.free and chosen is None:
            entry = pool.free[0]
            agent_id = entry[0][-1]
            if agent_id not in pool.free_live or self._stamps.get(agent_id) != entry[1]:
                heappop(pool.free)
            elif agent_id in interaction.paused:
                aside.append(heappop(pool.free))
            else:
                chosen = self.state.agents[agent_id]
        for entry in aside:
            heappush(pool.free, entry)
        if chosen is None:
            return None
        return Match(interaction, chosen, self._why(interaction, chosen, pool))

    def _interaction_for(self, agent_id: str) -> Match | None:
        """What this agent should serve next: kept for them first, then whoever's turn it is."""
        agent, free = self.state.agents[agent_id], self.free[agent_id]
        kept = [i for i in self.held.get(agent_id, ()) if self._channel(i) in free]
        kept = [i for i in kept if agent_id not in self.state.interactions[i].paused]
        if kept:
            interaction = self.state.interactions[min(kept, key=self._turn)]
            return Match(interaction, agent, self._why(interaction, agent, None))
        best: tuple[Turn, Pool] | None = None
        for pool in self.pools_of.get(agent_id, ()):
            if pool.waiting_live and pool.channel in free:
                turn = self._head(pool, agent_id)
                if turn is not None and (best is None or turn < best[0]):
                    best = (turn, pool)
        if best is None:
            return None
        interaction = self.state.interactions[best[0][-1]]
        return Match(interaction, agent, self._why(interaction, agent, best[1]))

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
        self, interaction: Interaction, agent: AgentState, pool: Pool | None
    ) -> dict[str, str | int | float]:
        why: dict[str, str | int | float] = {
            "policy": POLICY if pool else f"kept for them: {interaction.queued_reason}",
            "queue": interaction.queue or "",
            "priority": -turn_of(self.state, interaction)[0],
            "idle_since": agent.idle_since,
            "carrying": len(agent.work),
        }
        if pool:
            profile = self.state.config.agents[agent.id]
            why |= {
                "tier": profile.queues[pool.queue],
                "level": self._level(pool, agent.id),
                "candidates": len(pool.free_live),
                "waiting": len(pool.waiting_live),
            }
        return why
