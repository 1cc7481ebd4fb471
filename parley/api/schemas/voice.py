"""Calls: phones, the state of the telephone, call detail records, recordings, what agents do."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from parley.api.limits import ID_CHARS, SUBJECT_CHARS
from parley.api.schemas.common import Body, Id, Instant, PageOf, Wire
from parley.api.schemas.numbers import Dialled
from parley.core.model import Direction, EndedBy, LegEnd, LegRole, Outcome
from parley.core.ports import RecordingState

DIGITS_CHARS = 32

Digits = Annotated[
    str, StringConstraints(pattern=r"^[0-9*#]+$", min_length=1, max_length=DIGITS_CHARS)
]


class PhoneLine(Wire):
    """What the browser's phone registers with once; the password is random and short-lived."""

    websocket: str  # path of the SIP WebSocket
    uri: str
    user: str
    password: str
    expires_s: float
    ice_servers: list[dict[str, Any]]


class TrunkFigures(Wire):
    id: str
    name: str
    registered: bool | None  # none: needs no registration
    calls: int  # now
    limit: int | None
    carried: int  # since the start
    rejected: int
    problem: dict[str, str] | None = None  # language -> why the carrier can't be reached


class VoiceStatus(Wire):
    """Whether calls are possible, and if not, why and what to do."""

    state: Literal["off", "starting", "on", "lost"]
    cause: dict[str, str]  # language -> sentence
    cure: dict[str, str]
    legs: int
    phones: int  # reachable
    trunks: list[TrunkFigures]  # empty for agents
    turned_away: int  # strangers' SIP requests since the start
    warnings: list[dict[str, str]]  # language -> sentence: what works still, and not as it should


class Dial(Body):
    number: Dialled
    queue: Id | None = None
    customer_id: Id | None = None
    ticket_id: Id | None = None


class Dialling(Wire):
    interaction_id: str


class CallbackBook(Body):
    """`client_id` is the console's own id of the booking: a repeat is booked once."""

    client_id: Annotated[str, StringConstraints(min_length=1, max_length=ID_CHARS)]
    number: Dialled
    at: Instant
    queue: Id | None = None  # none: the interaction's
    note: Annotated[str, StringConstraints(max_length=SUBJECT_CHARS)] = ""
    owned: bool = False  # I will call; anybody of the queue, if I am not there or busy for long


class CallbackBooking(Wire):
    interaction_id: str  # of the call to come
    at: Instant


class Leg(Wire):
    """The record of one leg of a call."""

    id: str
    interaction_id: str
    role: LegRole
    direction: Direction
    agent_id: str | None
    agent_name: str | None
    number: str | None
    trunk: str | None
    trunk_name: str | None
    caller_id: str | None  # of ours, as the carrier was told to show it
    started_at: Instant
    rang_at: Instant | None
    answered_at: Instant | None
    ended_at: Instant | None
    talk_s: float | None  # from being up to its end
    cause: LegEnd | None
    code: int | None  # Q.850


class LegPage(PageOf[Leg]):
    pass


class CallRecord(Wire):
    """The record of one whole call."""

    interaction_id: str
    direction: Direction
    caller: str | None  # E.164; none if withheld. If we called: our number, as it was shown
    called: str | None
    customer_id: str
    customer_name: str
    entry_point: str | None
    entry_point_name: str | None
    queue: str | None
    queue_names: dict[str, str]
    trunk: str | None
    trunk_name: str | None
    agents: list[str]
    agent_names: list[str]
    started_at: Instant
    answered_at: Instant | None  # the customer's line is up
    connected_at: Instant | None  # with the first agent
    ended_at: Instant | None  # the last leg is over
    wait_s: float | None  # in the last queue
    talk_s: float  # of the customer with agents or outside parties, not on hold
    hold_s: float
    outcome: Outcome | None
    ended_by: EndedBy | None
    cause: LegEnd | None  # of the customer's leg
    code: int | None  # Q.850


class CallPage(PageOf[CallRecord]):
    pass


class LegList(Wire):
    items: list[Leg]


class Switch(Body):
    on: bool


class DigitsWrite(Body):
    digits: Digits


class Drop(Body):
    leg_id: Id


class Monitor(Body):
    """`monitor` hears both, `whisper` is heard by the agent alone, `barge` by everybody."""

    role: Literal["monitor", "whisper", "barge"] = "monitor"


class Consent(Body):
    agent_id: Id  # who asks
    allow: bool


class Recording(Wire):
    id: str
    interaction_id: str
    kind: Literal["call", "voicemail"]
    started_at: Instant
    duration_s: float
    size: int  # bytes
    state: RecordingState
    held: bool  # a legal hold


class RecordingList(Wire):
    items: list[Recording]


class Waveform(Wire):
    """Peaks of equal spans of time, left (customer) and right (agent), 0 to 1."""

    peaks: list[tuple[float, float]]
    duration_s: Annotated[float, Field(ge=0)]
