"""What the rooms need from outside, as protocols. Adapters implement them; core never calls them.

Every method raises `errors.Unavailable` when the database cannot be reached. All times are unix
seconds. A page is `Page[T]`: items and the cursor of the next page (None: the last).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from parley.core.commands import Command
from parley.core.desk.account import Account, Session
from parley.core.desk.customer import Address, Customer, Order
from parley.core.desk.settings import Document
from parley.core.desk.ticket import Ticket, TicketComment
from parley.core.events import Event, RecordChanged
from parley.core.insight.calls import CallRow
from parley.core.insight.facts import InteractionFact
from parley.core.insight.legs import LegRow
from parley.core.model import CustomerRef, Sender, Visibility

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None = None
    total: int | None = None  # only where counting is cheap or asked for


# --- the engine's storage -----------------------------------------------------------------------

MAX_FAILURES = 1_000  # of one tenant's outbox, told at once


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event as the journal holds it."""

    seq: int  # per tenant, gapless, from 1
    event: Event


@dataclass(frozen=True, slots=True)
class OutboxItem:
    id: int
    command: Command
    attempts: int
    due_at: float


@dataclass(frozen=True, slots=True)
class OutboxFailure:
    """A command that failed for good."""

    id: int
    kind: str  # OpenTicket, SendMessage …
    lane: str  # mostly the interaction's id
    error: str


class Shard(Protocol):
    """One tenant's journal, snapshot, lease and outbox, as its leading engine uses them."""

    tenant_id: str

    async def acquire(self, node: str) -> int | None:
        """Become leader: the new epoch, or None while another node leads (lease and lock)."""

    async def renew(self, epoch: int) -> None:
        """Prolong the lease. Raises Deposed if a later epoch leads."""

    async def release(self, epoch: int) -> None:
        """Give leadership back at once (a clean stop)."""

    async def load_snapshot(self, before: int | None = None) -> tuple[int, bytes] | None:
        """(seq, state) of the newest snapshot, or of the newest one `before` a seq."""

    async def save_snapshot(self, epoch: int, seq: int, state: bytes) -> None:
        """Keep the newest few; older ones are removed. Raises Deposed."""

    def replay(self, after_seq: int) -> AsyncIterator[Recorded]:
        """Events with a greater seq, in order, read in batches."""

    async def commit(
        self,
        epoch: int,
        events: Sequence[Event],
        commands: Sequence[Command],
        facts: Sequence[InteractionFact],
        done: Sequence[int] = (),
    ) -> tuple[int, Sequence[OutboxItem]]:
        """All in one transaction: journal rows, message rows, fact rows, outbox rows; and outbox items
        that are `done` are forgotten.

        Returns the seq of the first event and the stored outbox items. Raises Deposed if the epoch
        no longer leads, Unavailable if it is unknown whether it committed (rebuild before going on).
        """

    async def outbox(self) -> Sequence[OutboxItem]:
        """All open items, oldest first (after a restart)."""

    async def outbox_done(self, ids: Sequence[int]) -> None: ...

    async def outbox_retry(self, id: int, due_at: float, error: str) -> None: ...

    async def outbox_failed(self, id: int, error: str) -> None:
        """Given up: kept visible until an administrator removes it."""

    async def outbox_failures(self) -> Sequence[OutboxFailure]:
        """What was given up, oldest first, at most MAX_FAILURES."""

    async def forget_failures(self) -> int:
        """Remove what was given up; how many."""


class RecordJournal(Protocol):
    """Journal appends by record changes are inside each store's own transaction; this reads."""

    async def of_interaction(self, tenant_id: str, interaction_id: str) -> Sequence[Recorded]: ...

    async def of_ticket(self, tenant_id: str, ticket_id: str) -> Sequence[Recorded]: ...

    async def since(self, tenant_id: str, after_seq: int, limit: int) -> Sequence[Recorded]: ...

    async def between(
        self, tenant_id: str, from_at: float, to_at: float, limit: int, *,
        kinds: Sequence[type[Event]], after_seq: int = 0,
    ) -> Sequence[Recorded]:  # fmt: skip
        """What happened from `from_at` till before `to_at` (unix seconds), by time, then seq; of
        these kinds only, the next ones after (`from_at`, `after_seq`), at most `limit`."""


class CommandHandler(Protocol):
    """Carries out one kind of command. Raises TransportError(permanent=…) on failure."""

    async def perform(self, tenant_id: str, command: Command) -> None: ...


