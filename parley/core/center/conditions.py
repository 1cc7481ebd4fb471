"""Conditions of classification rules: small trees over what is known of an interaction.

    {"all": [c, …]}  {"any": [c, …]}  {"not": c}
    {"fact": "customer.tier", "is": "in", "value": ["VIP", "gold"]}

An empty condition holds always. A fact that is not known makes its test false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from parley.core.center.state import Interaction

MAX_DEPTH = 8
MAX_TESTS = 200  # in one condition

FACTS: dict[str, str] = {
    "customer.tier": "text",
    "customer.tags": "list",
    "customer.priority": "number",
    "customer.spend": "number",
    "customer.contacts": "number",
    "customer.region": "text",
    "customer.new": "flag",
    "channel": "text",
    "entry_point": "text",
    "dnis": "text",
    "topic": "text",
    "intent": "text",
    "language": "text",
    "emotion": "text",
    "tags": "list",
    "keys": "text",
    "page.product": "text",
    "hour": "number",
    "weekday": "number",  # Monday is 1
}
"""What a rule can ask for, and its type."""

VARIABLE = "var."
"""`var.order`: what a flow collected or set under that name, a text."""


def type_of(fact: str) -> str | None:
    """None if no rule can ask for it."""
    return "text" if fact.startswith(VARIABLE) and fact != VARIABLE else FACTS.get(fact)


OPERATORS: dict[str, dict[str, Callable[[Any, Any], bool]]] = {
    "text": {
        "=": lambda fact, value: fact == value,
        "!=": lambda fact, value: fact != value,
        "in": lambda fact, value: fact in value,
        "starts": lambda fact, value: str(fact).startswith(value),
        "contains": lambda fact, value: value in str(fact),
    },
    "number": {
        "=": lambda fact, value: fact == value,
        ">=": lambda fact, value: fact >= value,
        "<": lambda fact, value: fact < value,
        "between": lambda fact, value: value[0] <= fact <= value[1],
    },
    "list": {
        "has": lambda fact, value: value in fact,
        "has_any": lambda fact, value: any(v in fact for v in value),
        "has_not": lambda fact, value: value not in fact,
    },
    "flag": {"=": lambda fact, value: fact is value},
}


def facts_of(interaction: Interaction, now: float, zone: str) -> dict[str, Any]:
    """Everything rules can ask, by name; unknown ones are None."""
    customer, local = interaction.customer, datetime.fromtimestamp(now, ZoneInfo(zone))
    return {
        "customer.tier": customer.tier,
        "customer.tags": customer.tags,
        "customer.priority": customer.priority,
        "customer.spend": customer.spend,
        "customer.contacts": customer.contacts,
        "customer.region": customer.region,
        "customer.new": customer.contacts == 0,
        "channel": str(interaction.channel),
        "entry_point": interaction.entry_point,
        "dnis": interaction.known.get("dnis"),
        "topic": interaction.topic,
        "intent": interaction.known.get("intent"),
        "language": interaction.language,
        "emotion": interaction.known.get("emotion"),
        "tags": interaction.tags,
        "keys": interaction.known.get("keys"),
        "page.product": interaction.page.context.get("product"),
        "hour": local.hour + local.minute / 60,
        "weekday": local.isoweekday(),
        **{VARIABLE + name: value for name, value in interaction.known.items()},
    }


def holds(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether a valid condition is true of these facts."""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, facts) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], facts)
    fact = facts.get(condition["fact"])
    if fact is None:
        return False
    test = OPERATORS[type_of(condition["fact"]) or "text"][condition["is"]]
    return test(fact, condition["value"])


def problem_of(condition: Any, depth: int = 0) -> str | None:
    """Why a condition is not valid: a stable code with the place, or None if it is."""
    if not isinstance(condition, Mapping):
        return "condition_not_an_object"
    if depth > MAX_DEPTH:
        return "condition_too_deep"
    if not condition:
        return None
    for group in ("all", "any"):
        if group in condition:
            parts = condition[group]
            if len(condition) != 1 or not isinstance(parts, list) or len(parts) > MAX_TESTS:
                return f"condition_{group}_malformed"
            return next(filter(None, (problem_of(part, depth + 1) for part in parts)), None)
    if "not" in condition:
        return problem_of(condition["not"], depth + 1)
    return _test_problem(condition)


def _test_problem(condition: Mapping[str, Any]) -> str | None:
    kind = type_of(str(condition.get("fact")))
    if kind is None:
        return f"unknown_fact:{condition.get('fact')}"
    operator = condition.get("is")
    if operator not in OPERATORS[kind]:
        return f"unknown_operator:{operator}"
    value = condition.get("value")
    if operator in ("in", "has_any"):
        return None if isinstance(value, list) and value else "value_not_a_list"
    if operator == "between":
        pair = isinstance(value, list) and len(value) == 2
        return None if pair and all(_is_number(v) for v in value or ()) else "value_not_a_pair"
    expected = {"number": _is_number(value), "flag": isinstance(value, bool)}
    return None if expected.get(kind, isinstance(value, str)) else f"value_not_a_{kind}"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
