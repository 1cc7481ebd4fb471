"""What is wrong with a flow: ways that lead nowhere, nodes nobody reaches, prompts without words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from parley.core.model import Flow, Node, NodeKind

PROMPT_PREFIX = "pmt_"
"""Prompts that administrators made have ids that begin so; all others are built in."""


_NO_NEXT = (NodeKind.MENU, NodeKind.QUEUE, NodeKind.VOICEMAIL, NodeKind.CALLBACK, NodeKind.TRANSFER)
"""Nothing follows on these: their ways are `keys` and `otherwise`."""


@dataclass(frozen=True, slots=True)
class FlowFinding:
    where: str  # dotted path in the flow's document
    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What can be said: prompt documents with their languages, and keys that are built in."""

    made: Mapping[str, Collection[str]]
    built_in: Collection[str]  # empty: not known, so that none is missed
    languages: Collection[str]  # that callers are spoken to in


def lint_flow(flow: Flow, spoken: Spoken) -> list[FlowFinding]:
    """Everything wrong, in the order of the document. References to queues are checked elsewhere."""
    found: list[FlowFinding] = []
    if flow.start not in flow.nodes:
        found.append(FlowFinding("start", "unknown_node", {"id": flow.start}))
    reached = reachable(flow)
    for node in flow.nodes.values():
        if flow.start in flow.nodes and node.id not in reached:
            found.append(FlowFinding(f"nodes.{node.id}", "node_unreachable", {"id": node.id}))
        found.extend(_ways(flow, node))
        found.extend(_words(node, spoken))
    return found


def reachable(flow: Flow) -> set[str]:
    """The nodes a caller can come to."""
    found: set[str] = set()
    open_ends = [flow.start]
    while open_ends:
        node = flow.nodes.get(open_ends.pop())
        if node is not None and node.id not in found:
            found.add(node.id)
            open_ends.extend(target for _, target in ways_of(node))
    return found


def ways_of(node: Node) -> Iterator[tuple[str, str]]:
    """(field, node) for each way on."""
    for name in ("next", "otherwise", "yes", "no"):
        target: str | None = getattr(node, name)
        if target is not None and not _idle(node, name):
            yield name, target
    for key, target in node.keys.items():
        yield f"keys.{key}", target


def _idle(node: Node, way: str) -> bool:
    """A way that no caller would ever take."""
    return way == "next" and node.kind in _NO_NEXT and node.next is not None


def _ways(flow: Flow, node: Node) -> Iterator[FlowFinding]:
    where = f"nodes.{node.id}"
    for name, target in ways_of(node):
        if target not in flow.nodes:
            yield FlowFinding(f"{where}.{name}", "unknown_node", {"id": target})
    if _idle(node, "next"):
        yield FlowFinding(f"{where}.next", "next_unused")
    if node.kind is NodeKind.MENU:
        if node.otherwise is None:  # silence would hang up on them
            yield FlowFinding(f"{where}.otherwise", "way_missing")
        for key in node.tags.keys() - node.keys.keys():
            yield FlowFinding(f"{where}.tags.{key}", "key_unused", {"key": key})
    if node.kind is NodeKind.CONDITION and node.next is None:
        for name in ("yes", "no"):
            if getattr(node, name) is None:
                yield FlowFinding(f"{where}.{name}", "way_missing")


def _words(node: Node, spoken: Spoken) -> Iterator[FlowFinding]:
    if node.kind in (NodeKind.PLAY, NodeKind.MENU, NodeKind.COLLECT) and not node.say:
        yield FlowFinding(f"nodes.{node.id}.say", "required")
    for index, said in enumerate(node.say):
        where = f"nodes.{node.id}.say.{index}"
        if said.startswith("{"):
            continue  # speaks a variable
        if said in spoken.made:
            for language in spoken.languages:
                if language not in spoken.made[said]:
                    values = {"id": said, "language": language}
                    yield FlowFinding(where, "prompt_language_missing", values)
        elif said.startswith(PROMPT_PREFIX):
            continue  # a reference, which must exist anyway
        elif spoken.built_in and said not in spoken.built_in:
            yield FlowFinding(where, "unknown_prompt", {"id": said})