class TransportError(Exception):
    """A command could not be carried out; `permanent`: trying again cannot help."""

    def __init__(self, detail: str, *, permanent: bool) -> None:
        super().__init__(detail)
        self.permanent = permanent


# --- telephony ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PhoneAccess:
    """What a browser's softphone needs to register once. The password is short-lived and random."""

    uri: str  # sip:<user>@parley
    user: str
    password: str = field(repr=False)
    expires_s: float
    ice_servers: Sequence[Mapping[str, Any]] = field(default=(), repr=False)  # RTCIceServer


@dataclass(frozen=True, slots=True)
class TrunkFigures:
    id: str
    name: str
    registered: bool | None  # None: needs no registration
    calls: int  # now
    limit: int | None
    carried: int  # since the start
    rejected: int
    problem: Mapping[str, str] | None = None  # language -> why the carrier can't be reached


@dataclass(frozen=True, slots=True)
class TelephonyStatus:
    """Whether calls are possible, and if not, why and what to do, in both languages."""

    state: str  # off, starting, on, lost
    cause: Mapping[str, str] = field(default_factory=dict)  # language -> sentence
    cure: Mapping[str, str] = field(default_factory=dict)
    legs: int = 0
    phones: int = 0  # reachable
    trunks: Sequence[TrunkFigures] = ()
    turned_away: int = 0  # strangers' SIP requests since the start
    warnings: Sequence[Mapping[str, str]] = ()  # language -> sentence


class Telephony(CommandHandler, Protocol):
    """The telephone engine (Asterisk, or its in-memory twin). Carries out `commands.TELEPHONY`.

    What happens is told to `heard` as inputs: see adapters/telephony/exchange.py. Commands about legs
    that are gone succeed.
    """

    def status(self, tenant_id: str) -> TelephonyStatus: ...

    async def open_phone(self, tenant_id: str, agent_id: str) -> PhoneAccess:
        """New credentials for the agent's browser; earlier ones stop working. Raises Unavailable
        (voice_off)."""

    def phone_line(self) -> str | None:
        """Where the softphone's SIP WebSocket is to be passed on to (ws://…); None: off."""

    def phone_gone(self, tenant_id: str, agent_id: str) -> None:
        """The softphone's line closed: its phone cannot be rung any more, and its password is worth
        nothing."""

    async def configure(self, tenant_id: str, documents: Sequence[Document]) -> None:
        """Take over trunks, numbers, phones and prompts from the tenant's documents."""

    async def survey(self, tenant_id: str) -> None:
        """Tell `LegsFound` and each agent's `PhoneChanged`: a new term of the engine begins."""


@dataclass(frozen=True, slots=True)
class SystemPrompt:
    """What the system itself says under a key, by language."""

    key: str
    texts: Mapping[str, str]
    durations_s: Mapping[str, float]  # of the sounds that are there
    unit: bool  # a piece of a number, not a sentence


@dataclass(frozen=True, slots=True)
class SoundState:
    """How far the sound of a tenant's prompt is."""

    state: str  # making, ready, failed
    code: str | None = None  # why it failed
    tried_again: bool = False  # by itself, for the reason may pass


class Sounds(Protocol):
    """What prompts have become: sounds, the system's and each tenant's own."""

    def system(self) -> Sequence[SystemPrompt]: ...

    def states(self, tenant_id: str) -> Mapping[tuple[str, str], SoundState]:
        """By (prompt, language); those that this node was told of."""

    async def wav(self, tenant_id: str | None, key: str, language: str) -> bytes | None:
        """A sound as a file that browsers play: the tenant's, or (None) the system's."""


# --- records ------------------------------------------------------------------------------------


class Accounts(Protocol):
    async def by_email(self, email: str) -> Sequence[Account]:
        """Over all tenants: an e-mail may exist in several."""

    async def get(self, tenant_id: str, account_id: str) -> Account | None: ...

    async def list(self, tenant_id: str) -> Sequence[Account]: ...

    async def save(
        self, account: Account, events: Sequence[Event], *, new: bool = False
    ) -> Account:
        """Compare-and-set on `version`. Raises Conflict (version_changed, email_taken)."""

    async def count_failure(self, tenant_id: str, account_id: str, now: float) -> Account:
        """One more wrong password, atomically; locks after the limit (see core.desk.signin)."""

    async def clear_failures(self, tenant_id: str, account_id: str) -> None: ...

    async def open_session(self, session: Session, events: Sequence[Event]) -> None: ...

    async def session(self, token_hash: bytes, now: float) -> tuple[Session, Account] | None: ...

    async def close_session(self, token_hash: bytes) -> None: ...

    async def close_sessions_of(self, tenant_id: str, account_id: str) -> None: ...

    async def record(self, tenant_id: str, events: Sequence[Event]) -> None:
        """Journal without a row (failed sign-in, audit of reading)."""


