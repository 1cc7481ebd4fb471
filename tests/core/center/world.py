"""A small center for stories and laws: who is there, and short words for what happens to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.center import Center, Step
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    Hours,
    PresenceStatus,
    Queue,
    WrapUpMode,
)

SHOP = "shop"
SALES = Queue(
    "sales", {"en-US": "Sales"}, needs={"zh": 3}, ring_s=20, wrap_up=WrapUpMode.TIMED, wrap_up_s=60,
    inactivity_s=600, reply_timeout_s=180, last_agent_within_s=86_400, pull=True,
)  # fmt: skip
HELP = Queue("help", {"en-US": "Help"}, wrap_up=WrapUpMode.NONE, disposition_required=False)
AGENTS = {
    "ann": AgentProfile("ann", "Ann", {"sales": 1, "help": 1}, {"zh": 8}, {Channel.CHAT: 2}),
    "bob": AgentProfile("bob", "Bob", {"sales": 2}, {"zh": 5}, {Channel.CHAT: 1}),
    "cat": AgentProfile("cat", "Cat", {"help": 1, "sales": 1}, {"zh": 1}, {Channel.CHAT: 3}),
}
CONFIG = CenterConfig(
    queues={"sales": SALES, "help": HELP},
    agents=AGENTS,
    entry_points={
        SHOP: EntryPoint(SHOP, Channel.CHAT, "Shop", "sales", {"en-US": "help"}, {"fix": "help"})
    },
    hours={"office": Hours("office", "Office", "Asia/Shanghai", (((540, 1080),),) * 7)},
)


class World:
    """Feeds a center, keeps all it said, and the time."""

    def __init__(self, config: CenterConfig = CONFIG, now: float = 1_000.0) -> None:
        self.center, self.now, self.n = Center(), now, 0
        self.events: list[ev.Event] = []
        self.commands: list = []
        self.last = Step([], [])
        self.tell(got.ConfigChanged, config=config)

    def tell(self, kind: type, /, **values: object) -> list[ev.Event]:
        """Receive one input now; the events it gave."""
        return self.take(kind(at=self.now, **values))

    def take(self, input: got.Input) -> list[ev.Event]:
        self.last = self.center.receive(input)
        self.events += self.last.events
        self.commands += self.last.commands
        return self.last.events

    @property
    def refused(self) -> str | None:
        """Why the last input was refused, if it was."""
        return self.last.refusal.code if self.last.refusal else None

    def wait(self, seconds: float) -> list[ev.Event]:
        """Let time pass, firing the timers on the way."""
        end, seen = self.now + seconds, len(self.events)
        while (due := self.center.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            for fired in self.center.due(self.now):
                self.take(fired)
        self.now = end
        return self.events[seen:]

    def ready(self, *agents: str) -> None:
        for agent in agents:
            self.tell(got.AgentScreenChanged, agent_id=agent, online=True)
            self.tell(got.PresenceSet, agent_id=agent, status=PresenceStatus.READY)

    def write(self, who: str, text: str = "hello", client_id: str | None = None, **more) -> list:
        self.n += 1
        customer = more.pop("customer", CustomerRef(f"cus_{who}", who))
        return self.tell(
            got.MessageReceived, entry_point=SHOP, address=f"web:{who}", message_id=f"msg_{self.n}",
            client_id=client_id or f"c{self.n}", interaction_id=f"int_{self.n}", text=text,
            customer=customer, **more,
        )  # fmt: skip

    def id_of(self, who: str) -> str:
        return self.center.state.by_address[f"web:{who}"]

    def of(self, who: str):
        return self.center.state.interactions[self.id_of(who)]

    def accept(self, who: str, agent: str) -> list:
        return self.tell(got.OfferAccepted, interaction_id=self.id_of(who), agent_id=agent)

    def reply(self, who: str, agent: str, text: str = "hi", **more) -> list:
        self.n += 1
        return self.tell(
            got.MessageWritten, interaction_id=self.id_of(who), agent_id=agent,
            message_id=f"msg_{self.n}", client_id=f"a{self.n}", text=text, **more,
        )  # fmt: skip

    def close(self, who: str, agent: str) -> list:
        return self.tell(got.ConversationClosed, interaction_id=self.id_of(who), agent_id=agent)


def kinds(events: list[ev.Event]) -> list[str]:
    return [type(e).__name__ for e in events]


def with_queue(**changes: Any) -> CenterConfig:
    """The small center with `sales` changed."""
    return replace(CONFIG, queues=CONFIG.queues | {"sales": replace(SALES, **changes)})
