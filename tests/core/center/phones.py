"""A center with telephones, and the network that carries out what it asks for."""

from __future__ import annotations

from dataclasses import replace

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    Flow,
    LegEnd,
    LegState,
    Node,
    NodeKind,
    Place,
    Queue,
    Recording,
    WrapUpMode,
)

from .world import World

MENU = Flow(
    "menu", "Menu", "hello",
    {
        "hello": Node("hello", NodeKind.MENU, ("welcome", "menu_demo"), keys={"1": "sales", "2": "number", "8": "boss", "9": "english"},
                      tags={"1": "buys"}, otherwise="sales"),
        "english": Node("english", NodeKind.SET, values={"language": "en-US"}, next="hello"),
        "number": Node("number", NodeKind.COLLECT, ("ask_order",), into="order", digits=4, next="vip"),
        "vip": Node("vip", NodeKind.CONDITION, when={"fact": "customer.tier", "is": "=", "value": "VIP"},
                    yes="sales", no="known"),
        "known": Node("known", NodeKind.CONDITION, when={"fact": "var.order", "is": "starts", "value": "99"},
                      yes="sales", no="bye"),
        "sales": Node("sales", NodeKind.QUEUE, queue="sales"),
        "boss": Node("boss", NodeKind.TRANSFER, number="+86777", otherwise="partner"),
        "partner": Node("partner", NodeKind.TRANSFER, ("transferring",), number="+86778"),
        "bye": Node("bye", NodeKind.HANG_UP, ("goodbye",)),
    },
)  # fmt: skip
STRAIGHT = Flow(
    "straight", "Straight on", "vip",
    {
        "vip": Node("vip", NodeKind.CONDITION, when=MENU.nodes["vip"].when, yes="first", no="sales"),
        "first": Node("first", NodeKind.SET, add_tags=("vip",), next="sales"),
        "sales": Node("sales", NodeKind.QUEUE, queue="sales"),
    },
)  # fmt: skip
TELLS = Flow(
    "tells", "First tells", "hello",
    {
        "hello": Node("hello", NodeKind.PLAY, ("welcome",), next="mark"),
        "mark": Node("mark", NodeKind.SET, add_tags=("told",), next="more"),
        "more": Node("more", NodeKind.PLAY, ("opening_hours",), next="vip"),
        "vip": Node("vip", NodeKind.CONDITION, when=MENU.nodes["vip"].when, yes="law", no="menu"),
        "law": Node("law", NodeKind.PLAY, ("recording_notice",), next="sales"),
        "menu": Node("menu", NodeKind.MENU, ("menu_demo",), keys={"1": "law"}),
        "sales": Node("sales", NodeKind.QUEUE, queue="sales"),
    },
)  # fmt: skip
SALES = Queue(
    "sales", {}, ring_s=20, wrap_up=WrapUpMode.TIMED, wrap_up_s=60, record=True, announce_s=30,
    choices={"1": "callback", "2": "voicemail"}, disposition_required=False, callback_retry_s=600,
)  # fmt: skip
PHONE = {Channel.VOICE: 1, Channel.CHAT: 2}
TELEPHONES = CenterConfig(
    queues={"sales": SALES, "help": Queue("help", {}, disposition_required=False)},
    agents={
        name: AgentProfile(name, name.title(), {"sales": 1, "help": 1}, {}, PHONE)
        for name in ("ann", "bob", "sue")
    },
    entry_points={
        "line": EntryPoint("line", Channel.VOICE, "Line", "sales", numbers=("+8657110",), flow="menu"),
        "plain": EntryPoint("plain", Channel.VOICE, "Plain", "sales", numbers=("+8657111",)),
        "straight": EntryPoint(
            "straight", Channel.VOICE, "Straight", "sales", numbers=("+8657112",), flow="straight"
        ),
        "tells": EntryPoint("tells", Channel.VOICE, "Tells", "sales", numbers=("+8657113",), flow="tells"),
        "shop": EntryPoint("shop", Channel.CHAT, "Shop", "sales"),
    },
    flows={"menu": MENU, "straight": STRAIGHT, "tells": TELLS},
    caller_id="+8657110",
)  # fmt: skip


def telephones(*, notice: bool = True, **sales) -> CenterConfig:
    """The small center with the queue `sales` changed."""
    queues = TELEPHONES.queues | {"sales": replace(SALES, **sales)}
    return replace(TELEPHONES, queues=queues, recording_notice=notice)


