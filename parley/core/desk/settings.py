"""Configuration as documents: each noun is a JSON document with a version and a history.

Nouns that the live center knows (queue, skill, hours, entry_point, agent, flow, center, policy) become
a `CenterConfig`; trunks and prompts are the telephone engine's, the others (disposition, reason,
canned_reply, tenant) are read by the API alone.
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
    Flow,
    Hours,
    MonitorNotice,
    Node,
    NodeKind,
    PhoneKind,
    Picks,
    Policy,
    Queue,
    QueueOrder,
    QueuePolicy,
    Rule,
    Skill,
    Stage,
    Targets,
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
    "flow",
    "trunk",
    "prompt",
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
        flows={k: flow_of(k, b) for k, b in by_kind.get("flow", {}).items()},
        interrupts={
            Channel(busy): tuple(Channel(c) for c in allowed)
            for busy, allowed in center.get("interrupts", {}).items()
        },
        policy=_published(by_kind.get("policy", {})),
        zone=_only(by_kind.get("tenant", {})).get("zone", CenterConfig().zone),
        country=_only(by_kind.get("tenant", {})).get("country") or CenterConfig().country,
        **_center_rules(center),
    )


def _center_rules(center: dict[str, Any]) -> dict[str, Any]:
    """What the center's document says of itself; the rest keeps its default."""
    rules: dict[str, Any] = {
        name: float(center[name]) for name in ("screen_grace_s", "phone_grace_s") if name in center
    }
    if "recording_notice" in center:
        rules["recording_notice"] = bool(center["recording_notice"])
    if "monitor_notice" in center:
        rules["monitor_notice"] = MonitorNotice(center["monitor_notice"])
    targets = Targets(**center.get("targets", {}))
    return {**rules, "caller_id": center.get("caller_id") or None, "targets": targets}


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
    values["choices"] = dict(values.get("choices") or {})
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
        phone=PhoneKind(body.get("phone") or PhoneKind.BROWSER),
        phone_number=body.get("phone_number"),
    )


def _entry_point(id: str, body: dict[str, Any]) -> EntryPoint:
    return EntryPoint(
        id=id,
        channel=Channel(body["channel"]),
        name=body["name"],
        queue=body["queue"],
        by_language=dict(body.get("by_language", {})),
        topics={t["key"]: t["queue"] for t in body.get("topics", ()) if t.get("queue")},
        numbers=tuple(body.get("numbers", ())),
        flow=body.get("flow"),
        language=body.get("language") or "zh-CN",
    )


def flow_of(id: str, body: dict[str, Any]) -> Flow:
    """A flow from its document (validated by the API): {name, start, nodes}."""
    nodes = {key: _node(key, values) for key, values in body["nodes"].items()}
    return Flow(id=id, name=body["name"], start=body["start"], nodes=nodes)


def _node(id: str, body: dict[str, Any]) -> Node:
    known = {f.name for f in fields(Node)} - {"id", "kind"}
    values = {name: value for name, value in body.items() if name in known}
    for name in ("say", "add_tags"):
        values[name] = tuple(values.get(name, ()))
    return Node(id=id, kind=NodeKind(body["kind"]), **values)
