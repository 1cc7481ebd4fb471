"""What customers and agents of the demo company say to each other: a bank of hand-written talks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_BANK = ("presales", "aftersales", "logistics", "complaints", "english")
_SPEAKERS = {"C": "customer", "A": "agent", "N": "note"}


@dataclass(frozen=True, slots=True)
class Line:
    speaker: str  # customer, agent, or note (from the agent to colleagues)
    text: str


@dataclass(frozen=True, slots=True)
class TicketPlan:
    kind: str
    subject: str
    priority: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    id: str
    topic: str  # a topic key of the entry point
    language: str
    lines: tuple[Line, ...]
    disposition: str
    note: str  # of the wrap-up
    rating: tuple[int, int]  # from … to
    product: str | None = None  # SKU it is about; None: any
    ticket: TicketPlan | None = None

    def filled(self, values: dict[str, str]) -> tuple[Line, ...]:
        """The lines with {name}, {order} … filled in."""
        return tuple(Line(line.speaker, line.text.format_map(values)) for line in self.lines)


@cache
def dialogues() -> tuple[Dialogue, ...]:
    return tuple(_dialogue(entry) for name in _BANK for entry in _entries(name))


def _entries(name: str) -> list[dict[str, Any]]:
    text = files("parley.demo").joinpath("data", "dialogues", f"{name}.toml").read_text("utf-8")
    return list(tomllib.loads(text)["dialogue"])


def _dialogue(entry: dict[str, Any]) -> Dialogue:
    fields = dict(entry)
    low, high = fields.pop("rating")
    ticket = fields.pop("ticket", None)
    return Dialogue(
        lines=tuple(_line(line) for line in fields.pop("lines").strip().splitlines()),
        ticket=TicketPlan(**ticket) if ticket else None,
        rating=(low, high),
        language=fields.pop("language", "zh-CN"),
        **fields,
    )


def _line(text: str) -> Line:
    mark, _, words = text.partition(" ")
    return Line(_SPEAKERS[mark], words)
