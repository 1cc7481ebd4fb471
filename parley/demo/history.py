"""The demo company's last weeks, played on a stage: who worked when, how many came and asked what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from parley.core import inputs as got
from parley.core.events import Event
from parley.core.insight.facts import InteractionFact
from parley.core.model import CenterConfig, PresenceStatus
from parley.demo.cast import Cast
from parley.demo.company import ZONE
from parley.demo.customers import KnownCustomer
from parley.demo.dialogues import Dialogue, dialogues
from parley.demo.stage import Stage
from parley.demo.visit import PastRating, PastTicket

DAYS = 18
VISITS_PER_DAY = 46.0  # on a weekday
WEEKEND_SHARE = 0.7
RUSH_EVERY_DAYS = 3  # a promotion at 20:00 brings many at once
RUSH_VISITS, RUSH_S = 34, 420.0
QUIET_BEFORE_END_S = 1800.0  # the last conversations are over when the demo starts

# Visits in each hour of the day, relative to each other.
_BY_HOUR = (1, 1, 0, 0, 0, 0, 1, 2, 4, 8, 10, 9, 6, 7, 8, 9, 8, 6, 5, 7, 10, 9, 5, 2)
TOPICS = {"presales": 30, "aftersales": 28, "logistics": 22, "complaint": 7, "english": 13}

# Shifts in minutes since midnight: (from, to). A night shift ends the next morning.
_EARLY, _LATE, _OFFICE, _NIGHT = (505, 1050), (780, 1335), (530, 1085), (1320, 1950)
_SHIFTS: dict[str, tuple[tuple[int, int], ...]] = {
    "agt_lin": (_EARLY, _EARLY, _LATE),
    "agt_chen": (_EARLY, _LATE, _EARLY),
    "agt_wang": (_LATE, _EARLY, _EARLY),
    "agt_emma": (_EARLY,),
    "agt_zhao": (_OFFICE,),
    "agt_sun": (_LATE, _LATE, _EARLY),
    "agt_huang": (_EARLY, _LATE, _LATE),
    "agt_xu": (_NIGHT,),
    "agt_james": (_LATE,),
    "agt_olivia": (_NIGHT, _EARLY),
}
_OFF_AT_WEEKENDS = ("agt_zhao", "agt_emma", "agt_chen")
_BREAKS = (("break", 130, 12), ("lunch", 220, 40), ("break", 380, 12))  # reason, after, minutes
_TRAINING_WEEKDAY = 2  # Wednesdays, half an hour
_DAY_S = 86400.0


@dataclass(frozen=True, slots=True)
class Chapter:
    """One day of the past, to be stored in one transaction."""

    day: date
    events: Sequence[Event]
    facts: Sequence[InteractionFact]
    tickets: Sequence[PastTicket]
    ratings: Sequence[PastRating]


class History:
    def __init__(
        self, config: CenterConfig, customers: Sequence[KnownCustomer], seed: int, now: float
    ) -> None:
        zone = ZoneInfo(ZONE)
        today = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        self._end = now
        self._days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
        self._customers = customers
        self._config = config
        self._by_topic = {topic: self._bank(topic) for topic in TOPICS}
        self.stage = Stage(seed, self._days[0].timestamp())
        self._cast = Cast(self.stage, now)

    def chapters(self) -> Iterator[Chapter]:
        """Day after day, oldest first; the last one ends now, with nobody signed in or waiting."""
        self.stage.tell(got.ConfigChanged(at=self.stage.now, config=self._config))
        for index, day in enumerate(self._days):
            self._plan_shifts(index, day)
            self._plan_visits(index, day)
            if index == len(self._days) - 1:
                self.stage.run(self._end - 1.0)
                self._go_home()
            else:
                self.stage.run(day.timestamp() + _DAY_S)
            yield self._chapter(day.date())

    def _chapter(self, day: date) -> Chapter:
        events, facts = self.stage.take()
        tickets, self._cast.tickets = self._cast.tickets, []
        ratings, self._cast.ratings = self._cast.ratings, []
        return Chapter(day, events, facts, tickets, ratings)

    # --- people at work --------------------------------------------------------------------------

    def _plan_shifts(self, index: int, day: datetime) -> None:
        for agent_id, shifts in _SHIFTS.items():
            if day.weekday() >= 5 and agent_id in _OFF_AT_WEEKENDS:
                continue
            start, end = shifts[index % len(shifts)]
            late_s = self.stage.chance.uniform(-240, 180)
            self._plan_shift(agent_id, day.timestamp() + start * 60 + late_s, (end - start) * 60.0)
            if day.weekday() == _TRAINING_WEEKDAY and start < 600:
                self._plan_pause(agent_id, day.timestamp() + 10 * 3600, "training", 1800)

    def _plan_shift(self, agent_id: str, start: float, length_s: float) -> None:
        if start + length_s > self._end - 60 or start > self._end:
            length_s = self._end - 60 - start  # still at work when the demo starts: sent home then
        if length_s <= 0:
            return
        self.stage.at(start, lambda: self._cast.sign_in(agent_id))
        for reason, after, minutes in _BREAKS:
            shifted = start + (after + self.stage.chance.uniform(-15, 15)) * 60
            self._plan_pause(agent_id, shifted, reason, minutes * 60.0)
        self.stage.at(start + length_s, lambda: self._cast.sign_out(agent_id))

    def _plan_pause(self, agent_id: str, at: float, reason: str, seconds: float) -> None:
        self.stage.at(at, lambda: self._cast.pause(agent_id, reason, seconds))

    def _go_home(self) -> None:
        """Whatever is still open ends, so that the first visitor finds an empty house."""
        center = self.stage.center
        for interaction_id in list(center.state.interactions):
            self._end_now(interaction_id)
            self._end_now(interaction_id)  # first the conversation, then its wrap-up
        for agent in list(center.state.agents.values()):
            if agent.status is not PresenceStatus.OFFLINE:
                self._cast.sign_out(agent.id)

    def _end_now(self, interaction_id: str) -> None:
        self.stage.tell(got.EndRequested(at=self.stage.now, interaction_id=interaction_id))

    # --- people who ask --------------------------------------------------------------------------

    def _plan_visits(self, index: int, day: datetime) -> None:
        chance, midnight = self.stage.chance, day.timestamp()
        share = WEEKEND_SHARE if day.weekday() >= 5 else 1.0
        for _ in range(round(VISITS_PER_DAY * share * chance.uniform(0.85, 1.15))):
            hour = chance.choices(range(24), weights=_BY_HOUR)[0]
            self._plan_visit(midnight + (hour + chance.random()) * 3600)
        if index % RUSH_EVERY_DAYS == RUSH_EVERY_DAYS - 2:
            for _ in range(RUSH_VISITS):
                self._plan_visit(midnight + 20 * 3600 + chance.uniform(0, RUSH_S))

    def _plan_visit(self, at: float) -> None:
        chance = self.stage.chance
        topic = chance.choices(list(TOPICS), weights=list(TOPICS.values()))[0]
        dialogue = chance.choice(self._by_topic[topic])
        known = chance.choice(
            [k for k in self._customers if k.customer.language == dialogue.language]
        )
        if at < self._end - QUIET_BEFORE_END_S:
            self.stage.at(at, lambda: self._cast.visit(known, dialogue))

    def _bank(self, topic: str) -> list[Dialogue]:
        return [dialogue for dialogue in dialogues() if dialogue.topic == topic]
