"""Visitors and agents who keep talking while a test pulls plugs, and who remember what was promised."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from tests.harness.agent import Diligent
from tests.harness.visitor import Visitor

PATIENCE_S = 120.0  # for one visit, over any number of restarts
STAFF = ("lin", "chen", "wang", "zhao", "sun", "huang", "xu")  # serve Chinese visitors


class Traffic:
    """`places` visitors at a time, each of whom says `Diligent.lines` things and sees all answers."""

    def __init__(self, urls: Sequence[str], chance: random.Random, places: int) -> None:
        self.visitors: list[Visitor] = []
        self.agents = [Diligent(urls, f"{name}@demo.parley") for name in STAFF]
        self.sent = 0
        self.acked = 0
        self._urls = urls
        self._chance = chance
        self._places = places
        self._ending = False
        self._moved = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._visits: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        for agent in self.agents:
            await agent.sign_in()
            self._tasks.append(asyncio.create_task(agent.live()))
        for agent in self.agents:
            await agent.until(lambda a=agent: a.snapshots)  # type: ignore[misc]
            await agent.ready()
            self._tasks.append(asyncio.create_task(agent.serve()))
        self._visits = [asyncio.create_task(self._visit_all()) for _ in range(self._places)]

    async def until(self, true: Callable[[], Any], seconds: float = PATIENCE_S) -> None:
        """Raises TimeoutError, or what ended a visit that failed."""
        async with asyncio.timeout(seconds):
            while not true():
                for task in (*self._visits, *self._tasks):
                    if task.done():
                        task.result()
                self._moved.clear()
                await self._moved.wait()

    async def finish(self) -> None:
        """Those who are here say and hear everything; then everybody goes."""
        self._ending = True
        try:
            await asyncio.gather(*self._visits)
        finally:
            for task in (*self._visits, *self._tasks):
                task.cancel()
            await asyncio.gather(*self._visits, *self._tasks, return_exceptions=True)

    async def leave(self) -> None:
        for visitor in self.visitors:
            await visitor.leave()
        for agent in self.agents:
            await agent.leave()

    async def _visit_all(self) -> None:
        while not self._ending:
            visitor = Visitor(self._urls, heard=self._heard)
            self.visitors.append(visitor)
            line = asyncio.create_task(visitor.live())
            try:
                await self._visit(visitor)
            finally:
                line.cancel()
                await asyncio.gather(line, return_exceptions=True)

    async def _visit(self, visitor: Visitor) -> None:
        said = [f"{visitor_no(self.visitors, visitor)}-{n}" for n in range(Diligent.lines)]
        for text in said:
            await visitor.say(text)
            self.sent += 1
            self._moved.set()
            if self._chance.random() < 0.7:  # some write on without waiting
                answer = f"re: {text}"
                await visitor.until(lambda a=answer: a in visitor.texts("agent"), PATIENCE_S)  # type: ignore[misc]
        answers = Counter(f"re: {text}" for text in said)
        await visitor.until(lambda: Counter(visitor.texts("agent")) >= answers, PATIENCE_S)
        await visitor.until(lambda: len(visitor.acked) == len(said), PATIENCE_S)

    def _heard(self, visitor: Visitor, frame: dict[str, Any]) -> None:
        if frame["type"] == "ack":
            self.acked += 1
            self._moved.set()


def visitor_no(visitors: Sequence[Visitor], visitor: Visitor) -> str:
    return f"v{visitors.index(visitor)}"
