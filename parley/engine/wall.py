"""The live board of one tenant: rows of queues and agents, and totals, drawn once for everybody.

What was sent last is kept, so that only rows that changed travel, and a new screen starts from
exactly what the others have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from parley.core.insight.interventions import Intervention
from parley.engine.frames import Encoded, Row, array, encode, frame, table
from parley.engine.screens import Screens
from parley.engine.watch import Watch, Watched


@dataclass(frozen=True, slots=True)
class Scope:
    """What a screen sees of the board: an agent their own queues, a supervisor also people."""

    queues: frozenset[str] | None  # None: all
    people: bool

    def sees_queue(self, queue_id: str) -> bool:
        return self.queues is None or queue_id in self.queues

    def sees_agent(self, queues_of_agent: frozenset[str]) -> bool:
        return self.people and (self.queues is None or bool(self.queues & queues_of_agent))


class Wall:
    def __init__(self, screens: Callable[[], Screens]) -> None:
        self._screens = screens
        self._queues: dict[str, Encoded] = {}
        self._agents: dict[str, Encoded] = {}
        self._members: dict[str, frozenset[str]] = {}  # agent -> queues
        self._totals: dict[Scope, Encoded] = {}
        self._stale_queues: set[str] = set()
        self._stale_agents: set[str] = set()
        self._watch = Watch(screens)

    @property
    def stale(self) -> bool:
        return bool(self._stale_queues or self._stale_agents)

    def touch(self, queues: Iterable[str], agents: Iterable[str]) -> None:
        """These rows may have changed (and the queues of these agents with them)."""
        self._stale_queues.update(queues)
        for agent_id in agents:
            self._stale_agents.add(agent_id)
            self._stale_queues.update(self._members.get(agent_id, ()))

    def pass_time(self, now: float) -> None:
        """What time alone may have changed: a wait went past its target, a minute is over."""
        self._stale_queues.update(self._watch.due(now))

    def touch_all(self) -> None:
        screens = self._screens()
        self._stale_queues.update(screens.queues(), self._queues)
        self._stale_agents.update(screens.agents(), self._agents)

    def draw(self, scopes: Iterable[Scope], seq: int, now: float) -> dict[Scope, Encoded]:
        """The frame for each scope that sees a change."""
        screens = self._screens()
        agents = {a: self._change(self._agents, a, screens.agent(a)) for a in self._stale_agents}
        for agent_id in self._stale_agents:
            self._members[agent_id] = screens.queues_of(agent_id)
        drawn = screens.queue_rows(self._stale_queues, now) if self._stale_queues else {}
        queues = {q: self._change(self._queues, q, row) for q, row in drawn.items()}
        watched = self._watch.draw(self._stale_queues, now)
        self._stale_agents.clear()
        self._stale_queues.clear()
        changed_agents = {id_: row for id_, row in agents.items() if row != ""}
        changed_queues = {id_: row for id_, row in queues.items() if row != ""}
        frames = {}
        for scope in scopes:
            text = self._frame(scope, changed_queues, changed_agents, watched, seq, now)
            if text is not None:
                frames[scope] = text
        return frames

    def _change(self, sent: dict[str, Encoded], id_: str, row: Row | None) -> Encoded | None:
        """The row if it differs from the one sent, None if it is gone, "" if there is no news."""
        if row is None:
            return None if sent.pop(id_, None) is not None else ""
        text = encode(row)
        if sent.get(id_) == text:
            return ""
        sent[id_] = text
        return text

    def _frame(
        self,
        scope: Scope,
        queues: dict[str, Encoded | None],
        agents: dict[str, Encoded | None],
        watched: Watched,
        seq: int,
        now: float,
    ) -> Encoded | None:
        seen_queues = {q: row for q, row in queues.items() if scope.sees_queue(q)}
        seen_agents = {a: row for a, row in agents.items() if self._sees(scope, a)}
        totals = self._changed_totals(scope, now) if scope.people else None
        watches = self._watched(scope, watched) if scope.people else {}
        if not seen_queues and not seen_agents and totals is None and not watches:
            return None
        return frame(
            "rows",
            seq=str(seq),
            queues=table(seen_queues) if seen_queues else None,
            agents=table(seen_agents) if seen_agents else None,
            totals=totals,
            **watches,
        )

    def _watched(self, scope: Scope, watched: Watched) -> dict[str, Encoded | None]:
        sees_deed = self._sees_deed(scope)
        return watched.parts(scope.sees_queue, self._watch.known, sees_deed)

    def _sees_deed(self, scope: Scope) -> Callable[[Intervention], bool]:
        """By the queue it was done in, else by whom it concerned."""

        def sees(each: Intervention) -> bool:
            if each.queue is not None:
                return scope.sees_queue(each.queue)
            return self._sees(scope, each.agent_id or "")

        return sees

    def _sees(self, scope: Scope, agent_id: str) -> bool:
        return scope.sees_agent(self._members.get(agent_id, frozenset()))

    def _changed_totals(self, scope: Scope, now: float) -> Encoded | None:
        text = encode(self._screens().totals(scope.queues, now))
        if self._totals.get(scope) == text:
            return None
        self._totals[scope] = text
        return text

    def parts(self, scope: Scope) -> dict[str, Encoded]:
        """What a snapshot shows of the board, as the parts were last drawn: `draw` first, with
        `touch_all` if nobody looked before.
        """
        queues = {q: row for q, row in self._queues.items() if scope.sees_queue(q)}
        agents = {a: row for a, row in self._agents.items() if self._sees(scope, a)}
        return {
            "queues": array(queues),
            "agents": array(agents) if scope.people else "null",
            "totals": self._totals[scope] if scope.people else "null",
            **(self._watch.parts(scope.sees_queue, self._sees_deed(scope)) if scope.people else {}),
        }
