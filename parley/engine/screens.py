"""What screens show of one tenant, drawn from its picture as JSON-ready rows.

The rows themselves are pure functions of the core (`core/center/views.py`); this is the seam between
them and the fan-out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from parley.core.center import consult, views
from parley.core.center.routing import positions
from parley.core.center.state import State
from parley.core.insight import views as insight
from parley.core.insight.alerts import alerts_of
from parley.core.insight.interventions import Intervention
from parley.engine.engine import Engine
from parley.engine.frames import Row
from parley.engine.picture import CenterPicture


@dataclass(frozen=True, slots=True)
class QueueAlerts:
    rows: Mapping[str, Row]
    due: float | None  # when time alone raises another


class Screens(Protocol):
    """All rows are as of the last turn; `now` (unix seconds) only fills durations and clocks."""

    def work(self, agent_id: str) -> Mapping[str, Row]:
        """Everything the agent is busy with or offered, by interaction."""

    def work_row(self, agent_id: str, interaction_id: str) -> Row | None: ...

    def agent(self, agent_id: str) -> Row | None: ...

    def queue_rows(self, queues: Iterable[str], now: float) -> Mapping[str, Row | None]:
        """Rows of these queues; None: there is no such queue (any more)."""

    def totals(self, queues: frozenset[str] | None, now: float) -> Row:
        """Over these queues; None: over all."""

    def alerts(self, queues: Iterable[str], now: float) -> Mapping[str, QueueAlerts]:
        """What is off target in these queues; of one that is gone nothing is."""

    def trends(self, now: float) -> Mapping[str, Row]:
        """The last hour of every queue."""

    def deeds(self) -> Iterable[Intervention]:
        """What supervisors did last, newest last; a new list whenever there is a new one."""

    def deed(self, each: Intervention) -> Row: ...

    def visitors(self, addresses: Iterable[str], now: float) -> Mapping[str, Row]:
        """Where the customers behind these addresses stand."""

    def agents(self) -> Iterable[str]: ...

    def queues(self) -> Iterable[str]: ...

    def queues_of(self, agent_id: str) -> frozenset[str]:
        """Where the agent is a member."""

    def agent_name(self, agent_id: str) -> str | None: ...

    def involved(self, interaction_id: str) -> frozenset[str]:
        """Agents who own it, are offered it, wrap it up or take part."""

    def address_of(self, interaction_id: str) -> str | None:
        """The customer's address, while the interaction is live."""


class CenterScreens:
    def __init__(self, picture: CenterPicture) -> None:
        self.picture = picture

    @property
    def _state(self) -> State:
        return self.picture.center.state

    def work(self, agent_id: str) -> Mapping[str, Row]:
        return views.work_rows(self._state, agent_id)

    def work_row(self, agent_id: str, interaction_id: str) -> Row | None:
        interaction = self._state.interactions.get(interaction_id)
        if interaction is None or views.work_role(interaction, agent_id) is None:
            return None
        return views.work_row(self._state, interaction, agent_id)

    def agent(self, agent_id: str) -> Row | None:
        agent = self._state.agents.get(agent_id)
        return None if agent is None else views.agent_row(self._state, agent)

    def queue_rows(self, queues: Iterable[str], now: float) -> Mapping[str, Row | None]:
        state, router, board = self._state, self.picture.center.router, self.picture.board
        crews = views.crews(state)
        return {
            each: views.queue_row(state, router, board, each, now, crews[each])
            if each in crews
            else None
            for each in queues
        }

    def totals(self, queues: frozenset[str] | None, now: float) -> Row:
        router = self.picture.center.router
        return views.totals_row(self._state, router, self.picture.board, now, queues)

    def alerts(self, queues: Iterable[str], now: float) -> Mapping[str, QueueAlerts]:
        found = {}
        router, trend = self.picture.center.router, self.picture.trend
        for queue in queues:
            if queue not in self._state.config.queues:
                found[queue] = QueueAlerts({}, None)
                continue
            alerts = alerts_of(self._state, router, trend, queue, now)
            rows = [insight.alert_row(alert, now) for alert in alerts.standing]
            found[queue] = QueueAlerts({row["id"]: row for row in rows}, alerts.due)
        return found

    def trends(self, now: float) -> Mapping[str, Row]:
        trend = self.picture.trend
        return {queue: insight.trend_row(queue, trend.line(queue, now)) for queue in self.queues()}

    def deeds(self) -> Iterable[Intervention]:
        return self.picture.interventions.rows

    def deed(self, each: Intervention) -> Row:
        return insight.deed_row(self._state, each)

    def visitors(self, addresses: Iterable[str], now: float) -> Mapping[str, Row]:
        router = self.picture.center.router
        places: dict[str, dict[str, int]] = {}  # queue -> interaction -> place
        rows = {}
        for address in addresses:
            queue = self._queue_of(address)
            if queue not in places:
                places[queue] = positions(self._state, router, queue)
            rows[address] = views.visitor_state(self._state, router, address, now, places[queue])
        return rows

    def _queue_of(self, address: str) -> str:
        interaction = self._state.interactions.get(self._state.by_address.get(address, ""))
        return (interaction.queue or "") if interaction is not None else ""

    def agents(self) -> Iterable[str]:
        return self._state.agents

    def queues(self) -> Iterable[str]:
        return self._state.config.queues

    def queues_of(self, agent_id: str) -> frozenset[str]:
        profile = self._state.config.agents.get(agent_id)
        return frozenset(profile.queues) if profile else frozenset()

    def agent_name(self, agent_id: str) -> str | None:
        profile = self._state.config.agents.get(agent_id)
        return profile.name if profile else None

    def involved(self, interaction_id: str) -> frozenset[str]:
        interaction = self._state.interactions.get(interaction_id)
        if interaction is None:
            return frozenset()
        offered = interaction.offer.agent_id if interaction.offer else None
        wrapping = interaction.wrap_up.agent_id if interaction.wrap_up else None
        agents = {interaction.owner, offered, wrapping, *interaction.participants}
        agents.update(consult.agent_ids(interaction))
        return frozenset(agent for agent in agents if agent is not None)

    def address_of(self, interaction_id: str) -> str | None:
        interaction = self._state.interactions.get(interaction_id)
        return interaction.address if interaction else None


class EngineSource:
    """An engine as the fan-out sees it: the rows of its newest picture, and when they are durable."""

    def __init__(self, engine: Engine) -> None:
        self.tenant_id = engine.tenant_id
        self.between_turns = engine.between_turns
        self._engine = engine
        self._screens = CenterScreens(engine.picture)

    @property
    def seq(self) -> int:
        return self._engine.status.seq

    @property
    def screens(self) -> Screens:
        if self._screens.picture is not self._engine.picture:  # rebuilt meanwhile
            self._screens = CenterScreens(self._engine.picture)
        return self._screens
