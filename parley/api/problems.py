"""Errors as RFC 9457 problems. One handler for every error of every route."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from msgspec import json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from parley.core.errors import Conflict, Invalid, ParleyError

MEDIA_TYPE = "application/problem+json"
FieldValues = dict[str, str | int | float]

log = structlog.get_logger("parley.api")

_TITLES = {
    400: "The request could not be read",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "The world moved on",
    413: "Too large",
    416: "There are no such bytes",
    415: "Wrong kind of content",
    422: "The request is wrong",
    429: "Too many requests",
    500: "Something broke here",
    503: "Not available now",
}
_HTTP_CODES = {404: "not_found", 405: "method_not_allowed"}

# What pydantic calls an error → what screens translate. All others keep pydantic's name.
_FIELD_CODES = {
    "missing": "required",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_short",
    "too_long": "too_long",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "less_than": "too_large",
    "string_pattern_mismatch": "format",
    "extra_forbidden": "unknown_field",
    "literal_error": "not_a_choice",
    "enum": "not_a_choice",
    "json_invalid": "not_json",
}
_WRONG_TYPE_ENDINGS = ("_type", "_parsing")
NODE_TAG = 2
_CONTEXT_KEYS = ("min_length", "max_length", "ge", "gt", "le", "lt", "expected")


def field_error(field: str, code: str, **values: str | float) -> dict[str, Any]:
    """One wrong field: its dotted path (`names.zh-CN`), a stable code and what fills its sentence."""
    return {"field": field, "code": code, "values": values}


class FieldErrors(Invalid):
    """The request is wrong in named fields."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__("validation", ", ".join(f"{e['field']}: {e['code']}" for e in errors))
        self.errors = list(errors)


class InUse(Conflict):
    """Cannot be removed: each of `errors` names a place that still uses it."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__("in_use", count=len(errors))
        self.errors = list(errors)


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    values: FieldValues | None = None,
    retry: bool = False,
    errors: Sequence[dict[str, Any]] = (),
) -> Response:
    body = {
        "type": f"urn:parley:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        "values": values or {},
        "retry": retry,
        "errors": list(errors),
    }
    headers = {}
    wait_s = (values or {}).get("retry_after_s")
    if isinstance(wait_s, int | float):
        headers["Retry-After"] = str(max(1, round(wait_s)))
    return Response(json.encode(body), status, headers, MEDIA_TYPE)


def of_error(error: ParleyError) -> Response:
    """The problem that tells `error`."""
    return problem(
        error.status,
        error.code,
        error.detail if error.detail != error.code else "",
        values=error.values,
        retry=error.retry,
        errors=getattr(error, "errors", ()),
    )


def of_validation(errors: Sequence[Any]) -> list[dict[str, Any]]:
    """Pydantic's errors as field errors: dotted paths without `body`, `query` or `path`."""
    return [_of_pydantic(error) for error in errors]


def _of_pydantic(error: dict[str, Any]) -> dict[str, Any]:
    where = [str(part) for part in error["loc"]]
    if where and where[0] in {"body", "query", "path", "header"}:
        where = where[1:]
    where = [part for part in where if "[" not in part]  # names of validators inside a union
    if where[:1] == ["nodes"] and len(where) > NODE_TAG:
        del where[NODE_TAG]  # a flow's node is told apart by its kind, which is no part of the path
    kind: str = error["type"]
    code = _FIELD_CODES.get(kind)
    if code is None:
        code = "wrong_type" if kind.endswith(_WRONG_TYPE_ENDINGS) else kind
    context = error.get("ctx") or {}
    values = {
        key: value
        for key, value in context.items()
        if key in _CONTEXT_KEYS and isinstance(value, str | int | float)
    }
    return field_error(".".join(where), code, **values)


async def _parley_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ParleyError)
    if error.status >= 500:
        log.warning("refused", path=request.url.path, code=error.code, detail=error.detail)
    return of_error(error)


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return of_error(FieldErrors(of_validation(error.errors())))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, ParleyError):  # raised while the body was read
        return of_error(error.__cause__)
    code = _HTTP_CODES.get(error.status_code, f"http_{error.status_code}")
    response = problem(error.status_code, code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _unexpected(request: Request, error: Exception) -> Response:
    return problem(500, "internal", retry=True)  # logged with its trace by the server's guard


def install(app: FastAPI) -> None:
    app.add_exception_handler(ParleyError, _parley_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
