"""Refusals over HTTP: problem+json (RFC 9457), readable by the page that asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parley.adapters.channels.webchat.origins import cors, origin_of, preflight
from parley.core.errors import ParleyError

Endpoint = Callable[[Request], Awaitable[Response]]


def problem(error: ParleyError) -> Response:
    body = {
        "type": f"urn:parley:problem:{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "values": error.values,
        "retry": error.retry,
    }
    headers = {"cache-control": "no-store"}
    if "retry_after_s" in error.values:
        headers["retry-after"] = str(error.values["retry_after_s"])
    return Response(
        msgspec.json.encode(body), error.status, headers, media_type="application/problem+json"
    )


def answer(body: object, headers: Mapping[str, str] | None = None) -> Response:
    more = {"cache-control": "no-store", **(headers or {})}
    return Response(msgspec.json.encode(body), headers=more, media_type="application/json")


def across_origins(endpoint: Endpoint) -> Endpoint:
    """Preflights answered, refusals turned into problems, and both readable by the host page."""

    async def wrapped(request: Request) -> Response:
        origin = origin_of(request.headers)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=preflight(origin))
        try:
            response = await endpoint(request)
        except ParleyError as error:
            response = problem(error)
        response.headers.update(cors(origin))
        return response

    return wrapped
