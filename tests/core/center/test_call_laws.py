"""Laws of calls: whatever phones, callers and agents do, in whatever order, late, twice or not at all."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.center.consent import LISTENS
from parley.core.center.settle import places
from parley.core.center.state import Ask, Call, State
from parley.core.model import (
    ConsentAnswer,
    CustomerRef,
    LegEnd,
    LegRole,
    MonitorNotice,
    Phase,
    Place,
    PresenceStatus,
    Recording,
    Role,
)

from .phones import TELEPHONES, Exchange, telephones
from .test_laws import (
    everybody_knows_the_same,
    nobody_is_beyond_capacity,
    nobody_waits_while_somebody_free_could_serve,
    one_of,
)
from .world import World

AGENTS = ("ann", "bob", "sue")
CALLERS = ("wang", "li", "zhao", "qian")
ENTRIES = ("line", "plain", "straight")
CONFIGS = (
    TELEPHONES,
    telephones(callback_first="customer", callback_attempts=2),
    telephones(max_waiting=1, max_wait_s=120.0, record=False),
    replace(TELEPHONES, recording_notice=False, phone_grace_s=20.0),
    replace(TELEPHONES, monitor_notice=MonitorNotice.ASKED),
)
ASKED = len(CONFIGS) - 1

NAMES = (
    *("ring",) * 5, *("press",) * 6, *("answer",) * 8, "rang", *("over",) * 4, "leave_line",
    "phone", "presence", "screen", "decline", "prompt", "prompt", "message", "tape_fails",
    "close", "wrap", "wrap", "transfer", "transfer", "join", "join", "left", "consent", "consent",
    "take_over", "invite",
    "drop", "merge", "merge", "hold", "mute", "tape", "dial", "callback", "assign", "pull", "end",
    "wait", "wait", "absence", "config", "again",
)  # fmt: skip
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 59), st.integers(0, 59)),
    min_size=15,
    max_size=70,
)
PLAYS = st.tuples(st.integers(0, len(CONFIGS) - 1), OPERATIONS)


class Player:
    """Plays operations on an exchange where prompts end when asked to, and phones when they like."""

    def __init__(self, config: int) -> None:
        self.x = Exchange(CONFIGS[config])
        self.x.prompts_end = False
        self.last: tuple[type, dict] | None = None

    @property
    def state(self) -> State:
        return self.x.center.state

    def play(self, name: str, n: int = 0, m: int = 0) -> None:
        getattr(self, name)(n, m)
        check(self.state)

    def tell(self, kind: type, /, **values) -> None:
        self.last = (kind, values)
        self.x.tell(kind, **values)

    def leg(self, n: int) -> str:
        legs = sorted(self.state.leg_of)
        return one_of(legs, n) if legs and n % 8 else "leg_none"

    def interaction(self, n: int) -> str:
        known = [*self.state.interactions, "int_none"]
        return one_of(known, n)

    def owned(self, n: int) -> tuple[str, str] | None:
        mine = [i for i in self.state.interactions.values() if i.owner]
        return (i := one_of(mine, n)) and (i.id, i.owner) if mine else None

    def by_owner(self, kind: type, n: int, **values) -> None:
        if found := self.owned(n):
            self.tell(kind, interaction_id=found[0], agent_id=found[1], **values)

    # --- the network -----------------------------------------------------------------------------

    def ring(self, n: int, m: int) -> None:
        self.x.n += 1
        self.x.answers = n % 3 > 0  # some lines take their time
        who = f"{one_of(CALLERS, n)}{self.x.n}"
        self.tell(
            got.CallArrived, interaction_id=f"int_{self.x.n}", leg_id=f"in_{who}",
            entry_point=one_of(ENTRIES, m), ani=one_of(["", f"+86{n}"], m), dnis="1",
            customer=CustomerRef(who, who, tier=one_of([None, "VIP"], n)),
        )  # fmt: skip

    def press(self, n: int, m: int) -> None:
        self.tell(got.DigitPressed, leg_id=self.leg(n), digit=one_of("1129#48", m))

    def answer(self, n: int, m: int) -> None:
        self.tell(got.LegAnswered, leg_id=self.leg(n))

    def rang(self, n: int, m: int) -> None:
        self.tell(got.LegRang, leg_id=self.leg(n))

    def over(self, n: int, m: int) -> None:
        self.tell(got.LegEnded, leg_id=self.leg(n), cause=one_of(LegEnd, m))

    def leave_line(self, n: int, m: int) -> None:
        lines = sorted(leg for leg in self.state.leg_of if leg.startswith("in_"))
        if lines:
            self.tell(got.LegEnded, leg_id=one_of(lines, n), cause=LegEnd.NORMAL)

    def prompt(self, n: int, m: int) -> None:
        playing = [c.playing for c in self.state.calls.values() if c.playing]
        leg, playback = one_of(playing, n) if playing and m % 5 else ("leg_none", "pb")
        self.tell(got.PromptEnded, leg_id=leg, playback_id=playback, failed=m % 4 == 0)

    def message(self, n: int, m: int) -> None:
        spoken = [c for c in self.state.calls.values() if c.message]
        if spoken:
            call = one_of(spoken, n)
            self.tell(
                got.MessageRecorded, leg_id="any", recording_id=call.message,
                duration_s=one_of([0.2, 8.0], m),
            )  # fmt: skip

    def tape_fails(self, n: int, m: int) -> None:
        if self.state.calls:
            call = one_of(self.state.calls.values(), n)
            name = one_of([call.recording_id, call.message], m) or "rec_none"
            self.tell(got.RecordingFailed, interaction_id=call.id, recording_id=name, reason="full")

    def absence(self, n: int, m: int) -> None:
        legs = sorted(self.state.leg_of)
        self.tell(got.LegsFound, up=tuple(legs[: n % 4]), ringing=tuple(legs[4 : 4 + m % 3]))

    # --- people -----------------------------------------------------------------------------------

    def phone(self, n: int, m: int) -> None:
        self.tell(got.PhoneChanged, agent_id=one_of(AGENTS, n), reachable=m % 3 > 0)

    def presence(self, n: int, m: int) -> None:
        status = one_of([PresenceStatus.READY, *PresenceStatus], m)
        self.tell(got.PresenceSet, agent_id=one_of(AGENTS, n), status=status)

    def screen(self, n: int, m: int) -> None:
        self.tell(got.AgentScreenChanged, agent_id=one_of(AGENTS, n), online=m % 3 > 0)

    def decline(self, n: int, m: int) -> None:
        for i in self.state.interactions.values():
            if i.offer:
                self.tell(got.OfferDeclined, interaction_id=i.id, agent_id=i.offer.agent_id)
                return

    def close(self, n: int, m: int) -> None:
        self.by_owner(got.ConversationClosed, n)

    def wrap(self, n: int, m: int) -> None:
        self.by_owner(got.WrapUpSaved, n)

    def transfer(self, n: int, m: int) -> None:
        to = one_of(
            [{"to_queue": "help"}, {"to_number": "+867"}, *({"to_agent": a} for a in AGENTS)], m
        )
        self.by_owner(got.TransferRequested, n, **to)

    def join(self, n: int, m: int) -> None:
        if found := self.owned(n):
            role = one_of([Role.CONSULT, Role.CONSULT, Role.MONITOR, Role.WHISPER, Role.BARGE], m)
            self.tell(
                got.JoinRequested, interaction_id=found[0], agent_id=one_of(AGENTS, n + m),
                role=role, by=found[1],
            )  # fmt: skip

    def left(self, n: int, m: int) -> None:
        self.tell(got.Left, interaction_id=self.interaction(n), agent_id=one_of(AGENTS, m))

    def listen(self, n: int, m: int) -> None:
        if found := self.owned(n):
            who, role = one_of(AGENTS, n + m), one_of(sorted(LISTENS), m)
            self.tell(
                got.JoinRequested, interaction_id=found[0], agent_id=who, role=role, by=who
            )  # fmt: skip

    def consent(self, n: int, m: int) -> None:
        asks = sorted(self.state.asks.items())
        by, ask = one_of(asks, n) if asks else (one_of(AGENTS, n), None)
        agent = ask.agent_id if ask is not None and m % 5 else one_of(AGENTS, m)
        call = ask.interaction_id if ask is not None else self.interaction(m)
        self.tell(
            got.ConsentAnswered, interaction_id=call, agent_id=agent, by=by, allow=m % 4 > 0
        )  # fmt: skip

    def take_over(self, n: int, m: int) -> None:
        self.tell(got.TakenOver, interaction_id=self.interaction(n), agent_id=one_of(AGENTS, m))

    def invite(self, n: int, m: int) -> None:
        self.by_owner(got.PartyInvited, n, number=one_of(["+867", "+868"], m))

    def drop(self, n: int, m: int) -> None:
        self.by_owner(got.PartyDropped, n, leg_id=self.leg(m))

    def merge(self, n: int, m: int) -> None:
        self.by_owner(got.ConsultMerged, n)

    def hold(self, n: int, m: int) -> None:
        self.by_owner(got.HoldRequested, n, on=m % 2 == 0)

    def mute(self, n: int, m: int) -> None:
        self.by_owner(got.MuteRequested, n, on=m % 2 == 0)

    def tape(self, n: int, m: int) -> None:
        self.by_owner(got.RecordingSet, n, on=m % 2 == 0)

    def dial(self, n: int, m: int) -> None:
        self.x.n += 1
        self.tell(
            got.DialRequested, interaction_id=f"int_{self.x.n}", agent_id=one_of(AGENTS, n),
            number="+8699", customer=CustomerRef("c", "c"),
        )  # fmt: skip

    def callback(self, n: int, m: int) -> None:
        at = one_of([None, self.x.now + 300.0], m)
        self.tell(
            got.CallbackRequested, interaction_id=self.interaction(n), number="+8677",
            callback_at=at,
        )  # fmt: skip

    def assign(self, n: int, m: int) -> None:
        self.tell(
            got.Assigned, interaction_id=self.interaction(n), agent_id=one_of(AGENTS, m), by="s"
        )

    def pull(self, n: int, m: int) -> None:
        self.tell(got.Pulled, interaction_id=self.interaction(n), agent_id=one_of(AGENTS, m))

    def end(self, n: int, m: int) -> None:
        self.tell(got.EndRequested, interaction_id=self.interaction(n))

    def wait(self, n: int, m: int) -> None:
        self.x.wait(one_of([1.0, 5.0, 25.0, 130.0, 700.0], n))

    def config(self, n: int, m: int) -> None:
        self.tell(got.ConfigChanged, config=one_of(CONFIGS, n))

    def again(self, n: int, m: int) -> None:
        """News that is told twice never gives a second interaction or leg."""
        if self.last is not None and self.last[0] in (got.CallArrived, got.DialRequested):
            kind, values = self.last
            before = len(self.x.events)
            self.x.tell(kind, **values)
            assert not [e for e in self.x.events[before:] if isinstance(e, ev.Arrived)]


# --- what always holds -------------------------------------------------------------------------------


def check(state: State) -> None:
    nobody_waits_while_somebody_free_could_serve(state)
    nobody_is_beyond_capacity(state)
    everybody_knows_the_same(state)
    assert state.leg_of == {leg: c.id for c in state.calls.values() for leg in c.legs}
    for call in state.calls.values():
        no_leg_outlives_its_use(state, call)
        nobody_is_left_in_silence(state, call)
        everybody_stands_where_they_should(state, call)
    for supervisor, ask in state.asks.items():
        nobody_is_asked_in_vain(state, supervisor, ask)
    for name in state.timers:
        kind, _, key = name.partition(" ")
        if kind == "consent":
            assert key in state.asks, name
        if kind == "keys":
            assert key in state.calls, name
        if kind in ("announce", "spoken", "rejoin", "callback"):
            assert key in state.interactions, name


def nobody_is_asked_in_vain(state: State, supervisor: str, ask: Ask) -> None:
    """A question is open only to the agent who serves the call, and for a time."""
    i = state.interactions[ask.interaction_id]
    assert i.phase is Phase.CONNECTED
    assert i.owner == ask.agent_id != supervisor
    assert i.id in state.calls
    assert i.participants.get(supervisor) not in LISTENS
    assert state.timers[f"consent {supervisor}"] == ask.until
    assert ask.answer is None


def no_leg_outlives_its_use(state: State, call: Call) -> None:
    i = state.interactions.get(call.id)
    assert i is not None or call.legs
    agents = Counter(x.agent_id for x in call.legs.values() if x.agent_id and not x.dropped)
    assert all(count == 1 for count in agents.values())
    for agent_id in agents:
        assert i is not None
        offered = i.offer is not None and i.offer.agent_id == agent_id
        serves = i.phase is Phase.CONNECTED and (i.owner == agent_id or agent_id in i.participants)
        assert offered or serves, agent_id
    over = i is None or i.phase is Phase.WRAP_UP
    for leg in call.legs.values():
        if over and not leg.dropped and leg.role is not LegRole.AGENT and call.linked is None:
            assert call.playing is not None  # a farewell …
            assert f"keys {call.id}" in state.timers  # … that ends
    if i is not None and i.phase in (Phase.QUEUED, Phase.OFFERED, Phase.FLOW):
        there = call.customer() is not None or call.plan is not None or call.message is not None
        assert there, "waits without being there, and nobody will call back"


def nobody_is_left_in_silence(state: State, call: Call) -> None:
    """A flow that has the caller's ear speaks, records, or waits for a key until its time is over."""
    i, leg = state.interactions.get(call.id), call.customer()
    if leg is None or not leg.up or i is None or call.plan is not None:
        return
    if i.phase is Phase.FLOW:
        assert call.flow is not None or call.passed_on()
    if call.flow is not None and call.message is None and not call.passed_on():
        assert f"keys {call.id}" in state.timers


