"""What is now true, for ever: the record. Journalled, shown, folded into reports; never changed.

Adding a field needs a default, so that old journals still replay; a kind is never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from parley.core.model import (
    NO_PAGE,
    AgentProfile,
    Attachment,
    Channel,
    ConsentAnswer,
    CustomerRef,
    Delivery,
    Direction,
    EndedBy,
    EntryPoint,
    Flow,
    Hours,
    LegEnd,
    LegPlan,
    LegRole,
    MonitorNotice,
    NodeKind,
    Outcome,
    Page,
    Part,
    Policy,
    PresenceStatus,
    Queue,
    Recording,
    Role,
    Sender,
    Skill,
    Targets,
    Visibility,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: float  # unix seconds


# --- configuration ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured(Event):
    """Nouns that are new or changed; only those."""

    skills: tuple[Skill, ...] = ()
    hours: tuple[Hours, ...] = ()
    queues: tuple[Queue, ...] = ()
    agents: tuple[AgentProfile, ...] = ()
    entry_points: tuple[EntryPoint, ...] = ()
    flows: tuple[Flow, ...] = ()
    targets: Targets | None = None
    policy: Policy | None = None
    zone: str | None = None
    country: str | None = None
    phone_grace_s: float | None = None
    recording_notice: bool | None = None
    monitor_notice: MonitorNotice | bool | None = None  # a boolean in older journals
    caller_id: str | None = None  # "": none from now on
    interrupts: dict[Channel, tuple[Channel, ...]] | None = None
    screen_grace_s: float | None = None
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # noun -> ids
    by: str | None = None


# --- presence -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    agent_id: str
    status: PresenceStatus
    reason: str | None = None
    by: str | None = None  # None: the agent; "system": no answer, connection lost


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenConnected(Event):
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLost(Event):
    """The last console socket closed; offline follows after the grace unless it returns."""

    agent_id: str


# --- an interaction, from arrival to its end ----------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived(Event):
    interaction_id: str
    channel: Channel
    entry_point: str | None
    address: str
    customer: CustomerRef
    language: str
    topic: str | None = None
    page: Page = NO_PAGE
    ticket_id: str | None = None
    subject: str = ""
    direction: Direction = Direction.IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified(Event):
    """What the policy's rules made of the interaction, when it came or when more became known."""

    interaction_id: str
    version: int  # of the policy
    rules: tuple[str, ...]  # that held
    needs: dict[str, int] = field(default_factory=dict)
    priority: int = 0
    hard: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsChanged(Event):
    interaction_id: str
    known: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()  # all of them now
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged(Event):
    """Nobody was found in time: the queue's policy asks for less, or of more agents."""

    interaction_id: str
    stage: int  # index in the policy's stages
    needs: dict[str, int]
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Event):
    """Waits in `queue`. `order_at` places it: the first arrival time, so a return is to the head."""

    interaction_id: str
    queue: str
    priority: int
    order_at: float
    # arrived, overflow, declined, no_answer, agent_lost, reply_timeout, wrote_again, transfer, transfer_failed,
    # assigned
    reason: str
    needs: dict[str, int] = field(default_factory=dict)
    queues: tuple[str, ...] = ()  # whose agents may serve besides this queue's
    only_agent: str | None = None  # held for one agent (last agent, transfer, assignment) …
    only_until: float | None = None  # … until then; None: for as long as it takes
    by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WentAway(Event):
    """Nobody can serve now: the customer is asked to leave a message or a number."""

    interaction_id: str
    queue: str
    reason: str  # closed, full, too_long


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    interaction_id: str
    agent_id: str
    queue: str
    ring_until: float
    why: dict[str, Any] = field(default_factory=dict)  # the receipt: see core.center.receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(Event):
    """Not accepted: declined, no_answer, withdrawn. The interaction is back in its place in the queue."""

    interaction_id: str
    agent_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected(Event):
    interaction_id: str
    agent_id: str
    queue: str
    how: str = "offer"  # offer, pull, take_over, transfer, resume
    waited_s: float = 0.0  # since it was queued


