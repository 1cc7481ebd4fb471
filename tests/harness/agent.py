"""An agent over the real console API: a live line, rows that are replaced, answers that are repeated
under the same client id until the server has said yes or no to them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin

from parley.demo.company import PASSWORD, TENANT
from tests.harness.visitor import GONE, PAUSE_S, TIMEOUT_S, new_client

LOOK_AGAIN_S = 0.5  # at work whose last try failed
Row = dict[str, Any]


class Refused(Exception):
    """A 4xx: trying the same again cannot help."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.status_code} {answer.text[:300]}")
        self.status = answer.status_code


@dataclass(eq=False)
class Agent:
    """Signs in with the demo password; `urls` as a Visitor's."""

    urls: Sequence[str]
    email: str

    me: Row = field(default_factory=dict)
    work: dict[str, Row] = field(default_factory=dict)
    queues: dict[str, Row] = field(default_factory=dict)
    agents: dict[str, Row] = field(default_factory=dict)
    notices: list[Row] = field(default_factory=list)
    messages: dict[str, dict[str, Row]] = field(default_factory=dict)  # interaction -> id -> row
    read_to: dict[str, int] = field(default_factory=dict)  # interaction -> seq; not what was pushed
    presence: Row = field(default_factory=dict)  # the own row: status, reason
    acked: dict[str, str] = field(default_factory=dict)  # client id -> message id
    doubtful: set[str] = field(default_factory=set)  # client ids that were tried and never settled
    snapshots: int = 0

    def __post_init__(self) -> None:
        self._node = 0
        self._csrf = ""
        self._client = new_client()
        self._line: ClientConnection | None = None
        self.changed = asyncio.Event()

    @property
    def url(self) -> str:
        return self.urls[self._node % len(self.urls)]

    async def leave(self) -> None:
        await self._client.aclose()

    async def until(self, true: Callable[[], Any], seconds: float = 30.0) -> None:
        """Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self.changed.clear()
                await self.changed.wait()

    # --- signing in and staying --------------------------------------------------------------------

    async def sign_in(self) -> None:
        body = {"email": self.email, "password": PASSWORD, "tenant": TENANT}
        me = await self.ask("POST", "session", body)
        self._csrf, self.me = me["csrf"], me["account"]

    async def live(self) -> None:
        """Keep a line until cancelled."""
        while True:
            with contextlib.suppress(*GONE):
                await self._listen()
            self._node += 1
            await asyncio.sleep(PAUSE_S)

    async def _listen(self) -> None:
        cookies = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        async with websockets.connect(
            f"ws{self.url.removeprefix('http')}/api/v1/live",
            origin=Origin(self.url),
            additional_headers={"Cookie": cookies},
            open_timeout=TIMEOUT_S,
            close_timeout=TIMEOUT_S,
            proxy=None,
        ) as line:
            self._line = line
            async for text in line:
                await self._hear(json.loads(text))

    async def drop(self) -> None:
        """The network is gone: the line breaks without a word."""
        if self._line is not None:
            self._line.transport.abort()

    async def _hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "snapshot":
                self.work = {row["id"]: row for row in frame["work"]}
                self.queues = {row["id"]: row for row in frame["queues"]}
                self.agents = {row["id"]: row for row in frame["agents"] or []}
                self.presence = frame["me"] or {}
                self.snapshots += 1
                for interaction_id in {*self.work, *self.messages}:
                    await self.catch_up(interaction_id)
            case "rows":
                came = [
                    interaction_id
                    for interaction_id, row in (frame.get("work") or {}).items()
                    if row is not None and interaction_id not in self.work
                ]
                for name in ("work", "queues", "agents"):
                    _replace(getattr(self, name), frame.get(name) or {})
                self.presence = frame.get("me") or self.presence
                for interaction_id in came:  # also for a second time: more was said meanwhile
                    await self.catch_up(interaction_id)
            case "message":
                self._show(frame["message"])
            case "notice":
                self.notices.append(frame["notice"])
        self.changed.set()

    def _show(self, message: Row) -> None:
        self.messages.setdefault(message["interaction_id"], {})[message["id"]] = message

    async def catch_up(self, interaction_id: str) -> None:
        """All messages after the last one read, page by page: below one that was pushed there may be
        a gap."""
        with contextlib.suppress(Refused):  # passed on meanwhile: no longer ours to read
            while True:
                after = self.read_to.get(interaction_id, 0)
                path = f"interactions/{interaction_id}/messages?after_seq={after}"
                page = (await self.ask("GET", path))["items"]
                for message in page:
                    self._show(message)
                if not page:
                    return
                self.read_to[interaction_id] = page[-1]["seq"]

    # --- asking ------------------------------------------------------------------------------------

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One try. Raises Refused, or one of GONE when it may be tried again."""
        answer = await self._client.request(
            method, f"{self.url}/api/v1/{path}", json=body, headers={"X-CSRF-Token": self._csrf}
        )
        if answer.status_code >= 500 or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            answer.raise_for_status()
        if answer.is_error:
            raise Refused(answer)
        return answer.json()

    async def insist(self, method: str, path: str, body: Any = None, seconds: float = 60.0) -> Any:
        """As often as it takes. Raises Refused, TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                with contextlib.suppress(*GONE):
                    return await self.ask(method, path, body)
                self._node += 1
                await asyncio.sleep(PAUSE_S)

    async def ready(self) -> None:
        await self.insist("PUT", "presence", {"status": "ready"})

    async def do(self, interaction_id: str, verb: str, body: Any = None) -> None:
        await self.insist("POST", f"interactions/{interaction_id}/{verb}", body or {})

    async def write(
        self, interaction_id: str, text: str, client_id: str, *, internal: bool = False
    ) -> None:
        """One try; an answer settles it for good. Raises Refused or one of GONE."""
        self.doubtful.add(client_id)
        body = {"client_id": client_id, "text": text, "internal": internal}
        answer = await self.ask("POST", f"interactions/{interaction_id}/messages", body)
        message_id = str(answer["message_id"])
        assert self.acked.setdefault(client_id, message_id) == message_id, "acknowledged as another"
        self.doubtful.discard(client_id)


def _replace(rows: dict[str, Row], news: dict[str, Row | None]) -> None:
    for key, row in news.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row


class Diligent(Agent):
    """Serves whatever comes: answers each message once, closes after `lines` of them, wraps up."""

    lines = 4

    async def serve(self) -> None:
        """Until cancelled. One try at a time, so that every failure meets the next state."""
        while True:
            self.changed.clear()
            with contextlib.suppress(*GONE, Refused):
                await self._stay_ready()
            for interaction_id in list(self.work):
                with contextlib.suppress(*GONE, Refused):
                    await self._serve(interaction_id)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.changed.wait(), LOOK_AGAIN_S)

    async def _stay_ready(self) -> None:
        """Whatever the system made of them: they are at their desk."""
        if self.presence.get("status") in ("not_ready", "offline"):
            await self.ask("PUT", "presence", {"status": "ready"})

    async def _serve(self, interaction_id: str) -> None:
        row = self.work.get(interaction_id)
        if row is None:
            return
        verb = f"interactions/{interaction_id}"
        match row["role"]:
            case "offer":
                await self.ask("POST", f"{verb}/accept", {})
            case "owner" if not row["conversation_ended"]:
                await self._answer(interaction_id)
            case "wrap_up":
                form = {"disposition": (row["wrap_up"]["dispositions"] or ["other"])[0]}
                await self.ask("POST", f"{verb}/wrap-up", {**form, "note": "", "ready": True})

    async def _answer(self, interaction_id: str) -> None:
        shown = sorted(self.messages.get(interaction_id, {}).values(), key=lambda m: m["seq"])
        asked = [message for message in shown if message["sender"] == "customer"]
        for message in asked:
            client_id = f"re-{message['id']}"
            if client_id not in self.acked:
                await self.write(interaction_id, f"re: {message['text']}", client_id)
        if len(asked) >= self.lines:
            await self.ask("POST", f"interactions/{interaction_id}/close", {})
