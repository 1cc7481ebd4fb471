"""A recorded day lived again in virtual time, under the same or another policy.

The Center decides as it does live, on real inputs: a message for each arrival, the recorded answers
to offers, the end of each conversation after the recorded time of work, customers who leave when
their patience ends. Handle times hold wrap-up and silence already, so the copied queues have neither.

What the record does not know is drawn, for each interaction from its own seed: two policies on one
seed meet the same people, and their difference is the policies'. Figures are the board's own: facts
folded from the events, summed by `board.contribution`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from math import inf
from random import Random
from time import monotonic
from typing import Any

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.errors import Unavailable
from parley.core.insight.facts import Facts, InteractionFact
from parley.core.model import (
    CenterConfig,
    Channel,
    EntryPoint,
    Outcome,
    Policy,
    PresenceStatus,
    WrapUpMode,
)
from parley.simulate.outcome import Figures, Shift, figures_of
from parley.simulate.recorded import (
    ACCEPTED,
    DECLINED,
    LEAD_S,
    NO_ANSWER,
    Answer,
    Change,
    Contact,
    Learned,
    RecordedDay,
)

ANSWER_S, HANDLE_S = 5.0, 300.0  # where nobody answered or was served all day
BUSINESS_S = 0.001  # the least a conversation lasts
LOOKS_AT_CLOCK = 512  # steps between two looks


def replay(
    day: RecordedDay, config: CenterConfig, policy: Policy, seed: int, deadline: float = inf
) -> Figures:
    """The figures of the day under `policy`. Raises Unavailable(trial_too_long) after `deadline`
    (of time.monotonic)."""
    return _Replay(day, _stripped(day, config, policy), seed, deadline).run()


def _stripped(day: RecordedDay, config: CenterConfig, policy: Policy) -> CenterConfig:
    """The center without what the recorded times hold already; removed entry points are there again."""
    queues = {
        q.id: replace(q, wrap_up=WrapUpMode.NONE, inactivity_s=None, reply_timeout_s=None)
        for q in config.queues.values()
    }
    entry_points = {
        c.entry_point: EntryPoint(c.entry_point, c.channel, c.entry_point, c.legs[0].queue)
        for c in day.contacts
        if c.entry_point is not None
    }
    return replace(
        config, queues=queues, entry_points=entry_points | config.entry_points, policy=policy
    )


@dataclass(slots=True)
class _Life:
    """A contact while it is lived."""

    contact: Contact
    chance: Random
    leg: int = 0
    left_s: float = 0.0  # of this leg's work
    began: float = 0.0
    owner: str | None = None
    term: int = 0  # counts connections: an end that was planned for an earlier one is void
    wait: int = 0  # counts waits: the patience of an earlier one is void
    offers: int = 0


@dataclass(slots=True)
class _Pools:
    """What is drawn from where the record does not know."""

    handle_s: dict[str, list[float]] = field(default_factory=dict)  # by queue
    any_handle_s: list[float] = field(default_factory=list)
    answer_s: list[float] = field(default_factory=list)
    departures: list[Outcome] = field(default_factory=list)

    @classmethod
    def of(cls, day: RecordedDay) -> _Pools:
        pools = cls()
        for contact in day.contacts:
            for leg in contact.legs:
                if leg.handle_s:
                    pools.handle_s.setdefault(leg.queue, []).append(leg.handle_s)
                    pools.any_handle_s.append(leg.handle_s)
            pools.answer_s += [a.after_s for a in contact.answers if a.kind == ACCEPTED]
            if contact.legs[-1].left and contact.outcome is not None:
                pools.departures.append(contact.outcome)
        return pools


class _Replay:
    def __init__(self, day: RecordedDay, config: CenterConfig, seed: int, deadline: float) -> None:
        self._day, self._config, self._seed, self._deadline = day, config, seed, deadline
        self._center = Center()
        self._now = day.start_s - LEAD_S
        self._facts = Facts()
        self._seen: dict[str, InteractionFact] = {}
        self._lives: dict[str, _Life] = {}
        self._shifts = {a: Shift(day.start_s, day.end_s) for a in config.agents}
        self._pools = _Pools.of(day)
        self._agenda: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._n = 0

    def run(self) -> Figures:
        self._tell(got.ConfigChanged(at=self._now, config=self._config))
        for change in self._day.changes:
            self._later(change.at, self._change, change)
        for contact in self._day.contacts:
            self._later(contact.at, self._arrive, contact)
        self._play()
        for shift in self._shifts.values():
            shift.book(self._now)
        return figures_of(self._day, self._config, self._seen.values(), self._shifts)

    def _play(self) -> None:
        """What is due first happens first; a timer may plan what comes before the next plan."""
        steps = 0
        while (at := self._next()) <= self._day.until_s:
            due = self._center.next_due()
            self._now = at
            if due is not None and due <= at:
                for fired in self._center.due(due):
                    self._tell(fired)
            else:
                _, _, act, what = heappop(self._agenda)
                act(what)
            steps += 1
            if steps % LOOKS_AT_CLOCK == 0 and monotonic() > self._deadline:
                raise Unavailable("trial_too_long")
        self._now = self._day.until_s

    def _next(self) -> float:
        due = self._center.next_due()
        planned = self._agenda[0][0] if self._agenda else inf
        return planned if due is None else min(due, planned)

    def _later(self, at: float, act: Callable[[Any], None], what: object) -> None:
        self._n += 1
        heappush(self._agenda, (at, self._n, act, what))

    def _tell(self, news: got.Input) -> bool:
        """False if it was refused."""
        step = self._center.receive(news)
        for event in step.events:
            fact = self._facts.apply(event)
            if fact is not None:
                self._seen[fact.id] = fact
        for event in step.events:
            react = _REACTIONS.get(type(event))
            if react is not None:
                react(self, event)
        return step.refusal is None

    # --- customers -----------------------------------------------------------------------------

    def _arrive(self, c: Contact) -> None:
        chance = Random(f"{self._seed} {c.id}")  # noqa: S311 - a simulation, no secret
        life = self._lives[c.id] = _Life(c, chance)
        life.left_s = self._work_s(life)
        for learned in c.learned:
            self._later(c.at + learned.after_s, self._learned, (c.id, learned))
        self._wait(life)
        self._tell(self._news(c))

    def _news(self, c: Contact) -> got.Input:
        if c.entry_point is None or c.channel is Channel.TASK:
            return got.TaskArrived(
                at=self._now, interaction_id=c.id, queue=c.legs[0].queue, customer=c.customer,
                ticket_id=c.id, subject="", language=c.language,
            )  # fmt: skip
        return got.MessageReceived(
            at=self._now, entry_point=c.entry_point, address=c.id, message_id=c.id, client_id=c.id,
            interaction_id=c.id, text="", customer=c.customer, language=c.language, topic=c.topic,
            page=c.page,
        )  # fmt: skip

    def _learned(self, what: tuple[str, Learned]) -> None:
        contact_id, learned = what
        if contact_id in self._lives:
            self._tell(
                got.FactsLearned(
                    at=self._now, interaction_id=contact_id, known=learned.known,
                    add_tags=learned.add_tags, remove_tags=learned.remove_tags,
                )
            )  # fmt: skip

    def _work_s(self, life: _Life) -> float:
        """As recorded; for those nobody served, somebody else's of the same queue."""
        leg = life.contact.legs[life.leg]
        drawn = life.chance.random()  # always: later draws do not depend on the record
        if leg.handle_s is not None:
            return max(BUSINESS_S, leg.handle_s)
        pool = self._pools.handle_s.get(leg.queue) or self._pools.any_handle_s
        return pool[int(drawn * len(pool))] if pool else HANDLE_S

    def _wait(self, life: _Life) -> None:
        """Plan when the customer would give up this wait: as recorded, or beyond what they waited."""
        leg = life.contact.legs[life.leg]
        life.wait += 1
        longer = life.chance.expovariate(1.0)
        if leg.left and leg.handle_s is None:
            stays = leg.waited_s
        else:
            mean = self._day.patience_s.get(leg.queue, self._day.any_patience_s)
            if mean is None or life.contact.channel is Channel.TASK:
                return
            stays = leg.waited_s + longer * mean
        self._later(self._now + stays, self._leave, (life, life.wait))

    def _leave(self, what: tuple[_Life, int]) -> None:
        life, wait = what
        c = life.contact
        if c.id not in self._lives or life.owner is not None or life.wait != wait:
            return
        how = c.outcome if c.legs[life.leg].left else None
        if how is None:
            drawn, pool = life.chance.random(), self._pools.departures
            how = pool[int(drawn * len(pool))] if pool else Outcome.ABANDONED
        self._go(c, how)

    def _go(self, c: Contact, how: Outcome) -> None:
        if c.channel is Channel.TASK or c.entry_point is None:
            self._tell(got.EndRequested(at=self._now, interaction_id=c.id))
        elif how in (Outcome.MESSAGE_LEFT, Outcome.CALLBACK_BOOKED):
            phone = "-" if how is Outcome.CALLBACK_BOOKED else None
            self._tell(
                got.LeaveMessageRequested(
                    at=self._now, entry_point=c.entry_point, address=c.id, interaction_id=c.id,
                    message_id=c.id, client_id=c.id, customer=c.customer, text="", phone=phone,
                )
            )  # fmt: skip
        else:
            self._tell(got.CustomerEnded(at=self._now, address=c.id))

    # --- what the center says ------------------------------------------------------------------

    def _offered(self, event: ev.Offered) -> None:
        life = self._lives[event.interaction_id]
        answer = self._answer(life)
        life.offers += 1
        if answer.kind != NO_ANSWER:
            rings_s = max(0.0, event.ring_until - self._now - BUSINESS_S)
            self._later(
                self._now + min(answer.after_s, rings_s), self._answered, (event, answer.kind)
            )

    def _answer(self, life: _Life) -> Answer:
        """To the offer at hand: the recorded one, or like anybody's of the day."""
        drawn, pool = life.chance.random(), self._pools.answer_s
        if life.offers < len(life.contact.answers):
            return life.contact.answers[life.offers]
        return Answer(ACCEPTED, pool[int(drawn * len(pool))] if pool else ANSWER_S)

    def _answered(self, what: tuple[ev.Offered, str]) -> None:
        offer, kind = what
        deed = got.OfferDeclined if kind == DECLINED else got.OfferAccepted
        self._tell(deed(at=self._now, interaction_id=offer.interaction_id, agent_id=offer.agent_id))

    def _offer_ended(self, event: ev.OfferEnded) -> None:
        """Whoever missed it is away as long as whoever missed it on that day."""
        if event.reason != NO_ANSWER:
            return
        life = self._lives[event.interaction_id]
        answers = life.contact.answers[life.offers - 1 : life.offers]
        pause_s = answers[0].pause_s if answers else None
        if pause_s is not None:
            self._later(self._now + pause_s, self._come_back, event.agent_id)

    def _connected(self, event: ev.Connected) -> None:
        life = self._lives[event.interaction_id]
        life.owner, life.began = event.agent_id, self._now
        life.term += 1
        self._shifts[event.agent_id].carry(1, self._now)
        self._later(self._now + life.left_s, self._end, (life, life.term))

    def _released(self, event: ev.Released) -> None:
        life = self._lives[event.interaction_id]
        life.left_s = max(BUSINESS_S, life.left_s - (self._now - life.began))
        life.owner = None
        life.term += 1
        self._shifts[event.agent_id].carry(-1, self._now)

    def _end(self, what: tuple[_Life, int]) -> None:
        """The work of this leg is done: passed on as recorded, or closed."""
        life, term = what
        c, agent = life.contact, life.owner
        if c.id not in self._lives or life.term != term or agent is None:
            return
        leg = c.legs[life.leg]
        if life.leg + 1 == len(c.legs):
            self._tell(got.ConversationClosed(at=self._now, interaction_id=c.id, agent_id=agent))
            return
        life.leg += 1
        passed = self._tell(
            got.TransferRequested(
                at=self._now, interaction_id=c.id, agent_id=agent, to_queue=leg.to_queue,
                to_agent=None if leg.to_queue else leg.to_agent,
            )
        )  # fmt: skip
        life.left_s = self._work_s(life)
        if passed:
            self._wait(life)
        else:  # nobody there to take it: the same agent goes on
            life.began = self._now
            self._later(self._now + life.left_s, self._end, (life, term))

    def _went_away(self, event: ev.WentAway) -> None:
        """Asked to leave a message: they do, or what they wrote is kept as one."""
        self._later(self._now, self._away, event.interaction_id)

    def _away(self, contact_id: str) -> None:
        if contact_id in self._lives:
            self._go(self._lives[contact_id].contact, Outcome.MESSAGE_LEFT)

    def _ended(self, event: ev.Ended) -> None:
        life = self._lives.pop(event.interaction_id)
        if life.owner is not None:
            self._shifts[life.owner].carry(-1, self._now)

    # --- agents --------------------------------------------------------------------------------

    def _change(self, change: Change) -> None:
        shift = self._shifts.get(change.agent_id)
        if shift is None:
            return  # no longer among the agents
        if change.online is not None:
            self._tell(
                got.AgentScreenChanged(at=self._now, agent_id=change.agent_id, online=change.online)
            )
        if change.status is not None:
            shift.planned = change.status
            self._set(change.agent_id, change.status, change.reason)

    def _set(self, agent_id: str, status: PresenceStatus, reason: str | None = None) -> None:
        self._tell(got.PresenceSet(at=self._now, agent_id=agent_id, status=status, reason=reason))

    def _presence(self, event: ev.PresenceChanged) -> None:
        self._shifts[event.agent_id].turn(event.status, self._now)

    def _come_back(self, agent_id: str) -> None:
        if self._shifts[agent_id].planned is PresenceStatus.READY:
            self._set(agent_id, PresenceStatus.READY)


_REACTIONS: dict[type[ev.Event], Callable[[_Replay, Any], None]] = {
    ev.Offered: _Replay._offered,
    ev.OfferEnded: _Replay._offer_ended,
    ev.Connected: _Replay._connected,
    ev.Released: _Replay._released,
    ev.WentAway: _Replay._went_away,
    ev.Ended: _Replay._ended,
    ev.PresenceChanged: _Replay._presence,
}
