"""Apply what was said, and seen of it, to the state."""

from __future__ import annotations

from typing import TypeVar

from parley.core import events as ev
from parley.core.center.change import (
    Touched,
    after,
    clear_timers,
    client_key,
    queue_of,
    set_timer,
)
from parley.core.center.state import (
    MAX_REMEMBERED_MESSAGES,
    LastMessage,
    State,
    Timer,
)
from parley.core.insight.facts import SUBJECT_CHARS
from parley.core.model import Delivery, Phase, Sender, Visibility

_V = TypeVar("_V")
LEAVE_MESSAGE_S = 900.0  # silent so long after being asked to leave a message: it is kept as it is


def message(state: State, e: ev.MessageAdded, touched: Touched) -> None:
    i = state.interactions[e.interaction_id]
    i.message_count += 1
    _remember(i.client_ids, client_key(e.client_id, e.agent_id), e.message_id)
    _remember(i.ordinals, e.message_id, i.message_count)
    if e.visibility is Visibility.INTERNAL:
        return
    if e.sender is Sender.SYSTEM:
        return
    i.last_message = LastMessage(e.text, e.sender, e.at)
    queue = queue_of(state, i)
    if e.sender is Sender.CUSTOMER:
        i.unread += 1
        i.subject = i.subject or e.text[:SUBJECT_CHARS]
        if i.unanswered_since is None:
            i.unanswered_since = e.at
            if i.phase is Phase.CONNECTED:
                set_timer(state, touched, Timer.REPLY, i.id, after(e.at, queue.reply_timeout_s))
        clear_timers(state, i.id, Timer.IDLE)
        if i.phase is Phase.AWAY:
            set_timer(state, touched, Timer.LEAVE, i.id, e.at + LEAVE_MESSAGE_S)
    else:
        i.unread, i.unanswered_since = 0, None
        clear_timers(state, i.id, Timer.REPLY)
        if i.phase is Phase.CONNECTED:
            set_timer(state, touched, Timer.IDLE, i.id, after(e.at, queue.inactivity_s))


def delivery(state: State, e: ev.DeliveryChanged, touched: Touched) -> None:
    i = state.interactions.get(e.interaction_id)
    if i is None:
        return
    if e.delivery is Delivery.FAILED:
        _remember(i.undelivered, e.message_id, e.reason or "")
        return
    if e.side is Sender.CUSTOMER:
        i.agent_read_to, i.unread = e.message_id, 0
    else:
        i.customer_delivered_to = e.message_id
        if e.delivery is Delivery.READ:
            i.customer_read_to = e.message_id


def page(state: State, e: ev.PageChanged, touched: Touched) -> None:
    state.interactions[e.interaction_id].page = e.page


def _remember(known: dict[str, _V], key: str, value: _V) -> None:
    known[key] = value
    if len(known) > MAX_REMEMBERED_MESSAGES:
        del known[next(iter(known))]
