"""A recorded day with other people at work: some absent, some with colleagues who work as they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from parley.core.model import AgentProfile, CenterConfig
from parley.simulate.recorded import Change, RecordedDay

MAX_LIKE = 10  # agents who work like one


def staffed(
    day: RecordedDay, config: CenterConfig, counts: Mapping[str, int]
) -> tuple[RecordedDay, CenterConfig]:
    """`counts`: how many work like an agent did that day; 0: not even they. Others work as they did."""
    changes: list[Change] = []
    for change in day.changes:
        count = counts.get(change.agent_id, 1)
        changes += [
            replace(change, agent_id=colleague(change.agent_id, n))
            for n in range(min(count, MAX_LIKE))
        ]
    agents = dict(config.agents)
    for agent_id, count in counts.items():
        profile = config.agents.get(agent_id)
        if profile is not None:
            added = [_like(profile, n) for n in range(1, min(count, MAX_LIKE))]
            agents.update((a.id, a) for a in added)
    return replace(day, changes=tuple(changes)), replace(config, agents=agents)


def colleague(agent_id: str, n: int) -> str:
    """Id of the nth who works like the agent; the agent is the first, 0."""
    return f"{agent_id}+{n}" if n else agent_id


def _like(profile: AgentProfile, n: int) -> AgentProfile:
    return replace(profile, id=colleague(profile.id, n), name=f"{profile.name} +{n}")
