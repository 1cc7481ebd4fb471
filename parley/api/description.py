"""The API described: OpenAPI 3.1 with the permission of each operation and its problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from parley.api.caller import Allowed, guard_of
from parley.api.problems import MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class Operation:
    """One route as it is served: `guard` None is public."""

    method: str
    path: str
    operation_id: str
    guard: Allowed | None


def operations(app: FastAPI) -> Iterator[Operation]:
    """Every documented operation of the application."""
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if isinstance(dependant, Dependant) and route.path and route.methods:
            for method in sorted(route.methods):
                yield Operation(method, route.path, route.operation_id, guard_of(dependant))


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of `app`, the same for the same routes."""
    document = FastAPI.openapi(app)
    for operation in operations(app):
        told = document["paths"][operation.path][operation.method.lower()]
        told["x-permission"] = permission_of(operation.guard)
        _as_problems(told)
    document["info"]["version"] = "v1"  # a release alone doesn't change the API
    return document


def permission_of(guard: Allowed | None) -> str:
    """`public`, `signed_in`, or the permission's name."""
    if guard is None:
        return "public"
    return str(guard.permission) if guard.permission else "signed_in"


def _as_problems(operation: dict[str, Any]) -> None:
    for status in ("4XX", "5XX"):
        content = operation["responses"].get(status, {}).get("content", {})
        if "application/json" in content:
            content[MEDIA_TYPE] = content.pop("application/json")
    operation["responses"].pop("422", None)  # told by 4XX: a problem whose errors name fields
