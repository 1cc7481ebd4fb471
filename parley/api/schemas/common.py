"""Types that many nouns share: times, texts in languages, ids, pages, problems."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from parley.api.limits import FIELDS, ID_CHARS, NAME_CHARS, NOTE_CHARS, QUERY_CHARS

T = TypeVar("T")

LANGUAGES = ("zh-CN", "en-US")


class Wire(BaseModel):
    """A response: names as in the core, nothing hidden."""

    model_config = ConfigDict(from_attributes=True, use_enum_values=True)


class Body(BaseModel):
    """A request: an unknown field is an error, so that a typing mistake isn't silently ignored."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def rfc3339(at: float) -> str:
    """Unix seconds as RFC 3339 UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unix_seconds(value: object) -> object:
    """RFC 3339 text with an offset, or unix seconds, as unix seconds."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("time_format", "not an RFC 3339 time") from None
    if moment.tzinfo is None:
        raise PydanticCustomError("time_offset", "the time has no offset from UTC")
    return moment.timestamp()


Instant = Annotated[
    float,
    BeforeValidator(unix_seconds),
    Field(ge=0, le=32_503_680_000),  # the year 3000
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Unix seconds inside, RFC 3339 UTC in JSON."""


def _told(texts: dict[str, str]) -> dict[str, str]:
    kept = {language: text for language, text in texts.items() if text}
    if not kept:
        raise PydanticCustomError("required", "a text in at least one language")
    return kept


Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]+$", max_length=ID_CHARS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARS)]
Note = Annotated[str, StringConstraints(max_length=NOTE_CHARS)]
Query = Annotated[str, StringConstraints(max_length=QUERY_CHARS)]
Names = Annotated[
    dict[Language, Annotated[str, StringConstraints(max_length=NAME_CHARS)]],
    AfterValidator(_told),
]
LongTexts = Annotated[
    dict[Language, Annotated[str, StringConstraints(max_length=NOTE_CHARS)]],
    AfterValidator(_told),
]
Fields = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARS)],
        Annotated[str, StringConstraints(max_length=NOTE_CHARS)],
    ],
    Field(max_length=FIELDS),
]
Level = Annotated[int, Field(ge=1, le=10)]


class PageOf(Wire, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


class CountedPage(PageOf[T], Generic[T]):
    total: int | None = None


class Done(Wire):
    ok: bool = True


class FieldProblem(Wire):
    """One wrong field: its dotted path, a stable code, what fills the code's sentence."""

    field: str
    code: str
    values: dict[str, str | int | float] = {}


class Problem(Wire):
    """RFC 9457. `code` is stable and translated by screens; `retry`: the same may work later."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    values: dict[str, str | int | float] = {}
    retry: bool = False
    errors: list[FieldProblem] = []
