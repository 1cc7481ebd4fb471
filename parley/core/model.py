"""The nouns of the live center. Frozen values only; no behaviour that needs a clock or a socket.

Texts that customers or agents read come in languages: `{"zh-CN": "…", "en-US": "…"}` (`Texts`).
Times are unix seconds (float), durations seconds with `_s`, levels 1..10, larger priority goes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Texts = dict[str, str]
"""A text per language tag, e.g. `{"zh-CN": "售后", "en-US": "After-sales"}`."""


class Channel(StrEnum):
    VOICE = "voice"
    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    SOCIAL = "social"
    FORM = "form"
    TASK = "task"  # a record that needs a person: a message left, a callback


class PresenceStatus(StrEnum):
    READY = "ready"
    NOT_READY = "not_ready"
    OFFLINE = "offline"


class Phase(StrEnum):
    """Where an interaction stands. `ended` is terminal."""

    FLOW = "flow"  # a flow speaks with the caller: greeting, menu, what is wanted
    AWAY = "away"  # nobody serves now (closed, full): the customer is asked to leave a message
    SCHEDULED = "scheduled"  # a callback waits for its time, or for the next try
    QUEUED = "queued"
    OFFERED = "offered"
    CONNECTED = "connected"
    WRAP_UP = "wrap_up"
    ENDED = "ended"


class Outcome(StrEnum):
    """The one terminal state of an interaction."""

    SERVED = "served"  # an agent served it and the conversation was closed
    ABANDONED = "abandoned"  # the customer left before an agent was connected
    MESSAGE_LEFT = "message_left"  # became a ticket
    CALLBACK_BOOKED = "callback_booked"  # became a ticket with a number and a time
    SELF_SERVED = "self_served"  # the flow solved it, nobody was needed
    UNREACHED = "unreached"  # we called, as often as allowed, and nobody answered
    CALLBACK_CANCELLED = "callback_cancelled"  # a promised call that is needed no more


class EndedBy(StrEnum):
    AGENT = "agent"
    CUSTOMER = "customer"
    INACTIVITY = "inactivity"
    SYSTEM = "system"


class WrapUpMode(StrEnum):
    NONE = "none"
    OPTIONAL = "optional"  # offered, takes no capacity
    MANDATORY = "mandatory"  # takes capacity until saved
    TIMED = "timed"  # takes capacity until saved or the time is over


class AgentOrder(StrEnum):
    """Who is asked first among those who can serve, after the tier."""

    LONGEST_IDLE = "longest_idle"
    LEAST_OCCUPIED = "least_occupied"  # the least time busy of late
    HIGHEST_LEVEL = "highest_level"
    LOWEST_SUFFICIENT = "lowest_sufficient"  # simple ones to newcomers, seniors stay free


class QueueOrder(StrEnum):
    ARRIVAL = "arrival"
    PRIORITY = "priority"  # a higher priority always goes first
    CREDIT = "credit"  # each point of priority counts as credit_s seconds of waiting


class Picks(StrEnum):
    """What an agent who becomes free serves first among all that they could."""

    TURN = "turn"  # whoever's turn it is in the common order
    LEVEL = "level"  # what they are best at, then the turn


class Emotion(StrEnum):
    CALM = "calm"
    ANXIOUS = "anxious"
    ANGRY = "angry"


class Sender(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    SYSTEM = "system"


class Visibility(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"  # agents only: a note


class Role(StrEnum):
    """What an agent does on an interaction besides owning it. On a call, in rising order of who hears
    them: monitor nobody, whisper the owner, consult the owner aside, barge and conference everybody."""

    CONSULT = "consult"
    MONITOR = "monitor"
    WHISPER = "whisper"
    BARGE = "barge"
    CONFERENCE = "conference"


class MonitorNotice(StrEnum):
    """What an agent knows of a supervisor who listens in on their call."""

    SILENT = "silent"
    TOLD = "told"  # sees who it is
    ASKED = "asked"  # and nobody listens whom they did not allow

    @classmethod
    def _missing_(cls, value: object) -> MonitorNotice | None:
        """Older records say whether agents are told."""
        if isinstance(value, bool):
            return cls.TOLD if value else cls.SILENT
        return None


class ConsentAnswer(StrEnum):
    """What came of asking an agent whether somebody may listen in on their call."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"  # by who asked
    CALL_OVER = "call_over"
    AGENT_GONE = "agent_gone"  # no longer serves the call
    SUPERVISOR_GONE = "supervisor_gone"  # or their phone
    NO_ROOM = "no_room"  # the call has as many people as it can


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class LegRole(StrEnum):
    """Whose phone a leg of a call is. What Asterisk calls a channel is a leg here."""

    CUSTOMER = "customer"
    AGENT = "agent"  # owner, colleague or supervisor: what they do is their role on the interaction
    PARTY = "party"  # somebody outside, consulted or transferred to


