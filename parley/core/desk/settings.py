"""Configuration as documents: each noun is a JSON document with a version and a history.

Nouns that the live center knows (queue, skill, hours, entry_point, agent, center, policy) become a
`CenterConfig`; the others (disposition, reason, canned_reply, tenant) are read by the API alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from parley.core.model import (
    AgentOrder,
    AgentProfile,
    CenterConfig,
    Channel,
    EntryPoint,
    Fairness,
    Hours,
    Picks,
    Policy,
    Queue,
    QueueOrder,
    QueuePolicy,
    Rule,
    Skill,
    Stage,
    WrapUpMode,
)

KINDS = (
    "queue",
    "skill",
    "hours",
    "entry_point",
    "agent",
    "center",
    "disposition",
    "reason",
    "canned_reply",
    "tenant",
    "policy",
)


@dataclass(frozen=True, slots=True)
class Document:
    kind: str
    id: str
    body: dict[str, Any]  # JSON
    version: int = 1
    updated_at: float = 0.0
    updated_by: str | None = None


def center_config(documents: Iterable[Document]) -> CenterConfig:
    """What the live center knows, from the documents of a tenant (already validated by the API)."""
    by_kind: dict[str, dict[str, dict[str, Any]]] = {}
    for document in documents:
        by_kind.setdefault(document.kind, {})[document.id] = document.body
    center = by_kind.get("center", {}).get("center", {})
    entry_points = by_kind.get("entry_point", {}).items()
    return CenterConfig(
        skills={k: Skill(k, b["names"]) for k, b in by_kind.get("skill", {}).items()},
        hours={k: _hours(k, b) for k, b in by_kind.get("hours", {}).items()},
        queues={k: _queue(k, b) for k, b in by_kind.get("queue", {}).items()},
        agents={k: _agent(k, b) for k, b in by_kind.get("agent", {}).items()},
        entry_points={k: _entry_point(k, b) for k, b in entry_points if b.get("enabled", True)},
        interrupts={
            Channel(busy): tuple(Channel(c) for c in allowed)
            for busy, allowed in center.get("interrupts", {}).items()
        },
        policy=_published(by_kind.get("policy", {})),
        zone=_only(by_kind.get("tenant", {})).get("zone", CenterConfig().zone),
        screen_grace_s=float(center.get("screen_grace_s", CenterConfig().screen_grace_s)),
    )


def _only(bodies: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return next(iter(bodies.values()), {})


def _published(policies: dict[str, dict[str, Any]]) -> Policy:
    """The published policy; its body carries the number it was published under."""
    body = policies.get("published")
    return Policy() if body is None else policy_of(body["policy"], body["number"])


def policy_of(body: dict[str, Any], version: int) -> Policy:
    """A routing policy from its document (validated by the API): {rules, queues, fairness, picks}."""
    return Policy(
        version=version,
        rules=tuple(_rule(rule) for rule in body.get("rules", ())),
        queues={k: _queue_policy(b) for k, b in body.get("queues", {}).items()},
        fairness=Fairness(**body.get("fairness", {})),
        picks=Picks(body.get("picks", Picks.TURN)),
    )


def _rule(body: dict[str, Any]) -> Rule:
    values = {**body, "tags": tuple(body.get("tags", ()))}
    return Rule(**{"names": {}, **values})


def _queue_policy(body: dict[str, Any]) -> QueuePolicy:
    values = dict(body)
    for name, enum in _QUEUE_ENUMS.items():
        if name in values:
            values[name] = enum(values[name])
    values["stages"] = tuple(
        Stage(float(s["after_s"]), dict(s["needs"]), tuple(s.get("queues", ())))
        for s in body.get("stages", ())
    )
    return QueuePolicy(**values)


def _hours(id: str, body: dict[str, Any]) -> Hours:
    return Hours(
        id=id,
        name=body["name"],
        zone=body["zone"],
        week=tuple(_spans(day) for day in body["week"]),
        holidays={date: _spans(spans) for date, spans in body.get("holidays", {}).items()},
        override=body.get("override"),
    )


def _spans(spans: Iterable[Iterable[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in spans)


_QUEUE_ENUMS = {"order": QueueOrder, "agent_order": AgentOrder, "wrap_up": WrapUpMode}


def _queue(id: str, body: dict[str, Any]) -> Queue:
    known = {f.name for f in fields(Queue)} - {"id"}
    values = {name: value for name, value in body.items() if name in known}
    for name, enum in _QUEUE_ENUMS.items():
        if name in values:
            values[name] = enum(values[name])
    values["dispositions"] = tuple(values.get("dispositions", ()))
    return Queue(id=id, **values)


def _agent(id: str, body: dict[str, Any]) -> AgentProfile:
    return AgentProfile(
        id=id,
        name=body["name"],
        queues=dict(body.get("queues", {})),
        skills=dict(body.get("skills", {})),
        capacity={Channel(c): int(n) for c, n in body.get("capacity", {}).items()},
        languages=tuple(body.get("languages", ())),
        hours_id=body.get("hours_id"),
    )


def _entry_point(id: str, body: dict[str, Any]) -> EntryPoint:
    return EntryPoint(
        id=id,
        channel=Channel(body["channel"]),
        name=body["name"],
        queue=body["queue"],
        by_language=dict(body.get("by_language", {})),
        topics={t["key"]: t["queue"] for t in body.get("topics", ()) if t.get("queue")},
    )
