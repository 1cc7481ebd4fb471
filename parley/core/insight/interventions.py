"""What supervisors did in the running center, newest last: the answer to "has somebody seen to it?"."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from parley.core import events as ev
from parley.core.insight.facts import Facts
from parley.core.model import Role

REMEMBERED = 30
_SYSTEM = "system"  # the `by` of what the center did itself


class Deed(StrEnum):
    PRESENCE = "presence"
    ASSIGNED = "assigned"
    TOOK_OVER = "took_over"
    PRIORITY = "priority"
    MONITOR = "monitor"
    WHISPER = "whisper"
    BARGE = "barge"


_LISTENS = {Role.MONITOR: Deed.MONITOR, Role.WHISPER: Deed.WHISPER, Role.BARGE: Deed.BARGE}


@dataclass(slots=True)
class Intervention:
    deed: Deed
    at: float
    by: str
    agent_id: str | None = None  # with whom
    detail: str = ""  # presence: the state; priority: the number
    reason: str | None = None  # of the presence
    interaction_id: str | None = None
    queue: str | None = None
    customer_name: str = ""
    id: str = ""


@dataclass(slots=True)
class Interventions:
    rows: list[Intervention] = field(default_factory=list)
    count: int = 0  # ever

    def hear(self, event: ev.Event, facts: Facts) -> None:
        """`facts` hold the event already."""
        found = _intervention(event)
        if found is None:
            return
        fact = facts.rows.get(found.interaction_id or "")
        if fact is not None:
            found.queue, found.customer_name = fact.queue, fact.customer_name
            if found.deed in _LISTENS.values():
                found.agent_id = fact.agent_id
        self.count += 1
        found.id = f"deed_{self.count}"
        self.rows = [*self.rows[-REMEMBERED + 1 :], found]


def _intervention(event: ev.Event) -> Intervention | None:
    match event:
        case ev.PresenceChanged(by=str(by)) if by not in (event.agent_id, _SYSTEM):
            status = str(event.status)
            return Intervention(Deed.PRESENCE, event.at, by, event.agent_id, status, event.reason)
        case ev.Joined() if event.role in _LISTENS:
            deed, about = _LISTENS[event.role], event.interaction_id
            return Intervention(deed, event.at, event.agent_id, interaction_id=about)
        case ev.Released(reason="take_over", to_agent=str(by)):
            deed, about = Deed.TOOK_OVER, event.interaction_id
            return Intervention(deed, event.at, by, event.agent_id, interaction_id=about)
        case ev.Queued(reason="assigned", by=str(by)):
            deed, about = Deed.ASSIGNED, event.interaction_id
            return Intervention(deed, event.at, by, event.only_agent, interaction_id=about)
        case ev.PriorityRaised(by=str(by)):
            level, about = str(event.priority), event.interaction_id
            return Intervention(Deed.PRIORITY, event.at, by, None, level, interaction_id=about)
    return None
