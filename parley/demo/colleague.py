"""One agent of the demo company, over the real console API: accepts, answers, closes, wraps up."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import websockets
from websockets.typing import Origin

from parley.demo.dialogues import Dialogue
from parley.demo.site import TIMEOUT_S, Site, sign_in
from parley.demo.visit import Visit

SECONDS_PER_CHAR = 0.12
IDLE_LINE_S = 2.0  # the server closes an idle line after 5 s: no request may meet that moment
SILENCE_S = 180.0  # a customer who says nothing for so long is thanked and let go
DECLINED_SHARE = 0.02
PHRASES = {
    "zh-CN": (
        "您好，请问有什么可以帮您？",
        "好的，我马上为您查询，请稍等。",
        "已经为您登记，今天内会有同事联系您。",
        "请问还有其他可以帮您的吗？",
    ),
    "en-US": (
        "Hello, how can I help?",
        "Sure, let me look that up for you.",
        "I've noted it; a colleague will be in touch today.",
        "Is there anything else I can do?",
    ),
}  # for people who came by themselves, outside the script


class SignedOut(Exception):
    """The demo password is not theirs any more, or the session ended."""


class Colleague:
    """Works until cancelled; then signs off."""

    def __init__(
        self,
        site: Site,
        email: str,
        name: str,
        scripts: Mapping[str, Visit],
        chance: random.Random,
        pace: float,
    ) -> None:
        """`scripts`: what the visitors of this run came for, by interaction."""
        self.name = name
        self._site = site
        self._email = email
        self._scripts = scripts
        self._chance = chance
        self._pace = pace
        self._work: dict[str, dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._client = httpx.AsyncClient(
            base_url=site.url, timeout=TIMEOUT_S, limits=httpx.Limits(keepalive_expiry=IDLE_LINE_S)
        )

    async def play(self) -> None:
        """Raises SignedOut if signing in fails; any other trouble is waited out."""
        async with self._client:
            try:
                await self._sign_in()
                await self._stay_connected()
            finally:
                for task in self._tasks.values():
                    task.cancel()
                await self._sign_off()

    async def _sign_in(self) -> None:
        csrf = await sign_in(self._client, self._email)
        if csrf is None:
            raise SignedOut(self._email)
        self._client.headers["X-CSRF-Token"] = csrf

    async def _sign_off(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            await self._client.put("/api/v1/presence", json={"status": "offline"})
            await self._client.delete("/api/v1/session")

    async def _stay_connected(self) -> None:
        while True:
            with contextlib.suppress(websockets.WebSocketException, OSError, httpx.HTTPError):
                await self._watch()
            await asyncio.sleep(1.0)

    async def _watch(self) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        async with websockets.connect(
            f"{self._site.live_url}/api/v1/live",
            origin=Origin(self._site.url),
            additional_headers={"Cookie": cookies},
        ) as line:
            self._take(json.loads(await line.recv()))  # the snapshot: present from now on
            await self._client.put("/api/v1/presence", json={"status": "ready"})
            async for text in line:
                self._take(json.loads(text))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "snapshot":
            self._work = {row["id"]: row for row in frame["work"]}
        elif frame["type"] == "rows":
            for interaction_id, row in (frame.get("work") or {}).items():
                if row is None:
                    self._work.pop(interaction_id, None)
                else:
                    self._work[interaction_id] = row
        else:
            return
        self._changed.set()
        for interaction_id in self._work:
            task = self._tasks.get(interaction_id)
            if task is None or task.done():
                self._tasks[interaction_id] = asyncio.create_task(self._handle(interaction_id))

    async def _handle(self, id: str) -> None:
        """One piece of work, from role to role until it is gone."""
        while (role := self._role(id)) is not None:
            with contextlib.suppress(httpx.HTTPError):
                await self._do(id, role)
            await self._until(lambda was=role: self._role(id) != was, SILENCE_S)  # type: ignore[misc]

    async def _do(self, id: str, role: str) -> None:
        match role:
            case "offer":
                await asyncio.sleep(self._seconds(2, 8))
                declines = self._chance.random() < DECLINED_SHARE
                await self._post(id, "decline" if declines else "accept")
            case "owner":
                await self._serve(id)
            case "wrap_up":
                await asyncio.sleep(self._seconds(4, 20))
                await self._wrap_up(id)

    def _role(self, id: str) -> str | None:
        return str(self._work[id]["role"]) if id in self._work else None

    async def _serve(self, id: str) -> None:
        if self._work[id]["channel"] == "task":
            await asyncio.sleep(self._seconds(20, 60))  # on the phone
            await self._post(id, "close")
            return
        visit = self._scripts.get(id)
        language = self._work[id]["language"]
        phrases = list(_agent_lines(visit) or _cycled(PHRASES.get(language, PHRASES["en-US"])))
        for text in phrases:
            if not await self._until(
                lambda: self._role(id) != "owner" or self._unanswered(id), SILENCE_S
            ):
                break
            if self._role(id) != "owner":
                return
            await self._answer(id, text)
        await self._until(lambda: self._role(id) != "owner", self._seconds(10, 40))
        if self._role(id) == "owner":
            await self._post(id, "close")

    def _unanswered(self, id: str) -> bool:
        return self._work[id]["unanswered_since"] is not None

    async def _answer(self, id: str, text: str) -> None:
        typing_s = self._seconds(2, 6) + len(text) * SECONDS_PER_CHAR / self._pace
        await asyncio.sleep(typing_s)
        body = {"client_id": secrets.token_hex(8), "text": text.replace("{agent}", self.name)}
        await self._post(id, "messages", body)
        await self._until(lambda: id not in self._work or not self._unanswered(id), TIMEOUT_S)

    async def _wrap_up(self, id: str) -> None:
        dialogue = self._scripts[id].dialogue if id in self._scripts else None
        if dialogue is not None and dialogue.ticket is not None:
            await self._open_ticket(id, dialogue)
        form = {
            "disposition": dialogue.disposition if dialogue else "other",
            "note": dialogue.note if dialogue else "",
            "resolved": dialogue is None or dialogue.ticket is None,
            "ready": True,
        }
        await self._post(id, "wrap-up", form)

    async def _open_ticket(self, id: str, dialogue: Dialogue) -> None:
        assert dialogue.ticket is not None
        row = self._work[id]
        ticket = {
            "kind": dialogue.ticket.kind,
            "subject": dialogue.ticket.subject,
            "description": dialogue.note,
            "priority": dialogue.ticket.priority,
            "customer_id": row["customer"]["id"],
            "interaction_id": id,
            "queue": row["queue"],
        }
        await self._client.post("/api/v1/tickets", json=ticket)

    async def _post(self, id: str, verb: str, body: dict[str, Any] | None = None) -> None:
        """A refusal (409) means that the world moved on: the next frame tells how."""
        await self._client.post(f"/api/v1/interactions/{id}/{verb}", json=body or {})

    async def _until(self, true: Callable[[], bool], seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not true():
                    self._changed.clear()
                    await self._changed.wait()
        return true()

    def _seconds(self, least: float, most: float) -> float:
        return self._chance.uniform(least, most) / self._pace


def _agent_lines(visit: Visit | None) -> list[str]:
    if visit is None:
        return []
    return [line.text for line in visit.lines if line.speaker == "agent"]


def _cycled(phrases: tuple[str, ...]) -> list[str]:
    """Enough for a long talk."""
    return [*phrases, *phrases[1:], *phrases[1:]]
