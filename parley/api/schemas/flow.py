"""A flow as it travels: one model for each kind of node (docs/reference/flows.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from parley.api.limits import LIST_ITEMS, NAME_CHARS
from parley.api.schemas.common import Body, Id, Name, Wire
from parley.api.schemas.numbers import E164
from parley.api.schemas.policy import Condition
from parley.api.schemas.reference import Reference, SettingBody
from parley.core.desk.flow_lint import PROMPT_PREFIX

MAX_NODES = 500
MAX_SAID = 20  # prompts of one node
MAX_MESSAGE_S = 600.0

NodeId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Said = Annotated[
    str, StringConstraints(pattern=r"^([A-Za-z0-9_.-]{1,64}|\{[a-z][a-z0-9_]{0,31}\})$")
]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=NAME_CHARS)]
ShortValue = Annotated[str, StringConstraints(max_length=NAME_CHARS)]
Patience = Annotated[float, Field(ge=1, le=60)]
Repeats = Annotated[int, Field(ge=0, le=9)]


class _Node(Body):
    say: Annotated[list[Said], Field(max_length=MAX_SAID)] = []


class _Onward(_Node):
    next: NodeId | None = None


class PlayNode(_Onward):
    kind: Literal["play"]


class MenuNode(_Onward):
    """One key chooses the way; silence or wrong keys to the end lead `otherwise`."""

    kind: Literal["menu"]
    keys: Annotated[dict[Key, NodeId], Field(min_length=1, max_length=12)]
    tags: Annotated[dict[Key, Tag], Field(max_length=12)] = {}
    timeout_s: Patience = 5.0
    repeats: Repeats = 2
    otherwise: NodeId | None = None


class CollectNode(_Onward):
    """Digits into a variable: so many, or until '#'."""

    kind: Literal["collect"]
    into: Variable
    digits: Annotated[int, Field(ge=1, le=32)] | None = None
    secret: bool = False
    timeout_s: Patience = 5.0
    repeats: Repeats = 2
    otherwise: NodeId | None = None


class ConditionNode(_Onward):
    kind: Literal["condition"]
    when: Condition
    yes: NodeId | None = None
    no: NodeId | None = None


class SetNode(_Onward):
    """Sets variables; `language` is what the caller is spoken to in from then on."""

    kind: Literal["set"]
    values: Annotated[dict[Variable, ShortValue], Field(max_length=LIST_ITEMS)] = {}
    add_tags: Annotated[list[Tag], Field(max_length=20)] = []


class QueueNode(_Onward):
    """Into a queue; none is what the entry point says. One that can't be entered leads `otherwise`."""

    kind: Literal["queue"]
    queue: Id | None = None
    otherwise: NodeId | None = None


class VoicemailNode(_Onward):
    kind: Literal["voicemail"]
    queue: Id | None = None
    max_s: Annotated[float, Field(ge=5, le=MAX_MESSAGE_S)] = 120.0


class CallbackNode(_Onward):
    kind: Literal["callback"]
    queue: Id | None = None
    otherwise: NodeId | None = None


class TransferNode(_Onward):
    kind: Literal["transfer"]
    number: E164
    otherwise: NodeId | None = None


class HangUpNode(_Node):
    kind: Literal["hang_up"]


FlowNode = Annotated[
    PlayNode | MenuNode | CollectNode | ConditionNode | SetNode | QueueNode | VoicemailNode
    | CallbackNode | TransferNode | HangUpNode,
    Field(discriminator="kind"),
]  # fmt: skip


class FlowFinding(Wire):
    """What is wrong with one field of a flow; saving would be refused for it."""

    field: str
    code: str
    values: dict[str, str | float]


class FlowBody(SettingBody):
    """What happens to a caller before an agent: a graph of nodes, walked from `start`."""

    name: Name
    start: NodeId
    nodes: Annotated[dict[NodeId, FlowNode], Field(min_length=1, max_length=MAX_NODES)]
    order: Annotated[list[NodeId], Field(max_length=MAX_NODES)] = []  # how editors list the nodes

    def references(self) -> Iterator[Reference]:
        for id_, node in self.nodes.items():
            queue = getattr(node, "queue", None)
            if queue is not None:
                yield Reference(f"nodes.{id_}.queue", "queue", queue)
            for index, said in enumerate(node.say):
                if said.startswith(PROMPT_PREFIX):
                    yield Reference(f"nodes.{id_}.say.{index}", "prompt", said)