PASSED_ON = "passed_on"  # the customer, to an outside number that still rings: in nobody's hands


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Event):
    """The agent no longer owns it: transfer, take_over, agent_lost, reply_timeout, wrote_again,
    transfer_failed (nobody answered at the number they gave the customer to), or PASSED_ON."""

    interaction_id: str
    agent_id: str
    reason: str
    to_agent: str | None = None
    to_queue: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Event):
    """A colleague is asked for help in a written conversation and may answer until then."""

    interaction_id: str
    agent_id: str
    by: str
    note: str
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationEnded(Event):
    """Without the colleague: declined, no_answer, withdrawn."""

    interaction_id: str
    agent_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Event):
    interaction_id: str
    agent_id: str
    role: Role
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted(Event):
    interaction_id: str
    agent_id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAsked(Event):
    """A supervisor wants to take part in a call; its agent (`to_agent`) may answer until then."""

    interaction_id: str
    agent_id: str
    to_agent: str
    role: Role
    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEnded(Event):
    """Exactly one for each ConsentAsked; Joined follows if they were allowed."""

    interaction_id: str
    agent_id: str
    to_agent: str
    role: Role
    answer: ConsentAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityRaised(Event):
    """Priority changed while waiting (up or down); the place in the queue follows at once."""

    interaction_id: str
    priority: int
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEnded(Event):
    """It is over for the customer, who may now rate it."""

    interaction_id: str
    by: EndedBy
    agent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpStarted(Event):
    interaction_id: str
    agent_id: str
    until: float | None  # None: until saved
    blocking: bool  # takes capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(Event):
    interaction_id: str
    agent_id: str
    disposition: str | None = None
    note: str = ""
    resolved: bool | None = None
    timed_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLeft(Event):
    """The customer left a message or asked for a callback: a ticket will carry it on."""

    interaction_id: str
    ticket_id: str
    text: str
    phone: str | None = None
    callback_at: float | None = None
    recording_id: str | None = None  # spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(Event):
    """Terminal: exactly one for each Arrived."""

    interaction_id: str
    outcome: Outcome
    queue: str | None = None
    agent_id: str | None = None


# --- what was said ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAdded(Event):
    interaction_id: str
    message_id: str
    client_id: str
    sender: Sender
    text: str
    visibility: Visibility = Visibility.PUBLIC
    agent_id: str | None = None
    customer_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    mentions: tuple[str, ...] = ()
    language: str | None = None
    key: str | None = None  # system messages: the text's key, translated by each screen
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChanged(Event):
    """All public messages of the other side up to this one are now delivered, read or failed."""

    interaction_id: str
    message_id: str
    delivery: Delivery
    side: Sender  # whose messages: `agent` (the customer's screen reports) or `customer`
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChanged(Event):
    interaction_id: str
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAway(Event):
    interaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerBack(Event):
    interaction_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecognised(Event):
    interaction_id: str
    customer: CustomerRef


# --- calls --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneFound(Event):
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLost(Event):
    """The agent's phone cannot be rung any more; calls it was on wait for it a moment."""

    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOpened(Event):
    """Follows Arrived of a call."""

    interaction_id: str
    direction: Direction
    number: str  # the customer's, E.164; "" if withheld
    dnis: str = ""  # that was dialled
    trunk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegStarted(Event):
    """The customer's inbound leg, or one that we dial."""

    interaction_id: str
    leg_id: str
    role: LegRole
    direction: Direction
    agent_id: str | None = None
    number: str | None = None
    trunk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRinging(Event):
    interaction_id: str
    leg_id: str
    caller_id: str | None = None  # of ours, that was shown; so in LegUp and LegOver


