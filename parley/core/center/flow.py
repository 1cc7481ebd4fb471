"""Walk a caller through a flow: say, wait for keys, decide, queue, take a message, plan a callback.

A node that says something is entered, and goes on when its prompt has ended; a key cuts the prompt
short, and one pressed during a greeting is for the question that follows. The walk begins when the call arrives: what needs no ear, up to the queue and the first offer, does
not wait until the line is answered. Whatever happens, a caller is never left in silence: a flow that has
no way on hangs up, and one that was changed or removed under a caller leads to the queue of the entry
point.
"""

from __future__ import annotations

from collections.abc import Callable

from parley.core import commands as do
from parley.core import events as ev
from parley.core.center import flows, legs
from parley.core.center.classify import arrive
from parley.core.center.conditions import facts_of, holds
from parley.core.center.queueing import end, leave_message
from parley.core.center.state import Call, Interaction, Leg
from parley.core.center.turn import Turn
from parley.core.language.phone_number import domestic
from parley.core.model import LegRole, Node, NodeKind, Outcome, Part, Phase

MAX_STEPS = 50  # nodes entered without hearing from the caller
MAX_DIGITS = 32
OWN_NUMBER = "1"  # the key for it
LEAST_MESSAGE_S = 1.0  # what is shorter was a caller who hung up
HIDDEN = "•"


def prompts(*keys: str) -> tuple[Part, ...]:
    return tuple(Part("prompt", key) for key in keys)


def say(turn: Turn, call: Call, leg: Leg, parts: tuple[Part, ...]) -> None:
    """Let the leg hear these, instead of what it hears now."""
    playback_id = f"pb_{call.id.removeprefix('int_')}.{call.made}"
    turn.emit(
        ev.PromptStarted(
            at=turn.at, interaction_id=call.id, leg_id=leg.id, playback_id=playback_id, parts=parts
        )
    )
    turn.command(
        do.Play(
            lane=call.id, leg_id=leg.id, playback_id=playback_id, parts=parts,
            language=call.language,
        )
    )  # fmt: skip


def silence(turn: Turn, call: Call) -> None:
    """Cut short what is being said."""
    if call.playing is not None:
        leg_id, playback_id = call.playing
        turn.command(do.StopPlaying(lane=call.id, leg_id=leg_id, playback_id=playback_id))
        over = ev.PromptOver(
            at=turn.at, interaction_id=call.id, playback_id=playback_id, heard=False
        )
        turn.emit(over)


def begin(turn: Turn, call: Call, flow_id: str) -> None:
    """Start a flow for the caller, instead of the one that runs."""
    flow = flows.flow_of(turn.state, flow_id) or flows.flow_of(turn.state, flows.GREET)
    assert flow is not None
    silence(turn, call)
    turn.emit(
        ev.FlowEntered(
            at=turn.at, interaction_id=call.id, flow=flow.id, language=call.language
        )
    )  # fmt: skip
    enter(turn, call, flow.start)


def leave(turn: Turn, call: Call, reason: str) -> None:
    if call.flow is not None:
        silence(turn, call)
        turn.emit(ev.FlowLeft(at=turn.at, interaction_id=call.id, reason=reason))


def enter(turn: Turn, call: Call, node_id: str | None, *, hasty: bool = False) -> None:
    """Go on from here until the caller has to hear or do something; a hasty one skips what only tells, and
    has the answer to the next question already."""
    for _ in range(MAX_STEPS):
        assert call.flow is not None
        flow = flows.flow_of(turn.state, call.flow.flow)
        node = flow.nodes.get(node_id or "") if flow else None
        if node is None:
            return _no_way_on(turn, call, lost=node_id is not None)
        turn.emit(ev.NodeEntered(at=turn.at, interaction_id=call.id, node=node.id, kind=node.kind))
        if hasty and node.kind in _KEYED:
            return None
        skipped = hasty and node.kind is NodeKind.PLAY
        if not skipped and (_unheard(turn, call, node) or _speaks(turn, call, node)):
            return None
        if node.kind in _PASSING:
            node_id = _PASSING[node.kind](turn, call, node)
            continue
        return _settled(turn, call, node)
    return _no_way_on(turn, call, lost=True)


