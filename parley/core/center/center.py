"""The live center as one sans-I/O state machine.

`receive` an input: get the events that are now true and the commands to carry out.
`evolve` applies one event; replaying stored events rebuilds the state. One engine owns one Center:
nothing to lock. Matching follows every input, so nobody waits while somebody free could serve them.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center import (
    announce,
    assignment,
    call,
    classify,
    configure,
    consent,
    consult,
    conversation,
    flow,
    presence,
    talking,
    term,
    wrapup,
)
from parley.core.center.change import TASK, WAITING, Touched, timer_name
from parley.core.center.evolve import evolve
from parley.core.center.queueing import (
    abandon,
    closing_timer,
    end,
    leave_message,
    stage_timer,
    withdraw,
)
from parley.core.center.routing import Router, positions
from parley.core.center.settle import settle
from parley.core.center.state import Interaction, State, Timer
from parley.core.center.turn import Refusal, Step, Turn
from parley.core.center.wrapup import close, end_wrap_up
from parley.core.model import EndedBy, Outcome, Phase

__all__ = ["Center", "Refusal", "Step"]

STALE_TIMERS = 1024  # the timer heap may hold twice the live timers plus so many before a rebuild


class Center:
    def __init__(self, state: State | None = None, *, receipts: bool = True) -> None:
        """A center over `state` (which it then owns); indexes are rebuilt from it. Without receipts
        it decides the same and does not say why."""
        self.state = state or State()
        self._receipts = receipts
        self._touched = Touched()
        self._due: list[tuple[float, str]] = []
        self.router = Router(self.state, receipts=receipts)
        self._rebuild_timers()

    def receive(self, input: got.Input) -> Step:
        """Decide on one input. Late or repeated news gives no events; a request that cannot be done
        now is refused with a code."""
        turn = Turn(self.state, input.at, evolve, self._touched, self)
        _DECIDE[type(input)](turn, input)
        if self.state.calls or self.state.asks:
            consent.settle_consent(turn)
        self._match(turn)
        if self.state.calls:
            settle(turn)
            self._refresh()
        return Step(turn.events, turn.commands, turn.refusal)

    def evolve(self, event: ev.Event) -> None:
        """Apply one stored event (replay)."""
        evolve(self.state, event, self._touched)
        self._refresh()

    def next_due(self) -> float | None:
        """When the earliest timer is due, unix seconds."""
        while self._due:
            due, name = self._due[0]
            if self.state.timers.get(name) == due:
                return due
            heappop(self._due)
        return None

    def due(self, now: float) -> list[got.TimerFired]:
        """Timers due at `now`, earliest first, to be received one after the other."""
        fired = []
        while (due := self.next_due()) is not None and due <= now:
            _, name = heappop(self._due)
            kind, _, key = name.partition(" ")
            fired.append(got.TimerFired(at=now, kind=kind, key=key))
        return fired

    # --- what a turn asks --------------------------------------------------------------------------

    def waiting_in(self, queue: str) -> int:
        self._refresh()
        return len(self.router.waiting.get(queue, ()))

    def kept_for(self, agent_id: str) -> list[str]:
        self._refresh()
        return list(self.router.held.get(agent_id, ()))

    def place_of(self, interaction_id: str) -> int | None:
        self._refresh()
        interaction = self.state.interactions[interaction_id]
        return positions(self.state, self.router, interaction.queue or "").get(interaction_id)

    # --- inside ----------------------------------------------------------------------------------

    def _refresh(self) -> None:
        touched = self._touched
        if touched.timers:
            for name in touched.timers:
                due = self.state.timers.get(name)
                if due is not None:
                    heappush(self._due, (due, name))
            touched.timers.clear()
        if touched.config:
            self.router = Router(self.state, receipts=self._receipts)
            touched.clear()
        elif touched.interactions or touched.agents:
            self.router.refresh(touched.interactions, touched.agents)
            touched.interactions.clear()
            touched.agents.clear()

    def _match(self, turn: Turn) -> None:
        self._refresh()
        while (match := self.router.next_match()) is not None:
            assignment.offer(turn, match)
            self._refresh()
        if len(self._due) > 2 * len(self.state.timers) + STALE_TIMERS:
            self._rebuild_timers()

    def _rebuild_timers(self) -> None:
        self._due = [(due, name) for name, due in self.state.timers.items()]
        heapify(self._due)


# --- time and other single decisions ----------------------------------------------------------------


def _timer_fired(turn: Turn, news: got.TimerFired) -> None:
    """A timer that was cancelled or moved meanwhile changes nothing; one that is due is used up."""
    name = timer_name(news.kind, news.key)
    due = turn.state.timers.get(name)
    if due is None or due > turn.at:
        return
    if news.kind == Timer.SCREEN:
        presence.screen_timer(turn, news.key)
    elif news.kind == Timer.INVITE:
        consult.invite_timer(turn, news.key)
    elif news.kind == Timer.CLOSING:
        closing_timer(turn, news.key)
    elif news.kind == Timer.CONSENT:
        consent.consent_timer(turn, news.key)
    elif news.kind == Timer.KEYS:
        if (speaking := turn.state.calls.get(news.key)) is not None:
            flow.keys_timer(turn, speaking)
    else:
        interaction = turn.state.interactions.get(news.key.partition(" ")[0])
        handler = _TIMERS.get(news.kind)
        if interaction is not None and handler is not None:
            handler(turn, interaction)
    if turn.state.timers.get(name) == due:
        turn.emit(ev.TimerLapsed(at=turn.at, kind=news.kind, key=news.key))


def _idle_timer(turn: Turn, interaction: Interaction) -> None:
    if interaction.phase is Phase.CONNECTED:
        close(turn, interaction, EndedBy.INACTIVITY)


def _wrap_up_timer(turn: Turn, interaction: Interaction) -> None:
    if interaction.phase is Phase.WRAP_UP:
        end_wrap_up(turn, interaction, timed_out=True)


def _leave_timer(turn: Turn, interaction: Interaction) -> None:
    if interaction.phase is Phase.AWAY and interaction.id not in turn.state.calls:
        leave_message(turn, interaction, "", None, None)


def _gone_timer(turn: Turn, interaction: Interaction) -> None:
    if interaction.phase in (*WAITING, Phase.AWAY):
        abandon(turn, interaction)


def _task_arrived(turn: Turn, news: got.TaskArrived) -> None:
    """Idempotent: the outbox may deliver the same task again."""
    address = f"task:{news.ticket_id}"
    if news.interaction_id in turn.state.interactions or address in turn.state.by_address:
        return None
    turn.emit(
        ev.Arrived(
            at=turn.at, interaction_id=news.interaction_id, channel=TASK, entry_point=None,
            address=address, customer=news.customer, language=news.language,
            ticket_id=news.ticket_id, subject=news.subject,
        )
    )  # fmt: skip
    interaction = turn.state.interactions[news.interaction_id]
    if news.callback_at is None or news.callback_at <= turn.at:
        return classify.arrive(turn, interaction, news.queue)
    return turn.emit(
        ev.CallbackPlanned(
            at=turn.at, interaction_id=interaction.id, number=news.phone or "",
            at_time=news.callback_at, queue=news.queue,
        )
    )  # fmt: skip


def _callback_timer(turn: Turn, interaction: Interaction) -> None:
    """The time that was booked has come: an agent is looked for, who calls."""
    if interaction.channel is not TASK:
        return call.callback_timer(turn, interaction)
    if interaction.phase is Phase.SCHEDULED:
        classify.arrive(turn, interaction, interaction.queue or "")
    return None


def _end_requested(turn: Turn, news: got.EndRequested) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None:
        return
    if interaction.phase is Phase.CONNECTED:
        close(turn, interaction, news.by)
    elif interaction.phase is Phase.WRAP_UP:
        end_wrap_up(turn, interaction, timed_out=True)
    else:
        withdraw(turn, interaction)
        end(turn, interaction, Outcome.ABANDONED)


_TIMERS: dict[str, Callable[[Turn, Interaction], None]] = {
    Timer.RING: assignment.ring_timer,
    Timer.HOLD: assignment.hold_timer,
    Timer.WRAP_UP: _wrap_up_timer,
    Timer.REPLY: assignment.reply_timer,
    Timer.IDLE: _idle_timer,
    Timer.GONE: _gone_timer,
    Timer.WAIT: assignment.wait_timer,
    Timer.LEAVE: _leave_timer,
    Timer.STAGE: stage_timer,
    Timer.NOVICE: assignment.novice_timer,
    Timer.ANNOUNCE: announce.announce_timer,
    Timer.SPOKEN: flow.spoken_timer,
    Timer.REJOIN: call.rejoin_timer,
    Timer.CALLBACK: _callback_timer,
}

_DECIDE: dict[type[got.Input], Callable[[Turn, Any], None]] = {
    got.ConfigChanged: configure.config_changed,
    got.MessageReceived: conversation.message_received,
    got.PageVisited: conversation.page_visited,
    got.CustomerRead: conversation.customer_read,
    got.CustomerScreenChanged: conversation.customer_screen_changed,
    got.CustomerEnded: conversation.customer_ended,
    got.LeaveMessageRequested: conversation.leave_message_requested,
    got.CustomerIdentified: conversation.customer_identified,
    got.FactsLearned: classify.facts_learned,
    got.TaskArrived: _task_arrived,
    got.AgentScreenChanged: presence.screen_changed,
    got.PresenceSet: presence.presence_set,
    got.OfferAccepted: assignment.offer_accepted,
    got.OfferDeclined: assignment.offer_declined,
    got.MessageWritten: conversation.message_written,
    got.AgentRead: conversation.agent_read,
    got.ConversationClosed: wrapup.conversation_closed,
    got.ConversationResumed: wrapup.conversation_resumed,
    got.WrapUpSaved: wrapup.wrap_up_saved,
    got.TransferRequested: assignment.transfer_requested,
    got.JoinRequested: assignment.join_requested,
    got.Left: assignment.left,
    got.ConsentAnswered: consent.consent_answered,
    got.TakenOver: assignment.taken_over,
    got.Assigned: assignment.assigned,
    got.Pulled: assignment.pulled,
    got.PriorityChanged: assignment.priority_changed,
    got.DeliveryFailed: conversation.delivery_failed,
    got.TermBegan: term.term_began,
    got.TimerFired: _timer_fired,
    got.EndRequested: _end_requested,
    got.CallArrived: call.call_arrived,
    got.LegRang: call.leg_rang,
    got.LegAnswered: call.leg_answered,
    got.LegEnded: call.leg_ended,
    got.DigitPressed: call.digit_pressed,
    got.PromptEnded: call.prompt_ended,
    got.MessageRecorded: call.message_recorded,
    got.RecordingFailed: call.recording_failed,
    got.LegsFound: call.legs_found,
    got.PhoneChanged: call.phone_changed,
    got.CallbackRequested: call.callback_requested,
    got.CallbackBooked: call.callback_booked,
    got.CallbackCancelled: call.callback_cancelled,
    got.DialRequested: talking.dial_requested,
    got.HoldRequested: talking.hold_requested,
    got.MuteRequested: talking.mute_requested,
    got.DigitsSent: talking.digits_sent,
    got.RecordingSet: talking.recording_set,
    got.PartyInvited: talking.party_invited,
    got.PartyDropped: talking.party_dropped,
    got.ConsultMerged: talking.consult_merged,
}
