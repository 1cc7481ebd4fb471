"""The web application: all routes of the API under /api/v1, health at the root, errors as problems."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

import parley
from parley.api import (
    attachments,
    board,
    configuration,
    customers,
    health,
    interactions,
    live,
    messages,
    notices,
    people,
    presence,
    problems,
    replies,
    search,
    session,
    settings,
    tickets,
    timeline,
)
from parley.api.caller import Front
from parley.api.context import ApiContext
from parley.api.guard import Guard
from parley.api.passwords import Passwords
from parley.api.schemas.common import Problem

PREFIX = "/api/v1"
NOUNS = (
    session,
    presence,
    interactions,
    messages,
    customers,
    timeline,
    tickets,
    replies,  # before configuration: /canned-replies/render is no id
    configuration,
    settings,
    people,
    attachments,
    search,
    notices,
    board,
    live,
)


def create_app(context: ApiContext, *, passwords: Passwords | None = None) -> FastAPI:
    """The API over the given ports. Main adds channels and the console's files to it."""
    app = bare_app()
    app.state.front = Front(context, passwords)
    return app


def bare_app() -> FastAPI:
    """All routes, without anything behind them: enough to describe them."""
    app = FastAPI(
        title="Parley",
        version=parley.__version__,
        description="A contact center for every channel.",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
    )
    api = APIRouter(prefix=PREFIX)
    for noun in NOUNS:
        api.include_router(noun.router)
    app.include_router(api)
    app.include_router(health.router)
    problems.install(app)
    app.add_middleware(Guard)
    return app