def _go_on(turn: Turn, call: Call, node: Node) -> None:
    """The node has nothing more to say."""
    if node.kind in _PASSING:
        return enter(turn, call, _PASSING[node.kind](turn, call, node))
    return _settled(turn, call, node)


def answered(turn: Turn, call: Call) -> None:
    """The caller can hear and be heard now: the node that waited for it goes on."""
    node = flows.node_of(turn.state, call.flow)
    if node is None:
        return _no_way_on(turn, call, lost=True)
    if _speaks(turn, call, node):
        return None
    return _go_on(turn, call, node)


def _unheard(turn: Turn, call: Call, node: Node) -> bool:
    """The node needs the caller's ear, and the line is not answered yet."""
    leg = call.customer()
    if leg is None or leg.up:
        return False
    return node.kind not in _DEAF or bool(_words(turn, call, node))


def _speaks(turn: Turn, call: Call, node: Node) -> bool:
    """Say what the node has to say; False if that is nothing."""
    leg = call.customer()
    parts = _words(turn, call, node)
    if not parts or leg is None:
        return False
    say(turn, call, leg, parts)
    return True


def _words(turn: Turn, call: Call, node: Node) -> tuple[Part, ...]:
    parts = tuple(_part(call, key) for key in node.say)
    if node.kind is NodeKind.QUEUE:
        return parts + _notice(turn, call, node)
    if node.kind is NodeKind.VOICEMAIL:
        return parts or prompts("leave_message")
    if node.kind is NodeKind.CALLBACK:
        if not call.number:
            return parts + prompts("callback_enter")
        number = (Part("digits", call.number),)
        return parts + prompts("callback_confirm_intro") + number + prompts("callback_confirm_keys")
    return parts


def _part(call: Call, key: str) -> Part:
    """A prompt, or `{name}`: a variable's digits."""
    if key.startswith("{") and key.endswith("}"):
        return Part("digits", call.variables.get(key[1:-1], ""))
    return Part("prompt", key)


def _notice(turn: Turn, call: Call, node: Node) -> tuple[Part, ...]:
    queue = turn.state.config.queues.get(_queue_id(turn, call, node))
    told = queue is not None and queue.record and turn.state.config.recording_notice
    return prompts("recording_notice") if told else ()


def _queue_id(turn: Turn, call: Call, node: Node) -> str:
    interaction = turn.state.interactions[call.id]
    entry = turn.state.config.entry_points.get(interaction.entry_point or "")
    if node.queue is not None or entry is None:
        return node.queue or ""
    return entry.by_language.get(interaction.language) or entry.queue


# --- news for the flow ------------------------------------------------------------------------------


def prompt_over(turn: Turn, call: Call) -> None:
    """The node said what it had to say."""
    node = flows.node_of(turn.state, call.flow)
    if node is None:
        return _no_way_on(turn, call, lost=True)
    if node.kind in _ASKING:
        return None  # the time for a key runs
    return _go_on(turn, call, node)


def key_pressed(turn: Turn, call: Call, key: str) -> None:
    node = flows.node_of(turn.state, call.flow)
    if node is not None and node.kind is NodeKind.PLAY and _asks_next(turn, call, node):
        silence(turn, call)
        enter(turn, call, node.next, hasty=True)
        node = flows.node_of(turn.state, call.flow)
    if node is None or node.kind not in _ASKING:
        return
    silence(turn, call)
    secret = node.kind is NodeKind.COLLECT and node.secret
    chosen = node.kind is NodeKind.MENU and key in node.keys
    turn.emit(
        ev.KeyPressed(
            at=turn.at, interaction_id=call.id, key=HIDDEN if secret and key != "#" else key,
            node=node.id, choice=chosen,
        )
    )  # fmt: skip
    if node.kind is NodeKind.MENU:
        _choose(turn, call, node, key)
    elif node.kind is NodeKind.COLLECT:
        _collect(turn, call, node)
    else:
        _type_number(turn, call, node)


