"""Laws of the live center: whatever news comes, in whatever order, late, twice or not at all."""

from __future__ import annotations

from collections.abc import Container
from copy import deepcopy
from random import Random
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.center.change import Touched, queue_of
from parley.core.center.consult import agent_ids
from parley.core.center.evolve import evolve
from parley.core.center.receipt import chosen_of
from parley.core.center.routing import can_serve, free_channels, turn_of
from parley.core.center.state import State, is_capped, load
from parley.core.center.term import GRACE_S, GRACED
from parley.core.desk.hours import is_open
from parley.core.insight.board import Board, Tally, contribution
from parley.core.insight.facts import Facts
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EndedBy,
    EntryPoint,
    Fairness,
    Hours,
    Outcome,
    Phase,
    Picks,
    Policy,
    PresenceStatus,
    Queue,
    QueueOrder,
    QueuePolicy,
    Role,
    Rule,
    Sender,
    Stage,
    WrapUpMode,
)

from .world import World

QUEUES = ("q1", "q2")
AGENTS = ("a1", "a2", "a3")
CUSTOMERS = ("c1", "c2", "c3", "c4", "c5")


def config_of(seed: int) -> CenterConfig:
    """A small center with every feature on in some of them; most of its agents can serve."""
    r = Random(seed)
    hours = {"short": Hours("short", "Short", "UTC", (((0, 30),),) * 7)}
    entry = EntryPoint("shop", Channel.CHAT, "Shop", "q1", {}, {"other": "q2"})
    return CenterConfig(
        queues={q: _queue(r, q) for q in QUEUES},
        agents={a: _agent(r, a) for a in AGENTS},
        entry_points={"shop": entry},
        hours=hours,
        policy=_policy(r) if r.random() < 0.7 else Policy(),
    )


def _policy(r: Random) -> Policy:
    """Every feature of a policy, in some of them."""
    angry = {"fact": "emotion", "is": "=", "value": "angry"}
    rules = (
        Rule("hard", {}, {"any": [angry, {"fact": "tags", "is": "has", "value": "t"}]}, hard=True,
             needs=r.choice([{}, {"s": 7}]), priority=r.randint(0, 3)),
        Rule("rich", {}, {"fact": "customer.priority", "is": ">=", "value": 2},
             queue=r.choice([None, *QUEUES]), stop=r.random() < 0.5),
        Rule("rest", {}, {}, tags=("seen",), needs=r.choice([{}, {}, {"s": 3}])),
    )  # fmt: skip
    queues = {
        q: QueuePolicy(
            order=r.choice(list(QueueOrder)), credit_s=60.0,
            agent_order=r.choice(list(AgentOrder)),
            stages=r.choice([(), (Stage(0.0, {"s": 8}), Stage(20.0, {"s": 4}),
                                  Stage(60.0, {"s": 0}, tuple(QUEUES)))]),
            novice_below=r.choice([None, 5]), novice_after_s=50.0,
            novice_queue=r.choice([None, *QUEUES]),
        )
        for q in QUEUES if r.random() < 0.8
    }  # fmt: skip
    fairness = Fairness(
        run=r.choice([None, 1, 2]), share=r.choice([None, 0.3]), window=6, recovery_s=100.0
    )
    held = rules if r.random() < 0.8 else ()
    return Policy(r.randint(1, 9), held, queues, fairness, r.choice(list(Picks)))


def _queue(r: Random, queue_id: str) -> Queue:
    return Queue(
        queue_id, {},
        needs=r.choice([{}, {"s": 2}, {"s": 6}]),
        priority=r.randint(0, 2),
        order=r.choice(list(QueueOrder)),
        agent_order=r.choice(list(AgentOrder)),
        hours_id=r.choice([None, None, None, None, "short"]),
        wrap_up=r.choice(list(WrapUpMode)),
        disposition_required=r.random() < 0.5,
        max_waiting=r.choice([None, None, None, 1, 2]),
        max_wait_s=r.choice([None, 200.0]),
        overflow_queue=r.choice([None, *QUEUES]),
        last_agent_within_s=r.choice([0.0, 5_000.0]),
        reply_timeout_s=r.choice([None, 90.0]),
        inactivity_s=r.choice([None, 300.0]),
        pull=r.random() < 0.7,
    )  # fmt: skip


