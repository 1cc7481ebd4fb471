"""The outermost wall: body sizes and security headers of the API, the last guard against bugs.

Other paths (the console's files, channels) bring their own limits and headers. Plain ASGI, so that a WebSocket passes untouched and a request costs microseconds.
"""

from __future__ import annotations

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.api.limits import (
    JSON_BODY_BYTES,
    PROMPT_BYTES,
    UPLOAD_BYTES,
    UPLOAD_OVERHEAD_BYTES,
)
from parley.api.problems import of_error, problem
from parley.core.errors import ParleyError, TooLarge

UPLOAD_PATH = "/api/v1/attachments"
PROMPTS_PATH = "/api/v1/prompts/"
API_PATH = "/api/"
SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)

log = structlog.get_logger("parley.api")


class Guard:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API_PATH):
            await self.app(scope, receive, send)
            return
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = _with_security(message.get("headers", []))
            await send(message)

        limit = _limit(scope["path"])
        try:
            _check_length(scope, limit)
            await self.app(scope, _bounded(receive, limit), guarded_send)
        except ParleyError as error:
            if started:
                raise
            await of_error(error)(scope, receive, guarded_send)
        except Exception:
            log.exception("request_failed", path=scope["path"], method=scope["method"])
            if started:
                raise
            await problem(500, "internal", retry=True)(scope, receive, guarded_send)


def _limit(path: str) -> int:
    if path == UPLOAD_PATH:
        return UPLOAD_BYTES + UPLOAD_OVERHEAD_BYTES
    if path.startswith(PROMPTS_PATH) and "/audio/" in path:
        return PROMPT_BYTES + UPLOAD_OVERHEAD_BYTES
    return JSON_BODY_BYTES


def _check_length(scope: Scope, limit: int) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise TooLarge("body_too_large", limit=limit)


def _bounded(receive: Receive, limit: int) -> Receive:
    """The body, cut off once it is longer than told or allowed."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise TooLarge("body_too_large", limit=limit)
        return message

    return bounded


def _with_security(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    return [*headers, *(header for header in SECURITY_HEADERS if header[0] not in given)]
