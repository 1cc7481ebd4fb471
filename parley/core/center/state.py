"""What is live: plain data that replay rebuilds, and nothing else. Indexes are derived from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from parley.core.center.estimate import Pace
from parley.core.model import (
    NO_PAGE,
    CenterConfig,
    Channel,
    ConsentAnswer,
    CustomerRef,
    Direction,
    EndedBy,
    LegPlan,
    LegRole,
    LegState,
    Page,
    Phase,
    PresenceStatus,
    Recording,
    Role,
    Sender,
)

_OFFERED = Phase.OFFERED  # reading the member costs as much as a call
MIN_HERE_S = 60.0  # a shorter time at work says nothing of how busy it is
MAX_REMEMBERED_MESSAGES = 500  # client ids and order of an interaction's newest messages


class Timer:
    """Kinds of timers; the key is an interaction (an agent for SCREEN and RECOVER, a queue for CLOSING)."""

    RING = "ring"
    HOLD = "hold"  # reserved for one agent until then
    PAUSE = "pause"  # key "interaction agent": may be offered to them again
    WRAP_UP = "wrap_up"
    REPLY = "reply"
    IDLE = "idle"
    GONE = "gone"  # the customer's screen is gone
    WAIT = "wait"  # the longest wait in this queue
    STAGE = "stage"  # the queue's policy asks for less from then on
    NOVICE = "novice"  # a newcomer hands over
    RECOVER = "recover"  # key is an agent: no demanding interaction for a while
    LEAVE = "leave"  # asked to leave a message and silent
    SCREEN = "screen"  # the agent's screen is gone
    ANNOUNCE = "announce"  # a waiting caller hears their place
    KEYS = "keys"  # the flow waits for a key, or for a prompt to end
    SPOKEN = (
        "spoken"  # the caller hung up while speaking a message: it must have been stored by then
    )
    REJOIN = "rejoin"  # the owner's phone was lost on a call
    INVITE = "invite"  # key "interaction agent": asked to consult
    CONSENT = "consent"  # key is a supervisor: an agent is asked whether they may listen in
    CALLBACK = "callback"  # a callback's time has come
    CLOSING = "closing"  # key is a queue: its business hours end


@dataclass(slots=True)
class Offer:
    agent_id: str
    at: float
    until: float
    why: dict[str, Any]


@dataclass(slots=True)
class Invitation:
    by: str
    note: str
    until: float
    answer: str | None = None  # why it ended without the colleague; None: still open


@dataclass(slots=True)
class Ask:
    """A supervisor wants to listen in on a call, and its agent is asked."""

    interaction_id: str
    agent_id: str  # who is asked
    role: Role
    until: float
    answer: ConsentAnswer | None = None  # None: still open


@dataclass(slots=True)
class WrapUp:
    agent_id: str
    since: float
    until: float | None
    blocking: bool


@dataclass(slots=True)
class LastMessage:
    text: str
    sender: Sender
    at: float


@dataclass(slots=True)
class Interaction:
    id: str
    channel: Channel
    entry_point: str | None
    address: str
    customer: CustomerRef
    language: str
    arrived_at: float
    topic: str | None = None
    page: Page = NO_PAGE
    ticket_id: str | None = None
    subject: str = ""
    phase: Phase = Phase.QUEUED
    queue: str | None = None
    priority: int = 0
    needs: dict[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()  # whose agents may serve besides the queue's own
    stage: int = 0
    tags: tuple[str, ...] = ()
    known: dict[str, str] = field(default_factory=dict)  # emotion, intent, dnis, keys
    rules: tuple[str, ...] = ()  # of the policy that held
    rule_needs: dict[str, int] = field(default_factory=dict)
    rule_priority: int = 0
    set_priority: int | None = None  # by a supervisor
    hard: bool = False  # demanding: counts for the fairness caps
    order_at: float = 0.0
    queued_at: float = 0.0  # when it entered this queue
    queued_reason: str = ""
    only_agent: str | None = None
    only_until: float | None = None
    paused: dict[str, float] = field(default_factory=dict)  # agent who declined -> until
    offer: Offer | None = None
    owner: str | None = None
    connected_at: float | None = None
    participants: dict[str, Role] = field(default_factory=dict)
    invited: dict[str, Invitation] = field(default_factory=dict)  # agent -> to consult
    wrap_up: WrapUp | None = None
    ended_by: EndedBy | None = None  # of the conversation
    away_reason: str | None = None
    customer_online: bool = True
    unanswered_since: float | None = None
    unread: int = 0
    last_message: LastMessage | None = None
    note: str = ""  # of the last transfer
    message_count: int = 0
    client_ids: dict[str, str] = field(default_factory=dict)  # evolve.client_key -> message id
    ordinals: dict[str, int] = field(default_factory=dict)  # message id -> its place
    customer_delivered_to: str | None = None
    customer_read_to: str | None = None
    agent_read_to: str | None = None
    undelivered: dict[str, str] = field(default_factory=dict)  # message that failed -> why


@dataclass(slots=True)
class Leg:
    """One phone in a call, from the first ring to its end."""

    id: str
    role: LegRole
    direction: Direction
    since: float
    agent_id: str | None = None
    number: str | None = None
    trunk: str | None = None
    state: LegState = LegState.DIALLING
    up_at: float | None = None
    aside: bool = False  # consulted: speaks with the owner alone
    muted: bool = False
    dropped: bool = False  # we asked for its end

    @property
    def up(self) -> bool:
        return self.state is LegState.UP and not self.dropped


@dataclass(slots=True)
class FlowRun:
    """Where a caller is in a flow."""

    flow: str
    node: str = ""
    digits: str = ""
    tries: int = 0  # prompts said again at this node


@dataclass(slots=True)
class PlannedCall:
    """The customer is to be called: at once, in turn, or at `at`."""

    number: str
    at: float | None = None
    attempt: int = 0  # calls made so far
    owner: str | None = None  # the agent who promised to call


@dataclass(slots=True)
class Call:
    """The legs of a voice interaction. It lasts until the last of them has ended, which may be after
    the interaction."""

    id: str  # the interaction's
    direction: Direction
    number: str
    dnis: str = ""
    trunk: str | None = None
    legs: dict[str, Leg] = field(default_factory=dict)
    made: int = 0  # ids made so far: of legs, prompts, recordings
    reached: bool = False  # the customer was on the line
    held: bool = False
    linked: str | None = None  # the outside leg the customer was transferred to
    unlinked: bool = False  # the flow passed the caller on, and nobody answered
    plan: PlannedCall | None = None
    rejoin_until: float | None = None  # the owner's phone was lost
    flow: FlowRun | None = None
    language: str = ""
    playing: tuple[str, str] | None = None  # leg, playback
    must_hear: bool = False  # what is played: nobody talks before it has ended
    message: str | None = None  # id of the recording of a message that is being spoken
    recording: Recording = Recording.OFF
    recording_id: str | None = None
    told_of_recording: bool = False  # the customer heard the notice
    keys: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    arranged: tuple[LegPlan, ...] = ()
    taped: Recording = Recording.OFF  # as last arranged

    def customer(self) -> Leg | None:
        """The customer's leg, if one lives."""
        return next(
            (x for x in self.legs.values() if x.role is LegRole.CUSTOMER and not x.dropped), None
        )

    def of_agent(self, agent_id: str | None) -> Leg | None:
        """The agent's leg that lives and is not on its way out."""
        return next(
            (
                x
                for x in self.legs.values()
                if agent_id and x.agent_id == agent_id and not x.dropped
            ),
            None,
        )

    def passed_on(self) -> bool:
        """The customer waits for the outside party they were transferred to, who has not answered yet."""
        leg = self.legs.get(self.linked or "")
        if leg is None or leg.dropped or self.customer() is None:
            return False
        return leg.state is not LegState.UP

    def promised(self, phase: Phase) -> PlannedCall | None:
        """The call the customer was promised, until a phone rings for it."""
        waits = phase in (Phase.SCHEDULED, Phase.QUEUED)
        return self.plan if waits and not self.calling() else None

    def calling(self) -> bool:
        """Whether we called anybody for it: the customer, or an agent's phone."""
        return any(x.direction is Direction.OUT and not x.dropped for x in self.legs.values())

    def consulted(self) -> list[Leg]:
        """Those the owner speaks with, or waits for, while the customer hears music."""
        return [x for x in self.legs.values() if x.aside and not x.dropped]


