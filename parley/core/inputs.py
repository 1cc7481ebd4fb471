"""What the world tells us. Adapters, the API and timers make these; each is stamped once, at the edge.

Ids of new things are made at the edge too, since the core knows no chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.core.model import (
    Attachment,
    CenterConfig,
    Channel,
    CustomerRef,
    EndedBy,
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
    page: Page = field(default_factory=Page)
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
    page: Page = field(default_factory=Page)


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
    """To a queue or to an agent (exactly one), with a note for whoever takes over."""

    interaction_id: str
    agent_id: str
    to_queue: str | None = None
    to_agent: str | None = None
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
    """A colleague or supervisor leaves the interaction again."""

    interaction_id: str
    agent_id: str


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


# --- channels and time --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFailed(Input):
    """The outbox gave up on a message: shown to the agent."""

    interaction_id: str
    message_id: str
    reason: str


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
