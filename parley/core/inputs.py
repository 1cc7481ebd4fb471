"""What the world tells us. Adapters, the API and timers make these; each is stamped once, at the edge.

Ids of new things are made at the edge too, since the core knows no chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.core import commands as do
from parley.core.model import (
    NO_PAGE,
    Attachment,
    CenterConfig,
    Channel,
    CustomerRef,
    EndedBy,
    LegEnd,
    Page,
    PresenceStatus,
    Role,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    at: float  # unix seconds


# --- configuration ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigChanged(Input):
    """The tenant's whole configuration as it should be; the core takes only what differs."""

    config: CenterConfig
    by: str | None = None


# --- the customer -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Input):
    """A customer wrote. Opens `interaction_id` if `address` has no open conversation."""

    entry_point: str
    address: str  # channel address, e.g. "web:vis_01J…"
    message_id: str
    client_id: str  # the customer's own id of the message: a repeat changes nothing
    interaction_id: str  # used if a new interaction is opened
    text: str
    customer: CustomerRef
    language: str = "zh-CN"
    topic: str | None = None
    page: Page = NO_PAGE
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVisited(Input):
    address: str
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRead(Input):
    """The customer's screen received (`delivered`) or showed (`read`) all up to this message."""

    address: str
    message_id: str
    read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerScreenChanged(Input):
    """The customer's screen came (online) or went."""

    address: str
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEnded(Input):
    """The customer closed the conversation on purpose."""

    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveMessageRequested(Input):
    """Instead of waiting: leave a message (`phone` None) or ask to be called back.

    Opens an interaction if the address has none open (a form sent while closed).
    """

    entry_point: str
    address: str
    interaction_id: str
    message_id: str
    client_id: str
    customer: CustomerRef
    text: str
    phone: str | None = None
    callback_at: float | None = None  # as soon as possible if None
    language: str = "zh-CN"
    topic: str | None = None
    page: Page = NO_PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerIdentified(Input):
    """The address turned out to belong to this customer (identity token, merge)."""

    address: str
    customer: CustomerRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsLearned(Input):
    """Something became known of an open interaction: emotion, intent, keys, a tag. Rules are asked
    again while it waits."""

    interaction_id: str
    known: dict[str, str] = field(default_factory=dict)  # emotion, intent, dnis, keys
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskArrived(Input):
    """A record needs a person: it is routed like everything else."""

    interaction_id: str
    queue: str
    customer: CustomerRef
    ticket_id: str
    subject: str
    priority: int = 0
    language: str = "zh-CN"
    phone: str | None = None
    callback_at: float | None = None  # not before; None: at once


# --- agents -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentScreenChanged(Input):
    """The agent's first console socket came, or the last one went."""

    agent_id: str
    online: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceSet(Input):
    agent_id: str
    status: PresenceStatus
    reason: str | None = None
    by: str | None = None  # a supervisor, if not the agent


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(Input):
    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(Input):
    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(Input):
    """An agent wrote to the customer, or (`internal`) a note to colleagues."""

    interaction_id: str
    agent_id: str
    message_id: str
    client_id: str
    text: str
    internal: bool = False
    mentions: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRead(Input):
    interaction_id: str
    agent_id: str
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed(Input):
    """The agent closes the conversation; wrap-up follows as the queue says."""

    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationResumed(Input):
    """The customer wrote during wrap-up and the agent goes on."""

    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpSaved(Input):
    interaction_id: str
    agent_id: str
    disposition: str | None = None
    note: str = ""
    resolved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRequested(Input):
    """To a queue, an agent or an outside number (exactly one), with a note for whoever takes over.

    To a colleague or a number that is being consulted, it completes a warm transfer."""

    interaction_id: str
    agent_id: str
    to_queue: str | None = None
    to_agent: str | None = None
    to_number: str | None = None  # E.164; a call only
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinRequested(Input):
    """An agent invites a colleague to consult, or a supervisor joins by themselves to read along."""

    interaction_id: str
    agent_id: str  # who joins
    role: Role
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left(Input):
    """A colleague or supervisor leaves the interaction again, or asks no longer to listen in."""

    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentAnswered(Input):
    """The agent of a call lets a supervisor (`by`) listen in who asked for it, or does not."""

    interaction_id: str
    agent_id: str
    by: str
    allow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver(Input):
    """A supervisor becomes the owner of a connected interaction."""

    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned(Input):
    """A supervisor gives a waiting interaction to one agent: it is offered to them alone."""

    interaction_id: str
    agent_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled(Input):
    """An agent picks a waiting interaction where the queue allows it."""

    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityChanged(Input):
    interaction_id: str
    priority: int
    by: str | None = None


