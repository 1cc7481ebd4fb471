"""The web application: all routes of the API under /api/v1, health at the root, errors as problems."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

import parley
from parley.api import (
    attachments,
    audit,
    board,
    call_controls,
    call_records,
    calls,
    configuration,
    customers,
    health,
    interactions,
    live,
    messages,
    notices,
    people,
    phone,
    policy,
    presence,
    problems,
    prompts,
    recordings,
    replies,
    search,
    session,
    settings,
    tickets,
    timeline,
    trunks,
    voice,
)
from parley.api.caller import Front, guard_of
from parley.api.context import ApiContext
from parley.api.description import described
from parley.api.guard import Guard
from parley.api.passwords import Passwords
from parley.api.schemas.common import Problem

PREFIX = "/api/v1"
NOUNS = (
    session,
    presence,
    interactions,
    call_controls,
    calls,
    call_records,
    recordings,
    audit,
    phone,
    voice,
    messages,
    customers,
    timeline,
    tickets,
    replies,  # before configuration: /canned-replies/render is no id
    configuration,
    trunks,
    prompts,
    settings,
    policy,
    people,
    attachments,
    search,
    notices,
    board,
    live,
)


class Described(FastAPI):
    """Serves at /openapi.json what is committed in openapi.json."""

    def openapi(self) -> dict[str, Any]:
        return described(self)


def create_app(context: ApiContext, *, passwords: Passwords | None = None) -> FastAPI:
    """The API over the given ports. Main adds channels and the console's files to it."""
    app = bare_app()
    app.state.front = Front(context, passwords)
    return app


def bare_app() -> FastAPI:
    """All routes, without anything behind them: enough to describe them."""
    app = Described(
        title="Parley",
        version=parley.__version__,
        description="A contact center for every channel.",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
    )
    for route in messages.router.routes:
        app.router.routes.append(_hot(route))  # found first, and without FastAPI's own work
    app.include_router(health.router)
    api = APIRouter(prefix=PREFIX)
    for noun in NOUNS:
        api.include_router(noun.router)
    app.include_router(api)
    problems.install(app)
    app.add_middleware(Guard)
    return app


def _hot(described: BaseRoute) -> Route:
    """A route that reads its body by itself, as plain Starlette with the same guard and function."""
    assert isinstance(described, APIRoute)
    endpoint, guard = described.endpoint, guard_of(described.dependant)
    assert guard is not None

    async def serve(request: Request) -> Response:
        caller = await guard(request)
        answer: Response = await endpoint(request.path_params["interaction_id"], request, caller)
        return answer

    return Route(PREFIX + described.path, serve, methods=["POST"])
