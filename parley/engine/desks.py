"""Each agent's own work, row by row: sent at once, and only what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parley.engine.frames import Encoded, array, encode, frame, table
from parley.engine.screens import Screens


class Desks:
    """Kept for agents who have a screen open; `forget` them when the last one closes."""

    def __init__(self, screens: Callable[[], Screens]) -> None:
        self._screens = screens
        self._work: dict[str, dict[str, Encoded]] = {}  # agent -> interaction -> row as sent
        self._me: dict[str, Encoded] = {}
        self._holders: dict[str, set[str]] = {}  # interaction -> agents whose screen shows it

    def holders(self, interaction_id: str) -> frozenset[str]:
        """Agents with an open screen that shows this interaction as theirs."""
        return frozenset(self._holders.get(interaction_id, ()))

    def forget(self, agent_id: str) -> None:
        for interaction_id in self._work.pop(agent_id, {}):
            self._drop(agent_id, interaction_id)
        self._me.pop(agent_id, None)

    def parts(self, agent_id: str) -> dict[str, Encoded]:
        """`me` and `work` of a snapshot: what the agent's other screens show too."""
        if agent_id not in self._work:
            screens = self._screens()
            rows = {i: encode(row) for i, row in screens.work(agent_id).items()}
            self._work[agent_id] = rows
            for interaction_id in rows:
                self._holders.setdefault(interaction_id, set()).add(agent_id)
            me = screens.agent(agent_id)
            self._me[agent_id] = encode(me) if me is not None else "null"
        return {"me": self._me[agent_id], "work": array(self._work[agent_id])}

    def draw(self, agent_id: str, interactions: Iterable[str], seq: int) -> Encoded | None:
        """The frame of what changed for an agent with these interactions; None if nothing did."""
        rows = self._work.get(agent_id)
        if rows is None:
            return None
        screens = self._screens()
        changed: dict[str, Encoded | None] = {}
        for interaction_id in interactions:
            row = screens.work_row(agent_id, interaction_id)
            text = encode(row) if row is not None else None
            if rows.get(interaction_id) != text:
                changed[interaction_id] = text
                self._keep(agent_id, interaction_id, text)
        me = screens.agent(agent_id)
        mine = encode(me) if me is not None else "null"
        news = mine if self._me.get(agent_id) != mine else None
        self._me[agent_id] = mine
        if not changed and news is None:
            return None
        return frame("rows", seq=str(seq), me=news, work=table(changed) if changed else None)

    def _keep(self, agent_id: str, interaction_id: str, text: Encoded | None) -> None:
        if text is None:
            del self._work[agent_id][interaction_id]
            self._drop(agent_id, interaction_id)
        else:
            self._work[agent_id][interaction_id] = text
            self._holders.setdefault(interaction_id, set()).add(agent_id)

    def _drop(self, agent_id: str, interaction_id: str) -> None:
        holders = self._holders.get(interaction_id)
        if holders is not None:
            holders.discard(agent_id)
            if not holders:
                del self._holders[interaction_id]