class Documents(Protocol):
    """Configuration documents, see core.desk.settings."""

    async def list(self, tenant_id: str, kind: str | None = None) -> Sequence[Document]: ...

    async def get(self, tenant_id: str, kind: str, id: str) -> Document | None: ...

    async def save(
        self, tenant_id: str, document: Document, events: Sequence[Event], *, new: bool = False
    ) -> Document:
        """Compare-and-set on `version`; the old body goes to the history. Raises Conflict."""

    async def remove(
        self, tenant_id: str, kind: str, id: str, version: int, events: Sequence[Event]
    ) -> None: ...

    async def history(self, tenant_id: str, kind: str, id: str, limit: int) -> Sequence[Document]:
        """Earlier bodies of a document, newest first."""


class Customers(Protocol):
    async def get(self, tenant_id: str, customer_id: str) -> Customer | None: ...

    async def get_many(self, tenant_id: str, customer_ids: Sequence[str]) -> Sequence[Customer]:
        """Those that exist, in any order: one query for the names and tiers of a list."""

    async def search(
        self,
        tenant_id: str,
        text: str,
        cursor: str | None,
        limit: int,
        *,
        served_by: str | None = None,
    ) -> Page[Customer]:
        """By name, phone, e-mail, order number or tag; newest first when `text` is empty.

        `served_by` is a data scope: only customers this agent owns or owned an interaction of, or
        is the assignee of a ticket of.
        """

    async def save(
        self, tenant_id: str, customer: Customer, events: Sequence[Event], *, new: bool = False
    ) -> Customer: ...

    async def addresses(self, tenant_id: str, customer_id: str) -> Sequence[Address]: ...

    async def recognise(
        self, tenant_id: str, address: Address, new: Customer, now: float
    ) -> CustomerRef:
        """The customer behind an address; `new` is stored with the address if nobody is.

        Idempotent under concurrency. All that routing knows of them is filled in.
        """

    async def known(
        self, tenant_id: str, customer_id: str, *, besides: str = ""
    ) -> CustomerRef | None:
        """What routing knows of a customer; the interaction `besides` counts as none of theirs."""

    async def link(self, tenant_id: str, address: Address, customer_id: str) -> None:
        """The address (e.g. a visitor) belongs to this customer from now on."""

    async def orders(self, tenant_id: str, customer_id: str, limit: int) -> Sequence[Order]: ...

    async def save_order(self, tenant_id: str, order: Order) -> None: ...


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message; `seq` is its place in the tenant's journal and the cursor of a conversation."""

    id: str
    seq: int
    interaction_id: str
    at: float
    sender: Sender
    visibility: Visibility
    text: str
    client_id: str
    agent_id: str | None = None
    customer_id: str | None = None
    attachments: tuple[Mapping[str, Any], ...] = ()
    mentions: tuple[str, ...] = ()
    language: str | None = None
    key: str | None = None
    values: Mapping[str, str] | None = None
    failed: str | None = None  # the reason, if delivery failed for good


@dataclass(frozen=True, slots=True)
class InteractionFilter:
    """All given conditions hold. The board's numbers link here, so the same words mean the same."""

    queue: str | None = None
    queues: tuple[str, ...] = ()  # data scope of a team: any of these
    agent_id: str | None = None  # owned it at any time
    customer_id: str | None = None
    channel: str | None = None
    phases: tuple[str, ...] = ()
    outcome: str | None = None
    answered: bool | None = None
    in_service_level: bool | None = None  # answered within the queue's service_level_s
    short_abandon: bool | None = None
    queued_from: float | None = None
    queued_to: float | None = None
    arrived_from: float | None = None
    arrived_to: float | None = None
    rated: bool | None = None
    text: str = ""  # full text over messages, customer name, ids


