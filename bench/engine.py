"""How fast the core decides: `Center.receive` in a large, busy center.

1,000 agents in 50 queues with skills and tiers, every agent busy, 5,000 customers waiting. Each
conversation is an arrival, an offer accepted, what both sides say and read, the end and the wrap-up;
whoever becomes free is offered the next at once, so every end also routes.

    python -m bench.engine [--rounds 5] [--inputs 60000]
"""

from __future__ import annotations

import argparse
import gc
import itertools
import random
import time
from collections import defaultdict, deque

from bench.measure import machine, medians, percentile, table
from parley.core import inputs as got
from parley.core.center.center import Center
from parley.core.events import Event, Offered
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    PresenceStatus,
    Queue,
    Skill,
    WrapUpMode,
)

AGENTS, QUEUES, SKILLS, WAITING = 1_000, 50, 12, 5_000
CAPACITY = 3
EXCHANGES = 5  # the customer writes, the agent reads and answers, the customer reads


def config(chance: random.Random) -> CenterConfig:
    skills = [f"skl_{n}" for n in range(SKILLS)]
    queues = {
        f"que_{n}": Queue(
            id=f"que_{n}", names={"en-US": f"Queue {n}"}, needs={skills[n % SKILLS]: 1 + n % 6},
            priority=n % 3, wrap_up=WrapUpMode.TIMED, disposition_required=False,
            reply_timeout_s=600.0,
        )
        for n in range(QUEUES)
    }  # fmt: skip
    agents = {f"agt_{n}": _agent(n, skills, chance) for n in range(AGENTS)}
    entries = {f"ept_{q}": EntryPoint(f"ept_{q}", Channel.CHAT, q, q) for q in queues}
    return CenterConfig(
        skills={s: Skill(s, {"en-US": s}) for s in skills},
        queues=queues, agents=agents, entry_points=entries,
    )  # fmt: skip


