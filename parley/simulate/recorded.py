"""A day that was: read from the journal, ready to be lived again under other rules.

What customers and agents brought is kept (who came when and asked for what, how long they would
wait, how agents answered offers, how long the work took, who was there); what the center decided is
not, since deciding again is the point.

Patience is known of those who left. Whoever was answered would have waited longer than they had to,
by an exponential time: its mean is all time waited over the number who left, the maximum-likelihood
estimate from censored data (Brown et al. 2005, Statistical analysis of a telephone call center, 5.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parley.core import events as ev
from parley.core.insight.board import Tally, contribution
from parley.core.insight.facts import Facts, InteractionFact
from parley.core.model import (
    CenterConfig,
    Channel,
    CustomerRef,
    Outcome,
    Page,
    PresenceStatus,
)

LOOK_BACK_S = 86_400.0  # who was there when the day began
LOOK_AHEAD_S = 6 * 3600.0  # how long a conversation of the day may take to its end
LEAD_S = 2 * 3600.0  # lived before the day begins, so that it begins as it did
ENOUGH_LEFT = 10  # customers who left: from here on a queue has a patience of its own

ACCEPTED, DECLINED, NO_ANSWER = "accepted", "declined", "no_answer"
MADE_BY_CENTER = ("signed_in", "connection_lost", NO_ANSWER)  # reasons: it makes them again


@dataclass(frozen=True, slots=True)
class Answer:
    """What an agent did with an offer, and when. After a missed one they are away for `pause_s`."""

    kind: str
    after_s: float
    pause_s: float | None = None  # None: nothing more was heard of them


@dataclass(slots=True)
class Leg:
    """One wait and the work after it. An interaction that is passed on has several."""

    queue: str
    waited_s: float = 0.0
    handle_s: float | None = None  # None: nobody was connected
    left: bool = False  # the customer gave up
    to_queue: str | None = None  # passed on there, or …
    to_agent: str | None = None  # … to this agent


@dataclass(frozen=True, slots=True)
class Learned:
    """What became known of an interaction `after_s` seconds after it came."""

    after_s: float
    known: dict[str, str] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """An interaction as its customer and the agents brought it."""

    id: str
    at: float
    channel: Channel
    entry_point: str | None
    customer: CustomerRef
    language: str
    topic: str | None
    page: Page
    legs: tuple[Leg, ...]
    answers: tuple[Answer, ...]
    learned: tuple[Learned, ...]
    outcome: Outcome | None  # None: not over when the record ends


@dataclass(frozen=True, slots=True)
class Change:
    """An agent came, went, or changed their presence."""

    at: float
    agent_id: str
    online: bool | None = None
    status: PresenceStatus | None = None
    reason: str | None = None
    made: bool = False  # by the center, which makes it again


@dataclass(frozen=True, slots=True)
class RecordedDay:
    start_s: float  # unix seconds
    end_s: float
    until_s: float  # the last thing known
    contacts: tuple[Contact, ...]  # of the day and the lead before it, by time of arrival
    changes: tuple[Change, ...]
    patience_s: dict[str, float]  # queue -> mean; nobody ever left: no entry
    any_patience_s: float | None  # over all queues
    measured: Tally

    @property
    def interactions(self) -> int:
        return sum(contact.at >= self.start_s for contact in self.contacts)


def day_of_journal(
    events: Iterable[ev.Event], config: CenterConfig, day_start: float, day_end: float
) -> RecordedDay | None:
    """The day between two instants out of the events around it (LOOK_BACK_S before, LOOK_AHEAD_S
    after); None if nobody came."""
    recording = Recording(config, day_start, day_end)
    for event in events:
        recording.add(event)
    return recording.day()


@dataclass(slots=True)
class _Draft:
    """An interaction while its events are read."""

    arrived: ev.Arrived
    customer: CustomerRef
    legs: list[Leg] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    waits_since: float | None = None
    works_since: float | None = None
    offered_at: float = 0.0
    outcome: Outcome | None = None


class Recording:
    """Reads events one after the other, so that a long day need not be held in memory."""

    KINDS: tuple[type[ev.Event], ...] = (
        ev.Arrived, ev.Classified, ev.FactsChanged, ev.Queued, ev.WentAway, ev.Offered,
        ev.OfferEnded, ev.Connected, ev.Released, ev.WrapUpStarted,
        ev.WrapUpEnded, ev.Ended, ev.CustomerRecognised, ev.PresenceChanged, ev.ScreenConnected,
        ev.ScreenLost,
    )  # fmt: skip
    """All that it wants to hear of."""

    def __init__(self, config: CenterConfig, day_start: float, day_end: float) -> None:
        self._config = config
        self._start, self._end = day_start, day_end
        self._until = day_start
        self._drafts: dict[str, _Draft] = {}
        self._facts = Facts()
        self._seen: dict[str, InteractionFact] = {}
        self._changes: list[Change] = []
        self._known: set[str] = set()  # agents of whom anything was heard
        self._missed: dict[str, tuple[_Draft, int, float]] = {}  # agent -> which answer, when

    @property
    def contacts(self) -> int:
        """How many were met so far."""
        return len(self._drafts)

    def add(self, event: ev.Event) -> None:
        self._until = max(self._until, event.at)
        fact = self._facts.apply(event)
        if fact is not None:
            self._seen[fact.id] = fact
        if isinstance(event, ev.PresenceChanged | ev.ScreenConnected | ev.ScreenLost):
            self._presence(event)
        elif isinstance(event, ev.Arrived):
            if event.at < self._end:
                draft = _Draft(event, event.customer, waits_since=event.at)
                self._drafts[event.interaction_id] = draft
        elif (d := self._drafts.get(getattr(event, "interaction_id", ""))) is not None:
            self._about(d, event)

    def day(self) -> RecordedDay | None:
        contacts = [self._contact(d) for d in self._drafts.values()]
        lived = [c for c in contacts if c is not None]
        lived.sort(key=lambda c: (c.at, c.id))
        if not any(c.at >= self._start for c in lived):
            return None
        patience_s, overall = _patience(lived)
        return RecordedDay(
            self._start, self._end, self._until, tuple(lived), self._since_lead(),
            patience_s, overall, self._measured(),
        )  # fmt: skip

    # --- interactions --------------------------------------------------------------------------

    def _about(self, d: _Draft, event: ev.Event) -> None:
        match event:
            case ev.Queued():
                self._queued(d, event)
            case ev.WentAway():
                self._went_away(d, event)
            case ev.Offered():
                d.offered_at = event.at
                self._first_heard(event.agent_id, ready=True)
            case ev.OfferEnded():
                self._offer_ended(d, event)
            case ev.Connected():
                self._connected(d, event)
            case ev.Released():
                _released(d, event)
            case ev.WrapUpStarted() if not event.blocking:
                _stop_working(d, event.at)
            case ev.Ended():
                _ended(d, event)
            case _:
                _known(d, event)

    def _queued(self, d: _Draft, event: ev.Queued) -> None:
        if not d.legs:
            d.legs.append(Leg(event.queue))
        if d.waits_since is None:
            d.waits_since = event.at

    def _went_away(self, d: _Draft, event: ev.WentAway) -> None:
        if event.reason == "by_choice":  # a form: nobody waited
            del self._drafts[event.interaction_id]
            return
        if not d.legs:
            d.legs.append(Leg(event.queue))
        _stop_waiting(d, event.at)

    def _offer_ended(self, d: _Draft, event: ev.OfferEnded) -> None:
        if event.reason not in (DECLINED, NO_ANSWER):
            return
        d.answers.append(Answer(event.reason, event.at - d.offered_at))
        if event.reason == NO_ANSWER:
            self._missed[event.agent_id] = (d, len(d.answers) - 1, event.at)

    def _connected(self, d: _Draft, event: ev.Connected) -> None:
        self._first_heard(event.agent_id, ready=True)
        if event.how == "offer":
            d.answers.append(Answer(ACCEPTED, event.at - d.offered_at))
        _stop_waiting(d, event.at)
        if d.works_since is None:
            d.works_since = event.at

    def _contact(self, d: _Draft) -> Contact | None:
        """What of an interaction is lived again; None if it was over before the lead."""
        began, a = self._start - LEAD_S, d.arrived
        if d.outcome is None:
            _stop_waiting(d, self._until)
            _stop_working(d, self._until)
        if not d.legs:
            return None
        shift = max(0.0, began - a.at)
        legs = _cut(d.legs, shift)
        if not legs:
            return None
        return Contact(
            a.interaction_id, a.at + shift, a.channel, a.entry_point, d.customer, a.language,
            a.topic, a.page, legs, tuple(d.answers), tuple(d.learned), d.outcome,
        )  # fmt: skip

    # --- agents --------------------------------------------------------------------------------

    def _presence(self, event: ev.PresenceChanged | ev.ScreenConnected | ev.ScreenLost) -> None:
        if not isinstance(event, ev.ScreenConnected):
            self._first_heard(event.agent_id, ready=False)
        self._known.add(event.agent_id)
        if not isinstance(event, ev.PresenceChanged):
            online = isinstance(event, ev.ScreenConnected)
            self._changes.append(Change(event.at, event.agent_id, online=online))
            return
        made = event.reason in MADE_BY_CENTER and event.by == "system"
        if not made and event.agent_id in self._missed:
            made = self._back(event)
        self._changes.append(
            Change(event.at, event.agent_id, status=event.status, reason=event.reason, made=made)
        )

    def _back(self, event: ev.PresenceChanged) -> bool:
        """The pause after a missed offer is over; True if the replay brings them back by itself."""
        draft, place, at = self._missed.pop(event.agent_id)
        missed = draft.answers[place]
        draft.answers[place] = Answer(missed.kind, missed.after_s, event.at - at)
        return event.status is PresenceStatus.READY and at > self._start - LEAD_S

    def _first_heard(self, agent_id: str, *, ready: bool) -> None:
        """Somebody who acts without having come was there before the record begins."""
        if agent_id in self._known:
            return
        self._known.add(agent_id)
        at = self._start - LOOK_BACK_S
        self._changes.append(Change(at, agent_id, online=True))
        if ready:
            self._changes.append(Change(at, agent_id, status=PresenceStatus.READY))

    def _since_lead(self) -> tuple[Change, ...]:
        """The changes from the lead on, after what each agent was when it began."""
        began = self._start - LEAD_S
        before: dict[tuple[str, bool], Change] = {}
        later = [c for c in self._changes if c.at > began and not c.made]
        for change in sorted((c for c in self._changes if c.at <= began), key=lambda c: c.at):
            before[change.agent_id, change.status is None] = change
        first = sorted(before.values(), key=lambda c: (c.status is not None, c.at))
        moved = [Change(began, c.agent_id, c.online, c.status, c.reason) for c in first]
        return (*moved, *sorted(later, key=lambda c: c.at))

    def _measured(self) -> Tally:
        queues, total = self._config.queues, Tally()
        for fact in self._seen.values():
            if fact.queued_at is not None and self._start <= fact.queued_at < self._end:
                total.add(contribution(fact, queues.get(fact.queue or "")))
        return total


def _stop_waiting(d: _Draft, at: float) -> None:
    if d.waits_since is not None and d.legs:
        d.legs[-1].waited_s += at - d.waits_since
    d.waits_since = None


def _stop_working(d: _Draft, at: float) -> None:
    if d.works_since is not None and d.legs:
        d.legs[-1].handle_s = (d.legs[-1].handle_s or 0.0) + at - d.works_since
    d.works_since = None


def _ended(d: _Draft, event: ev.Ended) -> None:
    waiting = d.waits_since is not None
    _stop_waiting(d, event.at)
    _stop_working(d, event.at)
    d.outcome = event.outcome
    if waiting and d.legs:
        d.legs[-1].left = True


def _released(d: _Draft, event: ev.Released) -> None:
    _stop_working(d, event.at)
    if event.reason == "transfer" and d.legs:
        d.legs[-1].to_queue, d.legs[-1].to_agent = event.to_queue, event.to_agent
        d.legs.append(Leg(event.to_queue or d.legs[-1].queue))
        d.waits_since = event.at


def _known(d: _Draft, event: ev.Event) -> None:
    """What became known of the customer and the matter."""
    match event:
        case ev.CustomerRecognised() if not d.answers:
            d.customer = event.customer
        case ev.Classified():
            d.tags = event.tags
        case ev.FactsChanged():
            _learned(d, event)
        case _:
            pass


def _learned(d: _Draft, event: ev.FactsChanged) -> None:
    added = tuple(tag for tag in event.tags if tag not in d.tags)
    removed = tuple(tag for tag in d.tags if tag not in event.tags)
    d.learned.append(Learned(event.at - d.arrived.at, dict(event.known), added, removed))
    d.tags = event.tags


def _cut(legs: Sequence[Leg], shift: float) -> tuple[Leg, ...]:
    """The legs without their first `shift` seconds."""
    kept: list[Leg] = []
    for leg in legs:
        waited = max(0.0, leg.waited_s - shift)
        shift = max(0.0, shift - leg.waited_s)
        handled = leg.handle_s
        if handled is not None:
            handled, shift = max(0.0, handled - shift), max(0.0, shift - handled)
        if waited > 0 or handled or shift == 0:
            kept.append(Leg(leg.queue, waited, handled, leg.left, leg.to_queue, leg.to_agent))
    return tuple(kept)


def _patience(contacts: Sequence[Contact]) -> tuple[dict[str, float], float | None]:
    """Mean patience by queue and over all: time waited for each customer who left."""
    waited: dict[str, float] = {}
    left: dict[str, int] = {}
    for contact in contacts:
        for leg in contact.legs if contact.channel is not Channel.TASK else ():
            waited[leg.queue] = waited.get(leg.queue, 0.0) + leg.waited_s
            left[leg.queue] = left.get(leg.queue, 0) + leg.left
    own = {q: waited[q] / n for q, n in left.items() if n >= ENOUGH_LEFT}
    total = sum(left.values())
    return own, sum(waited.values()) / total if total else None
