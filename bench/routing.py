"""How fast the router decides, how that grows, what receipts and memory cost, and simpy beside it.

Random events (arrivals, answers, ends, declines, breaks, new facts, priorities, abandonments) in a
center where more wait than can be served: every agent who becomes free is given the next at once.
Times are those of the processor (`thread_time`), since the machine may be shared; wall beside.

    python -m bench.routing [--agents 10000] [--inputs 40000] [--receipts 100000]

The comparison with simpy is made where simpy can be imported.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import itertools
import json
import os
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from bench.cases import one_queue
from bench.measure import machine, percentile, resident_bytes, table
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.center.receipt import chosen_of
from parley.core.events import Event, Offered
from parley.core.model import (
    AgentOrder,
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    Fairness,
    Policy,
    PresenceStatus,
    Queue,
    QueueOrder,
    QueuePolicy,
    Rule,
    Stage,
    WrapUpMode,
)
from parley.simulate.run import replicate
from parley.simulate.scenario import parse

QUEUES_OF_AGENT = 6
SKILLS_OF_AGENT = 8
MIX = (
    *("serve",) * 24, "decline", "break", "back", "learn", "priority", "abandon",
)  # fmt: skip


def config(agents: int, queues: int, skills: int, chance: random.Random) -> CenterConfig:
    """Queue n asks for skill n; agents lie in a ring of queues and know the skills of theirs."""
    names = [f"skl_{n}" for n in range(skills)]
    made = {f"q{n}": _queue(n, names[n % skills]) for n in range(queues)}
    orders = list(AgentOrder)
    policies = {
        q: QueuePolicy(
            order=(QueueOrder.PRIORITY, QueueOrder.CREDIT)[n % 2], credit_s=30.0,
            agent_order=orders[n % 4],
            stages=(Stage(0.0, {names[n % skills]: 6}), Stage(30.0, {names[n % skills]: 2})),
        )
        for n, q in enumerate(made)
    }  # fmt: skip
    rules = (
        Rule("angry", {}, {"fact": "emotion", "is": "=", "value": "angry"}, priority=2, hard=True),
        Rule("vip", {}, {"fact": "customer.tier", "is": "in", "value": ["VIP"]}, priority=5),
        Rule("fraud", {}, {"fact": "tags", "is": "has", "value": "fraud"}, priority=3),
    )
    return CenterConfig(
        queues=made,
        agents={f"a{n}": _agent(n, queues, skills, names, chance) for n in range(agents)},
        policy=Policy(1, rules, policies, Fairness(run=4)),
    )


def _queue(n: int, skill: str) -> Queue:
    return Queue(
        f"q{n}", {}, needs={skill: 4}, priority=n % 3, wrap_up=WrapUpMode.NONE, decline_pause_s=5.0
    )


def _agent(
    n: int, queues: int, skills: int, names: list[str], chance: random.Random
) -> AgentProfile:
    own = [(n + k * 7) % queues for k in range(QUEUES_OF_AGENT)]
    known = {names[q % skills]: chance.randint(4, 10) for q in own}
    while len(known) < min(SKILLS_OF_AGENT, skills):
        known[chance.choice(names)] = chance.randint(1, 10)
    tiers = {f"q{q}": 1 + k // 3 for k, q in enumerate(own)}
    return AgentProfile(f"a{n}", f"A{n}", tiers, known, {Channel.TASK: 1})


class Crowd:
    def __init__(self, agents: int, queues: int, skills: int, seed: int) -> None:
        self.chance, self.now, self.center = random.Random(seed), 1_800_000_000.0, Center()
        self.queues, self._ids = queues, itertools.count()
        self.offers: deque[tuple[str, str]] = deque()
        self.talks: list[tuple[str, str]] = []
        self.away: list[str] = []
        self.waiting: list[str] = []  # may hold some that were served meanwhile
        self.config = config(agents, queues, skills, self.chance)
        self.full = 0  # interactions: where there are fewer, the next event is an arrival
        self.rss = [resident_bytes(os.getpid())]

    def fill(self, waiting: int) -> None:
        self.tell(got.ConfigChanged(at=self.now, config=self.config))
        for agent in self.config.agents:
            self.tell(got.AgentScreenChanged(at=self.now, agent_id=agent, online=True))
            ready = PresenceStatus.READY
            self.tell(got.PresenceSet(at=self.now, agent_id=agent, status=ready))
        while len(self.center.state.interactions) < len(self.config.agents):
            self.tell(self.arrive())
            while self.offers:
                self.tell(self.accept())
        self.rss.append(resident_bytes(os.getpid()))
        self.full = len(self.config.agents) + waiting
        while len(self.center.state.interactions) < self.full:
            self.tell(self.arrive())
            while self.offers:
                self.tell(self.accept())
        self.rss.append(resident_bytes(os.getpid()))

    def tell(self, news: got.Input) -> list[Event]:
        events = self.center.receive(news).events
        self.take(events)
        return events

    def take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Offered):
                self.offers.append((event.interaction_id, event.agent_id))

    def next(self) -> got.Input:
        self.now += 0.0002
        if self.offers:
            return self.decline() if self.chance.random() < 0.03 else self.accept()
        if len(self.center.state.interactions) < self.full:
            return self.arrive()
        return getattr(self, self.chance.choice(MIX))()

    def arrive(self) -> got.Input:
        n, chance = next(self._ids), self.chance
        who = CustomerRef("cus", "C", chance.choice((None, None, "VIP")), chance.choice((0, 0, 3)))
        self.waiting.append(f"int_{n}")
        return got.TaskArrived(
            at=self.now, interaction_id=f"int_{n}", queue=f"q{chance.randrange(self.queues)}",
            customer=who, ticket_id=f"t{n}", subject="",
        )  # fmt: skip

    def accept(self) -> got.Input:
        interaction, agent = self.offers.popleft()
        self.talks.append((interaction, agent))
        return got.OfferAccepted(at=self.now, interaction_id=interaction, agent_id=agent)

    def decline(self) -> got.Input:
        if not self.offers:
            return self.arrive()
        interaction, agent = self.offers.popleft()
        return got.OfferDeclined(at=self.now, interaction_id=interaction, agent_id=agent)

    def serve(self) -> got.Input:
        place = self.chance.randrange(len(self.talks))
        self.talks[place], self.talks[-1] = self.talks[-1], self.talks[place]
        interaction, agent = self.talks.pop()
        return got.ConversationClosed(at=self.now, interaction_id=interaction, agent_id=agent)

    def _presence(self, agent: str, status: PresenceStatus) -> got.Input:
        return got.PresenceSet(at=self.now, agent_id=agent, status=status)

    def _break(self) -> got.Input:
        agent = self.chance.choice(list(itertools.islice(self.config.agents, 50)))
        self.away.append(agent)
        return self._presence(agent, PresenceStatus.NOT_READY)

    def back(self) -> got.Input:
        return self._presence(self.away.pop(), PresenceStatus.READY) if self.away else self._break()

    def one_who_waits(self) -> str:
        """A random one who still waits; those served meanwhile are forgotten on the way."""
        while True:
            place = self.chance.randrange(len(self.waiting))
            self.waiting[place], self.waiting[-1] = self.waiting[-1], self.waiting[place]
            found = self.center.state.interactions.get(self.waiting[-1])
            if found is not None and found.owner is None:
                return found.id
            self.waiting.pop()

    def learn(self) -> got.Input:
        return got.FactsLearned(
            at=self.now, interaction_id=self.one_who_waits(), known={"emotion": "angry"}
        )

    def priority(self) -> got.Input:
        return got.PriorityChanged(
            at=self.now, interaction_id=self.one_who_waits(), priority=self.chance.randrange(9)
        )

    def abandon(self) -> got.Input:
        return got.EndRequested(at=self.now, interaction_id=self.one_who_waits())


setattr(Crowd, "break", Crowd._break)


def measured(crowd: Crowd, inputs: int) -> dict[str, float]:
    """µs of processor an input, and of those that decided something."""
    every, decided, wall = [], [], time.perf_counter()
    gc.collect()
    gc.freeze()
    clock, events_made = time.thread_time_ns, 0
    for _ in range(inputs):
        news = crowd.next()
        began = clock()
        events = crowd.center.receive(news).events
        took = (clock() - began) / 1000
        every.append(took)
        events_made += len(events)
        crowd.take(events)
        if any(type(e) is Offered for e in events):
            decided.append(took)
        for fired in crowd.center.due(crowd.now):
            crowd.take(crowd.center.receive(fired).events)
    gc.unfreeze()
    return {
        "events_per_s": 1e6 * events_made / sum(every),
        "inputs_per_s": 1e6 * inputs / sum(every),
        "decisions": float(len(decided)),
        "p50_us": percentile(decided, 0.5), "p99_us": percentile(decided, 0.99),
        "mean_us": sum(decided) / len(decided),
        "all_p99_us": percentile(every, 0.99), "wall_s": time.perf_counter() - wall,
    }  # fmt: skip


def filled(agents: int, seed: int = 1) -> Crowd:
    crowd = Crowd(agents, max(5, agents // 20), max(2, agents // 50), seed)
    crowd.fill(2 * agents)
    return crowd


def growth(most: int, inputs: int) -> None:
    rows, memory = [], ""
    for agents in sorted({100, 1_000, most}):
        crowd = filled(agents)
        found = measured(crowd, inputs)
        size = (agents, len(crowd.config.queues), 2 * agents)
        rows.append(
            [f"{n:,}" for n in size]
            + [f"{found[k]:,.0f}" for k in ("p50_us", "p99_us", "all_p99_us", "events_per_s")]
        )
        before, staffed, full = crowd.rss
        memory = (
            f"{(staffed - before) / agents / 1024:.1f} KiB an agent (busy), "
            f"{(full - staffed) / (2 * agents) / 1024:.1f} KiB a waiting interaction"
        )
    header = ("agents", "queues", "waiting", "decision p50 µs", "p99 µs", "any p99 µs", "events/s")
    print(table(header, rows))
    print(f"\nMemory at the largest: {memory}\n")


def receipts(agents: int, inputs: int, decisions: int) -> None:
    """What receipts add to a decision, and that each one proves its choice."""
    crowd, chance = filled(agents, seed=2), random.Random(3)
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(inputs):  # with and without by turns, so that both meet the same machine
        with_receipt = chance.random() < 0.5
        with nullcontext() if with_receipt else silent(crowd):
            took = decided_us(crowd)
        if took is not None:
            times[with_receipt].append(took)
    cost = _middle(times[True]) / _middle(times[False]) - 1
    print(f"Receipts add {cost:.1%} to a decision")
    same, seen = proven(crowd, decisions)
    print(f"{same:,} of {seen:,} receipts, read back from JSON, give the choice that was made\n")


def decided_us(crowd: Crowd) -> float | None:
    """µs of processor for one input; None if nothing was decided."""
    news, began = crowd.next(), time.thread_time_ns()
    events = crowd.center.receive(news).events
    took = (time.thread_time_ns() - began) / 1000
    crowd.take(events)
    for fired in crowd.center.due(crowd.now):
        crowd.take(crowd.center.receive(fired).events)
    return took if any(type(e) is Offered for e in events) else None


def _middle(values: list[float]) -> float:
    """The mean without the tenth at either end: others interrupt."""
    cut = len(values) // 10
    kept = sorted(values)[cut : len(values) - cut]
    return sum(kept) / len(kept)


@contextmanager
def silent(crowd: Crowd) -> Iterator[None]:
    """The router chooses the same, and says nothing of why."""
    router = crowd.center.router
    setattr(router, "_receipts", False)  # noqa: B010
    yield
    setattr(router, "_receipts", True)  # noqa: B010


def proven(crowd: Crowd, decisions: int) -> tuple[int, int]:
    """(receipts that give the choice that was made, decisions seen)."""
    same = seen = 0
    while seen < decisions:
        for event in crowd.tell(crowd.next()):
            if isinstance(event, Offered):
                seen += 1
                receipt = json.loads(json.dumps(event.why))
                chosen = event.agent_id if receipt["by"] == "arrival" else event.interaction_id
                same += chosen_of(receipt) == chosen
    return same, seen


def a_day(interactions: int) -> None:
    """The simulator with rules, stages, priorities and caps: 1,000 agents, 20 queues, a day."""
    queues, horizon = 20, 86_400.0
    kinds = [{"name": "vip", "share": 0.1, "tier": "VIP", "priority": 3},
             {"name": "angry", "share": 0.2, "tags": ["angry"]}]  # fmt: skip
    document = {
        "horizon_s": horizon,
        "queues": [{"id": f"q{n}", "skill": f"s{n}"} for n in range(queues)],
        "arrivals": [
            {"queue": f"q{n}", "rate_per_s": interactions / horizon / queues, "kinds": kinds}
            for n in range(queues)
        ],
        "handle": {f"q{n}": {"dist": "lognormal", "mean_s": 1600, "cv": 1} for n in range(queues)},
        "patience": {f"q{n}": {"dist": "exponential", "mean_s": 300} for n in range(queues)},
        "agents": [
            {"count": 50, "skills": {f"s{(n + k) % queues}": 9 - 2 * k for k in range(3)}}
            for n in range(queues)
        ],
        "policy": {
            "rules": [
                {"id": "vip", "when": {"fact": "customer.tier", "is": "=", "value": "VIP"},
                 "priority": 2},
                {"id": "angry", "when": {"fact": "customer.tags", "is": "has", "value": "angry"},
                 "hard": True},
            ],
            "queues": {
                f"q{n}": {
                    "order": "credit", "credit_s": 30, "agent_order": "lowest_sufficient",
                    "stages": [{"after_s": 0, "needs": {f"s{n}": 7}},
                               {"after_s": 20, "needs": {f"s{n}": 4}}],
                }
                for n in range(queues)
            },
            "fairness": {"run": 3},
        },
    }  # fmt: skip
    scenario, began = parse(json.dumps(document)), time.thread_time()
    outcome = replicate(scenario, None, Path(), 0)
    spent = time.thread_time() - began
    print(
        f"A day with 1,000 agents and the full policy: {outcome.arrivals:,} interactions in "
        f"{spent:.1f} s of one core, {outcome.arrivals / spent:,.0f}/s\n"
    )


def beside_simpy(calls: int, rounds: int = 5) -> None:
    """M/M/14 and M/M/14+M beside two models in simpy: one that only holds a resource, and one that knows
    what ours knows: agents with skills, who was idle longest, patience, what became of each call."""
    try:
        simpy = importlib.import_module("simpy")
    except ImportError:
        print("simpy cannot be imported: no comparison")
        return
    rows = []
    for name, patience_s in (("M/M/14", None), ("M/M/14+M, patience 240 s", 240.0)):
        document = one_queue(0.1, 120, 14, patience_s, horizon_s=calls / 0.1)
        scenario = parse(json.dumps(document))
        runs: dict[str, Callable[[], object]] = {
            "ours": partial(replicate, scenario, None, Path(), 0),
            "bare": partial(_simpy_bare, simpy, calls),
            "alike": partial(_simpy_alike, simpy, calls, patience_s),
        }
        speeds = {each: _fastest(run, calls, rounds) for each, run in runs.items()}
        ours, bare, alike = speeds["ours"], speeds["bare"], speeds["alike"]
        rows.append([name, f"{ours:,.0f}", f"{alike:,.0f}", f"{ours / alike:.2f}",
                     f"{bare:,.0f}", f"{ours / bare:.2f}"])  # fmt: skip
    header = ("calls/s", "the center", "simpy, same content", "ratio", "simpy, bare", "ratio")
    print(table(header, rows))


def _fastest(run: Callable[[], object], calls: int, rounds: int) -> float:
    """Calls a second of processor time; the best of some rounds, others share the machine."""
    best = 0.0
    for _ in range(rounds):
        began = time.thread_time()
        run()
        best = max(best, calls / (time.thread_time() - began))
    return best


def _simpy_bare(simpy: Any, calls: int) -> list[float]:
    chance = random.Random(1)
    env = simpy.Environment()
    agents = simpy.Resource(env, 14)
    waits = []

    def call():
        came = env.now
        with agents.request() as request:
            yield request
            waits.append(env.now - came)
            yield env.timeout(chance.expovariate(1 / 120))

    def arrivals():
        for _ in range(calls):
            yield env.timeout(chance.expovariate(0.1))
            env.process(call())

    env.process(arrivals())
    env.run()
    return waits


def _simpy_alike(simpy: Any, calls: int, patience_s: float | None) -> list[tuple[Any, ...]]:
    chance = random.Random(1)
    env = simpy.Environment()
    skills = {n: {"s": 5} for n in range(14)}
    idle = simpy.FilterStore(env)
    idle.items.extend(skills)  # in the order of becoming idle
    busy_s = dict.fromkeys(skills, 0.0)
    done: list[tuple[Any, ...]] = []

    def call():
        came = env.now
        with idle.get(lambda agent: skills[agent].get("s", 0) >= 1) as free:
            if patience_s is None:
                yield free
            else:
                yield free | env.timeout(chance.expovariate(1 / patience_s))
        if not free.triggered:
            done.append((came, "abandoned", env.now - came, None))
            return
        agent, began = free.value, env.now
        yield env.timeout(chance.expovariate(1 / 120))
        busy_s[agent] += env.now - began
        done.append((came, "answered", began - came, agent))
        yield idle.put(agent)

    def arrivals():
        for _ in range(calls):
            yield env.timeout(chance.expovariate(0.1))
            env.process(call())

    env.process(arrivals())
    env.run()
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--inputs", type=int, default=40_000)
    parser.add_argument("--receipts", type=int, default=100_000)
    arguments = parser.parse_args()
    print(f"{machine()}\n")
    growth(arguments.agents, arguments.inputs)
    receipts(min(1_000, arguments.agents), arguments.inputs, arguments.receipts)
    a_day(50_000)
    beside_simpy(20_000)


if __name__ == "__main__":
    main()
