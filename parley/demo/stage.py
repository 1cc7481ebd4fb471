"""Virtual time: what people do next and the center's own timers, carried out in one order.

The past is not invented as rows. People act, the real center decides, and what it says is kept.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from heapq import heappop, heappush

from parley.core.center.center import Center, Step
from parley.core.commands import Command
from parley.core.events import Event
from parley.core.inputs import Input
from parley.core.insight.facts import Facts, InteractionFact

Deed = Callable[[], None]
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # as in parley.ids


class Stage:
    def __init__(self, seed: int, now: float) -> None:
        self.now = now  # unix seconds
        self.chance = random.Random(seed)  # noqa: S311 - a demo, not a secret
        self.center = Center()
        self.on_event: Callable[[Event], None] = lambda event: None
        self.on_command: Callable[[Command], None] = lambda command: None
        self._facts = Facts()
        self._deeds: list[tuple[float, int, Deed]] = []
        self._count = 0
        self._events: list[Event] = []
        self._changed: dict[str, InteractionFact] = {}

    def later(self, delay_s: float, deed: Deed) -> None:
        self.at(self.now + delay_s, deed)

    def at(self, when: float, deed: Deed) -> None:
        self._count += 1
        heappush(self._deeds, (when, self._count, deed))

    def run(self, until: float) -> None:
        """All deeds and timers due before `until`; the clock then shows `until`."""
        while True:
            deed_at = self._deeds[0][0] if self._deeds else until
            timer_at = self.center.next_due()
            if timer_at is not None and timer_at <= deed_at and timer_at < until:
                self.now = max(self.now, timer_at)
                for fired in self.center.due(self.now):
                    self.tell(fired)
            elif deed_at < until:
                self.now, _, deed = heappop(self._deeds)
                deed()
            else:
                break
        self.now = until

    def tell(self, news: Input) -> Step:
        """Let the center decide on `news` and people react; a refusal is theirs to bear."""
        step = self.center.receive(news)
        self._events.extend(step.events)
        for event in step.events:
            fact = self._facts.apply(event)
            if fact is not None:
                self._changed[fact.id] = fact
        for event in step.events:
            self.on_event(event)
        for command in step.commands:
            self.on_command(command)
        return step

    def take(self) -> tuple[list[Event], list[InteractionFact]]:
        """What became true since the last call, and the facts it changed."""
        events, facts = self._events, list(self._changed.values())
        self._events, self._changed = [], {}
        return events, facts

    def new_id(self, prefix: str) -> str:
        """Like `parley.ids.new_id`, at the virtual time and from the seed."""
        value = (int(self.now * 1000) << 80) | self.chance.getrandbits(80)
        digits = [_ALPHABET[value >> shift & 31] for shift in range(125, -1, -5)]
        return f"{prefix}_{''.join(digits)}"
