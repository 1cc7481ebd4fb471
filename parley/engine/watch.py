"""What a supervisor watches besides the rows: alerts, the last hour's lines, and what was done.

Alerts are looked at again where something changed and where their time came, lines once a minute; like
rows, only what differs from what was sent travels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from parley.core.insight.interventions import Intervention
from parley.core.insight.trend import minute_of
from parley.engine.frames import Encoded, Row, array, encode, table
from parley.engine.screens import Screens

SeesQueue = Callable[[str], bool]
SeesDeed = Callable[[Intervention], bool]


def changed(sent: dict[str, Encoded], rows: Mapping[str, Row]) -> dict[str, Encoded | None]:
    """What differs from what was sent, which becomes these rows; None: it is gone."""
    news: dict[str, Encoded | None] = {id_: None for id_ in sent if id_ not in rows}
    for id_ in news:
        del sent[id_]
    for id_, row in rows.items():
        text = encode(row)
        if sent.get(id_) != text:
            sent[id_] = news[id_] = text
    return news


@dataclass(slots=True)
class Watched:
    """News of one drawing: alerts by queue, lines by queue, deeds by id."""

    alerts: dict[str, dict[str, Encoded | None]] = field(default_factory=dict)
    trends: dict[str, Encoded | None] = field(default_factory=dict)
    deeds: dict[str, Encoded | None] = field(default_factory=dict)

    def parts(
        self, sees: SeesQueue, known: Mapping[str, Intervention], sees_deed: SeesDeed
    ) -> dict[str, Encoded | None]:
        alerts = {
            id_: row for q, rows in self.alerts.items() if sees(q) for id_, row in rows.items()
        }
        trends = {q: row for q, row in self.trends.items() if sees(q)}
        deeds = {
            id_: row for id_, row in self.deeds.items() if id_ not in known or sees_deed(known[id_])
        }
        found = {"alerts": alerts, "trends": trends, "deeds": deeds}
        return {name: table(rows) for name, rows in found.items() if rows}


class Watch:
    def __init__(self, screens: Callable[[], Screens]) -> None:
        self._screens = screens
        self._alerts: dict[str, dict[str, Encoded]] = {}
        self._trends: dict[str, Encoded] = {}
        self._deeds: dict[str, Encoded] = {}
        self._seen: Iterable[Intervention] = ()
        self._due: dict[str, float] = {}  # queue -> when time alone raises an alert
        self._minute = 0
        self.known: dict[str, Intervention] = {}

    def due(self, now: float) -> Iterable[str]:
        """Queues to look at again though nothing happened."""
        if minute_of(now) != self._minute:
            return list(self._screens().queues())
        return [queue for queue, at in self._due.items() if at <= now]

    def draw(self, queues: Iterable[str], now: float) -> Watched:
        watched = Watched()
        for queue, alerts in self._screens().alerts(queues, now).items():
            self._due.pop(queue, None)
            if alerts.due is not None:
                self._due[queue] = alerts.due
            news = changed(self._alerts.setdefault(queue, {}), alerts.rows)
            if news:
                watched.alerts[queue] = news
        if minute_of(now) != self._minute:
            self._minute = minute_of(now)
            watched.trends = changed(self._trends, self._screens().trends(now))
        watched.deeds = self._draw_deeds()
        return watched

    def _draw_deeds(self) -> dict[str, Encoded | None]:
        deeds = self._screens().deeds()
        if deeds is self._seen:
            return {}
        self._seen = deeds
        self.known = {each.id: each for each in deeds}
        return changed(self._deeds, {each.id: self._screens().deed(each) for each in deeds})

    def parts(self, sees: SeesQueue, sees_deed: SeesDeed) -> dict[str, Encoded]:
        """For a snapshot, as they were last drawn."""
        alerts = {
            id_: row for q, rows in self._alerts.items() if sees(q) for id_, row in rows.items()
        }
        trends = {queue: row for queue, row in self._trends.items() if sees(queue)}
        deeds = {id_: row for id_, row in self._deeds.items() if sees_deed(self.known[id_])}
        return {"alerts": array(alerts), "trends": array(trends), "deeds": array(deeds)}