class LegState(StrEnum):
    DIALLING = "dialling"
    RINGING = "ringing"
    UP = "up"


class LegEnd(StrEnum):
    """Why a leg ended."""

    NORMAL = "normal"  # hung up by its side, or by us
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"  # no registered phone, no such number, trunk out of service
    FAILED = "failed"
    LOST = "lost"  # the line, the browser or the telephone engine went away
    MACHINE = "machine"  # an answering machine took the call, and was hung up on


class Place(StrEnum):
    """Where a leg that is up stands in its call. What is to be heard follows from it alone."""

    ALONE = "alone"  # hears prompts, else nothing
    MUSIC = "music"  # waits or is held
    TALK = "talk"  # in the conversation
    ASIDE = "aside"  # in the side conversation of a consultation
    LISTEN = "listen"  # hears the conversation, nobody hears it
    WHISPER = "whisper"  # hears the conversation, only the owner hears it


class Recording(StrEnum):
    OFF = "off"
    ON = "on"
    PAUSED = "paused"  # silence is recorded: a card number is being said


class PhoneKind(StrEnum):
    """What rings when an agent is called."""

    BROWSER = "browser"
    SIP = "sip"  # a desk phone that registers
    NUMBER = "number"  # an outside number, called over a trunk


class Delivery(StrEnum):
    SENT = "sent"  # durable here, handed to the channel
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