def everybody_stands_where_they_should(state: State, call: Call) -> None:
    i = state.interactions.get(call.id)
    assert call.arranged == places(call, i)
    for plan in call.arranged:
        leg = call.legs[plan.leg_id]
        role = i.participants.get(leg.agent_id or "") if i else None
        assert (plan.place is Place.WHISPER) <= (role is Role.WHISPER)
        assert (plan.place is Place.LISTEN) <= (role is Role.MONITOR)
        if leg.role is LegRole.CUSTOMER and plan.place is Place.TALK and call.linked is None:
            assert i is not None
            assert i.phase is Phase.CONNECTED
            assert any(
                p.place is Place.TALK and call.legs[p.leg_id].agent_id == i.owner
                for p in call.arranged
            )
    if call.taped is Recording.ON:
        assert i is not None
        assert i.phase is Phase.CONNECTED


def played(play: tuple) -> Player:
    config, operations = play
    player = Player(config)
    for n in range(len(AGENTS)):
        player.play("screen", n, 1)
        player.play("presence", n)
        player.play("phone", n, 1)
    for operation in operations:
        player.play(*operation)
    return player


@settings(deadline=None, max_examples=250)
@given(PLAYS)
def test_legs_stand_where_they_should_and_none_outlives_its_use(play):
    played(play)  # checked after every single step


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_replay_gives_the_same_calls_also_from_a_snapshot(play):
    player = played(play)
    events = player.x.events
    half = Center()
    for event in events[: len(events) // 2]:
        half.evolve(event)
    resumed = Center(deepcopy(half.state))
    for event in events[len(events) // 2 :]:
        resumed.evolve(event)
    assert resumed.state == player.state
    assert resumed.next_due() == player.x.center.next_due()


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_every_call_and_leg_ends_once_when_everybody_leaves(play):
    player = played(play)
    x = player.x
    for agent in AGENTS:
        x.tell(got.PhoneChanged, agent_id=agent, reachable=False)
        x.tell(got.AgentScreenChanged, agent_id=agent, online=False)
    x.tell(got.LegsFound)
    for interaction_id in list(player.state.interactions):
        for _ in range(3):
            x.tell(got.EndRequested, interaction_id=interaction_id)
    x.tell(got.LegsFound)
    assert x.silent()
    started = [e.leg_id for e in x.events if isinstance(e, ev.LegStarted)]
    over = [e.leg_id for e in x.events if isinstance(e, ev.LegOver)]
    asked = Counter(e.agent_id for e in x.events if isinstance(e, ev.ConsentAsked))
    assert asked == Counter(e.agent_id for e in x.events if isinstance(e, ev.ConsentEnded))
    assert len(started) == len(set(started))
    assert sorted(started) == sorted(over)
    arrived = [e.interaction_id for e in x.events if isinstance(e, ev.Arrived)]
    ended = [e.interaction_id for e in x.events if isinstance(e, ev.Ended)]
    assert sorted(arrived) == sorted(ended)


LISTENING = ("join", *("listen",) * 2, *("consent",) * 3)
OVERHEARD = st.lists(
    st.tuples(
        st.sampled_from([n for n in NAMES if n != "config"] + list(LISTENING) * 4),
        st.integers(0, 59), st.integers(0, 59),
    ),
    min_size=15, max_size=70,
)  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(OVERHEARD)
def test_where_agents_are_asked_nobody_listens_whom_the_agent_did_not_allow(operations):
    player, allowed, seen = played((ASKED, [("ring", 1, 1), ("answer", 1, 1)])), set(), 0
    for operation in operations:
        player.play(*operation)
        for event in player.x.events[seen:]:
            if isinstance(event, ev.ConsentEnded) and event.answer is ConsentAnswer.ALLOWED:
                allowed.add((event.interaction_id, event.agent_id, event.to_agent))
        seen = len(player.x.events)
        for call_id in player.state.calls:
            i = player.state.interactions.get(call_id)
            if i is None or i.phase is not Phase.CONNECTED:
                continue
            for who, role in i.participants.items():
                assert role not in LISTENS or (i.id, who, i.owner) in allowed


def test_two_who_answer_at_once_have_one_winner():
    """1,000 times: the second phone that answers is let go, and hears a clean refusal."""
    for n in range(1_000):
        x = Exchange()
        x.at_work("ann")
        call = x.call(f"c{n}")
        first = x.leg(call, "ann")
        x.at_work("bob")
        World.tell(x, got.OfferDeclined, interaction_id=call, agent_id="ann")
        second = x.leg(call, "bob")
        legs = (first, second) if n % 2 else (second, first)
        for leg in legs:
            World.tell(x, got.LegAnswered, leg_id=leg)
        assert x.live(call).owner == "bob"
        dropped = [c.leg_id for c in x.commands if isinstance(c, do.HangUp)]
        assert dropped == [first]