@dataclass(slots=True)
class AgentState:
    id: str
    status: PresenceStatus = PresenceStatus.OFFLINE
    reason: str | None = None
    since: float = 0.0  # of status and reason
    online: bool = False  # a console is connected
    phone: bool = False  # their phone can be rung
    idle_since: float = 0.0  # when work was last given or ended
    work: dict[str, float] = field(default_factory=dict)  # offered, owned, wrapping up -> since
    joined: dict[str, float] = field(default_factory=dict)  # consulting, monitoring -> since
    invited: dict[str, float] = field(default_factory=dict)  # asked to consult -> since
    asked: Ask | None = None  # what came of their last question to listen in
    busy_since: float | None = None  # has work accepted since
    busy_s: float = 0.0  # before that, since sign-in
    here_since: float | None = None  # ready or with work since
    here_s: float = 0.0  # before that, since sign-in
    hard_run: int = 0  # demanding interactions in a row
    recent: list[bool] = field(default_factory=list)  # the last ones: demanding or not

    def occupancy(self, now: float) -> float | None:
        """Share of the time ready or with work that had work, since sign-in; None at its beginning."""
        here_s = self.here_s + (now - self.here_since if self.here_since is not None else 0.0)
        busy_s = self.busy_s + (now - self.busy_since if self.busy_since is not None else 0.0)
        return min(1.0, busy_s / here_s) if here_s >= MIN_HERE_S else None