def _agent(r: Random, agent_id: str) -> AgentProfile:
    queues = {q: r.randint(1, 2) for q in QUEUES if r.random() < 0.8}
    capacity = {Channel.CHAT: r.choice([0, 1, 1, 2, 3]), Channel.TASK: r.randint(0, 1)}
    return AgentProfile(agent_id, agent_id.upper(), queues, {"s": r.randint(1, 9)}, capacity)


NAMES = (
    *("write",) * 8, "repeat", "task", "screen", "presence", "presence", "accept",
    *("accept_offer",) * 5, "decline", "decline", *("reply",) * 3, "close", "close", "resume",
    "wrap", "wrap", "transfer", "transfer", "join", "join", "join", "answer", "answer", "leave", "take_over", "assign",
    "assign", "pull", "pull", "priority", "customer_screen", "customer_end", "form", "end",
    "wait", "timer", "config", "learn", "learn", "restart", "fail", "last_words",
)  # fmt: skip
"""Operations, the frequent ones more often. Their arguments are two numbers: see `Player.play`."""

CONFIGS = st.integers(0, 100_000)
OPERATIONS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(0, 59), st.integers(0, 59)),
    min_size=15,
    max_size=60,
)
PLAYS = st.tuples(CONFIGS, OPERATIONS)


def one_of(choices, n: int):
    choices = tuple(choices)
    return choices[n % len(choices)]