def _asks_next(turn: Turn, call: Call, node: Node) -> bool:
    """Whether this way leads to keys, before a queue or anything else that must be heard."""
    assert call.flow is not None
    flow = flows.flow_of(turn.state, call.flow.flow)
    next_node: Node | None = node
    for _ in range(MAX_STEPS):
        if flow is None or next_node is None or next_node.kind in _KEYED:
            break
        if next_node.kind is NodeKind.CONDITION:
            next_id = _condition(turn, call, next_node)
        elif next_node.kind in _PASSING:
            next_id = next_node.next
        else:
            return False
        next_node = flow.nodes.get(next_id or "")
    return next_node is not None and next_node.kind in _KEYED


def keys_timer(turn: Turn, call: Call) -> None:
    """No key in time, or a prompt whose end was never told."""
    silent = call.playing is None
    silence(turn, call)
    if call.flow is None:
        return None
    if not silent:
        return prompt_over(turn, call)
    node = flows.node_of(turn.state, call.flow)
    if node is None:
        return _no_way_on(turn, call, lost=True)
    if node.kind is NodeKind.COLLECT and call.flow.digits and node.digits is None:
        return _collected(turn, call, node)
    if node.kind is NodeKind.CALLBACK and call.flow.digits:
        return _confirmed(turn, call, node)
    return _again(turn, call, node)


def message_recorded(turn: Turn, call: Call, recording_id: str, duration_s: float) -> None:
    """A spoken message is there: it becomes a ticket (A10)."""
    if call.message != recording_id:
        return
    turn.emit(
        ev.VoicemailRecorded(
            at=turn.at, interaction_id=call.id, recording_id=recording_id, duration_s=duration_s
        )
    )
    interaction = turn.state.interactions.get(call.id)
    if interaction is None:
        return
    leg, node = call.customer(), flows.node_of(turn.state, call.flow)
    queue = node.queue if node is not None else None
    if duration_s >= LEAST_MESSAGE_S:
        leave(turn, call, "message")
        if leg is not None:
            say(turn, call, leg, prompts("message_saved", "goodbye"))
        leave_message(
            turn, interaction, "", call.number or None, None, recording_id=recording_id, queue=queue
        )
    elif leg is None:
        end(turn, interaction, Outcome.ABANDONED)
    else:
        _again(turn, call, Node("", NodeKind.VOICEMAIL, repeats=0))


def spoken_timer(turn: Turn, interaction: Interaction) -> None:
    """The caller hung up while speaking and the recording never came."""
    call = turn.state.calls.get(interaction.id)
    if call is not None and call.message is not None:
        end(turn, interaction, Outcome.ABANDONED)


# --- what keys lead to ---------------------------------------------------------------------------------


def _choose(turn: Turn, call: Call, node: Node, key: str) -> None:
    if key not in node.keys:
        return _again(turn, call, node)
    if tag := node.tags.get(key):
        _tag(turn, call, (tag,))
    return enter(turn, call, node.keys[key])


def _collect(turn: Turn, call: Call, node: Node) -> None:
    assert call.flow is not None
    digits = call.flow.digits
    full = len(digits) >= (node.digits or MAX_DIGITS)
    if digits.endswith("#") or full:
        _collected(turn, call, node)


def _collected(turn: Turn, call: Call, node: Node) -> None:
    assert call.flow is not None
    digits = call.flow.digits.removesuffix("#")
    if not digits or (node.digits is not None and len(digits) < node.digits):
        return _again(turn, call, node)
    turn.emit(
        ev.DigitsCollected(
            at=turn.at, interaction_id=call.id, node=node.id, digits=digits,
            into=node.into or node.id,
        )
    )  # fmt: skip
    return enter(turn, call, node.next)


def _again(turn: Turn, call: Call, node: Node) -> None:
    """Ask once more, or take the other way after so many times."""
    assert call.flow is not None
    if node.kind in _ASKING and call.flow.tries < node.repeats:
        return _ask_again(turn, call, node)
    if node.otherwise is not None:
        return enter(turn, call, node.otherwise)
    if turn.state.interactions[call.id].phase is not Phase.FLOW:
        return leave(turn, call, "no_key")  # they keep waiting
    return hang_up(turn, call, solved=False)


