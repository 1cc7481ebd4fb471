"""One visitor of the demo shop, over the real widget API: asks, waits, answers, rates, or gives up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin

from parley.demo.company import ENTRY_POINT
from parley.demo.site import TIMEOUT_S, Site
from parley.demo.visit import Visit

IMPATIENT_SHARE = 0.15
LEAVES_MESSAGE_SHARE = 0.7
RATES_SHARE = 0.6
REPLY_PATIENCE_S = 300.0  # an agent who is silent for so long has lost the customer
LONGEST_S = 1800.0  # nobody stays longer
SECONDS_PER_CHAR = 0.18
COMMENTS = {"zh-CN": ("谢谢", "很专业", "有点慢", ""), "en-US": ("Thanks", "Quick", "", "")}


class Fate(StrEnum):
    SERVED = "served"
    ABANDONED = "abandoned"
    LEFT_MESSAGE = "left_message"
    LOST = "lost"  # the connection or the server failed


@dataclass(slots=True)
class Screen:
    """What the visitor sees, kept up to date by `watch`."""

    phase: str = "idle"
    interaction_id: str | None = None
    rate: str | None = None  # the interaction that may be rated
    heard: int = 0  # messages of agents so far
    errors: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "ready" | "state":
                self._take_state(frame["state"])
            case "message" if frame["message"]["sender"] == "agent":
                self.heard += 1
            case "error":
                self.errors.append(str(frame["code"]))
        self.changed.set()

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Whether it became true in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not true():
                    self.changed.clear()
                    await self.changed.wait()
        return true()

    def _take_state(self, state: dict[str, Any]) -> None:
        self.phase = state["phase"]
        self.interaction_id = state["interaction_id"] or self.interaction_id
        self.rate = (state.get("rate") or {}).get("interaction_id")


class Visitor:
    """Plays one visit from the first word to the rating."""

    def __init__(
        self,
        site: Site,
        visit: Visit,
        chance: random.Random,
        pace: float,
        scripts: dict[str, Visit],
    ) -> None:
        """`pace` 2.0 plays twice as fast; in `scripts` agents find what an interaction is about."""
        self._site = site
        self._visit = visit
        self._chance = chance
        self._pace = pace
        self._scripts = scripts
        self._screen = Screen()
        self._waits_s = chance.uniform(150, 420)
        if chance.random() < IMPATIENT_SHARE:
            self._waits_s = chance.uniform(15, 60)

    async def play(self) -> Fate:
        try:
            async with asyncio.timeout(LONGEST_S):
                return await self._play(await self._session())
        except (httpx.HTTPError, websockets.WebSocketException, OSError, TimeoutError):
            return Fate.LOST

    async def _session(self) -> str:
        async with httpx.AsyncClient(base_url=self._site.url, timeout=TIMEOUT_S) as client:
            body = {
                "entry": ENTRY_POINT,
                "language": self._visit.dialogue.language,
                "page": self._page(),
                "identity": self._site.identity(self._visit.known),
            }
            answer = await client.post("/chat/v1/session", json=body)
            answer.raise_for_status()
            return str(answer.json()["token"])

    async def _play(self, token: str) -> Fate:
        origin = Origin(self._site.url)
        async with websockets.connect(f"{self._site.live_url}/chat/v1/live", origin=origin) as line:
            hello = {"type": "hello", "token": token, "after_seq": 0, "page": self._page()}
            await _tell(line, {**hello, "language": self._visit.dialogue.language})
            watching = asyncio.create_task(self._watch(line))
            try:
                return await self._converse(line)
            finally:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError, websockets.WebSocketException):
                    await watching

    async def _watch(self, line: ClientConnection) -> None:
        async for text in line:
            frame = json.loads(text)
            self._screen.take(frame)
            if self._screen.interaction_id is not None:
                self._scripts.setdefault(self._screen.interaction_id, self._visit)
            if frame["type"] == "message" and frame["message"]["sender"] == "agent":
                await _tell(line, {"type": "read", "message_id": frame["message"]["id"]})

    # --- the conversation ------------------------------------------------------------------------

    async def _converse(self, line: ClientConnection) -> Fate:
        screen = self._screen
        await self._say(line)
        await screen.until(
            lambda: screen.phase in ("connected", "away", "ended"), self._waits_s / self._pace
        )
        if screen.phase == "away":
            return await self._away(line)
        if screen.phase not in ("connected", "ended"):
            await _tell(line, {"type": "end"})
            await asyncio.sleep(0.2)  # lets the server read it before the line closes
            return Fate.ABANDONED
        while screen.phase == "connected" and self._visit.next < len(self._visit.lines):
            if not await self._listen():
                break
            await self._say(line)
        await self._leave(line)
        return Fate.SERVED

    async def _listen(self) -> bool:
        """Until the agent said something and has finished saying it."""
        screen, heard = self._screen, self._screen.heard
        if not await screen.until(
            lambda: screen.heard > heard or screen.phase != "connected",
            REPLY_PATIENCE_S,
        ):
            return False
        while screen.heard > heard:
            heard = screen.heard
            await asyncio.sleep(self._seconds(2, 6))
        return True

    async def _say(self, line: ClientConnection) -> None:
        """All lines that are the customer's before the agent's next one."""
        visit = self._visit
        while visit.next < len(visit.lines) and visit.lines[visit.next].speaker != "customer":
            visit.next += 1
        while visit.next < len(visit.lines) and visit.lines[visit.next].speaker == "customer":
            text = visit.lines[visit.next].text
            visit.next += 1
            await _tell(line, {"type": "typing", "text": text[: len(text) // 2]})
            await asyncio.sleep(self._seconds(1, 3) + len(text) * SECONDS_PER_CHAR / self._pace)
            frame = {"type": "send", "client_id": secrets.token_hex(8), "text": text}
            await _tell(line, {**frame, "topic": visit.dialogue.topic})

    async def _away(self, line: ClientConnection) -> Fate:
        if self._chance.random() > LEAVES_MESSAGE_SHARE:
            return Fate.ABANDONED
        await asyncio.sleep(self._seconds(4, 12))
        chinese = self._visit.dialogue.language == "zh-CN"
        frame = {
            "type": "leave_message",
            "client_id": secrets.token_hex(8),
            "text": "请回电，白天都方便。" if chinese else "Please call me back, any time of day.",
            "phone": self._visit.known.customer.phone,
            "topic": self._visit.dialogue.topic,
        }
        await _tell(line, frame)
        await self._screen.until(lambda: self._screen.phase == "idle", TIMEOUT_S)
        return Fate.LEFT_MESSAGE

    async def _leave(self, line: ClientConnection) -> None:
        """Lets the agent close the conversation, or does it; then perhaps rates it."""
        screen = self._screen
        if not await screen.until(lambda: screen.phase != "connected", self._seconds(20, 70)):
            await _tell(line, {"type": "end"})
        if not await screen.until(lambda: screen.phase in ("idle", "ended"), TIMEOUT_S):
            return
        if self._chance.random() < RATES_SHARE and screen.interaction_id is not None:
            await asyncio.sleep(self._seconds(2, 8))
            comment = self._chance.choice(COMMENTS[self._visit.dialogue.language])
            score = self._chance.randint(*self._visit.dialogue.rating)
            rating = {"type": "rate", "interaction_id": screen.interaction_id, "score": score}
            await _tell(line, {**rating, "comment": comment})
            await asyncio.sleep(0.2)  # as above

    def _seconds(self, least: float, most: float) -> float:
        return self._chance.uniform(least, most) / self._pace

    def _page(self) -> dict[str, Any]:
        page = self._visit.page
        url = self._site.url + page.url
        return {"url": url, "title": page.title, "context": page.context}


async def _tell(line: ClientConnection, frame: dict[str, Any]) -> None:
    await line.send(json.dumps(frame, ensure_ascii=False))