# --- configuration: what administrators decide -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Skill:
    id: str
    names: Texts


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody serves. `week[0]` is Monday: spans of minutes since midnight `(from, to)`.

    `holidays` maps ISO dates to the spans of that day (none: closed all day); it also
    holds working days that replace a weekend. `override` forces open or closed at once.
    """

    id: str
    name: str
    zone: str = "Asia/Shanghai"
    week: tuple[tuple[tuple[int, int], ...], ...] = (((0, 1440),),) * 7
    holidays: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    override: str | None = None  # None, "open" or "closed"


@dataclass(frozen=True, slots=True)
class Queue:
    id: str
    names: Texts
    needs: dict[str, int] = field(default_factory=dict)  # skill -> least level
    priority: int = 0
    order: QueueOrder = QueueOrder.PRIORITY
    agent_order: AgentOrder = AgentOrder.LONGEST_IDLE
    hours_id: str | None = None  # None: always open
    ring_s: float = 30.0
    decline_pause_s: float = 30.0  # an agent who declined is not offered the same again for so long
    wrap_up: WrapUpMode = WrapUpMode.TIMED
    wrap_up_s: float = 120.0  # at most MAX_WRAP_UP_S
    dispositions: tuple[str, ...] = ()  # ids; empty: all of the tenant
    disposition_required: bool = True
    max_waiting: int | None = None
    max_wait_s: float | None = None
    overflow_queue: str | None = (
        None  # where to when full, too long or closed; None: leave a message
    )
    last_agent_within_s: float = 0.0  # 0: no last-agent preference
    last_agent_wait_s: float = 10.0
    reply_timeout_s: float | None = None  # unanswered so long: to another agent
    inactivity_s: float | None = 900.0  # the customer silent so long: closed
    away_grace_s: float = 120.0  # the customer's screen gone so long while waiting: abandoned
    pull: bool = False  # agents may pick
    service_level_s: float = 30.0
    short_abandon_s: float = 5.0
    record: bool = False  # calls are recorded while an agent serves
    announce_s: float | None = 30.0  # callers hear their place and wait so often; None: never
    choices: dict[str, str] = field(
        default_factory=dict
    )  # key a waiting caller presses -> callback, voicemail
    callback_first: str = "agent"  # or "customer": whose phone rings first
    callback_attempts: int = 3
    callback_retry_s: float = 600.0
    callback_amd: bool = False  # a machine that answers is hung up on, and called again later


@dataclass(frozen=True, slots=True)
class Stage:
    """What is asked of agents after `after_s` seconds in the queue, instead of what was before."""

    after_s: float
    needs: dict[str, int]
    queues: tuple[str, ...] = ()  # agents of these queues may serve from now on too


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How one queue routes; without one its `Queue` settings hold."""

    order: QueueOrder = QueueOrder.PRIORITY
    credit_s: float = 0.0  # of waiting, for each point of priority (order CREDIT)
    agent_order: AgentOrder = AgentOrder.LONGEST_IDLE
    stages: tuple[Stage, ...] = ()  # ascending after_s, the first usually at 0
    preferred_wait_s: float = 20.0  # so long for the dedicated, the open case's or the last agent
    novice_below: int | None = None  # agents under this level are newcomers …
    novice_after_s: float = 300.0  # … who hand over after so long
    novice_queue: str | None = None  # to this queue; None: the same, above their level


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the classification: `when` (see core.center.conditions) then set these.

    Rules apply in order, later ones add to earlier ones; `stop` ends the list.
    """

    id: str
    names: Texts
    when: dict[str, Any] = field(default_factory=dict)  # empty: always
    queue: str | None = None
    needs: dict[str, int] = field(default_factory=dict)
    priority: int = 0  # added
    hard: bool = False  # counts as demanding: see Fairness
    tags: tuple[str, ...] = ()
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Fairness:
    """How much demanding work one agent may get; None: no limit. Over it, somebody else is asked."""

    run: int | None = None  # so many in a row
    share: float | None = None  # of the last `window` interactions
    window: int = 20
    recovery_s: float = 600.0  # without a demanding one so long: the run is forgotten


@dataclass(frozen=True, slots=True)
class Policy:
    """The published routing policy of a tenant; `version` is on every decision."""

    version: int = 0
    rules: tuple[Rule, ...] = ()
    queues: dict[str, QueuePolicy] = field(default_factory=dict)
    fairness: Fairness = Fairness()
    picks: Picks = Picks.TURN


@dataclass(frozen=True, slots=True)
class AgentProfile:
    id: str
    name: str
    queues: dict[str, int] = field(default_factory=dict)  # queue -> tier, 1 is tried first
    skills: dict[str, int] = field(default_factory=dict)  # skill -> level
    capacity: dict[Channel, int] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    hours_id: str | None = None  # when they work, where it is known
    phone: PhoneKind = PhoneKind.BROWSER
    phone_number: str | None = None  # E.164, of PhoneKind.NUMBER


class NodeKind(StrEnum):
    """What a node of a flow does."""

    PLAY = "play"
    MENU = "menu"  # one key chooses the way
    COLLECT = "collect"  # several digits into a variable
    CONDITION = "condition"
    SET = "set"  # variables, tags, language, priority
    QUEUE = "queue"
    VOICEMAIL = "voicemail"
    CALLBACK = "callback"
    TRANSFER = "transfer"  # to an outside number
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a flow; which fields count depends on `kind` (docs/reference/flows.md).

    `say` names prompts; `{name}` in it speaks a variable's digits. A node without any
    way on ends the call.
    """

    id: str
    kind: NodeKind
    say: tuple[str, ...] = ()
    next: str | None = None
    keys: dict[str, str] = field(default_factory=dict)  # menu: key -> node
    tags: dict[str, str] = field(default_factory=dict)  # menu: key -> tag of the interaction
    into: str | None = None  # collect: the variable
    digits: int | None = None  # collect: so many; None: until '#'
    secret: bool = False  # collect: not journalled in clear
    timeout_s: float = 5.0  # after the prompt, for the first and each further key
    repeats: int = 2  # times a prompt is said again after silence or a wrong key
    otherwise: str | None = None  # silence or wrong keys to the end; a queue that can't be entered
    when: dict[str, Any] = field(default_factory=dict)  # condition: see core.center.conditions
    yes: str | None = None
    no: str | None = None
    values: dict[str, str] = field(default_factory=dict)  # set: variable -> value; also "language"
    add_tags: tuple[str, ...] = ()
    queue: str | None = None  # queue: None is what the entry point says
    number: str | None = None  # transfer
    max_s: float = 120.0  # voicemail