class Interactions(Protocol):
    async def get(self, tenant_id: str, interaction_id: str) -> InteractionFact | None: ...

    async def list(
        self, tenant_id: str, filter: InteractionFilter, cursor: str | None, limit: int
    ) -> Page[InteractionFact]:
        """Newest arrival first."""

    async def count(self, tenant_id: str, filter: InteractionFilter, at_most: int) -> int:
        """How many there are; counting ends at `at_most`."""

    async def since_queued(self, tenant_id: str, queued_from: float) -> Sequence[InteractionFact]:
        """All facts queued since then: the board is rebuilt from them."""

    async def messages(
        self,
        tenant_id: str,
        interaction_id: str,
        *,
        after_seq: int = 0,
        limit: int = 200,
        internal: bool = False,
    ) -> Sequence[Message]:
        """Oldest first; `internal` includes notes."""

    async def thread(
        self,
        tenant_id: str,
        address: str,
        *,
        after_seq: int = 0,
        before_seq: int | None = None,
        limit: int = 50,
    ) -> Sequence[Message]:
        """Public messages of all conversations of one address, oldest first: the widget's view.

        With `after_seq` the first `limit` after it; else the last `limit` (before `before_seq`).
        """

    async def message_of_client(
        self, tenant_id: str, address: str, client_id: str
    ) -> Message | None:
        """Whether this client id was stored before, in any conversation of the address."""

    async def message_of_agent(
        self, tenant_id: str, interaction_id: str, agent_id: str, client_id: str
    ) -> Message | None:
        """What this agent stored under this client id, if they did."""

    async def mentions(self, tenant_id: str, interaction_id: str, account_id: str) -> bool:
        """Whether a note of the interaction mentions the account."""

    async def rate(
        self, tenant_id: str, interaction_id: str, score: int, comment: str, at: float
    ) -> InteractionFact | None:
        """Store a rating once (row + event Rated); None if unknown. Raises Conflict(already_rated)."""


class Tickets(Protocol):
    async def get(self, tenant_id: str, ticket_id: str) -> Ticket | None: ...

    async def list(
        self,
        tenant_id: str,
        *,
        statuses: Sequence[str] = (),
        assignee: str | None = None,
        queue: str | None = None,
        customer_id: str | None = None,
        interaction_id: str | None = None,
        text: str = "",
        unassigned: bool = False,
        due_before: float | None = None,
        visible_to: str | None = None,
        visible_queues: Sequence[str] = (),
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Ticket]:
        """Newest first. With `visible_to` (a data scope) only tickets assigned to or created by that
        account, or of one of `visible_queues`. `unassigned`: only those nobody was given.
        """

    async def open(self, tenant_id: str, ticket: Ticket) -> tuple[Ticket, bool]:
        """Store with the next number and a TicketOpened event; (ticket, False) if the id exists."""

    async def save(self, tenant_id: str, ticket: Ticket, events: Sequence[Event]) -> Ticket:
        """Compare-and-set on `version`. Raises Conflict(version_changed)."""

    async def comment(
        self, tenant_id: str, comment: TicketComment, events: Sequence[Event]
    ) -> None: ...

    async def comments(self, tenant_id: str, ticket_id: str) -> Sequence[TicketComment]: ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: str  # att_…
    name: str
    media_type: str  # sniffed
    size: int  # bytes
    sha256: str
    uploaded_by: str  # account id or channel address
    created_at: float
    interaction_id: str | None = None  # set once a message carries it


class Files(Protocol):
    """Attachment metadata; the bytes are in `Blobs`."""

    async def add(self, tenant_id: str, file: StoredFile) -> None: ...

    async def get(self, tenant_id: str, file_id: str) -> StoredFile | None:
        """With the interaction of the message that carries it, as of that message's commit."""

    async def uncarried_bytes(self, tenant_id: str, uploaded_by: str) -> int:
        """What they uploaded and no message carries (yet)."""

    async def leftovers(self, tenant_id: str, before: float, limit: int) -> Sequence[str]:
        """Visitors' files uploaded before a time that no message carries, oldest first."""

    async def forget(self, tenant_id: str, file_id: str) -> bool:
        """False if a message carries it, or there is none."""


class Blobs(Protocol):
    async def put(self, key: str, data: bytes) -> None: ...

    async def get(self, key: str) -> bytes | None: ...


class RangedBlobs(Blobs, Protocol):
    """Blobs that are played and seeked in, and forgotten one day."""

    async def size(self, key: str) -> int | None:
        """Bytes; None if there is none."""

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        """At most `length` bytes from `start`, as a slice would; None if there is no such blob."""

    async def remove(self, key: str) -> None:
        """Harmless if there is none."""


