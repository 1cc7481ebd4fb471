"""What to do. The core returns these; the engine makes them durable and hands each to whoever can."""

from __future__ import annotations

from dataclasses import dataclass

from parley.core.model import Attachment, LegPlan, Part, Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    lane: str  # commands of one lane (an interaction) are carried out one after the other


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage(Command):
    """Send to the customer on their channel. Failure for good becomes `DeliveryFailed`."""

    interaction_id: str
    entry_point: str
    address: str
    message_id: str
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Command):
    """Carry a left message or a callback on as a ticket; `ticket_id` makes it idempotent."""

    ticket_id: str
    kind: str  # message or callback
    interaction_id: str
    customer_id: str
    queue: str
    subject: str
    text: str
    phone: str | None = None
    callback_at: float | None = None
    language: str = "zh-CN"
    recording_id: str | None = None  # a spoken message


# --- calls: carried out by adapters/telephony ------------------------------------------------------
# Every id is ours, so that a command carried out twice changes nothing. A command about a leg that is
# gone succeeds: its end is told by LegEnded anyway. What happened then comes back as an input.


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLeg(Command):
    """Answer the customer's inbound leg; `LegAnswered` follows."""

    leg_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DialAgent(Command):
    """Ring the agent's phone (browser, desk phone or outside number, as configured).

    The phone is told interaction and purpose (SIP headers X-Parley-Interaction, X-Parley-Purpose).
    """

    leg_id: str
    interaction_id: str
    agent_id: str
    purpose: str  # offer, resume, consult, supervise, dial: all but offer and consult answer by themselves
    caller_id: str  # the customer's number or name
    ring_s: float
    meets: str | None = None  # the customer's leg: both talk as soon as the phone is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class DialNumber(Command):
    """Call an outside number over the first trunk that takes it.

    With `amd` (answering machine detection) whoever answers is listened to first: a machine is hung up
    on and ends as `LegEnd.MACHINE`, all others are told as answered some seconds later.
    """

    leg_id: str
    interaction_id: str
    number: str  # E.164
    caller_id: str | None
    ring_s: float
    amd: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp(Command):
    leg_id: str
    cause: str = "normal"  # normal, busy, rejected: what the other side is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrange(Command):
    """Bring the call's legs to these places and the recording to this state, whatever they were.

    Legs in TALK hear each other, those in ASIDE hear each other; LISTEN and WHISPER hear what
    `owner_leg` hears and says, and WHISPER is heard by it alone; the recording is `customer_leg`'s: what it
    says left, what it hears right. Legs that are not named keep nothing: they are on their way out.
    """

    interaction_id: str
    legs: tuple[LegPlan, ...]
    customer_leg: str | None = None
    owner_leg: str | None = None
    recording: Recording = Recording.OFF
    recording_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Command):
    """Say the parts one after the other to this leg alone, over its music; `PromptEnded` follows.

    A new Play to the same leg stops the one before."""

    leg_id: str
    playback_id: str
    parts: tuple[Part, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlaying(Command):
    leg_id: str
    playback_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMessage(Command):
    """Beep, then record what the leg says, until '#', silence or `max_s`; `MessageRecorded` follows."""

    leg_id: str
    interaction_id: str
    recording_id: str
    max_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SendDigits(Command):
    leg_id: str
    digits: str


TELEPHONY = (
    AnswerLeg, DialAgent, DialNumber, HangUp, Arrange, Play, StopPlaying, RecordMessage, SendDigits,
)  # fmt: skip
"""All that the telephone engine carries out."""

UNNOTICED = (AnswerLeg, DialAgent, DialNumber, HangUp, Arrange, StopPlaying)
"""What may be carried out twice without anybody noticing."""