@dataclass(frozen=True, slots=True)
class Flow:
    """What happens to a caller before an agent: a graph of nodes, walked from `start`."""

    id: str
    name: str
    start: str
    nodes: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """The widget, number or mailbox that receives. `by_language` and `topics` choose the queue.

    A number (`channel` voice) may have a flow; without one its callers are greeted and queued.
    """

    id: str
    channel: Channel
    name: str
    queue: str
    by_language: dict[str, str] = field(default_factory=dict)  # language tag -> queue
    topics: dict[str, str] = field(default_factory=dict)  # topic key -> queue
    numbers: tuple[str, ...] = ()  # DNIS, E.164, or as the carrier sends it
    flow: str | None = None
    language: str = "zh-CN"  # callers are spoken to in


@dataclass(frozen=True, slots=True)
class Targets:
    """What the center aims at over all queues: where the board's figures turn amber and red."""

    service_level: float = 0.8  # share answered in time, at least
    abandonment: float = 0.05  # share that left, at most
    csat: float = 0.85  # share of ratings of 4 or 5, at least


@dataclass(frozen=True, slots=True)
class CenterConfig:
    """All that the live center must know of a tenant's configuration.

    `interrupts[busy]` lists the channels that may still be offered to an agent busy with `busy`.
    """

    skills: dict[str, Skill] = field(default_factory=dict)
    hours: dict[str, Hours] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    agents: dict[str, AgentProfile] = field(default_factory=dict)
    entry_points: dict[str, EntryPoint] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    interrupts: dict[Channel, tuple[Channel, ...]] = field(default_factory=dict)
    screen_grace_s: float = 30.0  # an agent's last screen gone so long: offline
    phone_grace_s: float = 8.0  # an agent's phone lost on a call so long: back to the queue's head
    recording_notice: bool = True  # callers hear that they are recorded, before they are
    monitor_notice: MonitorNotice | bool = MonitorNotice.TOLD  # a boolean only until it is made
    caller_id: str | None = None  # E.164, shown to whom we call
    targets: Targets = Targets()
    policy: Policy = Policy()
    zone: str = "Asia/Shanghai"  # of rules that ask for the hour
    country: str = "CN"  # of numbers without a prefix

    def __post_init__(self) -> None:
        meant = MonitorNotice(self.monitor_notice)  # type: ignore[arg-type]
        object.__setattr__(self, "monitor_notice", meant)


# --- facts that travel inside inputs and events -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attachment:
    id: str
    name: str
    media_type: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what a caller hears: a prompt by its key, or something to speak."""

    kind: str  # prompt, number, digits, minutes, tone
    value: str


@dataclass(frozen=True, slots=True)
class LegPlan:
    """Where one leg that is up should be."""

    leg_id: str
    place: Place
    muted: bool = False  # is not heard


@dataclass(frozen=True, slots=True)
class CustomerRef:
    """What routing and the screen pop know of a customer at once; fetched at the edge."""

    id: str
    name: str
    tier: str | None = None
    priority: int = 0
    last_agent: str | None = None
    last_served_at: float | None = None
    tags: tuple[str, ...] = ()
    region: str | None = None
    spend: float = 0.0
    contacts: int = 0  # earlier interactions
    dedicated_agent: str | None = None
    open_agent: str | None = None  # who works on their unsolved ticket


@dataclass(frozen=True, slots=True)
class Page:
    """The page a visitor is on, as the host site told it."""

    url: str = ""
    title: str = ""
    context: dict[str, str] = field(default_factory=dict)  # product, order, …


NO_PAGE = Page()