class Exchange(World):
    """A world whose telephone network does at once what it is told; people act when asked to."""

    def __init__(self, config: CenterConfig = TELEPHONES) -> None:
        super().__init__(config)
        self.prompts_end = True
        self.answers = True  # callers' lines, as soon as it is told to
        self.dialled: list[do.DialNumber] = []

    def at_work(self, *agents: str) -> None:
        self.ready(*agents)
        for agent in agents:
            self.tell(got.PhoneChanged, agent_id=agent, reachable=True)

    def tell(self, kind: type, /, **values: object) -> list[ev.Event]:
        """The input, and all that the network answers to what came of it."""
        seen = len(self.events)
        super().tell(kind, **values)
        self._network()
        return self.events[seen:]

    def wait(self, seconds: float) -> list[ev.Event]:
        end, seen = self.now + seconds, len(self.events)
        while (due := self.center.next_due()) is not None and due <= end:
            super().wait(max(0.0, due - self.now))
            self._network()
        super().wait(end - self.now)
        return self.events[seen:]

    def _network(self) -> None:
        while self.commands:
            command = self.commands.pop(0)
            match command:
                case do.AnswerLeg(leg_id=leg_id) if self.answers:
                    World.tell(self, got.LegAnswered, leg_id=leg_id)
                case do.HangUp(leg_id=leg_id):
                    World.tell(self, got.LegEnded, leg_id=leg_id, cause=LegEnd.NORMAL)
                case do.Play(leg_id=leg_id, playback_id=playback_id) if self.prompts_end:
                    World.tell(self, got.PromptEnded, leg_id=leg_id, playback_id=playback_id)
                case do.DialNumber():
                    self.dialled.append(command)

    def network_down(self) -> None:
        """From now on nobody carries commands out: they stay in `commands`."""
        self._network = lambda: None  # type: ignore[method-assign]

    def call(self, who: str, entry: str = "plain", ani: str | None = None, **customer) -> str:
        """Somebody rings; the interaction's id."""
        self.n += 1
        interaction_id = f"int_{self.n}"
        self.tell(
            got.CallArrived, interaction_id=interaction_id, leg_id=f"in_{who}", entry_point=entry,
            ani=f"+86138{self.n:04}" if ani is None else ani, dnis="+8657111",
            customer=CustomerRef(f"cus_{who}", who, **customer),
        )  # fmt: skip
        return interaction_id

    def answer(self, who: str) -> list[ev.Event]:
        """The caller's line is up."""
        return self.tell(got.LegAnswered, leg_id=f"in_{who}")

    def press(self, who: str, digits: str) -> list[ev.Event]:
        seen = len(self.events)
        for digit in digits:
            self.tell(got.DigitPressed, leg_id=f"in_{who}", digit=digit)
        return self.events[seen:]

    def hang_up(self, who: str, cause: LegEnd = LegEnd.NORMAL) -> list[ev.Event]:
        return self.tell(got.LegEnded, leg_id=f"in_{who}", cause=cause)

    def leg(self, interaction_id: str, agent: str) -> str:
        leg = self.center.state.calls[interaction_id].of_agent(agent)
        assert leg is not None
        return leg.id

    def pick_up(self, interaction_id: str, agent: str) -> list[ev.Event]:
        return self.tell(got.LegAnswered, leg_id=self.leg(interaction_id, agent))

    def connected(self, who: str = "wang", agent: str = "ann") -> str:
        """A call that the agent has answered."""
        interaction_id = self.call(who)
        self.pick_up(interaction_id, agent)
        return interaction_id

    def live(self, interaction_id: str):
        return self.center.state.interactions[interaction_id]

    def line(self, interaction_id: str):
        return self.center.state.calls[interaction_id]

    def places(self, interaction_id: str) -> dict[str, Place]:
        """Whose leg is where, as last arranged: the customer's under "customer"."""
        call = self.line(interaction_id)
        return {
            call.legs[plan.leg_id].agent_id or call.legs[plan.leg_id].role: plan.place
            for plan in call.arranged
        }

    def taped(self, interaction_id: str) -> Recording:
        return self.line(interaction_id).taped

    def rings(self, interaction_id: str, agent: str) -> bool:
        leg = self.line(interaction_id).of_agent(agent)
        return leg is not None and leg.state is not LegState.UP

    def silent(self) -> bool:
        """Nothing is left of any call."""
        state = self.center.state
        return not state.calls and not state.leg_of and not state.interactions


def said_last(x: Exchange) -> list[str]:
    """The prompts that were played last."""
    [*_, last] = (e for e in x.events if isinstance(e, ev.PromptStarted))
    return [part.value for part in last.parts]
