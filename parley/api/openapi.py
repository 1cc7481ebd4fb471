"""The API's description, as committed in openapi.json: `python -m parley openapi` prints it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from parley.api.app import bare_app
from parley.api.caller import Allowed, guard_of

MEDIA_TYPE = "application/problem+json"


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
        if isinstance(dependant, Dependant) and route.path and getattr(route, "methods", None):
            for method in sorted(route.methods or ()):
                yield Operation(method, route.path, route.operation_id, guard_of(dependant))


def document() -> dict[str, Any]:
    """OpenAPI 3.1, each operation with the permission it asks for."""
    app = bare_app()
    described = app.openapi()
    for operation in operations(app):
        told = described["paths"][operation.path][operation.method.lower()]
        told["x-permission"] = permission_of(operation.guard)
        _as_problems(told)
    described["info"]["version"] = "v1"  # a release alone doesn't change the API
    return described


def printed() -> str:
    """The document as text, the same for the same routes."""
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


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