def _agent(n: int, skills: list[str], chance: random.Random) -> AgentProfile:
    """In six queues that lie beside each other, in tiers 1 to 3, with a level for every skill."""
    return AgentProfile(
        id=f"agt_{n}", name=f"Agent {n}",
        queues={f"que_{(n + k) % QUEUES}": 1 + k // 2 for k in range(6)},
        skills={skill: chance.randint(4, 10) for skill in skills},
        capacity={Channel.CHAT: CAPACITY},
    )  # fmt: skip


class Load:
    """Says what happens next, so that the center stays as full as it is."""

    def __init__(self, center: Center, chance: random.Random) -> None:
        self.now = 1_800_000_000.0
        self._center = center
        self._chance = chance
        self._ids = itertools.count()
        self._offers: deque[tuple[str, str]] = deque()
        self._talks: deque[tuple[str, str, int]] = deque()  # interaction, agent, exchanges left
        self._script: deque[got.Input] = deque()
        self._running = False  # while filling, conversations are put at any point of their course

    def fill(self) -> None:
        self._center.receive(got.ConfigChanged(at=self.now, config=config(self._chance)))
        for agent_id in self._center.state.config.agents:
            self._center.receive(
                got.AgentScreenChanged(at=self.now, agent_id=agent_id, online=True)
            )
            ready = PresenceStatus.READY
            self._center.receive(got.PresenceSet(at=self.now, agent_id=agent_id, status=ready))
        total = AGENTS * CAPACITY + WAITING
        while len(self._center.state.interactions) < total or self._offers:
            news = self._accept() if self._offers else self._arrival()
            self.take(self._center.receive(news).events)
        self._running = True

    def next(self) -> got.Input:
        self.now += 0.0005
        if self._script:
            return self._script.popleft()
        if self._offers:
            return self._accept()
        return self._talk()

    def take(self, events: list[Event]) -> None:
        for event in events:
            if isinstance(event, Offered):
                self._offers.append((event.interaction_id, event.agent_id))

    def _arrival(self) -> got.MessageReceived:
        number = next(self._ids)
        return self._message(f"web:vis_{number}", number, f"int_{number}")

    def _message(self, address: str, number: int, interaction_id: str) -> got.MessageReceived:
        customer = CustomerRef(f"cus_{address}", "Customer", priority=self._chance.choice((0, 5)))
        return got.MessageReceived(
            at=self.now, entry_point=f"ept_que_{number % QUEUES}", address=address,
            message_id=f"msg_{next(self._ids)}", client_id=f"c{next(self._ids)}",
            interaction_id=interaction_id, text="Where is my parcel?", customer=customer,
            language="en-US",
        )  # fmt: skip

    def _accept(self) -> got.OfferAccepted:
        interaction_id, agent_id = self._offers.popleft()
        left = EXCHANGES if self._running else self._chance.randint(0, EXCHANGES)
        self._talks.append((interaction_id, agent_id, left))
        return got.OfferAccepted(at=self.now, interaction_id=interaction_id, agent_id=agent_id)

    def _talk(self) -> got.Input:
        interaction_id, agent_id, left = self._talks.popleft()
        interaction = self._center.state.interactions[interaction_id]
        if left == 0:
            self._script.append(
                got.WrapUpSaved(at=self.now, interaction_id=interaction_id, agent_id=agent_id)
            )
            self._script.append(self._arrival())
            return got.ConversationClosed(
                at=self.now, interaction_id=interaction_id, agent_id=agent_id
            )
        self._talks.append((interaction_id, agent_id, left - 1))
        asked = self._message(interaction.address, next(self._ids), interaction_id)
        reply_id = f"msg_{next(self._ids)}"
        self._script.extend(
            (
                got.AgentRead(
                    at=self.now, interaction_id=interaction_id, agent_id=agent_id,
                    message_id=asked.message_id,
                ),
                got.MessageWritten(
                    at=self.now, interaction_id=interaction_id, agent_id=agent_id,
                    message_id=reply_id, client_id=reply_id, text="It arrives tomorrow.",
                ),
                got.CustomerRead(
                    at=self.now, address=interaction.address, message_id=reply_id, read=True
                ),
            )
        )  # fmt: skip
        return asked


def one_round(inputs: int, seed: int) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Figures of the round, and µs per input by kind."""
    center = Center()
    load = Load(center, random.Random(seed))
    load.fill()
    waiting = sum(len(ids) for ids in center.router.waiting.values())
    by_kind: dict[str, list[float]] = defaultdict(list)
    gc.collect()
    clock, receive = time.perf_counter_ns, center.receive
    for _ in range(inputs):
        news = load.next()
        began = clock()
        step = receive(news)
        took = clock() - began
        load.take(step.events)
        by_kind[type(news).__name__].append(took / 1000)
        for fired in center.due(load.now):
            load.take(receive(fired).events)
    everything = [us for kind in by_kind.values() for us in kind]
    figures = {
        "inputs_per_s": 1e6 * len(everything) / sum(everything),
        "p50_us": percentile(everything, 0.5),
        "p99_us": percentile(everything, 0.99),
        "p99.9_us": percentile(everything, 0.999),
        "max_us": max(everything),
        "waiting": float(waiting),
    }
    return figures, by_kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inputs", type=int, default=60_000)
    arguments = parser.parse_args()
    rounds = [one_round(arguments.inputs, seed) for seed in range(arguments.rounds)]
    figures = medians([row for row, _ in rounds])
    print(f"{machine()}; {AGENTS:,} agents, {QUEUES} queues, {figures['waiting']:,.0f} waiting")
    print(f"{arguments.rounds} rounds of {arguments.inputs:,} inputs, medians\n")
    names = ("inputs_per_s", "p50_us", "p99_us", "p99.9_us", "max_us")
    print(table(names, [[f"{figures[name]:,.0f}" for name in names]]), "\n")
    by_kind = rounds[len(rounds) // 2][1]
    rows = [
        [kind, f"{len(us):,}", f"{percentile(us, 0.5):.0f}", f"{percentile(us, 0.99):.0f}"]
        for kind, us in sorted(by_kind.items(), key=lambda item: -len(item[1]))
    ]
    print(table(("input", "count", "p50 µs", "p99 µs"), rows))


if __name__ == "__main__":
    main()
