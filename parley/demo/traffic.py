"""`parley demo traffic`: lets realistic visitors write to a running Parley, so that boards move."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from parley.config import load
from parley.demo.colleague import Colleague, SignedOut
from parley.demo.company import Person, people
from parley.demo.customers import KnownCustomer, make_customers
from parley.demo.dialogues import dialogues
from parley.demo.history import TOPICS
from parley.demo.seed import SEED
from parley.demo.site import Site, SiteUnusable, is_this_machine, open_site
from parley.demo.visit import Visit
from parley.demo.visitor import Fate, Visitor

MAX_RATE = 600.0  # visitors a minute
MAX_MINUTES = 24 * 60.0
MAX_PACE = 50.0
MAX_AT_ONCE = 500  # visitors; more wait for somebody to leave
REPORT_EVERY_S = 15.0
HELPERS = ("agt_huang", "agt_xu", "agt_sun", "agt_zhao", "agt_james", "agt_olivia")
"""Who signs in with --agents; the others are left to you."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    url: str
    rate: float  # visitors a minute
    minutes: float
    agents: int = 0  # how many of HELPERS sign in
    pace: float = 1.0  # 2.0: everybody is twice as fast
    seed: int | None = None


@dataclass(slots=True)
class Tally:
    """How it went so far."""

    began: int = 0
    fates: Counter[Fate] = field(default_factory=Counter)

    def __str__(self) -> str:
        here = self.began - self.fates.total()
        fates = ", ".join(f"{self.fates[fate]} {fate.replace('_', ' ')}" for fate in Fate)
        return f"{self.began} visitors: {here} here, {fates}"


class Traffic:
    def __init__(self, site: Site, plan: Plan, tell: Tell) -> None:
        self.tally = Tally()
        self._site = site
        self._plan = plan
        self._tell = tell
        self._chance = random.Random(plan.seed)  # noqa: S311 - a demo, not a secret
        self._customers = make_customers(SEED, time.time())
        self._scripts: dict[str, Visit] = {}
        self._here: set[str] = set()  # customers in a conversation
        self._slots = asyncio.Semaphore(MAX_AT_ONCE)

    async def play(self) -> None:
        """Visitors come for `minutes` and are then seen off; agents stay until the last has gone."""
        async with asyncio.TaskGroup() as everybody:
            staff = [everybody.create_task(self._work(p)) for p in _helpers(self._plan.agents)]
            reporter = everybody.create_task(self._report())
            visits = []
            end = time.monotonic() + self._plan.minutes * 60
            while time.monotonic() < end:
                visits.append(everybody.create_task(self._visit()))
                await asyncio.sleep(self._chance.expovariate(self._plan.rate / 60))
            self._tell("no more visitors come; waiting for those who are here")
            await asyncio.gather(*visits)
            for task in (*staff, reporter):
                task.cancel()

    async def _visit(self) -> None:
        known, visit = self._cast()
        if known.customer.id in self._here:
            return
        self._here.add(known.customer.id)
        self.tally.began += 1
        async with self._slots:
            visitor = Visitor(self._site, visit, self._chance, self._plan.pace, self._scripts)
            fate = await visitor.play()
        self.tally.fates[fate] += 1
        self._here.discard(known.customer.id)

    def _cast(self) -> tuple[KnownCustomer, Visit]:
        topic = self._chance.choices(list(TOPICS), weights=list(TOPICS.values()))[0]
        dialogue = self._chance.choice([d for d in dialogues() if d.topic == topic])
        language = dialogue.language
        known = self._chance.choice([k for k in self._customers if k.customer.language == language])
        return known, Visit(known, dialogue, "")

    async def _work(self, person: Person) -> None:
        colleague = Colleague(
            self._site, person.email, person.name, self._scripts, self._chance, self._plan.pace
        )
        try:
            await colleague.play()
        except SignedOut:
            self._tell(f"{person.name} cannot sign in with the demo password and stays away")

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self._tell(str(self.tally))


def _helpers(count: int) -> list[Person]:
    by_id = {person.id: person for person in people()}
    return [by_id[each] for each in HELPERS[:count]]


# --- the command line -------------------------------------------------------------------------------


def main(given: Sequence[str]) -> int:
    """The exit status. Ctrl-C ends it early and cleanly."""
    arguments = _parser().parse_args(given)
    if not arguments.anywhere and not is_this_machine(arguments.url):
        _tell(f"{arguments.url} is another machine: add --anywhere if it is a test system.")
        return 2
    plan = Plan(
        url=arguments.url,
        rate=min(max(arguments.rate, 0.1), MAX_RATE),
        minutes=min(max(arguments.minutes, 0.0), MAX_MINUTES),
        agents=min(max(arguments.agents, 0), len(HELPERS)),
        pace=min(max(arguments.pace, 0.1), MAX_PACE),
        seed=arguments.seed,
    )
    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(_run(plan))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="parley demo traffic", description=__doc__)
    port = load().port
    parser.add_argument(
        "--url", default=f"http://127.0.0.1:{port}", help="where Parley runs (%(default)s)"
    )
    parser.add_argument("--rate", type=float, default=6.0, help="visitors a minute (%(default)s)")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long (%(default)s)")
    parser.add_argument(
        "--agents", type=int, nargs="?", const=len(HELPERS), default=0, metavar="N",
        help=f"also sign in N demo agents (up to {len(HELPERS)}) who answer",
    )  # fmt: skip
    parser.add_argument("--pace", type=float, default=1.0, help="2: everybody twice as fast")
    parser.add_argument("--seed", type=int, help="the same visitors in the same order")
    parser.add_argument(
        "--anywhere", action="store_true", help="allow a Parley on another machine (a test system)"
    )
    return parser


async def _run(plan: Plan) -> int:
    try:
        site = await open_site(plan.url)
    except SiteUnusable as error:
        _tell(str(error))
        return 1
    traffic = Traffic(site, plan, _tell)
    _tell(f"{plan.rate:g} visitors a minute for {plan.minutes:g} minutes at {site.url}")
    try:
        await traffic.play()
    finally:
        _tell(str(traffic.tally))
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