class Player:
    """Plays operations and checks after each step what must always hold."""

    def __init__(self, config: CenterConfig) -> None:
        self.world = World(config)
        self.known: list[str] = []

    def play(self, name: str, n: int = 0, m: int = 0) -> None:
        before = len(self.world.events)
        getattr(self, name)(n, m)
        for event in self.world.events[before:]:
            if isinstance(event, ev.Arrived):
                self.known.append(event.interaction_id)

    def pick(self, n: int) -> str:
        """An open interaction mostly; one in six is of all that ever were."""
        choices = list(self.world.center.state.interactions)
        if n % 6 == 5 or not choices:
            choices = self.known or ["int_none"]
        return one_of(choices, n // 6)

    def find(self, n: int):
        return self.world.center.state.interactions.get(self.pick(n))

    def tell(self, kind: type, /, **values) -> None:
        self.world.tell(kind, **values)
        check(self.world.center.state, self.world)

    def write(self, n: int, m: int) -> None:
        who = one_of(CUSTOMERS, n)
        ref = CustomerRef(who, who, None, m % 4, one_of(AGENTS, m), 900.0)
        self.world.write(who, topic=one_of([None, "other"], m), customer=ref)
        check(self.world.center.state, self.world)

    def repeat(self, n: int, m: int) -> None:
        who = one_of(CUSTOMERS, n)
        if f"web:{who}" in self.world.center.state.by_address:
            own = [c for c in self.world.of(who).client_ids if c.startswith("c")]
            if own:
                assert self.world.write(who, client_id=own[0]) == []

    def task(self, n: int, m: int) -> None:
        """The same task may be told again while it is open; the desk never tells one that is over."""
        if f"int_task{n}" in set(self.known) - self.world.center.state.interactions.keys():
            return
        self.tell(
            got.TaskArrived, interaction_id=f"int_task{n}", queue=one_of(QUEUES, m),
            customer=CustomerRef("c", "c"), ticket_id=f"tkt_{n}", subject="s",
            phone="+86138", callback_at=one_of([None, self.world.now + 40.0, 1.0], m),
        )  # fmt: skip

    def screen(self, n: int, m: int) -> None:
        self.tell(got.AgentScreenChanged, agent_id=one_of(AGENTS, n), online=m % 3 > 0)

    def presence(self, n: int, m: int) -> None:
        status = one_of([PresenceStatus.READY, PresenceStatus.READY, *PresenceStatus], m)
        self.tell(got.PresenceSet, agent_id=one_of(AGENTS, n), status=status)

    def accept(self, n: int, m: int) -> None:
        self.tell(got.OfferAccepted, interaction_id=self.pick(n), agent_id=one_of(AGENTS, m))

    def _offer(self, n: int) -> tuple[str, str] | None:
        offered = [i for i in self.world.center.state.interactions.values() if i.offer]
        if not offered:
            return None
        chosen = one_of(offered, n)
        return chosen.id, chosen.offer.agent_id

    def accept_offer(self, n: int, m: int) -> None:
        if offer := self._offer(n):
            self.tell(got.OfferAccepted, interaction_id=offer[0], agent_id=offer[1])

    def answer(self, n: int, m: int) -> None:
        """A colleague who was asked for help says yes or no."""
        asked = [
            (i.id, agent_id)
            for i in self.world.center.state.interactions.values()
            for agent_id in agent_ids(i)
        ]
        if asked:
            interaction_id, agent_id = one_of(asked, n)
            kind = one_of([got.OfferAccepted, got.OfferDeclined], m)
            self.tell(kind, interaction_id=interaction_id, agent_id=agent_id)

    def decline(self, n: int, m: int) -> None:
        if offer := self._offer(n):
            self.tell(got.OfferDeclined, interaction_id=offer[0], agent_id=offer[1])

    def reply(self, n: int, m: int) -> None:
        self.world.n += 1
        interaction = self.find(n)
        by = interaction.owner if interaction and interaction.owner else one_of(AGENTS, m)
        by = one_of([by, by, by, one_of(AGENTS, m)], m)
        self.tell(
            got.MessageWritten, interaction_id=self.pick(n), agent_id=by, text="x",
            message_id=f"msg_{self.world.n}", client_id=f"r{self.world.n}", internal=m % 5 == 0,
        )  # fmt: skip

    def _as_owner(self, kind: type, n: int, /, **values) -> None:
        owned = [i for i in self.world.center.state.interactions.values() if i.owner]
        if owned:
            chosen = one_of(owned, n)
            self.tell(kind, interaction_id=chosen.id, agent_id=chosen.owner, **values)

    def close(self, n: int, m: int) -> None:
        self._as_owner(got.ConversationClosed, n)

    def resume(self, n: int, m: int) -> None:
        self._as_owner(got.ConversationResumed, n)

    def wrap(self, n: int, m: int) -> None:
        self._as_owner(got.WrapUpSaved, n, disposition=one_of(["d", None], m))

    def transfer(self, n: int, m: int) -> None:
        to = one_of([*QUEUES, *AGENTS], m)
        self._as_owner(got.TransferRequested, n, **{"to_queue" if to in QUEUES else "to_agent": to})

    def join(self, n: int, m: int) -> None:
        agent = one_of(AGENTS, m)
        interaction = self.find(n)
        by = interaction.owner if interaction and interaction.owner else agent
        self.tell(
            got.JoinRequested, interaction_id=self.pick(n), agent_id=agent,
            role=one_of(Role, n + m), by=by,
        )  # fmt: skip

    def leave(self, n: int, m: int) -> None:
        self.tell(got.Left, interaction_id=self.pick(n), agent_id=one_of(AGENTS, m))

    def take_over(self, n: int, m: int) -> None:
        self.tell(got.TakenOver, interaction_id=self.pick(n), agent_id=one_of(AGENTS, m))

    def assign(self, n: int, m: int) -> None:
        self.tell(got.Assigned, interaction_id=self.pick(n), agent_id=one_of(AGENTS, m), by="sup")

    def pull(self, n: int, m: int) -> None:
        self.tell(got.Pulled, interaction_id=self.pick(n), agent_id=one_of(AGENTS, m))

    def priority(self, n: int, m: int) -> None:
        self.tell(got.PriorityChanged, interaction_id=self.pick(n), priority=m % 6)

    def customer_screen(self, n: int, m: int) -> None:
        address = f"web:{one_of(CUSTOMERS, n)}"
        self.tell(got.CustomerScreenChanged, address=address, online=m % 2 == 0)

    def customer_end(self, n: int, m: int) -> None:
        self.tell(got.CustomerEnded, address=f"web:{one_of(CUSTOMERS, n)}")

    def form(self, n: int, m: int) -> None:
        self.world.n += 1
        k, who = self.world.n, one_of(CUSTOMERS, n)
        self.tell(
            got.LeaveMessageRequested, entry_point="shop", address=f"web:{who}",
            interaction_id=f"int_{k}", message_id=f"msg_{k}", client_id=f"f{k}",
            customer=CustomerRef(who, who), text="t", phone=one_of(["+8613800138000", None], m),
        )  # fmt: skip

    def end(self, n: int, m: int) -> None:
        self.tell(got.EndRequested, interaction_id=self.pick(n), by=EndedBy.SYSTEM)

    def wait(self, n: int, m: int) -> None:
        self.world.wait(one_of([1.0, 15.0, 40.0, 130.0, 400.0], n))
        check(self.world.center.state, self.world)

    def timer(self, n: int, m: int) -> None:
        """A timer fires that was cancelled, moved, or is not due yet: nothing happens."""
        key, kind = self.pick(n), one_of(["ring", "idle", "wrap_up", "gone", "hold"], m)
        if self.world.center.state.timers.get(f"{kind} {key}", float("inf")) > self.world.now:
            assert self.world.tell(got.TimerFired, kind=kind, key=key) == []

    def restart(self, n: int, m: int) -> None:
        """The center was away for a while: no time that people keep to was over meanwhile."""
        self.world.now += one_of([0.5, 30.0, 5_000.0], n)
        self.world.tell(got.TermBegan)
        timers = self.world.center.state.timers
        early = {
            name.partition(" ")[0] for name, due in timers.items() if due < self.world.now + GRACE_S
        }
        assert not early & GRACED
        shown = self.world.center.state.interactions.values()
        assert all(i.offer.until == timers[f"ring {i.id}"] for i in shown if i.offer)
        for fired in self.world.center.due(self.world.now):
            self.world.take(fired)
        check(self.world.center.state, self.world)

    def learn(self, n: int, m: int) -> None:
        known = one_of([{"emotion": "angry"}, {"emotion": "calm"}, {}], n)
        tags = one_of([("t",), ()], m)
        self.tell(
            got.FactsLearned, interaction_id=self.pick(n), known=known, add_tags=tags,
            remove_tags=() if tags else ("t",),
        )  # fmt: skip

    def fail(self, n: int, m: int) -> None:
        """A channel could not deliver a message; it tells so twice."""
        interaction = self.find(n)
        known = list(interaction.ordinals) if interaction else []
        told = {
            "interaction_id": self.pick(n), "message_id": one_of([*known, "msg_none"], m),
            "reason": "gone",
        }  # fmt: skip
        self.tell(got.DeliveryFailed, **told)
        assert self.world.tell(got.DeliveryFailed, **told) == []

    def last_words(self, n: int, m: int) -> None:
        """A customer writes while the agent wraps up."""
        state = self.world.center.state.interactions.values()
        written = [i for i in state if i.wrap_up and i.address.startswith("web:")]
        if written:
            self.world.write(one_of(written, n).address.removeprefix("web:"))
            check(self.world.center.state, self.world)

    def config(self, n: int, m: int) -> None:
        self.tell(got.ConfigChanged, config=config_of(n * 60 + m))


def check(state: State, world: World) -> None:
    nobody_waits_while_somebody_free_could_serve(state)
    nobody_waits_where_it_is_closed(state, world.now)
    nobody_is_beyond_capacity(state)
    everybody_knows_the_same(state)
    every_timer_belongs_to_something_that_waits_for_it(state)
    assert all(due > world.now for due in state.timers.values() if world.last.events)


def nobody_waits_while_somebody_free_could_serve(state: State) -> None:
    free = [a for a in state.agents.values() if free_channels(state, a)]
    for interaction in state.interactions.values():
        if interaction.phase is Phase.QUEUED:
            able = [a.id for a in free if can_serve(state, a, interaction)]
            assert not able, (interaction.id, able)


def nobody_waits_where_it_is_closed(state: State, now: float) -> None:
    """A task waits on, and what is kept for one agent until that is over."""
    for interaction in state.interactions.values():
        if interaction.phase is Phase.QUEUED and interaction.channel is not Channel.TASK:
            hours = state.config.hours.get(queue_of(state, interaction).hours_id or "")
            assert is_open(hours, now) or interaction.only_agent is not None, interaction.id


def every_timer_belongs_to_something_that_waits_for_it(state: State) -> None:
    live = state.interactions
    for name in state.timers:
        kind, _, key = name.partition(" ")
        interaction_id, _, agent_id = key.partition(" ")
        owners: dict[str, Container[str]] = {
            "screen": state.agents, "recover": state.agents, "closing": state.config.queues
        }  # fmt: skip
        assert (key in owners[kind]) if kind in owners else (interaction_id in live), name
        if kind == "reply":
            assert live[key].phase is Phase.CONNECTED, name
            assert live[key].unanswered_since is not None, name
        if kind == "invite":
            assert agent_id in agent_ids(live[interaction_id]), name
        if kind == "pause":
            assert agent_id in live[interaction_id].paused, name
    for interaction in live.values():
        if interaction.phase is Phase.QUEUED and interaction.only_agent is not None:
            assert f"hold {interaction.id}" in state.timers
        assert all(f"pause {interaction.id} {a}" in state.timers for a in interaction.paused)
        assert (interaction.offer is not None) is (f"ring {interaction.id}" in state.timers)
        assert (interaction.phase is Phase.AWAY) is (f"leave {interaction.id}" in state.timers)


def nobody_is_beyond_capacity(state: State) -> None:
    for agent in state.agents.values():
        offers = [i for i in agent.work if state.interactions[i].phase is Phase.OFFERED]
        assert len(offers) <= 1


def everybody_knows_the_same(state: State) -> None:
    """Agents' work and the interactions' owners are two views of one truth."""
    for interaction in state.interactions.values():
        holder = interaction.owner or (interaction.offer.agent_id if interaction.offer else None)
        holders = [a.id for a in state.agents.values() if interaction.id in a.work]
        assert holders == ([holder] if holder else [])
        assert (interaction.phase is Phase.OFFERED) is (interaction.offer is not None)
        assert (interaction.phase is Phase.WRAP_UP) is (interaction.wrap_up is not None)
        served = interaction.phase in (Phase.CONNECTED, Phase.WRAP_UP)
        assert served is (interaction.owner is not None)
        joined = {a.id for a in state.agents.values() if interaction.id in a.joined}
        assert joined == set(interaction.participants)
        asked = {a.id for a in state.agents.values() if interaction.id in a.invited}
        assert asked == set(agent_ids(interaction))
        assert not asked & joined
    assert set(state.by_address.values()) <= state.interactions.keys()


def start(seed: int) -> Player:
    player = Player(config_of(seed))
    for n in range(len(AGENTS)):
        player.play("screen", n, 1)
        player.play("presence", n)
    return player


def played(play: tuple) -> Player:
    seed, operations = play
    player = start(seed)
    for operation in operations:
        player.play(*operation)
    return player


@settings(deadline=None, max_examples=200)
@given(PLAYS)
def test_nobody_waits_in_vain_and_everybody_knows_the_same(play):
    played(play)  # checked after every single step


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_offers_respect_capacity_and_the_common_order(play):
    seed, operations = play
    player = start(seed)
    center, world = player.world.center, player.world

    def checked(state: State, event: ev.Event, touched: Touched) -> None:
        if isinstance(event, ev.Offered) and state is center.state:
            _check_offer(center, event)
        evolve(state, event, touched)

    with mock.patch("parley.core.center.center.evolve", checked):
        for operation in operations:
            player.play(*operation)
    assert world.center is center


def _check_offer(center: Center, event: ev.Offered) -> None:
    state = center.state
    agent = state.agents[event.agent_id]
    chosen = state.interactions[event.interaction_id]
    assert can_serve(state, agent, chosen)
    if chosen.hard and chosen.only_agent is None:
        assert not is_capped(state, agent)
    expected = agent.id if event.why.get("by") == "arrival" else chosen.id
    assert chosen_of(event.why) == (None if "kept" in event.why else expected)
    limit = state.config.agents[agent.id].capacity[chosen.channel]
    assert load(state, agent).get(chosen.channel, 0) < limit
    by_turn = state.config.policy.picks is Picks.TURN
    if chosen.only_agent is None and by_turn:
        for other in state.interactions.values():
            open_to_all = other.phase is Phase.QUEUED and other.only_agent is None
            if open_to_all and can_serve(state, agent, other):
                assert turn_of(state, chosen) <= turn_of(state, other)


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_replay_of_the_events_gives_the_same_state_also_from_a_snapshot(play):
    player = played(play)
    events = player.world.events
    again = Center()
    for event in events:
        again.evolve(event)
    assert again.state == player.world.center.state
    half = Center()
    for event in events[: len(events) // 2]:
        half.evolve(event)
    resumed = Center(deepcopy(half.state))
    for event in events[len(events) // 2 :]:
        resumed.evolve(event)
    assert resumed.state == player.world.center.state
    assert resumed.next_due() == player.world.center.next_due()


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_each_interaction_ends_at_most_once_and_all_of_them_when_everybody_leaves(play):
    player = played(play)
    for n in range(len(AGENTS)):
        player.play("screen", n, 0)
    for interaction_id in list(player.world.center.state.interactions):
        for _ in range(3):  # a connected one goes through wrap-up
            player.world.tell(got.EndRequested, interaction_id=interaction_id)
    arrived = [e.interaction_id for e in player.world.events if isinstance(e, ev.Arrived)]
    ended = [e.interaction_id for e in player.world.events if isinstance(e, ev.Ended)]
    assert sorted(arrived) == sorted(ended)
    assert player.world.center.state.interactions == {}
    timers = player.world.center.state.timers
    assert all(name.startswith(("screen ", "recover ", "closing ")) for name in timers)


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_a_customers_last_words_never_stand_unanswered_in_an_interaction_that_ended_as_served(play):
    """Whoever left, or was asked to leave a message, has an end of another name."""
    wrote: set[str] = set()  # after their conversation ended
    over: set[str] = set()
    for event in played(play).world.events:
        match event:
            case ev.ConversationEnded(interaction_id=x):
                over.add(x)
            case ev.MessageAdded(interaction_id=x, sender=Sender.CUSTOMER) if x in over:
                wrote.add(x)
            case ev.Connected(interaction_id=x):
                over.discard(x)
                wrote.discard(x)
            case ev.Ended(interaction_id=x, outcome=Outcome.SERVED):
                assert x not in wrote


@settings(deadline=None, max_examples=100)
@given(PLAYS)
def test_the_board_equals_the_sum_over_the_facts(play):
    player = played(play)
    queues = player.world.center.state.config.queues
    facts, board, rows, now = Facts(), Board("UTC"), {}, 0.0
    for event in player.world.events:
        now = event.at
        fact = facts.apply(event)
        if fact is not None:
            rows[fact.id] = fact
            board.count(fact, queues, now)
    for queue_id in QUEUES:
        expected = Tally()
        for fact in rows.values():
            if fact.queue == queue_id and fact.queued_at is not None:
                expected.add(contribution(fact, queues.get(queue_id)))
        assert board.queues.get(queue_id, Tally()) == expected
    ended = {e.interaction_id for e in player.world.events if isinstance(e, ev.Ended)}
    assert set(facts.rows) == set(rows) - ended
