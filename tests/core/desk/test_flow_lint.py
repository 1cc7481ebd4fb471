"""A flow is refused for what would strand a caller, and for nothing else."""

from __future__ import annotations

import pytest

from parley.core.desk.flow_lint import FlowFinding, Spoken, lint_flow, reachable
from parley.core.model import Flow, Node, NodeKind

SPOKEN = Spoken(
    made={"pmt_menu": {"zh-CN", "en-US"}, "pmt_zh": {"zh-CN"}},
    built_in={"greeting"},
    languages=("zh-CN", "en-US"),
)
GREET = Node("greet", NodeKind.PLAY, say=("greeting",), next="menu")
MENU = Node(
    "menu", NodeKind.MENU, say=("pmt_menu", "{order}"), keys={"1": "sales"}, otherwise="sales"
)
SALES = Node("sales", NodeKind.QUEUE, queue="sales")


def flow(*nodes: Node, start: str = "greet") -> Flow:
    return Flow("flw_1", "Hotline", start, {node.id: node for node in nodes})


def codes(*nodes: Node, start: str = "greet") -> set[tuple[str, str]]:
    return {(each.where, each.code) for each in lint_flow(flow(*nodes, start=start), SPOKEN)}


def test_a_flow_that_leads_every_caller_somewhere_has_no_findings() -> None:
    assert lint_flow(flow(GREET, MENU, SALES), SPOKEN) == []
    assert reachable(flow(GREET, MENU, SALES)) == {"greet", "menu", "sales"}


def test_a_way_to_a_missing_node_is_found_wherever_it_is() -> None:
    lost = Node("greet", NodeKind.PLAY, say=("greeting",), next="nowhere")
    assert codes(lost) == {("nodes.greet.next", "unknown_node")}
    menu = Node("menu", NodeKind.MENU, say=("greeting",), keys={"1": "x"}, otherwise="y")
    assert codes(menu, start="menu") == {
        ("nodes.menu.keys.1", "unknown_node"), ("nodes.menu.otherwise", "unknown_node"),
    }  # fmt: skip
    assert codes(GREET, MENU, SALES, start="x") == {("start", "unknown_node")}


def test_a_node_that_nobody_reaches_is_found_but_a_loop_is_not() -> None:
    alone = Node("alone", NodeKind.HANG_UP)
    again = Node("again", NodeKind.PLAY, say=("greeting",), next="again")
    assert codes(GREET, MENU, SALES, alone) == {("nodes.alone", "node_unreachable")}
    assert codes(again, start="again") == set()


def test_a_menu_says_where_silence_leads_and_a_condition_both_ways() -> None:
    menu = Node("menu", NodeKind.MENU, say=("greeting",), keys={"1": "sales"}, tags={"2": "x"})
    assert codes(menu, SALES, start="menu") == {
        ("nodes.menu.otherwise", "way_missing"), ("nodes.menu.tags.2", "key_unused"),
    }  # fmt: skip
    asked = Node("asked", NodeKind.CONDITION, yes="sales")
    assert codes(asked, SALES, start="asked") == {("nodes.asked.no", "way_missing")}


@pytest.mark.parametrize(
    "kind",
    [NodeKind.QUEUE, NodeKind.VOICEMAIL, NodeKind.CALLBACK, NodeKind.TRANSFER, NodeKind.MENU],
)
def test_a_next_that_no_caller_would_come_to_is_refused(kind: NodeKind) -> None:
    keys = {"1": "sales"} if kind is NodeKind.MENU else {}
    node = Node("last", kind, say=("greeting",), keys=keys, next="after", otherwise="sales")
    after = Node("after", NodeKind.HANG_UP)
    assert codes(node, SALES, after, start="last") == {
        ("nodes.last.next", "next_unused"), ("nodes.after", "node_unreachable"),
    }  # fmt: skip


def test_what_is_said_must_exist_in_every_language() -> None:
    spoken = Node("greet", NodeKind.PLAY, say=("pmt_zh", "unheard_of", "pmt_gone"), next="sales")
    found = lint_flow(flow(spoken, SALES), SPOKEN)
    assert found == [
        FlowFinding(
            "nodes.greet.say.0",
            "prompt_language_missing",
            {"id": "pmt_zh", "language": "en-US"},
        ),
        FlowFinding("nodes.greet.say.1", "unknown_prompt", {"id": "unheard_of"}),
    ]
    silent = Node("greet", NodeKind.PLAY, next="sales")
    assert codes(silent, SALES) == {("nodes.greet.say", "required")}
