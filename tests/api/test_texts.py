"""Every code that the server may answer with has a sentence on the screens, in both languages."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from parley.api.documents import BODIES
from parley.api.problems import _FIELD_CODES
from parley.config import PACKAGE, ROOT
from parley.core import errors

LANGUAGES = ("zh-CN", "en-US")
ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}
FIELDS = {"field_error": 1, "PydanticCustomError": 0, "Refused": 1}  # maker -> place of the code

# The status alone says what people need to know, and what they can do about it.
BY_STATUS = {
    *(f"{kind}_not_found" for kind in BODIES),
    "customer_unknown", "ticket_unknown", "account_unknown", "tenant_unknown",
    "journal_gap", "database_unreachable",  # told to whoever starts the program
}  # fmt: skip
# The widget's own faults or its host page's: its reader can do nothing about them but come later.
NO_VISITORS_BUSINESS = {
    "link_invalid", "link_expired", "token_invalid", "token_missing", "hello_expected",
    "hello_unexpected", "interaction_unknown", "query_invalid", "body_too_large", "body_invalid",
    "widget_not_built", "identity_unsupported", "identity_invalid", "identity_expired",
}  # fmt: skip


def codes(paths: Iterable[Path], *, of_fields: bool) -> dict[str, str]:
    """Codes written out in the source, and where."""
    found: dict[str, str] = {}
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            place = _place_of_code(node, of_fields=of_fields)
            if place is not None and len(node.args) > place:  # type: ignore[attr-defined]
                for code in _texts(node.args[place]):  # type: ignore[attr-defined]
                    found.setdefault(code, str(path.relative_to(PACKAGE)))
    return found


def _place_of_code(node: ast.AST, *, of_fields: bool) -> int | None:
    if not isinstance(node, ast.Call):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if of_fields:
        return FIELDS.get(name)
    return {"refuse": 0, "problem": 1}.get(name, 0 if name in ERRORS else None)


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body)
            yield from _texts(orelse)


def sources(*patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in PACKAGE.glob(pattern)]


def console(language: str) -> dict[str, Any]:
    path = ROOT / "web" / "console" / "src" / "i18n" / f"{language}.json"
    problem: dict[str, Any] = json.loads(path.read_text())["problem"]
    return problem


SERVER = (
    "api/**/*.py",
    "core/**/*.py",
    "engine/*.py",
    "adapters/store/*.py",
    "adapters/blobs/*.py",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_console_has_a_sentence_for_every_refusal(language: str) -> None:
    raised = codes(sources(*SERVER, "rooms.py", "main.py"), of_fields=False)
    assert {"offer_gone", "version_changed", "not_leading"} <= raised.keys()  # it does find them
    known = console(language)
    missing = {c: where for c, where in raised.items() if c not in known and c not in BY_STATUS}
    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_console_has_a_sentence_for_every_wrong_field(language: str) -> None:
    raised = codes(sources(*SERVER), of_fields=True)
    assert {"in_use", "wrong_password"} <= raised.keys()
    kinds = {"skill", "hours", "queue", "disposition", "agent", "reason", "entry_point"}
    wanted = {*raised, *_FIELD_CODES.values(), *(f"unknown_{kind}" for kind in kinds)}
    assert wanted - console(language)["field"].keys() - console(language).keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_widget_has_a_sentence_for_every_refusal(language: str) -> None:
    raised = codes(sources("adapters/channels/webchat/*.py"), of_fields=False)
    assert {"phone_invalid", "message_empty"} <= raised.keys()
    written = (ROOT / "web" / "widget" / "src" / "i18n" / "system.ts").read_text()
    texts = written.split("const ERRORS")[1].split(f'"{language}": {{')[1].split("},")[0]
    known = set(re.findall(r"^ +(\w+):", texts, re.MULTILINE))
    missing = {c: at for c, at in raised.items() if c not in known | NO_VISITORS_BUSINESS}
    assert missing == {}
    kinds = ("messages", "sessions", "uploads", "frames")
    assert {f"too_many_{kind}" for kind in kinds} <= known