@dataclass(frozen=True, slots=True, kw_only=True)
class LegUp(Event):
    interaction_id: str
    leg_id: str
    trunk: str | None = None
    caller_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDropped(Event):
    """We asked for the leg to be hung up; LegOver follows once it is."""

    interaction_id: str
    leg_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegOver(Event):
    """The leg's end: exactly one for each LegStarted."""

    interaction_id: str
    leg_id: str
    cause: LegEnd
    code: int | None = None
    caller_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged(Event):
    """Where each leg of the call stands from now on, and whether it is recorded."""

    interaction_id: str
    legs: tuple[LegPlan, ...]
    recording: Recording = Recording.OFF
    recording_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHeld(Event):
    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRetrieved(Event):
    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegMuted(Event):
    interaction_id: str
    leg_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Event):
    """Those who were consulted joined the conversation."""

    interaction_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLinked(Event):
    """The customer was transferred to an outside party: they talk on without us."""

    interaction_id: str
    leg_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingChanged(Event):
    interaction_id: str
    recording_id: str
    state: Recording
    by: str | None = None
    reason: str = ""  # why it failed


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptStarted(Event):
    interaction_id: str
    leg_id: str
    playback_id: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptOver(Event):
    interaction_id: str
    playback_id: str
    heard: bool = True  # to its end


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowEntered(Event):
    interaction_id: str
    flow: str  # id of a flow, or "system:…"
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeEntered(Event):
    interaction_id: str
    node: str
    kind: NodeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Event):
    """A caller pressed a key: at a node of a flow, or (None) while waiting."""

    interaction_id: str
    key: str  # "•" where digits are secret
    node: str | None = None
    choice: bool = False  # it chose a way: rules may ask for it


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsCollected(Event):
    interaction_id: str
    node: str
    digits: str  # "•" for each if secret
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariablesSet(Event):
    interaction_id: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowLeft(Event):
    """The flow is over for this caller: queued, connected, hung up, or it failed."""

    interaction_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecordingStarted(Event):
    """A caller begins to speak a message."""

    interaction_id: str
    recording_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailRecorded(Event):
    interaction_id: str
    recording_id: str
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPlanned(Event):
    """The customer will be called back: now in turn (`at_time` None) or from then on."""

    interaction_id: str
    number: str
    at_time: float | None
    attempt: int = 0  # calls made so far
    queue: str = ""  # where it will wait, if it has not waited anywhere yet
    by: str | None = None  # the agent who booked it
    owner: str | None = None  # the agent who will call, if they are there; None: as it was


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCancelled(Event):
    """The customer will not be called back: somebody found that it is needed no more."""

    interaction_id: str
    number: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraceGiven(Event):
    """Nobody led for a while: no time that people have to keep to is over before `until`."""

    until: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerLapsed(Event):
    """A timer came due and nothing else had to happen (a pause after declining is over)."""

    kind: str
    key: str


# --- records: made by the desk in the same transaction as the row ---------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStored(Event):
    """A recording is kept, encrypted; `kind` is call or voicemail."""

    recording_id: str
    interaction_id: str
    kind: str
    duration_s: float
    size: int  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Event):
    interaction_id: str
    score: int  # 1..5
    comment: str = ""
    customer_id: str | None = None
    agent_id: str | None = None
    queue: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Event):
    ticket_id: str
    number: int
    kind: str
    subject: str
    customer_id: str | None = None
    interaction_id: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChanged(Event):
    ticket_id: str
    changes: dict[str, str | None] = field(default_factory=dict)  # field -> new value
    by: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCommented(Event):
    ticket_id: str
    comment_id: str
    text: str
    internal: bool = True
    by: str | None = None
    customer_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChanged(Event):
    """Audit of a configuration or customer record: what kind, which, by whom, which fields."""

    kind: str
    id: str
    action: str  # created, changed, removed, read, exported
    by: str | None = None
    fields: tuple[str, ...] = ()
    customer_id: str | None = None
    ip: str = ""  # from where; "": the system itself, or before this was noted


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Event):
    agent_id: str
    ip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Event):
    email: str
    ip: str = ""
    locked: bool = False
