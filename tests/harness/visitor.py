"""A visitor over the real widget API who behaves as the widget does: everything said is kept until it
is acknowledged, a lost line comes back from the last message seen, what comes twice is shown once.
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

from parley.ids import new_id

TIMEOUT_S = 5.0
PAUSE_S = 0.1  # before the next try; the widget waits longer, so this is the harder case
GONE = (websockets.WebSocketException, OSError, httpx.HTTPError, TimeoutError)

Message = dict[str, Any]
Heard = Callable[["Visitor", dict[str, Any]], None]


def _nobody(visitor: Visitor, frame: dict[str, Any]) -> None:
    """The default of `heard`."""


@dataclass(slots=True)
class Said:
    """One message on its way."""

    client_id: str
    text: str
    tried: bool = False
    in_flight: bool = False


@dataclass(eq=False)
class Visitor:
    """`urls` are nodes that lead or may lead; the next one is tried when a line is lost."""

    urls: Sequence[str]
    entry: str = "demo-shop"
    topic: str | None = "presales"
    language: str = "zh-CN"
    heard: Heard = _nobody

    token: str | None = None
    id: str = ""
    phase: str = "idle"
    interaction_id: str | None = None
    screen: dict[str, Message] = field(default_factory=dict)  # by message id
    acked: dict[str, str] = field(default_factory=dict)  # client id -> message id
    refused: dict[str, str] = field(default_factory=dict)  # client id -> code
    pending: list[Said] = field(default_factory=list)
    lines: int = 0  # opened so far

    def __post_init__(self) -> None:
        self._node = 0
        self._line: ClientConnection | None = None
        self._ready = False
        self._changed = asyncio.Event()
        self._client = new_client()

    # --- what is on the screen -------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self.urls[self._node % len(self.urls)]

    @property
    def seq(self) -> int:
        return max((message["seq"] for message in self.screen.values()), default=0)

    def texts(self, sender: str | None = None) -> list[str]:
        ordered = sorted(self.screen.values(), key=lambda message: message["seq"])
        return [m["text"] for m in ordered if sender in (None, m["sender"])]

    async def until(self, true: Callable[[], Any], seconds: float = 30.0) -> None:
        """Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not true():
                self._changed.clear()
                await self._changed.wait()

    async def thread(self) -> list[Message]:
        """What the server has of this visitor, oldest first, however much it is."""
        found: list[Message] = []
        while True:
            after = found[-1]["seq"] if found else 0
            page = (await self._ask("GET", f"messages?after_seq={after}"))["messages"]
            if not page:
                return found
            found.extend(page)

    # --- what a visitor does ---------------------------------------------------------------------

    async def say(self, text: str) -> str:
        """Put it on its way; the client id. Nothing is lost if there is no line just now."""
        said = Said(new_id("c"), text)
        self.pending.append(said)
        await self._flush()
        return said.client_id

    async def tell(self, frame: dict[str, Any]) -> None:
        """Now or never: typing, end, rate."""
        assert self._line is not None
        await self._line.send(json.dumps(frame))

    async def live(self) -> None:
        """Keep a line until cancelled."""
        while True:
            with contextlib.suppress(*GONE):
                await self._session()
                await self._listen()
            self._lost()
            await asyncio.sleep(PAUSE_S)

    async def leave(self) -> None:
        await self._client.aclose()

    async def drop(self) -> None:
        """The network is gone: the line breaks without a word."""
        if self._line is not None:
            self._line.transport.abort()

    # --- inside ------------------------------------------------------------------------------------

    async def _session(self) -> None:
        if self.token is not None:
            return
        body = {"entry": self.entry, "language": self.language}
        session = await self._ask("POST", "session", body)
        self.token, self.id = session["token"], session["visitor_id"]

    async def _listen(self) -> None:
        async with websockets.connect(
            f"ws{self.url.removeprefix('http')}/chat/v1/live",
            origin=Origin(self.url),
            open_timeout=TIMEOUT_S,
            close_timeout=TIMEOUT_S,
            proxy=None,
        ) as line:
            hello = {"type": "hello", "token": self.token, "after_seq": self.seq}
            await line.send(json.dumps({**hello, "language": self.language}))
            self._line = line
            self.lines += 1
            async for text in line:
                await self._hear(json.loads(text))

    async def _hear(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "ready":
                self._ready = True
                self._take_state(frame["state"])
                for message in frame["messages"]:
                    self._show(message)
                await self._flush()
            case "message":
                self._show(frame["message"])
            case "state":
                self._take_state(frame["state"])
            case "ack":
                self._settled(frame["client_id"], frame["message_id"])
            case "error":
                self._refused(frame)
        self.heard(self, frame)
        self._changed.set()

    def _take_state(self, state: dict[str, Any]) -> None:
        self.phase = state["phase"]
        self.interaction_id = state["interaction_id"]

    def _show(self, message: Message) -> None:
        self.screen[message["id"]] = message
        if message["sender"] == "customer":  # seeing it is as good as being told
            self._settled(message["client_id"], message["id"])

    def _settled(self, client_id: str, message_id: str) -> None:
        assert self.acked.setdefault(client_id, message_id) == message_id, "acknowledged as another"
        self.pending = [said for said in self.pending if said.client_id != client_id]

    def _refused(self, frame: dict[str, Any]) -> None:
        for said in self.pending:
            if said.client_id == frame["client_id"]:
                said.in_flight = False
        if not frame["retry"] and frame["client_id"] is not None:
            self.refused[frame["client_id"]] = frame["code"]
            self.pending = [s for s in self.pending if s.client_id != frame["client_id"]]
        elif frame["retry"] and self._line is not None:
            self._line.transport.abort()  # come again: the part restarts, or another node leads

    async def _flush(self) -> None:
        if self._line is None or not self._ready:
            return
        for said in list(self.pending):
            if said.in_flight:
                continue
            frame: dict[str, Any] = {"type": "send", "client_id": said.client_id, "text": said.text}
            frame |= {"topic": self.topic, "retry": said.tried}
            said.tried = said.in_flight = True
            with contextlib.suppress(*GONE):
                await self._line.send(json.dumps(frame))

    def _lost(self) -> None:
        self._line, self._ready = None, False
        self._node += 1
        for said in self.pending:
            said.in_flight = False

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        address = f"{self.url}/chat/v1/{path}"
        answer = await self._client.request(method, address, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()


def new_client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False, verify=False)
