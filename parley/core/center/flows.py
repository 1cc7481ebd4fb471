"""Flows that everybody has, and how one is found: what a call without a flow of its own hears."""

from __future__ import annotations

from parley.core.center.state import FlowRun, State
from parley.core.model import Flow, Node, NodeKind

GREET = "system:greet"
VOICEMAIL = "system:voicemail"
CALLBACK = "system:callback"
AWAY = "system:away:"


def _then_voicemail(id: str, prompt: str) -> Flow:
    say = Node("say", NodeKind.PLAY, (prompt,), next="message")
    return Flow(id, id, "say", {"say": say, "message": Node("message", NodeKind.VOICEMAIL)})


_SYSTEM = {
    flow.id: flow
    for flow in (
        Flow(GREET, GREET, "queue", {"queue": Node("queue", NodeKind.QUEUE, ("welcome",))}),
        Flow(VOICEMAIL, VOICEMAIL, "message", {"message": Node("message", NodeKind.VOICEMAIL)}),
        Flow(CALLBACK, CALLBACK, "confirm", {"confirm": Node("confirm", NodeKind.CALLBACK)}),
        _then_voicemail(AWAY + "closed", "closed_hours"),
        _then_voicemail(AWAY + "full", "queue_full"),
        _then_voicemail(AWAY + "too_long", "waited_too_long"),
    )
}


def flow_of(state: State, flow_id: str) -> Flow | None:
    return _SYSTEM.get(flow_id) or state.config.flows.get(flow_id)


def node_of(state: State, run: FlowRun | None) -> Node | None:
    """Where the caller is; None if the flow or the node was removed meanwhile."""
    flow = flow_of(state, run.flow) if run else None
    return flow.nodes.get(run.node) if flow and run else None


def away_flow(reason: str | None) -> str:
    """For a caller whom nobody can serve now."""
    flow_id = f"{AWAY}{reason}"
    return flow_id if flow_id in _SYSTEM else AWAY + "too_long"