def _ask_again(turn: Turn, call: Call, node: Node) -> None:
    assert call.flow is not None
    invalid = "number_invalid" if node.kind is NodeKind.CALLBACK else "invalid_key"
    wrong = invalid if call.flow.digits else "no_input"
    turn.emit(ev.NodeEntered(at=turn.at, interaction_id=call.id, node=node.id, kind=node.kind))
    leg = call.customer()
    if leg is not None:
        words = tuple(_part(call, key) for key in node.say) or _words(turn, call, node)
        say(turn, call, leg, prompts(wrong) + words)


def _type_number(turn: Turn, call: Call, node: Node) -> None:
    assert call.flow is not None
    if call.flow.digits.endswith("#") or len(call.flow.digits) >= MAX_DIGITS:
        _confirmed(turn, call, node)


def _confirmed(turn: Turn, call: Call, node: Node) -> None:
    """A lone 1 takes the number they call from; it may also begin another, so it counts after a pause."""
    assert call.flow is not None
    digits = call.flow.digits.removesuffix("#")
    if digits == OWN_NUMBER and call.number:
        return _wish(turn, call, node, call.number)
    number = domestic(digits, turn.state.config.country)
    return _again(turn, call, node) if number is None else _wish(turn, call, node, number)


def _wish(turn: Turn, call: Call, node: Node, number: str) -> None:
    leg = call.customer()
    queue_id = _queue_id(turn, call, node)
    turn.emit(ev.FlowLeft(at=turn.at, interaction_id=call.id, reason="callback"))
    plan_callback(turn, call, number, None, queue_id)
    if leg is not None:
        say(turn, call, leg, prompts("callback_saved", "goodbye"))


def plan_callback(
    turn: Turn, call: Call, number: str, at_time: float | None, queue_id: str | None = None
) -> None:
    """They keep their place (or wait for the time) and are called when it comes (X8, K1)."""
    interaction = turn.state.interactions[call.id]
    turn.emit(
        ev.CallbackPlanned(at=turn.at, interaction_id=call.id, number=number, at_time=at_time)
    )
    if at_time is None and interaction.phase in (Phase.FLOW, Phase.AWAY):
        entry = turn.state.config.entry_points.get(interaction.entry_point or "")
        arrive(turn, interaction, queue_id or (entry.queue if entry else ""))


# --- nodes ------------------------------------------------------------------------------------------------


def _play(turn: Turn, call: Call, node: Node) -> str | None:
    return node.next


def _condition(turn: Turn, call: Call, node: Node) -> str | None:
    interaction = turn.state.interactions[call.id]
    facts = facts_of(interaction, turn.at, turn.state.config.zone)
    return (node.yes if holds(node.when, facts) else node.no) or node.next


def _set(turn: Turn, call: Call, node: Node) -> str | None:
    if node.values:
        turn.emit(ev.VariablesSet(at=turn.at, interaction_id=call.id, values=node.values))
    if node.add_tags:
        _tag(turn, call, node.add_tags)
    return node.next


def _tag(turn: Turn, call: Call, tags: tuple[str, ...]) -> None:
    old = turn.state.interactions[call.id].tags
    new = (*old, *(tag for tag in tags if tag not in old))
    if new != old:
        turn.emit(ev.FactsChanged(at=turn.at, interaction_id=call.id, tags=new))


def _settled(turn: Turn, call: Call, node: Node) -> None:
    """A node that speaks no more and leads nowhere by itself."""
    match node.kind:
        case NodeKind.MENU | NodeKind.COLLECT | NodeKind.CALLBACK:
            _again(turn, call, node)  # nothing to say: wait as if it had been said
        case NodeKind.QUEUE:
            _to_queue(turn, call, node)
        case NodeKind.VOICEMAIL:
            _record(turn, call, node)
        case NodeKind.TRANSFER:
            _link(turn, call, node)
        case _:
            hang_up(turn, call)


def _to_queue(turn: Turn, call: Call, node: Node) -> None:
    interaction = turn.state.interactions[call.id]
    turn.emit(ev.FlowLeft(at=turn.at, interaction_id=call.id, reason="queued"))
    arrive(turn, interaction, _queue_id(turn, call, node))
    if interaction.phase is Phase.AWAY and node.otherwise is not None:
        turn.emit(
            ev.FlowEntered(
                at=turn.at, interaction_id=call.id, flow=_flow_with(turn, call, node),
                language=call.language,
            )
        )  # fmt: skip
        enter(turn, call, node.otherwise)