# --- calls ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegFilter:
    """All given conditions hold."""

    started_from: float | None = None
    started_to: float | None = None
    interaction_id: str | None = None
    agent_id: str | None = None
    number: str | None = None  # E.164
    trunk: str | None = None
    role: str | None = None
    direction: str | None = None
    seen_by: str | None = None  # data scope: of calls this agent had a leg in, or owned
    queues: tuple[str, ...] = ()  # data scope of a team: of calls in any of these


class Legs(Protocol):
    """Call detail records; the engine's commit writes them with its events."""

    async def list(
        self, tenant_id: str, filter: LegFilter, cursor: str | None, limit: int
    ) -> Page[LegRow]:
        """Newest first."""

    async def of_interaction(self, tenant_id: str, interaction_id: str) -> Sequence[LegRow]:
        """Oldest first."""

    async def calls(
        self, tenant_id: str, filter: LegFilter, cursor: str | None, limit: int
    ) -> Page[CallRow]:
        """Whole calls with a leg that the filter asks for, the latest to begin first; direction and
        times are the call's."""


class RecordingState(StrEnum):
    STORED = "stored"
    DELETED = "deleted"  # by the rule of retention
    LOST = "lost"  # could not be kept


@dataclass(frozen=True, slots=True)
class KeptRecording:
    """A recording of a call, or a message that was spoken; the bytes are in encrypted blobs."""

    id: str  # rec_…
    interaction_id: str
    kind: str  # call, voicemail
    started_at: float
    duration_s: float
    size: int  # bytes
    blob_key: str
    state: RecordingState = RecordingState.STORED
    held: bool = False  # a legal hold: retention passes it over

    @property
    def peaks_key(self) -> str:
        """Where its waveform lies: JSON, [left, right] of equal spans."""
        return self.blob_key + ".peaks"


class Recordings(Protocol):
    async def add(self, tenant_id: str, recording: KeptRecording, events: Sequence[Event]) -> bool:
        """False, and nothing changed, if the id is known already."""

    async def get(self, tenant_id: str, recording_id: str) -> KeptRecording | None: ...

    async def of_interaction(self, tenant_id: str, interaction_id: str) -> Sequence[KeptRecording]:
        """Oldest first."""

    async def expired(
        self, tenant_id: str, started_before: float, limit: int
    ) -> Sequence[KeptRecording]:
        """Those stored and not held that began before, oldest first."""

    async def mark_deleted(
        self, tenant_id: str, recording_id: str, events: Sequence[Event],
        erase: Callable[[], Awaitable[None]] | None = None,
    ) -> bool:  # fmt: skip
        """Compare-and-set: False if it is held, or not stored any more.

        `erase` is awaited while nobody can hold it, and before the mark is durable: what it leaves undone is
        done by the next who tries."""

    async def hold(
        self, tenant_id: str, recording_id: str, held: bool, events: Sequence[Event]
    ) -> KeptRecording | None:
        """Set or lift the legal hold."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """None: any."""

    kind: str | None = None  # of record
    action: str | None = None
    by: str | None = None
    at_from: float | None = None
    at_to: float | None = None  # exclusive
    interaction_id: str | None = None  # the recordings of this one


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to a record, or read it."""

    seq: int
    event: RecordChanged
    interaction_id: str | None = None  # whose recording it is


class Audit(Protocol):
    async def list(
        self, tenant_id: str, filter: AuditFilter, cursor: str | None, limit: int
    ) -> Page[AuditEntry]:
        """Newest first."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something an agent should look at: a mention, a ticket given to them."""

    id: str
    account_id: str
    at: float
    kind: str  # mention, ticket_assigned, whisper
    interaction_id: str | None = None
    ticket_id: str | None = None
    by: str | None = None
    text: str = ""
    read: bool = False


class Notices(Protocol):
    async def add(self, tenant_id: str, notice: Notice) -> None:
        """Idempotent by id."""

    async def list(self, tenant_id: str, account_id: str, limit: int) -> Sequence[Notice]: ...

    async def mark_read(self, tenant_id: str, account_id: str, ids: Sequence[str]) -> None: ...


class Store(Protocol):
    """All records of all tenants; each change is one transaction with its journal events."""

    accounts: Accounts
    documents: Documents
    customers: Customers
    interactions: Interactions
    tickets: Tickets
    files: Files
    notices: Notices
    legs: Legs
    recordings: Recordings
    journal: RecordJournal
    audit: Audit

    def shard(self, tenant_id: str) -> Shard: ...

    async def tenants(self) -> Sequence[str]: ...

    async def ping(self) -> None: ...
