"""Asterisk's REST interface at a socket, from memory: what it is asked, and when it answers, is the test's.

`switch.heard` tells an event; `switch.hold(path)` lets a request wait until it is let go, its answer
already made, so that news can overtake it; `switch.refuse[path]` is the status it answers with instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from parley.adapters.telephony.ari import Access
from parley.adapters.telephony.asterisk_guard import AmiAccess

NOBODY = AmiAccess("127.0.0.1", 9, "nobody", "")  # discard: there is no manager interface


@dataclass(frozen=True, slots=True)
class Held:
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)


class FakeSwitch:
    """`parley.adapters.telephony.exchange.Switch`."""

    phone_line = "ws://127.0.0.1/ws"
    ami = NOBODY

    def __init__(self, recordings: Path) -> None:
        self.recordings = recordings
        self.access = Access("", "parley", "secret")
        self.channels: list[dict[str, Any]] = []
        self.bridges: list[dict[str, Any]] = []
        self.endpoints: dict[str, str] = {}  # name -> online, offline
        self.variables: dict[str, str] = {}
        self.asked: list[str] = []  # method and path of each request that changes something
        self.joined = asyncio.Event()
        self.refuse: dict[str, int] = {}
        self._held: dict[str, Held] = {}
        self._lines: list[WebSocket] = []

    @contextmanager
    def hold(self, path: str) -> Iterator[Held]:
        """Requests to this path are answered once `go` is set."""
        held = self._held[path] = Held()
        try:
            yield held
        finally:
            held.go.set()
            self._held.pop(path, None)

    async def tell(self, kind: str, **fields: Any) -> None:
        for line in self._lines:
            await line.send_json({"type": kind, **fields})

    async def cut(self) -> None:
        """The line of events breaks."""
        self.joined.clear()
        for line in list(self._lines):
            with suppress(RuntimeError):
                await line.close()

    # --- its socket ---------------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        path = request.url.path.removeprefix("/ari")
        if request.method != "GET":
            self.asked.append(f"{request.method} {path}")
        if path in self.refuse:
            return JSONResponse({}, self.refuse[path])
        answer = self._answer(request, path)
        held = self._held.get(path)
        if held is not None:
            held.asked.set()
            await held.go.wait()
        return JSONResponse(answer) if answer is not None else Response(status_code=204)

    def _answer(self, request: Request, path: str) -> Any:
        name = request.query_params.get("variable", "")
        match request.method, path:
            case "GET", "/asterisk/info":
                return {"status": {"startup_time": "then"}, "system": {"entity_id": "1"}}
            case "GET", "/endpoints/PJSIP":
                return [{"resource": n, "state": state} for n, state in self.endpoints.items()]
            case "GET", "/channels":
                return list(self.channels)
            case "GET", "/bridges":
                return list(self.bridges)
            case "GET", "/asterisk/variable":
                return {"value": self.variables.get(name, "")}
            case "POST", "/asterisk/variable":
                self.variables[name] = request.query_params["value"]
        return None

    async def line(self, line: WebSocket) -> None:
        await line.accept()
        self._lines.append(line)
        self.joined.set()
        with suppress(WebSocketDisconnect):
            await line.receive_text()
        self._lines.remove(line)


@asynccontextmanager
async def fake_switch(recordings: Path) -> AsyncIterator[FakeSwitch]:
    switch = FakeSwitch(recordings)
    methods = ["GET", "POST", "PUT", "DELETE"]
    routes = [
        WebSocketRoute("/ari/events", switch.line),
        Route("/ari/{path:path}", switch.answer, methods=methods),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes), port=0, log_level="error", lifespan="off",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    switch.access = Access(f"http://127.0.0.1:{port}", "parley", "secret")
    try:
        yield switch
    finally:
        await switch.cut()
        server.should_exit = True
        await serving


def channel(
    id: str, name: str, state: str = "Up", app: str = "Stasis", **variables: str
) -> dict[str, Any]:
    return {
        "id": id, "name": name, "state": state, "dialplan": {"exten": "s", "app_name": app},
        "channelvars": variables,
    }  # fmt: skip