# --- calls: what the telephone network tells (adapters/telephony) ---------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallArrived(Input):
    """Somebody rings one of our numbers; the leg is not answered yet."""

    interaction_id: str
    leg_id: str
    entry_point: str
    ani: str  # E.164, or "" if withheld
    dnis: str
    customer: CustomerRef
    language: str | None = None  # None: the entry point's
    trunk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRang(Input):
    leg_id: str
    caller_id: str | None = None  # of ours, that a carrier was told to show


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(Input):
    """A leg that we dialled, or answered, is up: its audio flows."""

    leg_id: str
    trunk: str | None = None  # that carries it, if one does
    caller_id: str | None = None  # of ours, that a carrier was told to show


@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(Input):
    leg_id: str
    cause: LegEnd
    code: int | None = None  # Q.850
    caller_id: str | None = None  # of ours, that a carrier was told to show


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitPressed(Input):
    leg_id: str
    digit: str  # 0-9, *, #


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptEnded(Input):
    """A `Play` came to its end, was stopped, or (`failed`) could not be played."""

    leg_id: str
    playback_id: str
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecorded(Input):
    """A `RecordMessage` ended: by '#', silence, its limit, or because the caller hung up."""

    leg_id: str
    recording_id: str
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Input):
    """A recording could not be started or was lost (disk full): the call goes on."""

    interaction_id: str
    recording_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegsFound(Input):
    """All legs that the telephone engine has, after it or we were away. Any other is lost."""

    up: tuple[str, ...] = ()
    ringing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneChanged(Input):
    """The agent's phone can be rung (registered, its line alive), or no longer."""

    agent_id: str
    reachable: bool


# --- calls: what agents do ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DialRequested(Input):
    """An agent calls a number (click to dial): their own phone first, then the number."""

    interaction_id: str
    agent_id: str
    number: str  # E.164
    customer: CustomerRef
    queue: str | None = None  # whose wrap-up and dispositions hold; None: the agent's first
    ticket_id: str | None = None
    language: str = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRequested(Input):
    interaction_id: str
    agent_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteRequested(Input):
    """The agent's own microphone, as the call hears it."""

    interaction_id: str
    agent_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitsSent(Input):
    """The agent presses keys towards the customer's side."""

    interaction_id: str
    agent_id: str
    digits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSet(Input):
    """Pause (a card number is said) or resume the recording."""

    interaction_id: str
    agent_id: str
    on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyInvited(Input):
    """The owner consults somebody outside; see JoinRequested for colleagues."""

    interaction_id: str
    agent_id: str
    number: str  # E.164


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyDropped(Input):
    """The owner lets a colleague (`agent_id` of theirs) or an outside party go."""

    interaction_id: str
    agent_id: str
    leg_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultMerged(Input):
    """Everybody who is consulted joins the conversation: a conference."""

    interaction_id: str
    agent_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequested(Input):
    """A waiting caller is to be called back, keeping their place (or at a time): on behalf of the
    caller by the flow, an agent, or the API."""

    interaction_id: str
    number: str  # E.164
    callback_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackBooked(Input):
    """An agent promises the customer a call: a new interaction, which waits for its time, then for an
    agent of the queue."""

    interaction_id: str
    agent_id: str  # who booked
    number: str  # E.164
    callback_at: float
    customer: CustomerRef
    queue: str
    note: str = ""
    language: str = "zh-CN"
    owned: bool = False  # whoever booked it calls, if they are there


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackCancelled(Input):
    """A promised call is needed no more; not once it is being made."""

    interaction_id: str  # of the call to come
    agent_id: str  # who cancels


# --- channels and time --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Input):
    """The outbox gave up on a message: shown to the agent."""

    interaction_id: str
    message_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermBegan(Input):
    """This node leads from now on; before, for a moment or for days, nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFired(Input):
    """A timer of the state is due. A timer that was cancelled or moved meanwhile changes nothing."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRequested(Input):
    """The system or a supervisor ends an interaction in any phase (clean-up)."""

    interaction_id: str
    by: EndedBy = EndedBy.SYSTEM
    channel: Channel | None = None


def failure_of(command: do.Command, reason: str, at: float) -> Input | None:
    """What it means that a command failed for good; None if nobody waits for what it was to do."""
    match command:
        case do.SendMessage():
            return DeliveryFailed(
                at=at, interaction_id=command.interaction_id, message_id=command.message_id,
                reason=reason,
            )  # fmt: skip
        case do.DialAgent() | do.DialNumber() | do.AnswerLeg():
            return LegEnded(at=at, leg_id=command.leg_id, cause=LegEnd.FAILED)
        case do.Play():
            return PromptEnded(
                at=at, leg_id=command.leg_id, playback_id=command.playback_id, failed=True
            )
        case do.RecordMessage():
            return RecordingFailed(
                at=at, interaction_id=command.interaction_id, recording_id=command.recording_id,
                reason=reason,
            )  # fmt: skip
    return None
