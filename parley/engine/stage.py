"""One tenant's screens: who looks, what they were sent, and what a commit changes for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from parley.core import events as ev
from parley.core.desk.account import AccountRole
from parley.core.model import Delivery, Sender, Visibility
from parley.engine.batch import Committed
from parley.engine.clock import Clock
from parley.engine.desks import Desks
from parley.engine.frames import Encoded, agent_message, encode, frame, rfc3339, visitor_message
from parley.engine.measure import FRAMES, OVERFLOWS, SUBSCRIPTIONS
from parley.engine.screens import Screens
from parley.engine.subscription import CloseCode, Subscription
from parley.engine.touched import Touched, touched
from parley.engine.visits import Visits
from parley.engine.wall import Scope, Wall

WAITING_S = 2.0  # pace of queue positions on customers' screens

log = structlog.get_logger("parley.live")


class Source(Protocol):
    """The engine of one tenant, as far as screens need it."""

    tenant_id: str

    @property
    def seq(self) -> int: ...

    @property
    def screens(self) -> Screens:
        """Of the picture as it is now; a rebuild makes a new one."""

    def between_turns(self, act: Callable[[], None]) -> None:
        """Call `act` once when all that the picture shows is durable: now, or after the commit."""


class Stage:
    """One tenant's screens."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self.consoles: dict[str, set[Subscription]] = defaultdict(set)  # account -> lines
        self._scopes: dict[Subscription, tuple[str, AccountRole, Scope]] = {}  # after the snapshot
        self._desks = Desks(self._screens)
        self._wall = Wall(self._screens)
        self.visits = Visits(self._screens)
        self._queue_of: dict[str, str] = {}  # live interaction -> queue the board shows it in
        self._viewers: dict[str, str] = {}  # account -> interaction they look at
        self._waiting_at = 0.0
        self._positions_stale = False

    def _screens(self) -> Screens:
        return self._source.screens

    def guarded(self, act: Callable[[], None]) -> None:
        """A fault in drawing must neither stop the engine nor leave a screen wrong for good."""
        try:
            act()
        except Exception:
            log.exception("live_failed", tenant=self._source.tenant_id)
            self.close_all(CloseCode.TOO_SLOW)

    # --- lines -------------------------------------------------------------------------------

    def subscribe(self, account_id: str, role: AccountRole, unread_notices: int) -> Subscription:
        def closed(line: Subscription) -> None:
            self._console_closed(account_id, line)

        line = Subscription(closed)
        self.consoles[account_id].add(line)
        SUBSCRIPTIONS.labels("console").inc()
        self._source.between_turns(lambda: self._begin(line, account_id, role, unread_notices))
        return line

    def _begin(
        self, line: Subscription, account_id: str, role: AccountRole, unread_notices: int
    ) -> None:
        if line.code is not None:
            return
        scope = scope_of(role, self._screens().queues_of(account_id))
        first = not self._scopes
        self._scopes[line] = (account_id, role, scope)
        if first:
            self._wall = Wall(self._screens)
            self._wall.touch_all()
        self._draw_board(newcomer=line)
        line.push(self._snapshot(account_id, scope, unread_notices))

    def _snapshot(self, account_id: str, scope: Scope, unread_notices: int | None) -> Encoded:
        return frame(
            "snapshot",
            seq=str(self._source.seq),
            at=encode(rfc3339(self._clock.now())),
            **self._desks.parts(account_id),
            **self._wall.parts(scope),
            unread_notices=None if unread_notices is None else str(unread_notices),
        )

    def _console_closed(self, account_id: str, line: Subscription) -> None:
        SUBSCRIPTIONS.labels("console").dec()
        if line.code is CloseCode.TOO_SLOW:
            OVERFLOWS.inc()
        self._scopes.pop(line, None)
        lines = self.consoles[account_id]
        lines.discard(line)
        if not lines:
            del self.consoles[account_id]
            self._desks.forget(account_id)
            self.viewing(account_id, None)

    def visitor(self, address: str) -> Subscription:
        def closed(line: Subscription) -> None:
            SUBSCRIPTIONS.labels("visitor").dec()
            self.visits.leave(address, line)

        line = Subscription(closed)
        SUBSCRIPTIONS.labels("visitor").inc()
        self.visits.join(address, line, self._clock.now())
        return line

    def close_all(self, code: CloseCode) -> None:
        consoles = [line for lines in self.consoles.values() for line in lines]
        for line in [*consoles, *self.visits.lines()]:
            line.close(code)

    def push(self, account_id: str, text: Encoded) -> None:
        for line in list(self.consoles.get(account_id, ())):
            if line in self._scopes:
                FRAMES.labels("console").inc()
                line.push(text)

    def push_all(self, text: Encoded) -> None:
        for account_id in list(self.consoles):
            self.push(account_id, text)

    # --- what a commit changed -----------------------------------------------------------------

    def publish(self, committed: Committed) -> None:
        news = touched(committed.events)
        self._note_queues(committed, news)
        self._say(committed)
        self._draw_desks(news)
        if news.everything:
            self._reconfigured()
        elif news.board:
            self._touch_board(news)
        now = self._clock.now()
        self.visits.draw({fact.address for fact in committed.facts}, now)

    def _note_queues(self, committed: Committed, news: Touched) -> None:
        """The queue an interaction leaves changes too."""
        for fact in committed.facts:
            before = self._queue_of.pop(fact.id, None)
            if before is not None:
                news.queues.add(before)
            if fact.queue is not None:
                news.queues.add(fact.queue)
                if fact.ended_at is None:
                    self._queue_of[fact.id] = fact.queue

    def _say(self, committed: Committed) -> None:
        """Messages, read marks and the end of conversations, in their order."""
        addresses = {fact.id: fact.address for fact in committed.facts}
        for seq, event in enumerate(committed.events, committed.first_seq):
            match event:
                case ev.MessageAdded():
                    self._say_message(event, seq, addresses)
                case ev.DeliveryChanged():
                    self._say_delivery(event)
                case ev.Arrived():
                    self.visits.began(event.address)
                case ev.ConversationEnded() if event.interaction_id in addresses:
                    self.visits.served(addresses[event.interaction_id], event.interaction_id)

    def _address(self, interaction_id: str, known: Mapping[str, str]) -> str | None:
        return known.get(interaction_id) or self._screens().address_of(interaction_id)

    def _say_message(self, event: ev.MessageAdded, seq: int, addresses: Mapping[str, str]) -> None:
        screens = self._screens()
        name = screens.agent_name(event.agent_id) if event.agent_id else None
        takers = self._takers(event.interaction_id)
        if takers:
            text = frame("message", seq=str(seq), message=encode(agent_message(event, seq, name)))
            for account_id in takers:
                self.push(account_id, text)
        address = self._address(event.interaction_id, addresses)
        public = event.visibility is Visibility.PUBLIC
        if public and address is not None and self.visits.has(address):
            FRAMES.labels("visitor").inc()
            message = encode(visitor_message(event, seq, name))
            self.visits.push(address, frame("message", message=message))

    def _say_delivery(self, event: ev.DeliveryChanged) -> None:
        """A read mark for the customer; agents see theirs in the row, and a failure as a change."""
        message_id = encode(event.message_id)
        if event.delivery is Delivery.FAILED:
            text = frame(
                "changed",
                kind='"message"',
                id=message_id,
                interaction_id=encode(event.interaction_id),
                failed=encode(event.reason),
            )
            for account_id in self._takers(event.interaction_id):
                self.push(account_id, text)
            return
        address = self._screens().address_of(event.interaction_id)
        if event.side is Sender.CUSTOMER and address is not None:
            self.visits.push(address, frame(str(event.delivery), message_id=message_id))

    def _takers(self, interaction_id: str) -> frozenset[str]:
        """Consoles that show this conversation as theirs, now or until this very commit."""
        involved = self._screens().involved(interaction_id)
        return self._desks.holders(interaction_id) | (involved & self.consoles.keys())

    def _draw_desks(self, news: Touched) -> None:
        changes: dict[str, list[str]] = {agent_id: [] for agent_id in news.agents}
        for interaction_id in news.interactions:
            for account_id in self._takers(interaction_id):
                changes.setdefault(account_id, []).append(interaction_id)
        for account_id, interactions in changes.items():
            text = self._desks.draw(account_id, interactions, self._source.seq)
            if text is not None:
                self.push(account_id, text)

    # --- the board -----------------------------------------------------------------------------

    def _touch_board(self, news: Touched) -> None:
        self._positions_stale = True
        if not self._scopes:
            return
        agents = set(news.agents)
        for interaction_id in news.interactions:
            agents |= self._screens().involved(interaction_id)
        self._wall.touch(news.queues, agents)

    def rated(self, interaction_id: str, queue: str | None) -> None:
        self.visits.rated(interaction_id, self._clock.now())
        if queue is not None and self._scopes:
            self._wall.touch((queue,), ())

    def tick(self) -> None:
        """A few times a second: what is coalesced."""
        now = self._clock.now()
        if self._scopes:
            self._wall.pass_time(now)
        if self._wall.stale:
            self._source.between_turns(lambda: self.guarded(self._draw_board))
        due = now >= self._waiting_at or now < self._waiting_at - WAITING_S  # a clock set back
        if self._positions_stale and due:
            self._waiting_at = now + WAITING_S
            self._positions_stale = False
            self._source.between_turns(lambda: self.guarded(self._draw_waiting))

    def _draw_waiting(self) -> None:
        self.visits.draw_waiting(self._clock.now())

    def _draw_board(self, newcomer: Subscription | None = None) -> None:
        scopes = {scope for _, _, scope in self._scopes.values()}
        frames = self._wall.draw(scopes, self._source.seq, self._clock.now())
        for line, (_, _, scope) in list(self._scopes.items()):
            text = frames.get(scope)
            if text is not None and line is not newcomer:
                FRAMES.labels("console").inc()
                line.push(text)

    def _reconfigured(self) -> None:
        """Names, queues and teams may be others now: whoever sees another part starts anew."""
        self._wall.touch_all()
        moved = []
        for line, (account_id, role, scope) in list(self._scopes.items()):
            fresh = scope_of(role, self._screens().queues_of(account_id))
            self._scopes[line] = (account_id, role, fresh)
            if fresh != scope:
                moved.append((line, account_id, fresh))
        self._draw_board()
        for line, account_id, scope in moved:
            line.push(self._snapshot(account_id, scope, None))

    def beat(self) -> None:
        """A sign of life, and what changes with time alone (opening hours, a new day)."""
        if self._scopes:
            self._wall.touch(self._screens().queues(), ())
        self._positions_stale = True
        at = encode(rfc3339(self._clock.now()))
        self.push_all(frame("beat", seq=str(self._source.seq), at=at))

    # --- hints -----------------------------------------------------------------------------------

    def typing(self, account_id: str, interaction_id: str) -> None:
        screens = self._screens()
        if account_id not in screens.involved(interaction_id):
            return
        self._hint(interaction_id, "typing", account_id)
        address = screens.address_of(interaction_id)
        if address is not None:
            self.visits.push_hint(address, frame("typing"))

    def customer_typing(self, interaction_id: str, text: str) -> None:
        self._hint(interaction_id, "typing", None, text)

    def viewing(self, account_id: str, interaction_id: str | None) -> None:
        before = self._viewers.pop(account_id, None)
        if before is not None and before != interaction_id:
            self._hint(before, "gone", account_id)
        if interaction_id is None:
            return
        self._viewers[account_id] = interaction_id
        if before != interaction_id:
            self._hint(interaction_id, "viewing", account_id)
            self._tell_viewers(account_id, interaction_id)

    def _tell_viewers(self, account_id: str, interaction_id: str) -> None:
        """Who looks at it already, for one who just came."""
        for other, seen in self._viewers.items():
            if seen == interaction_id and other != account_id:
                text = self._hint_text(interaction_id, "viewing", other, None)
                for line in self.consoles.get(account_id, ()):
                    line.push_hint(text)

    def _hint(
        self, interaction_id: str, hint: str, account_id: str | None, preview: str | None = None
    ) -> None:
        text = self._hint_text(interaction_id, hint, account_id, preview)
        viewers = {who for who, seen in self._viewers.items() if seen == interaction_id}
        for taker in (viewers | self._takers(interaction_id)) - {account_id}:
            for line in list(self.consoles.get(taker, ())):
                line.push_hint(text)

    def _hint_text(
        self, interaction_id: str, hint: str, account_id: str | None, preview: str | None
    ) -> Encoded:
        who: dict[str, str | None] = {"kind": "customer"}
        if account_id is not None:
            name = self._screens().agent_name(account_id)
            who = {"kind": "agent", "id": account_id, "name": name}
        return frame(
            "hint",
            interaction_id=encode(interaction_id),
            hint=encode(hint),
            who=encode(who),
            text=encode(preview) if preview is not None else None,
        )


def scope_of(role: AccountRole, queues: frozenset[str]) -> Scope:
    """An agent sees their own queues; a supervisor the queues they are a member of with the people
    in them (all, if a member of none); an administrator everything."""
    match role:
        case AccountRole.AGENT:
            return Scope(queues, people=False)
        case AccountRole.SUPERVISOR:
            return Scope(queues or None, people=True)
        case AccountRole.ADMINISTRATOR:
            return Scope(None, people=True)