@dataclass(slots=True)
class State:
    config: CenterConfig = field(default_factory=CenterConfig)
    agents: dict[str, AgentState] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    by_address: dict[str, str] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)  # interaction -> its legs
    leg_of: dict[str, str] = field(default_factory=dict)  # leg -> call
    asks: dict[str, Ask] = field(default_factory=dict)  # supervisor -> what they wait for
    timers: dict[str, float] = field(default_factory=dict)  # "kind key" -> due
    pace: dict[str, Pace] = field(default_factory=dict)  # queue -> its last departures


def load(state: State, agent: AgentState) -> dict[Channel, int]:
    """How much of each channel the agent carries: offers, conversations, blocking wrap-ups."""
    carried: dict[Channel, int] = {}
    for interaction_id in agent.work:
        interaction = state.interactions[interaction_id]
        wrap_up = interaction.wrap_up
        if wrap_up is None or wrap_up.blocking:
            carried[interaction.channel] = carried.get(interaction.channel, 0) + 1
    return carried


def has_offer(state: State, agent: AgentState) -> bool:
    for interaction_id in agent.work:  # a loop: this is asked several times an event
        if state.interactions[interaction_id].phase is _OFFERED:
            return True
    return False


def is_capped(state: State, agent: AgentState) -> bool:
    """Whether one more demanding interaction would be over the policy's fairness limits."""
    fairness = state.config.policy.fairness
    if fairness.run is None and fairness.share is None:
        return False
    if fairness.run is not None and agent.hard_run >= fairness.run:
        return True
    if fairness.share is None:
        return False
    newest = agent.recent[-(fairness.window - 1) :] if fairness.window > 1 else []
    return sum(newest) + 1 > fairness.share * fairness.window