def _flow_with(turn: Turn, call: Call, node: Node) -> str:
    """The flow that a queue node stands in, after it was left."""
    entry = turn.state.config.entry_points.get(turn.state.interactions[call.id].entry_point or "")
    return (entry.flow if entry else None) or flows.GREET


def _record(turn: Turn, call: Call, node: Node) -> None:
    leg = call.customer()
    if leg is None or call.message is not None:
        return
    recording_id = f"rec_{call.id.removeprefix('int_')}.{call.made}"
    turn.emit(
        ev.MessageRecordingStarted(at=turn.at, interaction_id=call.id, recording_id=recording_id)
    )
    turn.command(
        do.RecordMessage(
            lane=call.id, leg_id=leg.id, interaction_id=call.id, recording_id=recording_id,
            max_s=node.max_s,
        )
    )  # fmt: skip


def _link(turn: Turn, call: Call, node: Node) -> None:
    if call.linked is not None:
        return  # after an absence: it rings
    leg_id = legs.dial_number(turn, call, node.number or "", LegRole.PARTY)
    turn.emit(ev.PartyLinked(at=turn.at, interaction_id=call.id, leg_id=leg_id, by="flow"))


def transfer_answered(turn: Turn, call: Call, interaction: Interaction) -> None:
    """The outside party is there: they talk on without us."""
    served = interaction.connected_at is not None  # an agent passed them on
    leave(turn, call, "transferred")
    end(turn, interaction, Outcome.SERVED if served else Outcome.SELF_SERVED)


def transfer_failed(turn: Turn, call: Call, interaction: Interaction) -> None:
    """The outside party is busy or does not answer: the other way, or an apology and the queue."""
    node = flows.node_of(turn.state, call.flow)
    if node is not None and node.otherwise is not None:
        return enter(turn, call, node.otherwise)
    leave(turn, call, "transfer_failed")
    entry = turn.state.config.entry_points.get(interaction.entry_point or "")
    arrive(turn, interaction, entry.queue if entry else "")
    return apologise(turn, call, interaction)


def apologise(turn: Turn, call: Call, interaction: Interaction) -> None:
    """To who waits again; who cannot is told so anyway, and asked for a message."""
    customer = call.customer()
    if customer is not None and interaction.phase is Phase.QUEUED:
        say(turn, call, customer, prompts("transfer_failed"))


def hang_up(turn: Turn, call: Call, *, solved: bool = True) -> None:
    """The flow is done with the caller; not `solved`: they said nothing, or nobody was reached."""
    interaction = turn.state.interactions[call.id]
    leave(turn, call, "done")
    if interaction.phase is Phase.FLOW and solved and not call.unlinked:
        end(turn, interaction, Outcome.SELF_SERVED)
    elif interaction.phase in (Phase.FLOW, Phase.AWAY):
        end(turn, interaction, Outcome.ABANDONED)


def _no_way_on(turn: Turn, call: Call, *, lost: bool) -> None:
    """`lost`: through no fault of the caller's; they are queued as if there were no flow."""
    interaction = turn.state.interactions[call.id]
    if not lost or interaction.phase is not Phase.FLOW:
        return hang_up(turn, call)
    turn.emit(ev.FlowLeft(at=turn.at, interaction_id=call.id, reason="lost"))
    entry = turn.state.config.entry_points.get(interaction.entry_point or "")
    return arrive(turn, interaction, entry.queue if entry else "")


_KEYED = (NodeKind.MENU, NodeKind.COLLECT)  # may be answered unheard
_ASKING = (*_KEYED, NodeKind.CALLBACK)
_PASSING: dict[NodeKind, Callable[[Turn, Call, Node], str | None]] = {
    NodeKind.PLAY: _play,
    NodeKind.CONDITION: _condition,
    NodeKind.SET: _set,
}
_DEAF = (NodeKind.CONDITION, NodeKind.SET, NodeKind.QUEUE)  # need nobody who listens
