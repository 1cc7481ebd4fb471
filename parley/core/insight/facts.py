"""One row for each interaction, folded from events: what lists, boards and reports are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from parley.core import events as ev
from parley.core.model import Channel, Direction, Outcome, Phase, Recording, Sender, Visibility

PREVIEW_CHARS = 200
SUBJECT_CHARS = 120  # of the first words, where no subject was given


@dataclass(slots=True)
class InteractionFact:
    """Times are unix seconds; `None` is "not (yet)"."""

    id: str
    channel: Channel
    address: str
    entry_point: str | None
    customer_id: str
    customer_name: str
    language: str
    arrived_at: float
    phase: Phase = Phase.QUEUED
    topic: str | None = None
    subject: str = ""
    page_url: str = ""
    page_title: str = ""
    queue: str | None = None  # the last one it waited in
    queued_at: float | None = None  # when it first entered that queue
    priority: int = 0
    agent_id: str | None = None  # the last owner
    agents: list[str] = field(default_factory=list)  # all who owned it
    connected_at: float | None = None  # first time
    waited_s: float | None = None  # queued to first connected (or to its end, if never)
    first_reply_at: float | None = None
    conversation_ended_at: float | None = None
    ended_by: str | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None
    offers: int = 0
    transfers: int = 0
    messages_in: int = 0
    messages_out: int = 0
    last_message: str = ""
    last_message_at: float | None = None
    disposition: str | None = None
    wrap_up_note: str = ""
    resolved: bool | None = None
    ticket_id: str | None = None
    rating: int | None = None
    rating_comment: str = ""
    direction: Direction = Direction.IN
    number: str = ""  # of a call: the customer's, E.164
    dnis: str = ""
    trunk: str | None = None
    keys: str = ""  # pressed by choice
    held_s: float = 0.0
    held_at: float | None = None  # is held since
    recording_id: str | None = None


class Facts:
    """The facts of all live interactions; an ended one is handed out a last time and forgotten."""

    def __init__(self, rows: dict[str, InteractionFact] | None = None) -> None:
        self.rows = rows or {}

    def apply(self, event: ev.Event) -> InteractionFact | None:
        """Fold one event; the fact it changed, or None."""
        interaction_id = getattr(event, "interaction_id", None)
        if isinstance(event, ev.Arrived):
            self.rows[event.interaction_id] = _arrived(event)
            return self.rows[event.interaction_id]
        fact = self.rows.get(interaction_id or "")
        if fact is None:
            return None
        fold = _FOLD.get(type(event))
        if fold is None:
            return None
        fold(fact, event)
        if fact.phase is Phase.ENDED:
            del self.rows[fact.id]
        return fact


def _arrived(e: ev.Arrived) -> InteractionFact:
    return InteractionFact(
        id=e.interaction_id, channel=e.channel, address=e.address, entry_point=e.entry_point,
        customer_id=e.customer.id, customer_name=e.customer.name, language=e.language,
        arrived_at=e.at, phase=Phase.AWAY, topic=e.topic, subject=e.subject,
        page_url=e.page.url, page_title=e.page.title, ticket_id=e.ticket_id, direction=e.direction,
    )  # fmt: skip


def _queued(f: InteractionFact, e: ev.Queued) -> None:
    if f.queue != e.queue:
        f.queue, f.queued_at = e.queue, e.at
        f.waited_s = None
    f.phase, f.priority = Phase.QUEUED, e.priority


def _went_away(f: InteractionFact, e: ev.WentAway) -> None:
    f.phase = Phase.AWAY
    if f.queue is None:
        f.queue = e.queue


def _offered(f: InteractionFact, e: ev.Offered) -> None:
    f.phase = Phase.OFFERED
    f.offers += 1


def _offer_ended(f: InteractionFact, e: ev.OfferEnded) -> None:
    f.phase = Phase.QUEUED


def _connected(f: InteractionFact, e: ev.Connected) -> None:
    f.phase, f.agent_id = Phase.CONNECTED, e.agent_id
    f.queue = f.queue or e.queue or None
    if e.agent_id not in f.agents:
        f.agents = [*f.agents, e.agent_id]
    if f.connected_at is None:
        f.connected_at = e.at
    if f.waited_s is None:
        f.waited_s = max(0.0, e.at - (f.queued_at if f.queued_at is not None else e.at))


def _released(f: InteractionFact, e: ev.Released) -> None:
    _retrieved(f, e)
    f.transfers += e.reason == "transfer"
    f.phase = Phase.FLOW if e.reason == ev.PASSED_ON else f.phase


def _priority(f: InteractionFact, e: ev.PriorityRaised) -> None:
    f.priority = e.priority


def _conversation_ended(f: InteractionFact, e: ev.ConversationEnded) -> None:
    _retrieved(f, e)
    f.conversation_ended_at, f.ended_by = e.at, e.by


def _wrap_up_started(f: InteractionFact, e: ev.WrapUpStarted) -> None:
    f.phase = Phase.WRAP_UP


def _wrap_up_ended(f: InteractionFact, e: ev.WrapUpEnded) -> None:
    if e.timed_out and f.disposition is not None:
        return  # a second wrap-up, after the customer wrote again: what was said of the first stands
    f.disposition, f.wrap_up_note, f.resolved = e.disposition, e.note, e.resolved


def _message_left(f: InteractionFact, e: ev.MessageLeft) -> None:
    f.ticket_id = e.ticket_id


def _ended(f: InteractionFact, e: ev.Ended) -> None:
    f.phase, f.outcome, f.ended_at = Phase.ENDED, e.outcome, e.at
    if f.waited_s is None and f.queued_at is not None:
        f.waited_s = max(0.0, e.at - f.queued_at)


def _message(f: InteractionFact, e: ev.MessageAdded) -> None:
    if e.visibility is Visibility.INTERNAL or e.sender is Sender.SYSTEM:
        return
    if e.sender is Sender.CUSTOMER:
        f.messages_in += 1
        f.subject = f.subject or e.text[:SUBJECT_CHARS]
    else:
        f.messages_out += 1
        f.first_reply_at = f.first_reply_at or e.at
    f.last_message, f.last_message_at = e.text[:PREVIEW_CHARS], e.at


def _page(f: InteractionFact, e: ev.PageChanged) -> None:
    f.page_url, f.page_title = e.page.url, e.page.title


def _recognised(f: InteractionFact, e: ev.CustomerRecognised) -> None:
    f.customer_id, f.customer_name = e.customer.id, e.customer.name


def _call_opened(f: InteractionFact, e: ev.CallOpened) -> None:
    f.number, f.dnis, f.trunk = e.number, e.dnis, e.trunk
    f.phase = Phase.FLOW if e.direction is Direction.IN else f.phase


def _held(f: InteractionFact, e: ev.CustomerHeld) -> None:
    f.held_at = e.at


def _retrieved(f: InteractionFact, e: ev.Event) -> None:
    """Taken back, passed on, joined by others, or over."""
    if f.held_at is not None:
        f.held_s += e.at - f.held_at
        f.held_at = None


def _key(f: InteractionFact, e: ev.KeyPressed) -> None:
    if e.choice:
        f.keys += e.key


def _callback(f: InteractionFact, e: ev.CallbackPlanned) -> None:
    if e.at_time is not None:
        f.phase = Phase.SCHEDULED


def _recording(f: InteractionFact, e: ev.RecordingChanged) -> None:
    if e.state is Recording.ON:
        f.recording_id = e.recording_id


def _voicemail(f: InteractionFact, e: ev.VoicemailRecorded) -> None:
    f.recording_id = e.recording_id


def _rated(f: InteractionFact, e: ev.Rated) -> None:
    f.rating, f.rating_comment = e.score, e.comment


_FOLD: dict[type[ev.Event], Callable[[InteractionFact, Any], None]] = {
    ev.Queued: _queued,
    ev.WentAway: _went_away,
    ev.Offered: _offered,
    ev.OfferEnded: _offer_ended,
    ev.Connected: _connected,
    ev.Released: _released,
    ev.PriorityRaised: _priority,
    ev.ConversationEnded: _conversation_ended,
    ev.WrapUpStarted: _wrap_up_started,
    ev.WrapUpEnded: _wrap_up_ended,
    ev.MessageLeft: _message_left,
    ev.Ended: _ended,
    ev.MessageAdded: _message,
    ev.PageChanged: _page,
    ev.CustomerRecognised: _recognised,
    ev.Rated: _rated,
    ev.CallOpened: _call_opened,
    ev.CustomerHeld: _held,
    ev.CustomerRetrieved: _retrieved,
    ev.Merged: _retrieved,
    ev.KeyPressed: _key,
    ev.CallbackPlanned: _callback,
    ev.RecordingChanged: _recording,
    ev.VoicemailRecorded: _voicemail,
}
